"""Times the first frame against a minimal Textual app, and --version against bare Python.

With it: when the whole list is there and answers a key, and the first frames of other programs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.benchmarks.terminal import ROOT, Terminal

MINIMAL = """
from textual.app import App
from textual.widgets import Static

class Minimal(App[None]):
    def compose(self):
        yield Static("Here it is")

Minimal().run()
"""
IMPORTED = """
import sys
from zohotui.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
heavy = {"textual", "rich", "httpx", "asyncio"} & set(sys.modules)
sys.stderr.write(" ".join(sorted(heavy)))
"""


@dataclass(frozen=True, slots=True)
class Program:
    """A program with a screen."""

    name: str
    arguments: tuple[str, ...]
    python: str
    marker: bytes
    """What stands in its first frame."""
    further: Mapping[str, bytes] = field(default_factory=dict)
    """What is painted later, by what that shows; `?` is pressed before all."""


LATER = {"the list": b"Delete", "a key's answer": b"more pages"}
OURS = (
    Program("minimal Textual app", ("-c", MINIMAL), sys.executable, b"Here it is"),
    Program("zohotui", ("-m", "zohotui"), sys.executable, b"Record id", LATER),
    Program("zohotui --demo", ("-m", "zohotui", "--demo"), sys.executable, b"Record id", LATER),
)
BUDGETS = dict.fromkeys(("zohotui", "zohotui --demo"), "budget 1.5; ") | {
    "zohotui --version": "budget 3.0; "
}
PEERS = {
    # With the tree-sitter that pip takes by itself, it ends by a fault at its start.
    "posting": (("posting", "tree-sitter==0.25.2"), (), b"Enter a URL"),
    "harlequin": (("harlequin",), ("--locale", "C"), b"Data Catalog"),
}
"""What pip installs for each, its arguments, and what stands in its first frame."""
ENDS = (
    ("bare Python", ("-c", "print('here')")),
    ("zohotui --version", ("-m", "zohotui", "--version")),
    ("zohotui --help", ("-m", "zohotui", "--help")),
)


def compiled(folder: str) -> None:
    """Have the programs find compiled modules, as pip installs them, but not in the tree."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = folder


def peers(folder: Path) -> Iterator[Program]:
    """Install what others have made into environments of this folder, if it is not there yet."""
    for name, (packages, arguments, marker) in PEERS.items():
        binaries = folder.absolute() / name / "bin"
        if not (binaries / name).exists():
            subprocess.run([sys.executable, "-m", "venv", binaries.parent], check=True)
            subprocess.run([binaries / "pip", "install", "--quiet", *packages], check=True)
        command = (str(binaries / name), *arguments)
        yield Program(name, command, str(binaries / "python"), marker)


def moments(program: Program) -> Iterator[tuple[str, float]]:
    """Start a program; yield the seconds until its first frame, and until what comes later."""
    with tempfile.TemporaryDirectory() as home:
        nowhere = {
            **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "ZOHOTUI_HOME"), home),
            "ZOHOTUI_ACCESS_TOKEN": "none",
            # Nobody listens there: the frame must not wait for an answer.
            "ZOHOTUI_API_DOMAIN": "https://127.0.0.1:9",
        }
        with Terminal(program.arguments, environ=nowhere, python=program.python) as terminal:
            if program.further:
                terminal.send(b"?")
            yield program.name, terminal.wait(program.marker) - terminal.began
            for shown, marker in program.further.items():
                yield f"{program.name}, {shown}", terminal.wait(marker) - terminal.began


def whole(*arguments: str) -> float:
    """Return the seconds that a program takes from start to end."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - start


def imported(option: str) -> str:
    """Name the heavy packages that an option imports."""
    ran = subprocess.run(
        [sys.executable, "-c", IMPORTED, option],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "80"},
    )
    return ran.stderr.strip()


def main() -> None:
    """Print the figures, each the median of some rounds taken in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument(
        "--peers", type=Path, metavar="FOLDER", help="time others too, which pip installs there"
    )
    options = parser.parse_args()
    rounds = options.rounds
    programs = (*OURS, *(peers(options.peers) if options.peers else ()))
    frames: dict[str, list[float]] = {}
    ends: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        compiled(folder)
        # The first round only compiles.
        for _ in range(rounds + 1):
            for program in programs:
                for name, seconds in moments(program):
                    frames.setdefault(name, []).append(seconds)
            for name, command in ENDS:
                ends.setdefault(name, []).append(whole(*command))
        for option in ("--version", "--help"):
            print(f"{option:20} imports of the heavy packages: {imported(option) or 'none'}")
    for results in (frames, ends):
        base = median(next(iter(results.values()))[1:])
        for name, times in results.items():
            middle = median(times[1:])
            words = f"{middle * 1000:5.0f} ms  {middle / base:.2f} x"
            print(f"{name:31}{words}  ({BUDGETS.get(name, '')}{rounds} rounds)")


if __name__ == "__main__":
    main()
