"""Reviews that meet other keys, other lists and late news: the wrong records never go."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from textual import events

from tests.tui.earlier import bundle
from tests.tui.lists import (
    Clock,
    Gate,
    at_rest,
    deletes,
    enter,
    eventually,
    hold_reads,
    leads,
    look,
    reads,
    said,
    snapshots,
    tally,
    words,
)
from tests.tui.practice import NOON, Stage, folders_in, practice
from zohotui.config.profiles import Account, Profiles
from zohotui.config.settings import addresses
from zohotui.deletion.jobs import Job
from zohotui.deletion.model.outcome import AWAY
from zohotui.deletion.model.search import matching
from zohotui.sandbox import Sandbox
from zohotui.tui.activity import Activity
from zohotui.tui.acts.list import propose
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.zoho.secret import Secret


@asynccontextmanager
async def slow(home: Path, number: int = 3) -> AsyncIterator[tuple[Stage, list[str], Gate]]:
    """Enter a list whose reads wait at a gate."""
    gate = Gate()
    sandbox = Sandbox(sleep=gate, clock=lambda: NOON)
    async with practice(home, sandbox=sandbox) as stage:
        ids = leads(stage, number)
        await enter(stage, ids)
        hold_reads(sandbox)
        yield stage, ids, gate
        gate.open()


def another(home: Path, sandbox: Sandbox) -> Account:
    """Sign in to the same org once more."""
    profiles = Profiles(
        folders_in(home), transport=httpx.WSGITransport(app=sandbox), clock=lambda: NOON
    )
    place = addresses("", "", "http://localhost", "")
    return profiles.from_token(*place, Secret(sandbox.issue_token()))


async def test_d_held_down_is_one_review_and_one_dialog(tmp_path: Path) -> None:
    async with slow(tmp_path) as (stage, _, gate):
        bundle(stage, *"dddd")
        await stage.until(gate.reached.is_set)
        await stage.pilot.press("d", "v")
        gate.open()
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.pilot.pause()
        assert len(stage.app.screen_stack) == 2
        assert reads(stage) == 1
        assert len(snapshots(tmp_path)) == 1


async def test_a_sentence_typed_ahead_of_the_review_sends_nothing(tmp_path: Path) -> None:
    async with slow(tmp_path) as (stage, _, gate):
        bundle(stage, "d", *"delete", "space", "3", "space", *"Leads", "enter")
        gate.open()
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.pilot.pause()
        assert not deletes(stage)
        assert not stage.runs


async def test_no_other_command_gets_between_a_key_and_its_review(tmp_path: Path) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        ids = leads(stage, 4)
        await enter(stage, ids[:2])
        await stage.delete("delete 2 Leads")
        await at_rest(stage)
        await stage.enter("\n".join(ids[2:]))
        for first, second in zip("dvdvdvdvdvd", "ehuyrgxonpl", strict=True):
            bundle(stage, first, second)
            if first == "d":
                await stage.until(stage.may_type)
                await stage.pilot.press("escape")
            await stage.until(lambda: stage.main.listed.began == clock())
            await at_rest(stage)
            assert stage.no_dialog(), second
            assert tally(stage) == {"ready": 2}, second
            assert not stage.main.query_one(IdEditor).locked, second
            # The next key reads once more.
            clock.pass_by(16)


async def test_the_list_cannot_change_while_it_is_read(tmp_path: Path) -> None:
    async with slow(tmp_path) as (stage, ids, gate):
        await stage.pilot.press("d")
        await stage.until(gate.reached.is_set)
        more = leads(stage, 5)[4]
        stage.app.post_message(events.Paste(f"\n{more}"))
        await stage.pilot.press("i", "9")
        await stage.pilot.press("m", *"contacts", "enter")
        await stage.pilot.press("p", "l", "ctrl+r", "ctrl+n", "o", "x", "asterisk")
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, DeleteQuestion)
        assert stage.phase is Phase.REVIEWING
        assert stage.module() == "Leads"
        gate.open()
        await stage.until(stage.may_type)
        assert "delete 3 Leads" in words(stage)
        assert more not in list(map(str, stage.main.listed.rows.ids))
        assert sorted(map(str, stage.main.listed.rows.ids)) == ids


async def test_another_module_is_another_review(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = leads(stage, 3)
        await enter(stage, ids)
        await look(stage)
        await stage.choose("Contacts")
        assert tally(stage) == {"entered": 3}
        await stage.pilot.press("d")
        await stage.until(lambda: said(stage, "None of them can be deleted: 3 missing"))
        await at_rest(stage)
        await stage.choose("Leads")
        assert tally(stage) == {"entered": 3}
        assert snapshots(tmp_path) == []


async def test_the_same_org_asked_again_keeps_the_review(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 3))
        await look(stage)
        await stage.pilot.press("ctrl+r")
        await at_rest(stage)
        assert tally(stage) == {"ready": 3}
        await stage.ask()
        assert reads(stage) == 1


async def test_another_user_of_the_same_org_is_another_review(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 3))
        await look(stage)
        stage.sandbox.org.acting = stage.sandbox.org.users[1]
        await stage.pilot.press("ctrl+r")
        await at_rest(stage)
        assert tally(stage) == {"entered": 3}
        assert snapshots(tmp_path) == []
        await stage.ask()
        assert reads(stage) == 2


async def test_a_new_sign_in_is_another_review(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 3))
        await look(stage)
        stage.org.open(None)
        await stage.pilot.press("d", "v")
        assert stage.no_dialog()
        assert stage.phase is Phase.OFFLINE
        stage.org.open(another(tmp_path, stage.sandbox))
        await at_rest(stage)
        assert tally(stage) == {"entered": 3}
        await stage.ask()
        assert reads(stage) == 2


async def test_an_org_that_is_lost_takes_no_sentence_with_it(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 3))
        dialog = await stage.ask()
        stage.org.account = another(tmp_path, stage.sandbox)
        await stage.say("delete 3 Leads")
        await at_rest(stage)
        assert not deletes(stage)
        assert not dialog.is_current
        assert not stage.main.query_one(IdEditor).locked


async def test_a_review_stopped_when_it_was_just_over_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 3))
        conductor = stage.app.conductor

        def stopped(activity: Activity) -> None:
            activity.levers.abandon()
            ended(activity)

        ended = conductor.desk.ended
        monkeypatch.setattr(conductor.desk, "ended", stopped)
        await stage.pilot.press("d")
        await stage.until(lambda: said(stage, "The review was stopped"))
        assert stage.no_dialog()
        assert stage.main.listed.began is None
        assert snapshots(tmp_path) == []


async def test_a_run_that_is_still_under_way_locks_no_screen(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 3))
        await stage.ask()
        proposal = stage.main.listed
        draft = propose(stage.main)
        assert draft is not None
        other = ShownRun(replace(draft.plan), time.monotonic)
        account = stage.org.account
        assert account is not None
        other.job = Job(lambda *_: None, account.crm, stage.app.conductor.session.archive)
        stage.runs.append(other)
        await stage.say("delete 3 Leads")
        await at_rest(stage)
        await stage.until(lambda: said(stage, "Another run is still in progress"))
        assert not deletes(stage)
        assert stage.main.listed is proposal
        assert not stage.main.query_one(IdEditor).locked
        stage.runs.remove(other)
        await stage.delete("delete 3 Leads")


async def test_a_list_that_was_deleted_is_spent(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 3))
        await stage.delete("delete 3 Leads")
        bundle(stage, "d", "d", "v")
        await stage.pilot.pause()
        assert stage.phase is Phase.IDLE
        assert not stage.main.query_one(IdEditor).ids.ids
        assert len(deletes(stage)) == 3


async def test_quitting_in_a_review_ends_it_at_once(tmp_path: Path) -> None:
    async with slow(tmp_path) as (stage, _, gate):
        await stage.pilot.press("d")
        await stage.until(gate.reached.is_set)
        await stage.pilot.press("ctrl+q")
        await stage.until(lambda: not stage.app.is_running)
    assert not stage.runs
    await eventually(lambda: not snapshots(tmp_path))


async def test_a_record_that_went_meanwhile_is_told_as_a_surprise(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = leads(stage, 3)
        await enter(stage, ids)
        await stage.ask()
        stage.sandbox.org.bin("Leads", ids[2])
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
        rows = stage.runs[-1].rows
        assert rows.count(*AWAY) == 2
        assert [str(rows.ids[place]) for place in matching(rows, "not as reviewed")] == [ids[2]]
