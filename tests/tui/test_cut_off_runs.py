"""The question about runs whose line dropped, and about journals that were cut short."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from textual.widgets import OptionList

from tests.tui.earlier import (
    asked,
    asked_again,
    choices,
    deleted,
    leave_run,
    nothing_is_asked,
    said,
    sent,
)
from tests.tui.practice import NOON, practice
from zohotui.deletion.journal.receipt import receipt_of, write_receipt
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.verify_file import WHOLE, verify_journal
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import CutOff
from zohotui.deletion.model.levers import Cause
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.undo_question import UndoQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.typed_question import Sentence


def cut_off(path: Path) -> None:
    with closing(Journal.reopen(read_journal(path))) as journal:
        journal.record(CutOff(Cause.LINE))


def cut_short(home: Path, sandbox: Sandbox) -> tuple[list[str], Path]:
    """Leave a run of 12 that is all deleted, its receipt, and the beginning of its journal."""
    ids = sandbox.sample_ids()["Leads"][:12]
    path = leave_run(home, sandbox, ids, size=4, landed=4, finished=True)
    write_receipt(path, NOON)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:5]))
    return ids, path


async def test_whoever_comes_back_is_told_what_happened_and_what_the_ways_on_are(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:12]
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=2)
    cut_off(path)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        words = " ".join(stage.text(dialog).split())
        assert "In the middle of this run the terminal was closed, or the line to it" in words
        assert "So far 5 deleted · 7 queued" in words
        assert choices(dialog) == ["LATER", "RESOLVE", "RESUME", "CLOSE"]
        prompts = [str(option.prompt) for option in dialog.query_one(OptionList).options]
        assert prompts[1:] == [
            "Verify (y) 5 deleted ids: reads only",
            "Go on (space) with 7 ids: asks for the sentence",
            "Close it (x) and do not ask again: 7 ids not sent",
        ]
        assert dialog.region.contains_region(dialog.query_one(OptionList).region)
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert stage.runs[0].rows.tally == {State.VERIFIED: 5, State.ENTERED: 7}
    async with practice(tmp_path, size=(120, 40), sandbox=sandbox) as stage:
        dialog = await asked(stage)
        assert dialog.region.contains_region(dialog.query_one(OptionList).region)
        await stage.pilot.press("space")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.until(lambda: not stage.app.screen.query_one(Sentence).disabled)
        await stage.say("delete 7 Leads")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
    assert sent(sandbox) == ids
    assert replay(path).rows.tally == {State.VERIFIED: 12}
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await nothing_is_asked(stage)


async def test_an_undo_that_was_cut_off_is_gone_on_with_or_left(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:3]
    path = leave_run(tmp_path, sandbox, ids, landed=2, finished=True)
    cut_off(path)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        words = " ".join(stage.text(dialog).split())
        assert "In the middle of restoring this run the terminal was closed" in words
        assert "So far 3 deleted · 0 not sent" in words
        assert choices(dialog) == ["LATER", "RESOLVE", "UNDO", "CLOSE"]
        await stage.pilot.press("u")
        await stage.until(lambda: isinstance(stage.app.screen, UndoQuestion))
        await stage.pilot.press("escape")
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("x")
        await stage.until(lambda: said(stage, "The run is closed"))
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await nothing_is_asked(stage)
    assert replay(path).rows.tally == {State.DELETED: 3}


async def test_where_the_receipt_knows_of_more_nothing_but_reading_is_offered(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids, path = cut_short(tmp_path, sandbox)
    receipt, whole = receipt_of(path).read_bytes(), path.read_bytes()
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        # What is closed of it is unknown, and not called never sent.
        await stage.pilot.press("x")
        await stage.until(lambda: said(stage, "The run is closed"))
        assert replay(path).rows.tally == {State.DELETED: 5, State.UNKNOWN: 7}
        path.write_bytes(whole)
        receipt_of(path).write_bytes(receipt)
        dialog = await asked_again(stage, path)
        words = " ".join(stage.text(dialog).split())
        assert "its receipt has more. Receipt: 12 deleted." in words
        assert "So far 5 deleted · 7 unknown · 0 queued" in words
        assert choices(dialog) == ["LATER", "RESOLVE", "CLOSE"]
        assert dialog.region.contains_region(dialog.query_one(OptionList).region)
        await stage.pilot.press("space")
        await stage.pilot.pause()
        assert stage.app.screen is dialog
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert stage.runs[0].rows.tally == {State.GONE: 7, State.VERIFIED: 5}
        assert stage.offers("resume") is False
        await stage.until(lambda: said(stage, "so it is kept"))
    assert sent(sandbox) == deleted(sandbox) == ids
    assert receipt_of(path).read_bytes() == receipt
    assert replay(path).finished


async def test_opening_a_run_renews_its_receipt_or_says_what_is_wrong_with_it(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:3]
    path = leave_run(tmp_path, sandbox, ids, landed=2, finished=True)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await nothing_is_asked(stage)
        await stage.pilot.press("h")
        await stage.until(lambda: stage.app.screen.query_one("#runs", OptionList).options)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.watched)
        assert verify_journal(path).code == WHOLE
        assert receipt_of(path).exists()
    text = receipt_of(path).read_text(encoding="utf-8")
    head = read_journal(path).head
    receipt_of(path).write_text(text.replace(head, head[::-1]), encoding="utf-8")
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await nothing_is_asked(stage)
        await stage.pilot.press("h")
        await stage.until(lambda: stage.app.screen.query_one("#runs", OptionList).options)
        await stage.pilot.press("enter")
        await stage.until(lambda: said(stage, "its receipt has more"))
        assert "its receipt has more" in stage.text()
