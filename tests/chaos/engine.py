"""One life of a run, in a process that may be killed: `python -m tests.chaos.engine JSON`.

It does what the program does: takes the lock, begins a plan or takes up the journal that it finds,
and reads what is in doubt. The JSON is that of a `Life`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import httpx

from tests.world.plans import TARGET
from tests.world.world import Steered
from zohotui import files
from zohotui.deletion.afterwards.sweep import look_up, run_and_look_up
from zohotui.deletion.journal.history import Summary, history, unfinished
from zohotui.deletion.journal.lock import locked
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.lists.unread import Unread
from zohotui.deletion.lists.values import Values
from zohotui.deletion.model.events import Event
from zohotui.deletion.model.plan import Options, Plan
from zohotui.deletion.reads.work import Times, Work
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken
from zohotui.zoho.zoho_clock import ZohoClock

MODULE = "Leads"
FIELD = "ERP_No"
"""The external field whose values are sent in the place of ids."""

DELETE_TIMEOUT = 120.0
"""Seconds of the quick clock, as the program's own."""


@dataclass(frozen=True)
class Quick:
    """A clock that every process can build again: it runs `scale` times as fast since `epoch`."""

    epoch: float
    scale: float

    def __call__(self) -> float:
        """Seconds since 1970, by this clock."""
        return self.epoch + (time.time() - self.epoch) * self.scale

    def sleep(self, seconds: float) -> None:
        """Wait so many of its seconds."""
        time.sleep(seconds / self.scale)


@dataclass(frozen=True)
class Life:
    """What one process is told."""

    url: str
    token: str
    folder: str
    """Holds the journals and the locks of one run."""
    ids: list[int]
    values: list[str]
    """Sent in the place of ids where there are any, as far as they may be."""
    batch_size: int
    parallel: int
    epoch: float
    scale: float
    refuse: float = 0.0
    """How likely it is that a delete finds no connection."""
    tear_line: int = 0
    """In which of the lines that it writes it dies; 0: in none."""
    tear_at: float = 0.5
    """How much of that line the disk takes: 0 nothing, 1 all of it."""

    @property
    def plan(self) -> Plan:
        """The plan, as it was confirmed for this address."""
        target = replace(TARGET, api_domain=self.url)
        options = Options(batch_size=self.batch_size, parallel=self.parallel)
        if self.values:
            unread = Unread(target, MODULE, MODULE, permanent=False, options=options, field=FIELD)
            return unread.plan(Values(tuple(self.values)), self.epoch)
        return Plan(target, MODULE, MODULE, permanent=False, ids=tuple(self.ids), options=options)


class Torn:
    """The module os for the journal: dies in the middle of the n-th line, as by SIGKILL."""

    def __init__(self, line: int, at: float) -> None:
        self._line, self._at = line, at
        self._seen = 0

    def __getattr__(self, name: str) -> Any:
        """Give what os has, but for `write`."""
        return self._write if name == "write" else getattr(os, name)

    def _write(self, descriptor: int, rest: memoryview) -> int:
        self._seen += 1
        if self._seen == self._line:
            os.write(descriptor, rest[: int(len(rest) * self._at)])
            os.kill(os.getpid(), signal.SIGKILL)
        return os.write(descriptor, rest)


class Unreached(httpx.HTTPTransport):
    """The real way to the server, on which some deletes find no connection."""

    def __init__(self, likely: float) -> None:
        super().__init__()
        self._likely, self._random = likely, Random()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Let it through, or fail before anything has left."""
        if request.method == "DELETE" and self._random.random() < self._likely:
            raise httpx.ConnectError("[Errno 111] Connection refused")
        return super().handle_request(request)


def live(life: Life) -> None:
    """Begin the run, or take it up where an earlier life left it; then read what is in doubt."""
    clock, plan = Quick(life.epoch, life.scale), life.plan
    journals, locks = Path(life.folder, "journals"), Path(life.folder, "locks")
    earlier = [one for one in history(journals) if isinstance(one, Summary)]
    going_on = unfinished(journals, locks, plan.target)
    if len(earlier) > 1:
        raise AssertionError("a run was begun although there was one that could be taken up")
    times = Times(clock, clock, clock.sleep)
    crm = ZohoCRM(
        api_domain(life.url),
        FixedToken(Secret(life.token)),
        delete_timeout=DELETE_TIMEOUT / life.scale,
        transport=Unreached(life.refuse) if life.refuse else None,
        clock=ZohoClock(clock),
    )
    with closing(crm), locked(locks, plan, clock):
        if not earlier:
            with closing(Journal.create(journals, plan, clock=clock)) as journal:
                _follow(run_and_look_up(plan, Work(crm, journal, Steered(), times)))
            return
        told = replay(earlier[0].path)
        if told.finished == bool(going_on):
            raise AssertionError("the list of runs and the journal disagree on whether it is over")
        with closing(Journal.reopen(read_journal(earlier[0].path), clock=clock)) as journal:
            work = Work(crm, journal, Steered(), times)
            _follow(look_up(work) if told.finished else run_and_look_up(told.plan, work, told))


def _follow(events: Generator[Event]) -> None:
    for _ in events:
        pass


def main() -> None:
    """Live once what the argument tells; a line on stdout says that it begins."""
    life = Life(**json.loads(sys.argv[1]))
    if life.tear_line:
        # Only lines are written by `write`: of the journal, and of the copies beside it.
        vars(files)["os"] = Torn(life.tear_line, life.tear_at)
    print("ready", flush=True)
    live(life)


if __name__ == "__main__":
    main()
