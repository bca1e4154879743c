"""The main job on the screen, and everything that must not start it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Checkbox, Static

from tests.tui.fingers import PATIENCE
from tests.tui.practice import (
    NOON,
    Stage,
    colleague_deletes,
    held_by,
    hold_deletes,
    levers,
    practice,
)
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui import arming
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.typed_question import Sentence


def leads(stage: Stage, number: int) -> list[str]:
    return stage.sandbox.sample_ids()["Leads"][:number]


def sent_deletes(stage: Stage) -> list[str]:
    return [request.path for request in stage.sandbox.ledger.requests if request.method == "DELETE"]


async def test_ids_pasted_and_confirmed_are_deleted_and_told_so(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = leads(stage, 131)
        await stage.choose("Leads")
        await stage.enter("\n".join(["554023000000999999", *ids]))
        await stage.delete("delete 131 Leads", lambda: colleague_deletes(stage.sandbox, ids[130]))
        watched = stage.runs[-1]
        assert watched.rows.tally == {State.VERIFIED: 130, State.GONE: 1, State.MISSING: 1}
        assert sorted(stage.sandbox.ledger.deleted_ids("Leads")) == sorted(ids[:130])
        assert sorted(stage.sandbox.ledger.sent_ids("Leads")) == sorted(ids)
        assert watched.journal
        assert replay(watched.journal).rows.tally == watched.rows.tally
        assert "132 ids = 1 missing + 1 gone + 130 verified" in stage.text()
        assert stage.phase is Phase.IDLE


async def test_a_sentence_counts_only_once_its_question_has_been_seen_long_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arming, "ARM_AFTER", 600)
    async with practice(tmp_path) as stage:
        await stage.choose("Leads")
        await stage.enter(" ".join(leads(stage, 2)))
        await stage.pilot.press("d")
        await stage.until(lambda: stage.app.screen.query(Sentence))
        await stage.type("delete 2 Leads")
        await stage.pilot.press("enter")
        assert isinstance(stage.app.screen, DeleteQuestion)
        assert stage.app.screen.query_one(Sentence).value == ""
        assert not stage.runs
        assert not sent_deletes(stage)


async def test_only_the_very_sentence_typed_sends_and_with_it_what_was_ticked(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        ids = leads(stage, 2)
        await stage.choose("Leads")
        await stage.enter(" ".join(ids))
        dialog = await stage.ask()
        field = dialog.query_one(Sentence)
        field.post_message(Paste("delete 2 Leads"))
        await stage.pilot.pause()
        assert field.value == ""
        for typed in (
            "delete 3 Leads",
            "delete 2 Lead",
            "delete 2 Leads ",
            "",
            "delete",
            "y",
        ):
            dialog.query_one("#hint", Static).update("")
            await stage.say(typed)
            await stage.pilot.pause()
            assert stage.app.screen is dialog, typed
            assert not sent_deletes(stage), typed
            assert "Nothing was sent" in stage.text(dialog), typed
        switch = dialog.query_one(Checkbox)
        assert str(switch.label) == "Run workflow rules: Tell owner, ERP webhook"
        await stage.pilot.press("tab", "space", "tab", "tab")
        assert "off: they do not run" in str(switch.label)
        await stage.pilot.press("ctrl+u")
        await stage.type("delte 2 Leads")
        await stage.pilot.press("enter", "ctrl+u")
        await stage.type("delete 2 Leads")
        assert not sent_deletes(stage)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert stage.sandbox.ledger.deleted_ids("Leads") == ids
        assert {deletion.workflow_fired for deletion in stage.sandbox.ledger.deletions} == {False}


async def test_keys_typed_ahead_and_enter_held_down_send_nothing(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.choose("Leads")
        await stage.enter(" ".join(leads(stage, 2)))
        await stage.pilot.press("d", "d")
        await stage.type("delete")
        await stage.pilot.press(*["enter"] * 3)
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.until(stage.may_type)
        await stage.pilot.press(*["enter"] * 10)
        assert isinstance(stage.app.screen, DeleteQuestion)
        assert len(stage.app.screen_stack) == 2
        assert not sent_deletes(stage)


async def test_the_confirmation_names_what_it_is_about_and_leaving_it_sends_nothing(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        await stage.choose("Leads")
        await stage.enter("\n".join([*leads(stage, 4), "nonsense", leads(stage, 1)[0]]))
        words = stage.text(await stage.ask())
        for telling in (
            "Acme Ltd · PRODUCTION · LOCAL · anna@acme.example",
            "4 ids",
            "1 duplicate · 1 entry not an id",
            "restorable until 25 Jan 2027",
            "4 deleted, unless Zoho refuses some",
            "Jürgen Weiß",
            "4 records, ",
        ):
            assert telling in words
        assert f"in{tmp_path / 'journals'}" in "".join(words.split())
        for key in ("escape", "ctrl+q"):
            await stage.ask()
            await stage.pilot.press(*"delete", "space", key)
            await stage.pilot.pause()
            assert not sent_deletes(stage), key
            assert not stage.runs, key


async def test_a_stopped_run_says_what_was_not_sent_and_retry_takes_just_that(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids = sandbox.sample_ids()["Leads"][:301]
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        sandbox.faults.add(Fault(kind=FaultKind.FLAT_ERROR, status=403, code="NO_PERMISSION"))
        await stage.ask()
        await stage.say("delete 301 Leads")
        await stage.until(lambda: "NO_PERMISSION" in stage.text())
        assert stage.phase is Phase.PAUSED
        await stage.pilot.press("s", "y")
        await stage.until(lambda: stage.runs[-1].finished)
        assert stage.runs[-1].rows.tally == {State.FAILED: 1, State.NOT_SENT: 300}
        await stage.delete_again("delete 301 Leads")
        assert stage.runs[-1].rows.tally == {State.VERIFIED: 301}
        assert sorted(sandbox.ledger.deleted_ids("Leads")) == sorted(ids)


async def test_space_pauses_and_resumes_a_run(tmp_path: Path) -> None:
    gate = threading.Event()
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(gate))
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids = sandbox.sample_ids()["Leads"][:201]
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.ask()
        hold_deletes(sandbox)
        await stage.say("delete 201 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].in_flight)
        await stage.pilot.press("space")
        assert stage.phase is Phase.PAUSED
        gate.set()
        await stage.until(lambda: not stage.runs[-1].in_flight)
        assert stage.runs[-1].rows.tally == {State.DELETED: 1, State.ENTERED: 200}
        await stage.pilot.press("space")
        await stage.until(lambda: stage.runs[-1].finished)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert stage.runs[-1].rows.tally == {State.VERIFIED: 201}


async def test_what_cannot_be_looked_up_stays_unknown_until_it_can(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = stage.sandbox.sample_ids()["Leads"][:51]
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        stage.sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY_AFTER, skip=1))
        await stage.ask()
        # The records have been read by now; the next read is that of the ids in doubt.
        refused = Fault(
            kind=FaultKind.FLAT_ERROR, method="GET", path="/Leads", status=403, code="NO_PERMISSION"
        )
        stage.sandbox.faults.add(refused)
        await stage.say("delete 51 Leads")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert stage.runs[-1].rows.tally == {State.DELETED: 1, State.UNKNOWN: 50}
        assert any("NO_PERMISSION" in one for one in stage.told)
        assert stage.offers("retry") is False
        stage.pane.table.go_to(5)
        await stage.until(lambda: "Do not delete it again before you know" in stage.text())
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs[-1].rows.tally == {State.VERIFIED: 51})
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert stage.sandbox.ledger.sent_ids("Leads") == ids
        await stage.until(lambda: "51 ids = 51 verified" in stage.text())
        assert stage.runs[-1].rows.outcome(5).code == "FOUND_IN_BIN"
        assert stage.offers("retry") is False


async def test_quitting_in_a_run_asks_and_lets_what_is_in_flight_land(tmp_path: Path) -> None:
    gate = threading.Event()
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(gate))
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids = sandbox.sample_ids()["Leads"][:401]
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.ask()
        hold_deletes(sandbox)
        await stage.say("delete 401 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].in_flight)
        await stage.pilot.press("q")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        await stage.pilot.press("n")
        await stage.until(stage.no_dialog)
        await stage.pilot.press("ctrl+q")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        await stage.pilot.press("y")
        gate.set()
        await stage.until(lambda: stage.runs[-1].finished)
        rows = stage.runs[-1].rows
        assert rows.count(State.DELETED) == len(sandbox.ledger.deleted_ids("Leads"))
        assert rows.count(State.DELETED, State.NOT_SENT) == 401


async def test_a_journal_that_cannot_be_written_stops_everything_before_it_leaves(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        await stage.choose("Leads")
        await stage.enter(" ".join(leads(stage, 2)))
        await stage.ask()
        (tmp_path / "journals").rename(tmp_path / "elsewhere")
        (tmp_path / "journals").write_text("in the way")
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert not sent_deletes(stage)
        assert stage.runs[-1].rows.tally == {State.NOT_SENT: 2}


async def test_a_home_that_cannot_keep_a_run_ends_it_before_the_review(tmp_path: Path) -> None:
    (tmp_path / "journals").write_text("in the way")
    async with practice(tmp_path) as stage:
        await stage.choose("Leads")
        await stage.enter(" ".join(leads(stage, 2)))
        await stage.pilot.press("d")
        told = (
            "cannot be used for the journal of a run: File exists. ZOHOTUI_HOME can name a folder"
        )
        await stage.until(lambda: any(told in n for n in stage.told))
        assert stage.phase is Phase.IDLE
        assert stage.no_dialog()
        assert not sent_deletes(stage)


async def test_nothing_more_leaves_once_the_screen_is_gone(tmp_path: Path) -> None:
    gate = threading.Event()
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(gate))
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids = sandbox.sample_ids()["Leads"][:301]
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.ask()
        hold_deletes(sandbox)
        await stage.say("delete 301 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].in_flight)
        watched = stage.runs[-1]

        def answer_once_stopped() -> None:
            levers(watched).wait(PATIENCE)
            gate.set()

        threading.Thread(target=answer_once_stopped).start()
        stage.app.exit()
    assert levers(watched).stopped
    assert watched.job is not None
    assert watched.job.over.wait(PATIENCE)
    assert sandbox.ledger.sent_ids("Leads") == ids[:1]
    assert watched.journal
    read = replay(watched.journal)
    assert read.rows.tally == {State.DELETED: 1, State.ENTERED: 300}
    assert read.cut_off == "screen"


async def test_sentence_and_hint_are_in_sight_in_every_window_that_allows_deleting(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        doubtful = ["554023000000201000", "5540230000002010", "55402300000020"]
        await stage.choose("Leads")
        await stage.enter("\n".join([*leads(stage, 80), *doubtful, "nonsense"]))
        for size in ((80, 24), (70, 22), (60, 20), (44, 16)):
            await stage.resize(size)
            dialog = await stage.ask()
            await stage.pilot.pause()
            for name in ("#workflows", "#reason", "#sentence", "#hint"):
                widget = dialog.query_one(name)
                assert widget.region.height, size
                assert dialog.region.contains_region(widget.region), size
                inside = dialog.query_one("#confirm").content_region
                assert inside.contains_region(widget.region), size
            shown = str(dialog.query_one("#workflows").render_line(0).text)
            assert "Run workflow rules: Tell" in shown, size
            await stage.pilot.press("escape")
            await stage.until(stage.no_dialog)


async def test_a_key_after_a_paste_is_still_a_command(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.choose("Leads")
        stage.app.post_message(Paste(leads(stage, 1)[0]))
        await stage.until(lambda: "1 id = 1 entered" in stage.text())
        await stage.ask()
