"""Times the journal: a batch of 100 with its fdatasyncs, a million ids read back, a receipt.

Each beside what no program can do without: the same bytes written to a file as long by bare calls
of the system, in turns with the journal; the same file read and hashed line by line.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Finished, Landed, Sent
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Options, Plan, Target
from zohotui.zoho.datacentre import Environment

FIRST_ID = 410405000002264040
TARGET = Target("http://localhost", "local", Environment.PRACTICE, "Acme", "1", "anna@acme.example")
DELETED = Outcome(
    State.DELETED,
    "SUCCESS",
    "record deleted",
    200,
    '{"code":"SUCCESS","details":{},"message":"record deleted","status":"success"}',
)
REFUSED = Outcome(
    State.FAILED,
    "INVALID_DATA",
    "the id given seems to be invalid",
    200,
    '{"code":"INVALID_DATA","details":{},"message":"the id given seems to be invalid"}',
)
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
READ_BACK = """
import sys, time
from pathlib import Path
from zohotui.deletion.journal.replay import replay

def memory(name):
    return int(Path("/proc/self/status").read_text().split(name)[1].split()[0]) / 1024

before = memory("VmRSS:")
start = time.perf_counter()
told = replay(Path(sys.argv[1]))
seconds = time.perf_counter() - start
assert told.rows.all_away is (sys.argv[2] == "whole") or sys.argv[2] == "mixed"
print(seconds, memory("VmHWM:") - before, memory("VmRSS:") - before)
"""


@dataclass
class Times:
    """How long one thing took, each time that it was done."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, work: Callable[[], object]) -> None:
        """Do it once more."""
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        self.cpu.append(time.process_time() - cpu)
        self.wall.append(time.perf_counter() - wall)


class Bare:
    """Writes the lines of a journal once more, with as little else as can be."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal.open("rb")
        copy = journal.with_suffix(".bare")
        self._descriptor = os.open(copy, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._lines = self._journal.readlines()
        self._entries: list[dict[str, Any]] = []
        self._hash = ""
        self.write()

    def look(self) -> None:
        """Read what is new."""
        self._lines = self._journal.readlines()
        self._entries = list(map(json.loads, self._lines))

    def write(self) -> None:
        """Write that: a write and an fdatasync for each line."""
        for line in self._lines:
            os.write(self._descriptor, line)
            os.fdatasync(self._descriptor)

    def encode(self) -> None:
        """Write it as JSON made now, with its hash: the least that any program must compute."""
        for entry in self._entries:
            entry["chain"] = self._hash
            line = ENCODER.encode(entry).encode()
            self._hash = hashlib.sha256(line).hexdigest()
            os.write(self._descriptor, line + b"\n")
            os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Let go of both files."""
        self._journal.close()
        os.close(self._descriptor)


@dataclass
class Written:
    """How a journal came to be."""

    path: Path
    head: float
    """Seconds for its first line."""
    more: float
    """MB more at the highest for that."""
    sent: Times = field(default_factory=Times)
    landed: Times = field(default_factory=Times)
    bare: Times = field(default_factory=Times)
    """For both lines: those of a batch."""
    encoded: Times = field(default_factory=Times)
    """The same, with their JSON and hashes."""


def write(folder: Path, number: int, kind: str) -> Written:
    """Write the journal of a run.

    `whole`: every record goes. `mixed`: some are refused. `stopped`: half was never sent.
    """
    ids = range(FIRST_ID, FIRST_ID + number)
    plan = Plan(TARGET, "Leads", "Leads", permanent=False, ids=ids, options=Options(parallel=10))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    with closing(Journal.create(folder, plan)) as journal:
        head = time.perf_counter() - start
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        written = Written(journal.path, head, more)
        with closing(Bare(journal.path)) as bare:
            for batch in plan.batches():
                if kind == "stopped" and batch.start > number / 2:
                    break
                outcomes = [DELETED] * len(batch.ids)
                if kind == "mixed":
                    outcomes[7::20] = [REFUSED] * len(outcomes[7::20])
                sent, landed = Sent(batch), Landed(batch, tuple(outcomes))
                written.sent.take(partial(journal.record, sent))
                written.landed.take(partial(journal.record, landed))
                bare.look()
                written.bare.take(bare.write)
                written.encoded.take(bare.encode)
        journal.record(Finished(stopped=kind == "stopped"))
    return written


def read_back(path: Path, kind: str) -> tuple[float, float, float]:
    """Read a journal in a process of its own: seconds, MB more at the highest, and MB kept."""
    ran = subprocess.run(
        [sys.executable, "-c", READ_BACK, str(path), kind],
        capture_output=True,
        check=True,
        text=True,
    )
    seconds, highest, kept = map(float, ran.stdout.split())
    return seconds, highest, kept


def bare_reading(path: Path, taken: Callable[[bytes], object]) -> float:
    """Return the seconds to read a journal, hash each line and do this with it as well."""
    start, before = time.perf_counter(), ""
    with path.open("rb") as file:
        for line in file:
            before = hashlib.sha256(before.encode() + line).hexdigest()
            taken(line)
    return time.perf_counter() - start


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ids", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="on the disk to be measured")
    options = parser.parse_args()
    for kind in ("whole", "mixed", "stopped"):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            written = write(Path(folder), options.ids, kind)
            path, size = written.path, written.path.stat().st_size / 1e6
            back = [read_back(path, kind) for _ in range(options.rounds)]
            hashed = median(bare_reading(path, len) for _ in range(options.rounds))
            parsed = median(bare_reading(path, json.loads) for _ in range(options.rounds))
            start = time.perf_counter()
            receipt = write_receipt(path, time.time()).stat().st_size / 1e6
            wrote = time.perf_counter() - start
        print(f"{kind}: {options.ids:,} ids, {size:.1f} MB")
        print_batches(written)
        print(f"  the plan's line  {written.head:.2f} s, {written.more:.0f} MB more at the highest")
        print(
            f"  read back        {median(one[0] for one in back):.2f} s "
            f"(aim {options.ids / 2e6:g}), "
            f"{max(one[1] for one in back):.0f} MB more at the highest, {back[0][2]:.0f} MB kept"
        )
        print(f"  the file alone   {hashed:.2f} s read and hashed, {parsed:.2f} s with its JSON")
        print(f"  its receipt      {wrote:.2f} s, {receipt:.1f} MB")


def print_batches(written: Written) -> None:
    """Print what a batch of 100 took, and what of it is the disk's."""
    both = [sum(one) for one in zip(written.sent.wall, written.landed.wall, strict=True)]
    worst, bare = quantiles(both, n=100)[98] * 1000, median(written.bare.wall) * 1000
    print(f"  a batch of 100   median {median(both) * 1000:.2f} ms, p99 {worst:.2f} ms")
    least = median(written.encoded.wall) * 1000
    print(f"  the disk alone   median {bare:.2f} ms (aim: 1.2 times that)")
    print(f"  ... with JSON and a hash, and nothing else: {least:.2f} ms")
    cpu = [median(one.cpu) * 1e6 for one in (written.sent, written.landed, written.bare)]
    print(
        f"  the CPU alone    {cpu[0]:.0f} us for `sending`, {cpu[1]:.0f} us for `landed`; "
        f"{cpu[2]:.0f} us of that for the disk"
    )


if __name__ == "__main__":
    main()
