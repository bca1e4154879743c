"""Times a review of many records against the sandbox, with and without the snapshot, and weighs it.

The ideal is calls times latency divided by how many are under way at once.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
import tracemalloc
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.deleting import leads, sandbox
from tests.world.plans import TARGET
from zohotui.deletion.journal.snapshot import Snapshot, read_snapshot
from zohotui.deletion.model.events import Reviewed, ReviewEnded
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.review.record_columns import Details
from zohotui.deletion.review.review import ReviewRequest, calls_of, review
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.records import Json
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

Keep = Callable[[Sequence[Json]], None]


def looked_at(
    org: dict[str, Any], ids: Sequence[int], parallel: int, api: str, keep: Keep | None
) -> tuple[float, float, Rows, Details]:
    """Review all of it as a table follows it; return seconds, CPU seconds and what is kept."""
    crm = ZohoCRM(api_domain(org["url"]), FixedToken(Secret(org["access_token"])), records_api=api)
    rows, details = Rows(ids), Details(len(ids))
    start, cpu = time.perf_counter(), time.process_time()
    request = ReviewRequest(ids, "Leads", keep=keep, parallel=parallel)
    for event in review(request, crm, Levers()):
        if isinstance(event, Reviewed):
            rows.set_each(event.places, event.outcomes)
            for place, record in zip(event.places, event.records, strict=True):
                if record is not None:
                    details.put(place, record)
        if isinstance(event, ReviewEnded):
            assert not event.why, event.why
    spent = time.perf_counter() - start, time.process_time() - cpu
    crm.close()
    assert rows.count(State.READY) == len(ids), rows.tally
    return *spent, rows, details


def weight(org: dict[str, Any], ids: Sequence[int], parallel: int) -> float:
    """Return the bytes a row that are kept of a review, the ids among them."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = looked_at(org, array("Q", ids), parallel, "v2", None)[2:]
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del kept
    return (after - before) / len(ids)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ids", type=int, default=10_000)
    parser.add_argument("--parallel", type=int, default=10)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--folder", type=Path, help="on the disk to be measured")
    options = parser.parse_args()
    calls = calls_of(options.ids, whole=False)
    ideal = calls * options.latency / options.parallel
    print(
        f"{options.ids:,} ids in {calls:,} calls, {options.latency} s each, {options.parallel} at "
        f"once: ideal {ideal:.2f} s"
    )
    with sandbox(options.latency, options.ids) as org:
        ids = leads(org, options.ids)
        for api in ("v2", "v8"):
            for saved in (False, True):
                with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                    file = Snapshot.create(Path(folder), TARGET, "Leads", whole=False)
                    keep = file.add if saved else None
                    seconds, cpu, *_ = looked_at(org, ids, options.parallel, api, keep)
                    file.close()
                    print(
                        f"{api} {'with the snapshot' if saved else 'alone':18} {seconds:6.2f} s  "
                        f"{seconds / ideal:.3f} x  CPU {cpu / calls * 1000:.1f} ms a call"
                    )
                    if saved:
                        lines = [json.dumps(line) for line in read_snapshot(file.path)]
                        packed, plain = file.size / len(ids), sum(map(len, lines)) / len(ids)
                        print(f"   {packed:.0f} bytes a record on the disk, of {plain:.0f}")
    with sandbox(0, options.ids) as org:
        ids = leads(org, options.ids)
        print(f"kept of each row: {weight(org, ids, options.parallel):.0f} bytes (budget 250)")


if __name__ == "__main__":
    main()
