"""Times the journal: a batch of 100 with its fdatasyncs, a million ids read back, a receipt."""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles

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


def write(folder: Path, number: int, kind: str) -> tuple[Path, float, list[float], float]:
    """Write the journal of a run: its path, the seconds for its head and for each batch.

    `whole`: every record goes. `mixed`: some are refused. `stopped`: half was never sent.
    The last figure is how many MB more were needed at the highest.
    """
    ids = range(FIRST_ID, FIRST_ID + number)
    plan = Plan(TARGET, "Leads", "Leads", permanent=False, ids=ids, options=Options(parallel=10))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    batches: list[float] = []
    with closing(Journal.create(folder, plan)) as journal:
        head = time.perf_counter() - start
        more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        for batch in plan.batches():
            if kind == "stopped" and batch.start > number / 2:
                break
            outcomes = [DELETED] * len(batch.ids)
            if kind == "mixed":
                outcomes[7::20] = [REFUSED] * len(outcomes[7::20])
            start = time.perf_counter()
            journal.record(Sent(batch))
            journal.record(Landed(batch, tuple(outcomes)))
            batches.append(time.perf_counter() - start)
        journal.record(Finished(stopped=kind == "stopped"))
        return journal.path, head, batches, more


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


def bare_sync(folder: Path, rounds: int = 500) -> float:
    """Return the median ms of two writes of a batch's size, each with its fdatasync."""
    descriptor = os.open(folder / "bare", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for size in (90, 2300):
            os.write(descriptor, b"x" * size)
            os.fdatasync(descriptor)
        times.append(time.perf_counter() - start)
    os.close(descriptor)
    return median(times) * 1000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ids", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="on the disk to be measured")
    options = parser.parse_args()
    for kind in ("whole", "mixed", "stopped"):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            bare = bare_sync(Path(folder))
            path, head, batches, more = write(Path(folder), options.ids, kind)
            size = path.stat().st_size / 1e6
            back = [read_back(path, kind) for _ in range(options.rounds)]
            start = time.perf_counter()
            receipt = write_receipt(path, time.time()).stat().st_size / 1e6
            wrote = time.perf_counter() - start
        worst = quantiles(batches, n=100)[98] * 1000
        half, seconds = median(batches) * 1000, median(one[0] for one in back)
        print(f"{kind}: {options.ids:,} ids, {size:.1f} MB")
        print(f"  a batch of 100   median {half:.2f} ms, p99 {worst:.2f} ms (budget median 1)")
        print(f"  the disk alone   median {bare:.2f} ms")
        print(f"  the plan's line  {head:.2f} s, {more:.0f} MB more at the highest")
        print(
            f"  read back        {seconds:.2f} s (budget {options.ids / 1e6:g}), "
            f"{max(one[1] for one in back):.0f} MB more at the highest, {back[0][2]:.0f} MB kept"
        )
        print(f"  its receipt      {wrote:.2f} s, {receipt:.1f} MB")


if __name__ == "__main__":
    main()
