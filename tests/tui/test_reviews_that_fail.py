"""Reviews that come to no end: nothing goes, a sentence says why, and the list is kept."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.tui.lists import (
    Clock,
    Gate,
    at_rest,
    by_colleague,
    deletes,
    enter,
    go_to,
    hold_reads,
    leads,
    look,
    outcome,
    refuse_reads,
    said,
    snapshots,
    sums,
    tally,
    toasts,
    words,
)
from tests.tui.practice import NOON, Stage, practice
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.outcome import State
from zohotui.deletion.reads import pace
from zohotui.deletion.review_job import ReviewJob
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.run_status import RunStatus


async def failed(stage: Stage, key: str = "d") -> str:
    """Ask, and wait until the review has come to its early end; return what is said."""
    await stage.pilot.press(key)
    await stage.until(lambda: stage.phase is Phase.IDLE)
    await stage.pilot.pause()
    assert stage.no_dialog()
    assert stage.main.listed.began is None
    assert not deletes(stage)
    editor = stage.main.query_one(IdEditor)
    assert not editor.locked
    assert len(editor.ids.ids) == len(stage.main.listed)
    return toasts(stage)


async def recovers(stage: Stage, number: int) -> None:
    """See that all is well once what stood against it is gone."""
    stage.sandbox.faults.clear()
    await stage.delete(f"delete {number} Leads")
    assert len(deletes(stage)) == number


@contextmanager
def line_down(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no read of leads reach Zoho."""
    healthy = httpx.WSGITransport.handle_request

    def down(transport: httpx.WSGITransport, request: httpx.Request) -> httpx.Response:
        if request.method == "GET" and request.url.path.endswith("/Leads"):
            raise httpx.ConnectError("no route to host", request=request)
        return healthy(transport, request)

    with monkeypatch.context() as patch:
        patch.setattr(httpx.WSGITransport, "handle_request", down)
        yield


async def test_nothing_that_ends_a_review_is_in_the_way_of_the_next_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    sandbox = Sandbox(clock=lambda: NOON, sleep=gate)
    in_the_way = tmp_path / "journals"
    in_the_way.write_text("in the way")
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await enter(stage, leads(stage, 3))
        told = await failed(stage)
        assert f"The folder {in_the_way} cannot be used for the journal of a run" in told
        in_the_way.unlink()
        with line_down(monkeypatch):
            await says_why_it_waits_and_esc_ends_it(stage)
        monkeypatch.setattr(pace, "PATIENCE", 0.0)
        for key in ("d", "v"):
            with line_down(monkeypatch):
                told = await failed(stage, key)
            assert "The review ended early." in told, key
            assert "v reads again." in told, key
            assert snapshots(tmp_path) == [], key
        sandbox.faults.add(
            Fault(kind=FaultKind.EXPIRED_TOKEN, method="GET", path="/Leads", times=1_000)
        )
        told = await failed(stage)
        assert "The review ended early. Zoho does not accept the access token." in told
        assert "l signs in. v reads again." in told
        sandbox.faults.clear()
        with full_disk(monkeypatch):
            told = await failed(stage)
        assert "cannot be used for the journal of a run: No space left on device." in told
        assert snapshots(tmp_path) == []
        with monkeypatch.context() as patch:

            def die(*_: object) -> None:
                raise RuntimeError("oops")

            patch.setattr(ReviewJob, "do", die)
            told = await failed(stage)
        assert "The review ended by a fault in zohotui (RuntimeError). Nothing was deleted." in told
        assert "oops" not in told
        hold_reads(sandbox)
        await stage.pilot.press("d")
        await stage.until(gate.reached.is_set)
        with full_disk(monkeypatch):
            gate.open()
            await stage.until(lambda: stage.phase is Phase.IDLE)
        assert "The review ended early. The snapshot" in toasts(stage)
        assert "No space left on device" in toasts(stage)
        assert tally(stage) == {"entered": 3}
        assert snapshots(tmp_path) == []
        await recovers(stage, 3)


async def says_why_it_waits_and_esc_ends_it(stage: Stage) -> None:
    """Ask while the line is down, wait for the words about that, and end the review."""
    await stage.pilot.press("d")
    await stage.until(lambda: "Reading waits." in words(stage))
    await stage.pilot.press("escape")
    await stage.until(lambda: stage.phase is Phase.IDLE)
    await stage.until(lambda: said(stage, "The review was stopped; nothing was deleted."))
    assert stage.no_dialog()


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing more be written that has to stay."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", full)
        yield


async def test_a_review_that_is_ended_in_the_middle_counts_for_nothing(tmp_path: Path) -> None:
    gate = Gate()
    sandbox = Sandbox(clock=lambda: NOON, sleep=gate)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids = leads(stage, 301)
        await enter(stage, ids)
        # Zoho ends it.
        refuse_reads(sandbox, "NO_PERMISSION", skip=1)
        told = await failed(stage)
        assert "The review ended early. Zoho refused" in told
        assert stage.main.listed.forbidden is False
        assert snapshots(tmp_path) == []
        sandbox.faults.clear()
        # The admin ends it.
        sandbox.faults.add(
            Fault(kind=FaultKind.DELAY, method="GET", path="/Leads", seconds=1.0, skip=3)
        )
        await stage.pilot.press("d")
        await stage.until(lambda: stage.main.listed.rows.count(State.READY))
        assert not stage.main.query_one(RunStatus).display
        # All reads leave at once; any of them may be the one that is held.
        await stage.until(lambda: re.search(r"read (300|201) of 301; ", words(stage)))
        assert "Reading only; nothing is deleted. Esc stops." in words(stage)
        await stage.pilot.press("escape")
        await at_rest(stage)
        await stage.until(lambda: said(stage, "The review was stopped"))
        assert stage.main.listed.began is None
        gate.open()
        await stage.ask()
        assert "delete 301 Leads" in words(stage)


# Records that may not be read

DELETE_ONLY = ["ZohoCRM.modules.leads.DELETE", "ZohoCRM.org.READ", "ZohoCRM.users.READ"]


async def test_where_nothing_may_be_read_that_is_shouted_before_the_sentence(
    tmp_path: Path,
) -> None:
    clock, sandbox = Clock(), Sandbox(clock=lambda: NOON)
    token = sandbox.issue_token(scopes=DELETE_ONLY)
    ids = sandbox.sample_ids()["Leads"][:3]
    profile = {"protected_ids": (ids[1],)}
    async with practice(
        tmp_path, sandbox=sandbox, token=token, profile=profile, clock=clock
    ) as stage:
        await enter(stage, ids)
        told = await failed(stage, "v")
        assert "The review ended early." in told
        assert tally(stage) == {"entered": 2, "held": 1}
        await guards_that_need_fields_forbid_it(stage)
        dialog = await stage.ask()
        assert isinstance(dialog, DeleteQuestion)
        assert "NOT REVIEWED: these records were not read, and no copy is saved." in words(stage)
        assert "1 held (1 protected by a guard)" in words(stage)
        assert "delete 2 Leads" in words(stage)
        assert snapshots(tmp_path) == []
        # What was not read grows old too.
        clock.pass_by(16)
        await stage.say("delete 2 Leads")
        await stage.pilot.pause()
        assert stage.app.screen is dialog
        assert "more than 15 minutes ago" in words(stage)
        assert not deletes(stage)
        await stage.pilot.press("escape")
        await at_rest(stage)
        await stage.delete("delete 2 Leads")
        assert sorted(deletes(stage)) == [ids[0], ids[2]]
        path = stage.runs[-1].journal
        assert path
        read = replay(path)
        assert read.plan.reviewed is None
        assert read.rows.count(State.HELD) == 1


async def guards_that_need_fields_forbid_it(stage: Stage) -> None:
    """Ask under guards that no record can be held to, and leave the profile as it was."""
    account = stage.org.account
    assert account is not None
    guards: dict[str, dict[str, Any]] = {
        "Owner": {"protected_owners": ("Bo",)},
        "Tag": {"protected_tags": ("Keep",)},
        "Amount": {"protected_if": ("Amount > 0",)},
    }
    for field, guard in guards.items():
        stage.org.account = replace(account, profile=replace(account.profile, **guard))
        told = await failed(stage)
        assert f"The profile's guards need {field} of each record" in told
    stage.org.account = account


async def test_what_was_known_before_a_review_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "PATIENCE", 0.0)
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        ids = leads(stage, 4)
        stage.sandbox.org.lock("Leads", ids[0])
        await enter(stage, ids)
        await look(stage)
        assert tally(stage) == {"ready": 3, "held": 1}
        refuse_reads(stage.sandbox, "INVALID_QUERY", 400)
        await failed(stage, "v")
        assert tally(stage) == {"entered": 3, "held": 1}
        stage.sandbox.faults.clear()
        await look(stage)
        await go_to(stage, ids[3])
        await stage.pilot.press("x")
        by_colleague(stage.sandbox, ids[1])
        clock.pass_by(16)
        with line_down(monkeypatch):
            await failed(stage)
        await stage.ask()
        assert "1 changed since the review" in words(stage)
        await stage.pilot.press("escape")
        await at_rest(stage)
        assert outcome(stage, ids[1]) == "held CHANGED"
        # A permission that is lost between two reviews.
        refuse_reads(stage.sandbox, "NO_PERMISSION")
        clock.pass_by(16)
        await stage.ask()
        assert "NOT REVIEWED: these records were not read" in words(stage)
        assert "Saved" not in words(stage)
        assert snapshots(tmp_path) == []
        await stage.say("delete 1 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
        assert deletes(stage) == [ids[2]]
        path = stage.runs[-1].journal
        assert path
        assert sums(replay(path).rows) == {"held": 3, "deleted": 1}
