"""Times the first frame against a minimal Textual app, and --version against bare Python."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
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


FRAMES = (
    ("minimal Textual app", b"Here it is", ("-c", MINIMAL)),
    ("zohotui", b"Record id", ("-m", "zohotui")),
    ("zohotui --demo", b"Record id", ("-m", "zohotui", "--demo")),
)
ENDS = (
    ("bare Python", ("-c", "print('here')")),
    ("zohotui --version", ("-m", "zohotui", "--version")),
    ("zohotui --help", ("-m", "zohotui", "--help")),
)


def compiled(folder: str) -> None:
    """Have the programs find compiled modules, as pip installs them, but not in the tree."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = folder


def first_frame(marker: bytes, *arguments: str) -> float:
    """Return the seconds from the start of a program to the frame that holds the marker."""
    with tempfile.TemporaryDirectory() as home:
        nowhere = {
            "ZOHOTUI_HOME": home,
            "ZOHOTUI_ACCESS_TOKEN": "none",
            # Nobody listens there: the frame must not wait for an answer.
            "ZOHOTUI_API_DOMAIN": "https://127.0.0.1:9",
        }
        with Terminal(arguments, environ=nowhere) as terminal:
            return terminal.wait(marker) - terminal.began


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
    rounds = parser.parse_args().rounds
    frames: dict[str, list[float]] = {}
    ends: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        compiled(folder)
        # The first round only compiles.
        for _ in range(rounds + 1):
            for name, marker, arguments in FRAMES:
                frames.setdefault(name, []).append(first_frame(marker, *arguments))
            for name, program in ENDS:
                ends.setdefault(name, []).append(whole(*program))
        for option in ("--version", "--help"):
            print(f"{option:20} imports of the heavy packages: {imported(option) or 'none'}")
    for results, budget in ((frames, 1.6), (ends, 4.0)):
        base = median(next(iter(results.values()))[1:])
        for name, times in results.items():
            middle = median(times[1:])
            words = f"{middle * 1000:5.0f} ms  {middle / base:.2f} x"
            print(f"{name:20} {words}  (budget {budget}; {rounds} rounds)")


if __name__ == "__main__":
    main()
