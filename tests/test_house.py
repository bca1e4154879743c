"""The shape of the house: imports only fall, and the top level holds what it should."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "zohotui"

MAY_IMPORT = {
    "files": set(),
    "zoho": {"zoho"},
    "deletion": {"deletion", "zoho", "files"},
    "config": {"config", "zoho", "files"},
    "sandbox": {"sandbox"},
    "tui": {"tui", "deletion", "config", "zoho", "files"},
    "cli": {"tui", "deletion", "config", "zoho", "sandbox", "files"},
    "__main__": {"cli"},
    "__init__": set(),
}


def _room(file: Path) -> str:
    first = file.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def _names(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _imported(file: Path) -> set[str]:
    rooms = {name.split(".")[1] for name in _names(file) if name.startswith("zohotui.")}
    return rooms - {"__version__"}


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_only_fall(file: Path) -> None:
    assert _imported(file) <= MAY_IMPORT[_room(file)]


def test_widgets_know_neither_screens_nor_the_app() -> None:
    files = sorted((PACKAGE / "tui" / "widgets").glob("*.py"))
    assert files
    for file in files:
        for name in _names(file):
            assert not name.startswith(("zohotui.tui.screens", "zohotui.tui.app")), file


@pytest.mark.parametrize(
    "module",
    [
        "zohotui.zoho.client",
        "zohotui.deletion.run",
        "zohotui.deletion.id_files",
        "zohotui.config.sign_in",
        "zohotui.sandbox",
        "zohotui.cli",
    ],
)
def test_nothing_below_the_screen_imports_textual(module: str) -> None:
    program = f"import sys, {module}; sys.exit('textual' in sys.modules or 'rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_import_no_textual_and_no_httpx(option: str) -> None:
    program = (
        "import sys\n"
        "from zohotui.cli import main\n"
        "try:\n"
        f"    main([{option!r}])\n"
        "except SystemExit:\n"
        "    pass\n"
        "sys.exit('textual' in sys.modules or 'httpx' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_file_says_what_it_is_for_and_stays_small(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith('"""')
    assert len(lines) <= 400
