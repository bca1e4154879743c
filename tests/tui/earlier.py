"""Runs of earlier sessions, as they and their org are found when the app opens."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

import httpx
from textual import events
from textual.widgets import OptionList

from tests.tui.practice import NOON, Stage, folders_in
from zohotui.config.profiles import Profiles
from zohotui.config.settings import addresses
from zohotui.deletion.connection import connect
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.look_back import read_run
from zohotui.deletion.model.events import Finished, Landed, Sent
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Options, Plan, Target
from zohotui.deletion.run.answer import read_landing
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.unfinished import UnfinishedRun
from zohotui.tui.shown_run import ShownRun
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.secret import Secret

BEFORE = NOON - 300
"""When the earlier runs began: long enough ago that no delete is still at work in Zoho."""


@contextmanager
def earlier(home: Path, sandbox: Sandbox) -> Iterator[tuple[ZohoCRM, Target]]:
    """Open the org as an earlier session did, without a screen."""
    profiles = Profiles(
        folders_in(home), transport=httpx.WSGITransport(app=sandbox), clock=lambda: NOON
    )
    secret = Secret(sandbox.access_token)
    account = profiles.from_token(*addresses("", "", "http://localhost", ""), secret)
    with closing(account.crm):
        yield account.crm, connect(account.crm, "", "").target


def target_of(home: Path, sandbox: Sandbox) -> Target:
    with earlier(home, sandbox) as (_, target):
        return target


def leave_run(
    home: Path,
    sandbox: Sandbox,
    ids: Sequence[str],
    *,
    size: int = 100,
    landed: int = 1,
    lost: int = 0,
    finished: bool = False,
    target: Target | None = None,
    at: float = BEFORE,
) -> Path:
    """Carry out so many batches of a plan of leads, then end or die; return the journal.

    Of `lost` more the requests reached the org and no answer came back.
    """
    with earlier(home, sandbox) as (crm, here):
        plan = Plan(
            target=target or here,
            module="Leads",
            label="Leads",
            permanent=False,
            ids=tuple(map(int, ids)),
            options=Options(batch_size=size, parallel=1),
            source="a list of an earlier session",
        )
        with closing(Journal.create(home / "journals", plan, clock=lambda: at)) as journal:
            for batch in islice(plan.batches(), landed + lost):
                journal.record(Sent(batch))
                answer = crm.delete_records("Leads", [*map(str, batch.ids)])
                if batch.number <= landed:
                    journal.record(Landed(batch, tuple(read_landing(batch, answer).outcomes or ())))
            if finished:
                rows = replay(journal.path).rows
                rows.close()
                journal.record(Finished(stopped=State.NOT_SENT in rows.tally))
            return journal.path


def elsewhere(target: Target) -> Target:
    """Name another org than this one."""
    return replace(target, org="Other Inc", zgid="700000009")


async def asked(stage: Stage) -> UnfinishedRun:
    """Wait for the question about an unfinished run, and until it takes keys."""
    await stage.until(lambda: isinstance(stage.app.screen, UnfinishedRun))
    dialog = stage.app.screen
    assert isinstance(dialog, UnfinishedRun)
    await stage.until(lambda: dialog.letters_count)
    return dialog


def ask_about(stage: Stage, journal: Path) -> None:
    """Let a run of an earlier session be found, as at the start."""
    target = stage.org.target
    assert target is not None
    found = ShownRun.of(read_run(journal), time.monotonic)
    stage.app.conductor.runs.ask_about(target, [found])


async def asked_again(stage: Stage, journal: Path) -> UnfinishedRun:
    """Have the question about a run come up once more."""
    await stage.until(lambda: stage.app.conductor.desk._open is None)
    ask_about(stage, journal)
    return await asked(stage)


def deleted(sandbox: Sandbox) -> list[str]:
    return list(sandbox.ledger.deleted_ids("Leads"))


def sent(sandbox: Sandbox) -> list[str]:
    return list(sandbox.ledger.sent_ids("Leads"))


def said(stage: Stage, words: str) -> bool:
    """Whether a sentence has been shown above the screen."""
    return any(words in one for one in stage.told)


def left_behind(home: Path, sandbox: Sandbox) -> tuple[list[str], Path]:
    """Leave a run of 12: 1 + 4 deleted, 4 lost on their way back, 3 that never left."""
    ids = sandbox.sample_ids()["Leads"][:12]
    return ids, leave_run(home, sandbox, ids, size=4, landed=2, lost=1)


def bundle(stage: Stage, *keys: str) -> None:
    """Press keys as a slow line delivers them: all at once."""
    for key in keys:
        character = {"space": " ", "enter": "\r"}.get(key, key if len(key) == 1 else None)
        stage.app.post_message(events.Key(key, character))


async def nothing_is_asked(stage: Stage) -> None:
    """Wait until the looking is over, and see that it led to no question."""
    await stage.app.workers.wait_for_complete(
        [worker for worker in stage.app.workers if worker.group == "unfinished"]
    )
    await stage.pilot.pause()
    assert stage.no_dialog()


def choices(dialog: UnfinishedRun) -> list[str]:
    return [str(option.id) for option in dialog.query_one(OptionList).options]
