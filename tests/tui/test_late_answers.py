"""What comes when its moment has gone: an older org's answer, an old review's news, a profile."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.fingers import PATIENCE
from tests.tui.practice import practice
from tests.tui.signing_in import two_profiles
from zohotui.deletion.connection import Connection, connect
from zohotui.deletion.jobs import Archive
from zohotui.deletion.look_back import EarlierRun
from zohotui.deletion.model.events import Reviewed, ReviewEnded, Reviewing
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Target
from zohotui.deletion.review.prediction import READY
from zohotui.deletion.review_job import ReviewJob, Saved
from zohotui.sandbox import Sandbox
from zohotui.tui.activity import ReviewActivity
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.zoho.client import ZohoCRM


async def test_what_an_org_says_after_another_was_opened_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, gate = threading.Event(), threading.Event()

    def held(crm: ZohoCRM, profile: str, pinned: str, *, practice: bool = False) -> Connection:
        connection = connect(crm, profile, pinned, practice=practice)
        if profile == "acme":
            asked.set()
            gate.wait(PATIENCE)
        return connection

    async with two_profiles(tmp_path) as (stage, orgs):
        monkeypatch.setattr("zohotui.tui.connecting.connect", held)
        stage.org.connect()
        await stage.until(asked.is_set)
        stage.org.open(orgs.profiles.open("trial"))
        await stage.until(lambda: stage.phase is Phase.IDLE)
        gate.set()
        for _ in range(10):
            await stage.pilot.pause()
        assert stage.org.target is not None
        assert stage.org.target.org == "Acme Trial"
        assert "Acme Trial" in stage.text()


async def test_a_profile_that_opens_while_a_deletion_is_confirmed_is_dropped(
    tmp_path: Path,
) -> None:
    async with two_profiles(tmp_path) as (stage, orgs):
        await stage.choose("Leads")
        await stage.enter(stage.sandbox.sample_ids()["Leads"][0])
        before, late = stage.org.account, orgs.profiles.open("trial")
        dialog = await stage.ask()
        await stage.org._go_to(late, "700000002")
        assert late.crm._host.is_closed
        assert stage.app.screen is dialog
        await stage.say("delete 1 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert stage.org.account is before


async def test_news_of_an_old_review_change_nothing(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = stage.sandbox.org.add_records("Leads", 3)
        stage.sandbox.org.lock("Leads", ids[1])
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.ask()
        conductor, listed = stage.app.conductor, stage.main.listed
        account = stage.org.account
        assert account is not None
        draft = stage.main.entered.propose(stage.main.entry.editor.ids, stage.main.entry.module)
        assert not isinstance(draft, str)
        guards = stage.org.guards
        job = ReviewJob(draft.plan, frozenset(), account.crm, Archive(tmp_path), guards, "off")
        old = ReviewActivity(listed, job, lambda _: None, asks=True, looked=False)
        for event in (
            Reviewing(3, 1, listed.began or 0.0),
            Reviewed((1,), (READY,), (None,)),
            Saved(None),
            ReviewEnded(),
        ):
            conductor.told(old, event)
        assert listed.rows.outcome(1).state is State.HELD
        assert listed.snapshot is not None
        assert isinstance(stage.app.screen, DeleteQuestion)
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert ids[1] not in stage.sandbox.ledger.sent_ids("Leads")


async def test_each_org_is_looked_in_once_and_orgs_are_told_apart_by_their_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Target] = []

    def look(_: Archive, target: Target) -> tuple[Sequence[EarlierRun], Sequence[str]]:
        looked.append(target)
        return [], []

    monkeypatch.setattr("zohotui.tui.runs.cut_off_runs", look)
    async with practice(tmp_path, sandbox=Sandbox()) as stage:
        await stage.until(lambda: len(looked) == 1)
        connection = stage.org.connection
        assert connection is not None
        first = connection.target
        namesake = replace(first, zgid="700000009")
        for target in (first, replace(first, user="bob"), namesake, namesake):
            stage.org.connection = replace(connection, target=target)
            stage.app.conductor.runs.look_for_unfinished()
            for _ in range(5):
                await stage.pilot.pause()
        await stage.until(lambda: len(looked) == 2)
    assert looked == [first, namesake]
