"""Times the reading of a million-record CSV against the bare csv.reader; run it by hand."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from zohotui.deletion.ids.file import inspect
from zohotui.deletion.ids.in_child import read_ids_apart
from zohotui.deletion.ids.pasted import parse_text
from zohotui.deletion.ids.reader import Job

RECORDS = 1_000_000
PASTED = 100_000
ROUNDS = 5
HEADER = (
    "Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Email,Phone,"
    "Lead Status,Description,Created Time"
)

PEAK = """
def peak():
    # ru_maxrss is inherited from the parent by fork; VmHWM is this program's own.
    status = open("/proc/self/status").read()
    return int(status.split("VmHWM:")[1].split()[0])
"""
BARE = f"""
import csv, sys, time
{PEAK}
before = peak()
start = time.perf_counter()
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    for _ in csv.reader(file):
        pass
print(time.perf_counter() - start, peak() - before)
"""
OURS = f"""
import gc, io, sys, time
from zohotui.deletion.ids import _child as _import
{PEAK}
gc.disable()
before = peak()
start = time.perf_counter()
with open(sys.argv[1], "rb", buffering=0) as file, open("/dev/null", "wb") as out:
    _import.main(sys.argv[2], file, out)
print(time.perf_counter() - start, peak() - before)
"""


def write_export(path: Path, records: int, *, quoted: bool = True) -> None:
    """Write an export as the web UI's: 1 % duplicates, 0.2 % bad ids.

    `quoted`: one of twenty rows has a cell in quotes, with a line end in it.
    """
    choose = random.Random(7)
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write(HEADER + "\r\n")
        rows = csv.writer(file)
        for place in range(records):
            number = 410405000002264040 + (place - 50 if place and place % 100 == 0 else place) * 3
            entry = "4.10405E+17" if place % 500 == 7 else f"zcrm_{number}"
            in_lines = quoted and place % 20 == 0
            note = "first line\nsecond, “line”" if in_lines else "a plain description " * 2
            name, mail = f"Sample{place}", f"ada{place}@example.com"
            owner = ("zcrm_410405000000100001", "Anna Bähr", f"Company {place} Ltd", "Ada")
            state = choose.choice(("New", "Lost"))
            created = "2026-03-01T10:00:00+01:00"
            rows.writerow([entry, *owner, name, mail, "+49 30 123456", state, note, created])


def measure(program: str, *arguments: str) -> tuple[float, int]:
    """Run a program of its own; return its seconds and its growth in kB."""
    ran = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, check=True, text=True
    )
    seconds, kilobytes = ran.stdout.split()
    return float(seconds), int(kilobytes)


def whole(path: Path) -> float:
    """Return the seconds from the file's name to the list, child and pipes included."""
    start = time.perf_counter()
    read_ids_apart(path, inspect(path))
    return time.perf_counter() - start


def pasted() -> float:
    """Return the seconds for a paste of many lines, some of them bad."""
    lines = [f"{410405000002264040 + n}" if n % 500 else "4.1E+17" for n in range(PASTED)]
    text = "\r".join(lines)
    start = time.perf_counter()
    parse_text(text)
    return time.perf_counter() - start


def import_of(path: Path) -> str:
    """Measure the reading of a file in turns, and say what the best of some rounds are."""
    job = json.dumps(asdict(Job.of(inspect(path), 0)))
    rounds = [
        (measure(BARE, str(path)), measure(OURS, str(path), job), whole(path))
        for _ in range(ROUNDS)
    ]
    bare = min(one[0][0] for one in rounds)
    ours = min(one[1][0] for one in rounds)
    apart = min(one[2] for one in rounds)
    memory = max(one[1][1] - one[0][1] for one in rounds) / 1024
    return (
        f"bare csv.reader {bare:6.3f} s · the child's reading {ours:6.3f} s {ours / bare:.2f} x, "
        f"{memory:.1f} MB more · file name to list {apart:6.3f} s {apart / bare:.2f} x"
    )


def main() -> None:
    """Print the figures, each the best of some rounds: others use the machine, too."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.csv")
        for quoted, words in ((False, "nothing quoted (aim 1.2)"), (True, "5 % quoted (aim 1.5)")):
            write_export(path, RECORDS, quoted=quoted)
            print(f"{RECORDS:,} records, {path.stat().st_size / 1e6:.0f} MB, {words}, of {ROUNDS}")
            print(f"  {import_of(path)}")
    print(f"{PASTED:,} pasted lines {min(pasted() for _ in range(ROUNDS)):5.3f} s (budget 0.15)")


if __name__ == "__main__":
    main()
