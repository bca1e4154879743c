"""The shape of the house: imports only fall, and the top level holds what it should."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.source import FILES, PACKAGE, nodes, room, tree

MAY_IMPORT = {
    "files": set(),
    "exit_codes": set(),
    "options": {"zoho"},
    "opening": {"tui", "deletion", "config", "zoho", "sandbox", "files"},
    "explain": {"deletion", "config", "zoho", "exit_codes", "options"},
    "zoho": {"zoho"},
    "deletion": {"deletion", "zoho", "files", "exit_codes"},
    "config": {"config", "zoho", "files"},
    "sandbox": {"sandbox"},
    "tui": {"tui", "explain", "deletion", "config", "zoho", "files", "exit_codes", "options"},
    "cli": {
        *("tui", "opening", "explain", "deletion", "config", "zoho"),
        *("exit_codes", "options"),
    },
    "__main__": {"cli"},
    "__init__": set(),
}


@cache
def _names(file: Path) -> set[str]:
    names: set[str] = set()
    for node in nodes(file):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def _told(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def _imported(file: Path) -> set[str]:
    rooms = {name.split(".")[1] for name in _names(file) if name.startswith("zohotui.")}
    return rooms - {"__version__"}


FLOORS = {
    "deletion": (
        "model",
        "ids",
        "journal",
        "reads",
        "lists",
        "review",
        "handover",
        "run",
        "afterwards",
    ),
    "sandbox": ("org", "oauth", "crm"),
    "tui": ("terminal", "keys", "words", "widgets", "dialogs", "acts", "screens"),
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


def test_imports_only_fall() -> None:
    rising = {_told(file): _imported(file) - MAY_IMPORT[room(file)] for file in FILES}
    assert {name: rooms for name, rooms in rising.items() if rooms} == {}


def test_widgets_know_neither_screens_nor_the_app() -> None:
    files = sorted((PACKAGE / "tui" / "widgets").glob("*.py"))
    assert files
    for file in files:
        for name in _names(file):
            assert not name.startswith(
                ("zohotui.tui.screens", "zohotui.tui.dialogs", "zohotui.tui.app")
            ), file


BELOW_THE_SCREEN = (
    *("zohotui.zoho.client", "zohotui.deletion.run.run", "zohotui.deletion.ids.file"),
    *("zohotui.config.sign_in", "zohotui.sandbox", "zohotui.cli"),
)


def test_nothing_below_the_screen_imports_textual() -> None:
    program = (
        "import sys\n"
        "from importlib import import_module\n"
        "for name in sys.argv[1:]:\n"
        "    import_module(name)\n"
        "    if 'textual' in sys.modules or 'rich' in sys.modules:\n"
        "        sys.exit(name)\n"
    )
    call = [sys.executable, "-c", program, *BELOW_THE_SCREEN]
    done = subprocess.run(call, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_read_only_what_they_need(option: str) -> None:
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from zohotui.cli import main\n"
        "try:\n"
        f"    main([{option!r}])\n"
        "except SystemExit:\n"
        "    pass\n"
        "slow = {'textual', 'httpx', 'typing', 'pathlib', 'dataclasses', 'difflib'}\n"
        "sys.exit(bool(slow & (set(sys.modules) - before)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0


def test_every_file_says_what_it_is_for_and_stays_small() -> None:
    texts = {_told(file): file.read_text(encoding="utf-8") for file in FILES}
    assert [name for name, text in texts.items() if not text.startswith('"""')] == []
    assert [name for name, text in texts.items() if len(text.splitlines()) > 400] == []


MOST_METHODS, LONGEST_CHAIN, MOST_PARAMETERS = 25, 2, 6

STILL_LARGE: set[str] = set()
"""Classes that hold more than they should; it only shrinks."""

ASKS_FOR_NOTHING = {
    # The tokens of a session that has but one: nothing follows from either.
    "FixedToken.accepted",
    "FixedToken.close",
    # Textual's own asks the terminal for reports of its size, which are not believed here.
    "Driver._query_in_band_window_resize",
}
"""What others call, and where the right answer is to do nothing."""


@dataclass(frozen=True)
class _Class:
    """A class of ours, by its own text alone."""

    file: Path
    bases: list[str]
    methods: dict[str, ast.FunctionDef | ast.AsyncFunctionDef]
    frozen: bool
    """Whether it is a value, whose fields are named where it is made."""

    @property
    def is_protocol(self) -> bool:
        return "Protocol" in self.bases


def _name_of(node: ast.expr) -> str:
    node = node.value if isinstance(node, ast.Subscript) else node
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _class(file: Path, node: ast.ClassDef) -> _Class:
    methods = {
        one.name: one
        for one in node.body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    frozen = any("frozen=True" in ast.unparse(one) for one in node.decorator_list)
    return _Class(file, [_name_of(base) for base in node.bases], methods, frozen)


@cache
def _classes() -> dict[str, _Class]:
    found = [
        (node.name, _class(file, node))
        for file in FILES
        for node in nodes(file)
        if isinstance(node, ast.ClassDef)
    ]
    # Of two with one name the larger counts.
    return dict(sorted(found, key=lambda one: len(one[1].methods)))


def _chain(name: str) -> list[str]:
    """Return a class and those of ours that it stands on, by the longest way."""
    classes = _classes()
    bases = (base for base in classes[name].bases if base in classes and base != name)
    return [name, *max(map(_chain, bases), key=len, default=[])]


def _all_bases(name: str) -> set[str]:
    classes = _classes()
    bases = classes[name].bases if name in classes else []
    return {*bases, *(up for base in bases if base != name for up in _all_bases(base))}


def _methods(name: str) -> set[str]:
    """Return the names of the methods of a class, with those of all of ours that it stands on."""
    classes = _classes()
    bases = (base for base in classes[name].bases if base in classes and base != name)
    return {*classes[name].methods, *(one for base in bases for one in _methods(base))}


def test_no_class_does_too_much_measured_along_its_chain() -> None:
    large = {name for name in _classes() if len(_methods(name)) > MOST_METHODS}
    assert large == STILL_LARGE


def test_no_class_stands_on_more_than_one_of_ours() -> None:
    """Errors are a tree, which is drawn where they are defined."""
    free = [name for name in _classes() if "Exception" not in _all_bases(name)]
    assert [up for up in map(_chain, free) if len(up) > LONGEST_CHAIN] == []


def _says_only(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = function.body[0]
    docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return docstring and all(isinstance(one, ast.Pass) for one in function.body[1:])


def _is_abstract(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether nobody can leave it as it is, which makes it a promise like a protocol's."""
    return any(_name_of(one) == "abstractmethod" for one in function.decorator_list)


def test_no_method_is_only_a_docstring() -> None:
    """Such a hook is a tower's: who reads a call of it does not know where it leads."""
    empty = {
        f"{name}.{method}"
        for name, one in _classes().items()
        if not one.is_protocol
        for method, function in one.methods.items()
        if _says_only(function) and not _is_abstract(function)
    }
    assert empty == ASKS_FOR_NOTHING


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    told = function.args
    names = [one.arg for one in (*told.posonlyargs, *told.args, *told.kwonlyargs)]
    return [name for name in names if name not in {"self", "cls"}]


def test_nothing_takes_too_many_parameters() -> None:
    """Values take what they hold, and the client of Zoho its few habits."""
    client = PACKAGE / "zoho" / "client.py"
    owned = [
        (f"{name}.{method}", function)
        for name, one in _classes().items()
        if not one.frozen and one.file != client
        for method, function in one.methods.items()
    ]
    loose = [
        (node.name, node)
        for file in FILES
        for node in tree(file).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    many = {name for name, one in (*owned, *loose) if len(_parameters(one)) > MOST_PARAMETERS}
    assert many == set()


ELSEWHERE_TOO = {
    "cli.py": {"os.open"},
    "config/private_files.py": {"os.open"},
    "deletion/ids/in_child.py": {"os.write"},
    "deletion/journal/snapshot.py": {"os.open"},
    "tui/terminal/hangup.py": {"os.open"},
    "tui/terminal/toolkit_settings.py": {"os.open"},
    "zoho/network.py": {"os.open"},
}
"""What else opens something: the terminal and /dev/null, files and folders that are only read, the
pipe of the child that reads lists, and the log that Textual writes if it is asked to."""

_WRITES = {
    *("os.open", "os.write", "os.pwrite", "os.replace", "os.rename", "os.link", "os.fdopen"),
    *("os.fsync", "os.fdatasync", "os.ftruncate", "os.truncate", "os.chmod", "os.fchmod"),
    *("os.mkdir", "os.makedirs"),
}
_WRITES_OF_A_PATH = {"write_text", "write_bytes", "rename", "mkdir", "touch", "chmod"}


def test_nothing_but_files_py_writes_a_file() -> None:
    for file in FILES:
        found = set()
        for node in nodes(file):
            if isinstance(node, ast.Attribute):
                name = f"{node.value.id}.{node.attr}" if isinstance(node.value, ast.Name) else ""
                found |= {name} & _WRITES
                # The other functions of this name are those of files.py, called without a dot.
                found |= {node.attr} & _WRITES_OF_A_PATH
            elif isinstance(node, ast.Import):
                found |= {one.name for one in node.names} & {"tempfile", "shutil"}
            elif isinstance(node, ast.Call) and _name_of(node.func) == "open":
                modes = {str(one.value) for one in node.args if isinstance(one, ast.Constant)}
                found |= modes & {"w", "wb", "a", "ab", "x", "xb", "r+", "r+b"}
        name = _told(file)
        if name != "files.py":
            assert found == ELSEWHERE_TOO.get(name, set()), name
