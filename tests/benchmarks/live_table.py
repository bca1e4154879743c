"""Measures keys, bytes and memory of the real app while 10,000 results a second come in."""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from pathlib import Path

import pyte

from tests.benchmarks.hosted import FIRST_ID, begin_run, hosted, ids_file, take_ids
from tests.benchmarks.terminal import DOWN

HOME = b"\x1b[H"
WATCHED = 10.0
"""Seconds over which bytes are counted."""


def under_cursor(screen: pyte.Screen) -> int:
    """Return the id of the row under the cursor; of those that begin with one it alone is bold."""
    for line in screen.buffer.values():
        cells = [line[column] for column in range(screen.columns)]
        text = "".join(cell.data for cell in cells)
        found = re.search(r"\b\d{18}\b", text)
        if found and cells[found.start()].bold:
            return int(found[0])
    return 0


def keys(folder: Path, rows: int, rate: int, number: int) -> None:
    """Print how long keys take, idle and under load, and the memory that all of it takes."""
    ids = ids_file(folder, rows)
    options = ("--visible", "--rate", str(rate))

    def moved(screen: pyte.Screen) -> int:
        return under_cursor(screen) - FIRST_ID

    with hosted(ids, folder, *options) as terminal:
        take_ids(terminal)
        time.sleep(2)
        print(f"{rows:>9,} rows  idle        {terminal.moves(DOWN, moved, number)}")
        print(f"{'':>14}  memory with the list: {_memory(terminal.memory(), 12 * rows)}")
        begin_run(terminal, rows)
        time.sleep(2)
        terminal.send(HOME)
        time.sleep(1)
        place, start = terminal.written, time.perf_counter()
        under_load = terminal.moves(DOWN, moved, number)
        spent = terminal.written - place
        kilobytes = spent / 1000 / (time.perf_counter() - start)
        print(f"{'':>14}  {rate:,}/s    {under_load}  (budget p99 40)")
        print(f"{'':>14}  {kilobytes:.0f} kB/s in truecolor, half of the results on the screen")
        print(f"{'':>14}  memory with the run:  {_memory(terminal.memory(), 120 * rows)}")


def _memory(used: tuple[float, float], kept: int) -> str:
    """Say what is used; `kept`: bytes that may be kept of all the rows."""
    now, highest = used
    budget = 60 + kept / 1e6
    return f"{now:.0f} MB, at its highest {highest:.0f} MB (budget {budget:.0f})"


def traffic(rate: int) -> None:
    """Print the bytes a second at 80 x 24 in 16 colours while the table follows the results."""
    for option, budget in (((), 20), (("--low-bandwidth",), 8)):
        options = ("--rate", str(rate), *option)
        # A home of its own: of another's run that was cut off a message would come and go.
        with (
            tempfile.TemporaryDirectory() as folder,
            hosted(
                ids_file(Path(folder), 100_000),
                Path(folder),
                *options,
                columns=80,
                lines=24,
                colours="standard",
            ) as terminal,
        ):
            take_ids(terminal)
            # What comes with the list may be late on a busy machine.
            while terminal.rate(2):
                pass
            idle = terminal.rate(WATCHED / 2)
            begin_run(terminal, 100_000)
            time.sleep(2)
            following = terminal.rate(WATCHED) / 1000
            words = f"{following:.1f} kB/s (budget {budget}), idle {idle:.0f} bytes/s (budget 0)"
            print(f"80 x 24, 16 colours, following {' '.join(option) or 'as it is':16}  {words}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000])
    parser.add_argument("--rate", type=int, default=10_000, help="results a second")
    parser.add_argument("--keys", type=int, default=250)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--no-traffic", action="store_true")
    options = parser.parse_args()
    for _ in range(options.rounds):
        for rows in options.rows:
            with tempfile.TemporaryDirectory() as folder:
                keys(Path(folder), rows, options.rate, options.keys)
        if not options.no_traffic:
            traffic(options.rate)


if __name__ == "__main__":
    main()
