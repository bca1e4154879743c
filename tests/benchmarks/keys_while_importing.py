"""Measures keys while a million-record CSV is opened, and after 100,000 ids were pasted.

Beside them stands what Textual alone needs to close a dialog and paint what is below it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from tests.benchmarks.hosted import FIRST_ID, SETTINGS, hosted, ids_file, take_ids
from tests.benchmarks.import_ids import write_export
from tests.benchmarks.terminal import ENTER, F7, F8, F9, Latencies, Terminal
from zohotui.tui.terminal.keyboard import BEHIND

_BUDGET = "(budget p99 40)"


def tick(number: int) -> bytes:
    """Match what the n-th press of F8 shows."""
    return rb"tick %d\." % number


def importing(path: Path) -> tuple[Latencies, Latencies, str]:
    """Return how long keys take while the dialog reads, and when the list is taken; and memory."""
    with tempfile.TemporaryDirectory() as folder, hosted(path, Path(folder)) as terminal:
        terminal.wait(b"Esc stops reading")
        place = terminal.written
        # What was read is shown in the place of the last presses' ticks.
        reading = terminal.keys(
            F8,
            lambda n: tick(n) + rb"|Use these ids",
            number=2000,
            until=lambda: b"Use these ids" in terminal.since(place),
        )
        pressed = len(reading.seconds)
        time.sleep(2)
        terminal.send(ENTER)
        taking = terminal.keys(F8, lambda n: tick(pressed + n), number=20)
        return reading, taking, _memory(terminal)


def pasting(path: Path, pasted: int) -> tuple[Latencies, Latencies, str]:
    """Return how long keys take idle and behind a paste; and how long the paste takes."""
    lines = "\r".join(str(FIRST_ID + number) for number in range(pasted)).encode()
    with tempfile.TemporaryDirectory() as folder, hosted(path, Path(folder)) as terminal:
        take_ids(terminal)
        time.sleep(1)
        idle = terminal.keys(F8, tick, number=40)
        place = terminal.written
        start = terminal.send(b"\x1b[200~" + lines + b"\x1b[201~")
        sent = time.perf_counter() - start
        # Only once nothing has come for a moment is a paste known to have ended.
        time.sleep(1.2 * BEHIND)
        keys = terminal.keys(F8, lambda n: tick(40 + n), number=20)
        # Of the number only the digits that differ are written; the few ids are pasted once more.
        shown = terminal.wait(b"duplicates? dropped", place) - start
        words = f"delivered by the terminal in {sent:.2f} s, shown after {shown:.2f} s"
        return idle, keys, f"{words}, {_memory(terminal)}"


def bare() -> Latencies:
    """Return how long keys take while a dialog of Textual's closes over a table that is filled."""
    with Terminal(("-m", "tests.benchmarks.bare_dialog"), environ=SETTINGS) as terminal:
        terminal.wait(b"Ready")
        time.sleep(1)
        terminal.press(F7, b"Close me")
        time.sleep(1)
        terminal.send(F9)
        return terminal.keys(F8, tick, number=20)


def _memory(terminal: Terminal) -> str:
    now, highest = terminal.memory()
    return f"{now:.0f} MB, at its highest {highest:.0f} MB"


def main() -> None:
    """Print the figures; the keys of all rounds are counted together, as a round has few."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--pasted", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.csv")
        write_export(path, options.records)
        imports = [importing(path) for _ in range(options.rounds)]
        limit = [bare() for _ in range(options.rounds)]
        few = ids_file(Path(folder), 10)
        pastes = [pasting(few, options.pasted) for _ in range(options.rounds)]
    print(f"idle                            {_pooled(one[0] for one in pastes)}")
    print(
        f"reading {options.records:,} records       {_pooled(one[0] for one in imports)}  {_BUDGET}"
    )
    print(f"behind the list's taking        {_pooled(one[1] for one in imports)}")
    print(f"  memory {imports[0][2]}")
    print(f"behind a bare dialog's closing  {_pooled(limit)}")
    print(
        f"behind {options.pasted:,} pasted lines     {_pooled(one[1] for one in pastes)}  {_BUDGET}"
    )
    print(f"  {pastes[0][2]}")


def _pooled(rounds: Iterable[Latencies]) -> Latencies:
    return Latencies(tuple(chain.from_iterable(one.seconds for one in rounds)))


if __name__ == "__main__":
    main()
