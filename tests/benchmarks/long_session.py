"""A day at work in minutes: runs and idle hours in one session, with a clock that is put forward.

`python -m tests.benchmarks.long_session`: what eight hours leave behind, in memory, threads and
open files, how often tokens were renewed, and how often an idle session wakes up.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.tui.practice import NOON, Stage, folders_in, opened
from zohotui.config.credentials import Credentials
from zohotui.config.profiles import Profiles
from zohotui.config.settings import addresses
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind, Org, Sandbox
from zohotui.tui import arming
from zohotui.tui.keys.phase import Phase
from zohotui.tui.session import Session
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret

HOURS = 8.0
A_RUN_EVERY = 300.0
"""Seconds between two runs, by the clock that is put forward."""
IDS = 40
_IDLE = 3.0
"""Real seconds for which the idle session is watched."""


@dataclass
class Hands:
    """A clock that somebody puts forward."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Left:
    """What a session holds on to."""

    megabytes: float
    threads: int
    files: int
    objects: int

    @classmethod
    def now(cls) -> Left:
        gc.collect()
        process = psutil.Process()
        return cls(
            process.memory_info().rss / 1e6,
            # That of the deadlines ends by itself, within a second of the last request.
            sum(one.name != "deadlines" for one in threading.enumerate()),
            process.num_fds(),
            len(gc.get_objects()),
        )


@dataclass
class Day:
    """What a day came to."""

    runs: int
    ids: int
    renewals: int
    early: Left
    """After the first hour."""
    late: Left
    wakeups: float
    """A second, in an idle session."""
    sent_twice: int
    journals: int


async def day(home: Path, hours: float = HOURS, every: float = A_RUN_EVERY) -> Day:
    """Live through a day with a run every so many seconds.

    Every third loses an answer, which is looked up.
    """
    clock = Hands()
    sandbox = Sandbox(Org.empty(), clock=clock, sleep=lambda _: None)
    folders = folders_in(home)
    folders.make()
    profiles = Profiles(folders, transport=httpx.WSGITransport(app=sandbox), clock=clock)
    server, _ = addresses("", "", "http://localhost", "")
    client = OAuthClient(sandbox.client_id, Secret(sandbox.client_secret))
    credentials = Credentials(client, Secret(sandbox.refresh_token))
    account = profiles.from_refresh_token(server, Environment.UNKNOWN, credentials)
    session = Session(account=account, profiles=profiles, journals=home / "journals", clock=clock)
    async with opened(session, sandbox, home) as stage:
        await stage.choose("Leads")
        early = None
        runs = int(hours * 3600 / every)
        for number in range(runs):
            await _run(stage, lost=number % 3 == 2)
            clock.now += every
            if clock.now - NOON >= 3600 and early is None:
                early = Left.now()
        late = Left.now()
        wakeups = await _wakeups()
        ledger = sandbox.ledger
        sent = ledger.sent_ids("Leads")
        return Day(
            runs=runs,
            ids=len(sent),
            renewals=sum(one.path == "/oauth/v2/token" for one in ledger.requests),
            early=early or late,
            late=late,
            wakeups=wakeups,
            sent_twice=len(sent) - len(set(sent)),
            journals=len(list((home / "journals").glob("*.jsonl"))),
        )


async def _run(stage: Stage, *, lost: bool) -> None:
    ids = stage.sandbox.org.add_records("Leads", IDS)
    if lost:
        stage.sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY_AFTER, skip=1))
    runs = len(stage.runs)
    await stage.enter("\n".join(ids))
    await stage.ask()
    await stage.say(f"delete {IDS} Leads")
    await stage.until(lambda: len(stage.runs) > runs and stage.phase is Phase.IDLE)
    if stage.runs[-1].rows.tally != {State.VERIFIED: IDS}:
        raise AssertionError(stage.runs[-1].rows.tally)


async def _wakeups() -> float:
    """Count how often the process is given the processor while nothing happens."""
    await asyncio.sleep(1)
    before = psutil.Process().num_ctx_switches().voluntary
    await asyncio.sleep(_IDLE)
    return (psutil.Process().num_ctx_switches().voluntary - before) / _IDLE


def main() -> None:
    """Print what a day leaves behind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=HOURS)
    hours = parser.parse_args().hours
    # The dialog's guard against typed-ahead keys is a matter of fingers, not of hours.
    arming.ARM_AFTER = 0.01
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    with tempfile.TemporaryDirectory() as home:
        told = asyncio.run(day(Path(home), hours))
    sys.stdout.write(
        f"{hours:g} h: {told.runs} runs, {told.ids:,} ids sent ({told.sent_twice} twice), "
        f"{told.journals} journals, {told.renewals} tokens made\n"
        f"after 1 h:    {told.early}\n"
        f"at the end:   {told.late}\n"
        f"memory:       x {told.late.megabytes / told.early.megabytes:.2f}\n"
        f"idle:         {told.wakeups:.1f} wake-ups a second\n"
    )


if __name__ == "__main__":
    main()
