"""Runs that a dead process left behind: asked about once, and nothing is sent unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from tests.tui.earlier import (
    BEFORE,
    asked,
    choices,
    deleted,
    leave_run,
    left_behind,
    nothing_is_asked,
    said,
    sent,
    target_of,
)
from tests.tui.practice import practice
from zohotui.deletion.journal.history import history
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.words.text import moment


async def test_it_is_told_in_true_numbers_what_became_of_the_run(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    left_behind(tmp_path, sandbox)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        words = " ".join(stage.text(dialog).split())
        for telling in (
            "Unfinished run",
            "Nothing is sent until you say so.",
            "Acme Ltd · PRODUCTION · LOCAL · anna@acme.example",
            f"Leads: 12 ids, begun {moment(BEFORE)}",
            "5 deleted · 4 unknown · 3 queued",
        ):
            assert telling in words
        assert choices(dialog) == ["LATER", "RESOLVE", "RESUME", "CLOSE"]
        assert dialog.query_one(OptionList).region.height == 4
        assert dialog.region.contains_region(dialog.query_one(OptionList).region)
        prompts = [str(option.prompt) for option in dialog.query_one(OptionList).options]
        assert prompts[1:] == [
            "Look up (y) what became of 4 ids: reads only",
            "Go on (space) with 3 ids: asks for the sentence",
            "Close it (x) and do not ask again: 3 ids not sent, 4 unknown",
        ]


async def test_what_the_run_leaves_out_is_in_the_sum(tmp_path: Path, sandbox: Sandbox) -> None:
    ids = [int(one) for one in sandbox.sample_ids()["Leads"][:8]]
    left_out = (
        (Outcome(State.HELD, "LOCKED", "the record is locked"), tuple(ids[5:7])),
        (Outcome(State.MISSING, "NOT_FOUND", "no such record"), (ids[7],)),
    )
    plan = Plan(
        target_of(tmp_path, sandbox), "Leads", "Leads", False, tuple(ids[:5]), left_out=left_out
    )
    Journal.create(tmp_path / "journals", plan, clock=lambda: BEFORE).close()
    async with practice(tmp_path, sandbox=sandbox) as stage:
        words = " ".join(stage.text(await asked(stage)).split())
        assert "Leads: 8 ids" in words
        assert "So far 2 held · 1 missing · 5 queued" in words
        await stage.pilot.press("escape")


async def test_later_changes_nothing_and_asks_again_at_the_next_start(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    whole = path.read_bytes()
    for key in ("escape", "enter"):
        async with practice(tmp_path, sandbox=sandbox) as stage:
            await asked(stage)
            await stage.pilot.press(key)
            await stage.until(stage.no_dialog)
            assert not stage.runs
            # Once a session.
            await stage.pilot.press("ctrl+r")
            await stage.until(lambda: stage.phase is Phase.IDLE)
            await nothing_is_asked(stage)
    assert path.read_bytes() == whole
    assert sent(sandbox) == ids[:9]


async def test_y_settles_what_is_in_doubt_by_reading_only(tmp_path: Path, sandbox: Sandbox) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        (watched,) = stage.runs
        assert watched.rows.tally == {State.VERIFIED: 9, State.ENTERED: 3}
        assert watched.rows.outcome(8).code == "FOUND_IN_BIN"
        await stage.until(lambda: "12 ids = 3 queued + 9 verified" in stage.text())
        await stage.until(lambda: "cut off" in stage.text())
        assert stage.offers("resolve") is False
        assert stage.offers("resume") is True
    assert sent(sandbox) == ids[:9]
    read = replay(path)
    assert (read.rows.tally, read.finished) == ({State.VERIFIED: 9, State.ENTERED: 3}, False)


async def test_a_run_of_which_nothing_is_left_ends_with_looking_up(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:9]
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=2, lost=1)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        assert choices(dialog) == ["LATER", "RESOLVE", "CLOSE"]
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert stage.runs[0].rows.tally == {State.VERIFIED: 9}
    assert replay(path).finished
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await nothing_is_asked(stage)


async def test_what_cannot_be_looked_up_is_asked_about_again(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:9]
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=2, lost=1)
    refused = Fault(
        kind=FaultKind.FLAT_ERROR, method="GET", path="/Leads", status=403, code="NO_PERMISSION"
    )
    sandbox.faults.add(refused)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert stage.runs[0].rows.tally == {State.DELETED: 5, State.UNKNOWN: 4}
    assert not replay(path).finished
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)


def delete_requests(sandbox: Sandbox) -> list[str]:
    return [one.path for one in sandbox.ledger.requests if one.method == "DELETE"]


async def test_space_wants_the_sentence_for_what_is_left_and_sends_just_that(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    async with practice(tmp_path, size=(120, 40), sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("space")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        dialog = stage.app.screen
        await stage.until(stage.may_type)
        words = " ".join(stage.text(dialog).split())
        assert f"3 ids of the run of {moment(BEFORE)} that was cut off: not sent yet" in words
        assert "Requests 1" in words
        assert dialog.query_one("#workflows").disabled
        before = len(delete_requests(sandbox))
        for wrong in ("delete 12 Leads", "delete 7 Leads", ""):
            await stage.say(wrong)
            assert stage.app.screen is dialog
        assert sent(sandbox) == ids[:9]
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        (watched,) = stage.runs
        assert watched.rows.tally == {State.VERIFIED: 12}
        assert watched.rows.outcome(8).code == "FOUND_IN_BIN"
        await stage.until(lambda: "12 ids = 12 verified" in stage.text())
        assert len(delete_requests(sandbox)) == before + 1
    assert sent(sandbox) == ids
    assert replay(path).rows.tally == {State.VERIFIED: 12}
    assert replay(path).finished
    assert len(history(tmp_path / "journals")) == 1


async def test_cancelling_the_sentence_leaves_the_run_as_it_was(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    whole = path.read_bytes()
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("space")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.pilot.press("escape")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert not stage.main.query_one(IdEditor).locked
        assert stage.offers("resume") is True
    assert path.read_bytes() == whole
    assert sent(sandbox) == ids[:9]


async def test_x_closes_it_for_good_and_it_does_not_ask_again(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("x")
        await stage.until(lambda: said(stage, "The run is closed"))
        tally = {State.DELETED: 5, State.UNKNOWN: 4, State.NOT_SENT: 3}
        assert stage.watched is not None
        assert stage.watched.rows.tally == tally
        assert "12 ids = 5 deleted + 4 unknown + 3 not sent" in stage.text()
        assert stage.offers("resume") is False
        # What is in doubt can still be looked up, and what was not sent be sent anew.
        assert stage.offers("resolve") is True
        assert stage.offers("retry") is True
    read = replay(path)
    assert (read.rows.tally, read.finished) == (tally, True)
    assert sent(sandbox) == ids[:9]
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await nothing_is_asked(stage)


async def test_a_word_that_is_being_typed_when_it_opens_answers_nothing(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = leave_run(tmp_path, sandbox, list(sandbox.sample_ids()["Leads"][:5]), landed=0)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        monkeypatch.setattr("zohotui.tui.arming.ARM_AFTER", 600)
        await stage.pilot.press(*"Taxes you may")
        assert stage.app.screen is dialog
        assert not replay(path).finished


async def test_a_run_that_never_sent_anything_is_asked_about_too(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:3]
    leave_run(tmp_path, sandbox, ids, landed=0)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        assert choices(dialog) == ["LATER", "RESUME", "CLOSE"]
        assert "So far   3 queued" in stage.text(dialog)
        await stage.pilot.press("y")
        assert stage.app.screen is dialog
        await stage.pilot.press("space")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.until(stage.may_type)
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
    assert deleted(sandbox) == ids
