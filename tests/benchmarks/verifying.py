"""Times what follows a run: its deleted ids looked for, against the sandbox, with its memory."""

from __future__ import annotations

import argparse
import math
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.deleting import ORG, leads, sandbox
from zohotui.deletion.afterwards.sweep import run_and_look_up
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Event, Finished, Verified
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Options, Plan, Target
from zohotui.deletion.reads.work import Work
from zohotui.deletion.run.run import run
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import Environment, api_domain
from zohotui.zoho.limits import MOST_BINNED
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

_Engine = Callable[[Plan, Work], Generator[Event]]


@dataclass
class Lap:
    """What a run and what follows it took."""

    run: float = 0.0
    """Seconds."""
    verify: float = 0.0
    cpu: float = 0.0
    """Of the second."""
    before: float = 0.0
    """MB in use when the run has ended."""
    highest: float = 0.0
    """MB at the highest afterwards."""


def lap(org: dict[str, Any], number: int, parallel: int, engine: _Engine) -> Lap:
    """Carry out a run, and whatever the engine does after it."""
    domain = api_domain(org["url"])
    target = Target(domain.url, "local", Environment.PRACTICE, "Acme", ORG, "anna@acme.example")
    ids, options = leads(org, number), Options(parallel=parallel)
    plan = Plan(target, "Leads", "Leads", permanent=False, ids=ids, options=options)
    told, process, over = Lap(), psutil.Process(), threading.Event()
    verified = 0

    def watch() -> None:
        while not over.wait(0.01):
            told.highest = max(told.highest, process.memory_info().rss / 1e6)

    with (
        tempfile.TemporaryDirectory() as folder,
        closing(ZohoCRM(domain, FixedToken(Secret(org["access_token"])))) as crm,
        closing(Journal.create(Path(folder), plan)) as journal,
    ):
        start = ended = time.perf_counter()
        cpu = time.process_time()
        for event in engine(plan, Work(crm, journal, Levers())):
            if isinstance(event, Finished):
                ended, cpu = time.perf_counter(), time.process_time()
                told.before = told.highest = process.memory_info().rss / 1e6
                threading.Thread(target=watch, daemon=True).start()
            verified += len(event.places) if isinstance(event, Verified) else 0
        told.run, told.verify = ended - start, time.perf_counter() - ended
        told.cpu = time.process_time() - cpu
        over.set()
        wanted = State.VERIFIED if verified else State.DELETED
        assert replay(journal.path).rows.tally == {wanted: number}
    return told


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ids", type=int, default=10_000)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--parallel", type=int, nargs="+", default=[1, 3, 10])
    options = parser.parse_args()
    number, latency = options.ids, options.latency
    for parallel in options.parallel:
        deletes = 1 + math.ceil((number - 1) / 100)
        ideal_run = deletes * latency / parallel
        ideal = math.ceil(number / MOST_BINNED) * latency / parallel
        with sandbox(latency, number) as org:
            alone = lap(org, number, parallel, run)
        with sandbox(latency, number) as org:
            both = lap(org, number, parallel, run_and_look_up)
        print(
            f"{number:,} ids, {latency} s a call, {parallel} at once\n"
            f"  the run alone   {alone.run:6.2f} s  {alone.run / ideal_run:.3f} x the ideal\n"
            f"  the run         {both.run:6.2f} s  {both.run / ideal_run:.3f} x the ideal\n"
            f"  verified in     {both.verify:6.2f} s  {both.verify / ideal:.3f} x the ideal "
            f"({ideal:.2f} s)  CPU {both.cpu:.2f} s\n"
            f"  memory          {both.before:.0f} MB when the run ends, {both.highest:.0f} MB at "
            "the highest after it"
        )


if __name__ == "__main__":
    main()
