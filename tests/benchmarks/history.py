"""Times the list of a thousand runs: seconds, and bytes read of how many the journals have."""

from __future__ import annotations

import argparse
import io
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from zohotui.deletion.journal.history import Summary, history, unfinished
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Finished, Landed, Sent
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Options, Plan, Target
from zohotui.zoho.datacentre import Environment

FIRST_ID = 410405000002264040
NOON = 1_795_694_400.0
TARGET = Target("http://localhost", "local", Environment.PRACTICE, "Acme", "1", "anna@acme.example")
DELETED = Outcome(
    State.DELETED,
    "SUCCESS",
    "record deleted",
    200,
    '{"code": "SUCCESS", "details": {}, "message": "record deleted", "status": "success"}',
)
LARGE, SMALL = 100_000, 500
"""Ids of every so-manieth journal, and of the others."""


class Counted(io.FileIO):
    """A file that adds up what is read of every one of its kind."""

    total = 0

    def readinto(self, buffer: Any) -> int:
        """Read, and add up."""
        size = super().readinto(buffer)
        Counted.total += size
        return size


def write(folder: Path, number: int, every: int) -> int:
    """Write the journals; every tenth run died, every so-manieth is large. Returns their bytes."""
    for run in range(number):
        ids = range(FIRST_ID, FIRST_ID + (LARGE if run % every == 0 else SMALL))
        plan = Plan(TARGET, "Leads", "Leads", permanent=False, ids=ids, options=Options())
        with closing(Journal.create(folder, plan, clock=partial(float, NOON + run))) as journal:
            for batch in plan.batches():
                journal.record(Sent(batch))
                journal.record(Landed(batch, (DELETED,) * len(batch.ids)))
            if run % 10:
                journal.record(Finished(stopped=False))
    return sum(path.stat().st_size for path in folder.iterdir())


def seconds(rounds: int, work: Callable[[], object]) -> float:
    """Return the median of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def entries(folder: Path) -> list[int]:
    """Read no more than what the folder itself tells of its files."""
    return [entry.stat().st_size for entry in os.scandir(folder)]


def bytes_read(folder: Path) -> int:
    """Add up what the list reads of the journals."""
    plain = Path.open
    Path.open = lambda path, _: io.BufferedReader(Counted(path))  # type: ignore[method-assign,assignment]
    try:
        history(folder)
    finally:
        Path.open = plain  # type: ignore[method-assign]
    return Counted.total


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journals", type=int, default=1_000)
    parser.add_argument("--every", type=int, default=50, help="one in so many has 100,000 ids")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="on the disk to be measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder, locks = Path(name) / "journals", Path(name) / "locks"
        size = write(folder, options.journals, options.every)
        told = history(folder)
        assert all(isinstance(one, Summary) for one in told)
        bare = seconds(options.rounds, lambda: entries(folder))
        whole = seconds(options.rounds, lambda: history(folder))
        asked = seconds(options.rounds, lambda: unfinished(folder, locks, TARGET))
        read = bytes_read(folder)
    died = sum(not one.finished for one in told if isinstance(one, Summary))
    print(f"{len(told):,} journals, {size / 1e6:.0f} MB, {died} unfinished")
    print(f"  listed           {whole:.3f} s, {whole / len(told) * 1e6:.0f} µs each")
    print(f"  unfinished ones  {asked:.3f} s")
    print(f"  bytes read       {read / 1e6:.1f} MB, {read / size:.1%} of them")
    print(f"  their entries    {bare * 1000:.2f} ms; to list takes {whole / bare:.0f} times that")


if __name__ == "__main__":
    main()
