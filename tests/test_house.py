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
    "exit_codes": set(),
    "options": {"zoho"},
    "explain": {"deletion", "config", "zoho", "exit_codes", "options"},
    "zoho": {"zoho"},
    "deletion": {"deletion", "zoho", "files", "exit_codes"},
    "config": {"config", "zoho", "files"},
    "sandbox": {"sandbox"},
    "tui": {"tui", "explain", "deletion", "config", "zoho", "files", "exit_codes", "options"},
    "cli": {
        *("tui", "explain", "deletion", "config", "zoho", "sandbox", "files"),
        *("exit_codes", "options"),
    },
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

FLOORS = {
    "deletion": ("model", "ids", "journal", "reads", "lists", "review", "run", "afterwards"),
    "sandbox": ("org", "oauth", "crm"),
    "tui": ("widgets", "dialogs", "screens"),
}
"""The rooms in each part of the house, from the ground up."""


def _floor(module: str) -> int:
    """How high the room of a module is among those of its part; -1 for a module in no room."""
    parts = module.split(".")
    floors = FLOORS.get(parts[1], ()) if len(parts) > 3 else ()
    return floors.index(parts[2]) if parts[2:] and parts[2] in floors else -1


def _modules() -> dict[str, Path]:
    parts = ((file, file.relative_to(PACKAGE.parent).with_suffix("").parts) for file in FILES)
    return {".".join(names).removesuffix(".__init__"): file for file, names in parts}


def _arrows() -> dict[str, set[str]]:
    """Return the modules that each module takes names from, for types alone too."""
    modules = _modules()
    found = {
        name: {one for one in _names(file) if one in modules} for name, file in modules.items()
    }
    # Of a package and a module in it, it is the module that is meant.
    return {
        name: {one for one in others if not any(two.startswith(f"{one}.") for two in others)}
        for name, others in found.items()
    }


def test_imports_fall_between_the_rooms_too() -> None:
    rising = [
        (name, other)
        for name, others in _arrows().items()
        for other in others
        if name.split(".")[1:2] == other.split(".")[1:2] and _floor(other) > _floor(name) >= 0
    ]
    assert rising == []


def test_no_two_modules_import_each_other_by_whatever_way() -> None:
    arrows = {name: set(others) for name, others in _arrows().items()}
    # A module that imports nothing which is left is in no circle; what stays is.
    while free := [name for name, others in arrows.items() if not others & arrows.keys()]:
        for name in free:
            del arrows[name]
    assert arrows == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_only_fall(file: Path) -> None:
    assert _imported(file) <= MAY_IMPORT[_room(file)]


def test_widgets_know_neither_screens_nor_the_app() -> None:
    files = sorted((PACKAGE / "tui" / "widgets").glob("*.py"))
    assert files
    for file in files:
        for name in _names(file):
            assert not name.startswith(
                ("zohotui.tui.screens", "zohotui.tui.dialogs", "zohotui.tui.app")
            ), file


@pytest.mark.parametrize(
    "module",
    [
        "zohotui.zoho.client",
        "zohotui.deletion.run.run",
        "zohotui.deletion.ids.file",
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


def _classes() -> dict[str, list[str]]:
    """Return the names of the bases of our classes."""
    found: dict[str, list[str]] = {}
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = [one.value if isinstance(one, ast.Subscript) else one for one in node.bases]
                found[node.name] = [base.id for base in bases if isinstance(base, ast.Name)]
    return found


def test_no_class_stands_on_more_than_two_of_ours() -> None:
    """Errors and protocols are trees of their own kind."""
    classes = _classes()

    def line(name: str) -> list[str]:
        longest = max((line(base) for base in classes.get(name, ())), key=len, default=[])
        return [name, *longest]

    ours = {name: line(name) for name in classes}
    free = {name: up for name, up in ours.items() if not {"Exception", "Protocol"} & {*up}}
    assert free
    assert not [up for up in free.values() if len([one for one in up if one in classes]) > 3]
