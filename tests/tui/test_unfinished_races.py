"""The question about an unfinished run, between other dialogs, other programs and other keys."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.tui.earlier import (
    asked,
    bundle,
    earlier,
    left_behind,
    said,
    sent,
)
from tests.tui.practice import NOON, PATIENCE, hold_deletes, hold_reads, practice
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, this_tool
from zohotui.deletion.look_back import EarlierRun
from zohotui.deletion.model.events import Landed, Resumed, Sent
from zohotui.deletion.model.outcome import State
from zohotui.deletion.run.answer import read_landing
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.unfinished import UnfinishedRun
from zohotui.tui.phase import Phase
from zohotui.tui.runs import UNFINISHED
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.typed_question import Sentence


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=lambda: NOON)


BUNDLES: list[Sequence[str]] = [
    ["enter", "enter"],
    ["escape", "x"],
    ["escape", "space", "y"],
]


@pytest.mark.parametrize("keys", BUNDLES, ids="+".join)
async def test_keys_in_one_bundle_answer_once(
    tmp_path: Path, sandbox: Sandbox, keys: Sequence[str]
) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    whole = path.read_bytes()
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        bundle(stage, *keys)
        await stage.until(stage.no_dialog)
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert not stage.runs
    assert path.read_bytes() == whole
    assert sent(sandbox) == ids[:9]


@pytest.mark.parametrize("keys", [["y", "y", "x"], ["down", "enter", "enter"]])
async def test_looking_up_twice_in_one_bundle_looks_up_once(
    tmp_path: Path, sandbox: Sandbox, keys: Sequence[str]
) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        bundle(stage, *keys)
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert len(stage.runs) == 1
    assert sum(b'"resolved"' in line for line in path.read_bytes().splitlines()) == 1
    assert not replay(path).finished
    assert sent(sandbox) == ids[:9]


async def test_the_sentence_in_one_bundle_with_the_choice_is_dropped(
    tmp_path: Path,
) -> None:
    gate = threading.Event()

    def held(_seconds: float) -> None:
        gate.wait(PATIENCE)

    sandbox = Sandbox(clock=lambda: NOON, sleep=held)
    ids, path = left_behind(tmp_path, sandbox)
    whole = path.read_bytes()
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        hold_reads(sandbox)
        bundle(stage, "space", *"delete", "space", "3", "space", *"Leads", "enter", "enter")
        await stage.until(lambda: stage.app.conductor.desk.asks)
        gate.set()
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.pilot.pause()
        assert stage.app.screen.query_one(Sentence).value == ""
        assert not stage.runs
    assert path.read_bytes() == whole
    assert sent(sandbox) == ids[:9]


async def test_keys_in_one_bundle_with_the_choice_send_nothing_typed_ahead(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids, _ = left_behind(tmp_path, sandbox)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        bundle(stage, "space", *"delete", "space", "3", "space", *"Lead", "enter", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        dialog = stage.app.screen
        await stage.until(stage.may_type)
        await stage.pilot.pause()
        assert stage.app.screen is dialog
        assert dialog.query_one(Sentence).value == ""
        assert not stage.runs
    assert sent(sandbox) == ids[:9]


@pytest.mark.parametrize("key", ["x", "enter"])
async def test_keys_typed_ahead_of_a_question_that_nobody_asked_for_are_dropped(
    tmp_path: Path, sandbox: Sandbox, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = left_behind(tmp_path, sandbox)
    whole = path.read_bytes()
    monkeypatch.setattr("zohotui.tui.arming.ARM_AFTER", 600)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.until(lambda: isinstance(stage.app.screen, UnfinishedRun))
        bundle(stage, key, key)
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, UnfinishedRun)
        assert len(stage.app.screen_stack) == 2
    assert path.read_bytes() == whole


async def test_two_programs_do_not_both_go_on_with_one_run(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """The second has confirmed what the first has carried out meanwhile."""
    ids, path = left_behind(tmp_path, sandbox)
    async with practice(tmp_path, sandbox=sandbox) as second:
        await asked(second)
        await second.pilot.press("space")
        await second.until(lambda: isinstance(second.app.screen, DeleteQuestion))
        await second.until(second.may_type)
        _another_goes_on(tmp_path, sandbox, path)
        await second.say("delete 3 Leads")
        await second.until(lambda: second.runs and second.phase is Phase.IDLE)
        await second.until(lambda: said(second, "Nothing was sent"))
        assert second.runs[-1].rows.tally == replay(path).rows.tally
        assert second.runs[-1].rows.count(State.NOT_SENT) == 0
        assert "3 unknown" not in second.text()
    assert sorted(sent(sandbox)) == sorted(ids)


def _another_goes_on(home: Path, sandbox: Sandbox, path: Path) -> None:
    """Send the last batch from another process, which dies without a `finished`."""
    read = replay(path)
    *_, batch = read.plan.batches()
    with earlier(home, sandbox) as (crm, _), closing(Journal.reopen(read_journal(path))) as journal:
        journal.record(Resumed(this_tool()))
        journal.record(Sent(batch))
        answer = crm.delete_records("Leads", [*map(str, batch.ids)])
        journal.record(Landed(batch, tuple(read_landing(batch, answer).outcomes or ())))


def held_back(patch: pytest.MonkeyPatch) -> threading.Event:
    """Let the looking for unfinished runs wait for a gate, as over a slow disk."""
    gate = threading.Event()

    def slow(path: Path) -> JournalFile:
        gate.wait(PATIENCE)
        return read_journal(path)

    patch.setattr("zohotui.deletion.look_back.read_journal", slow)
    return gate


async def test_it_is_not_asked_over_a_confirmation_that_is_about_to_open(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = left_behind(tmp_path, sandbox)
    gate = held_back(monkeypatch)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        target, new = stage.org.target, sandbox.sample_ids()["Leads"][0]
        assert target is not None
        await stage.choose("Leads")
        await stage.enter(new)
        gate.set()
        stage.main.action_command("delete")
        # What was found comes between the key and the dialog.
        watched = ShownRun.of(EarlierRun(read_journal(path), ""), time.monotonic)
        stage.app.conductor.runs.ask_about(target, [watched])
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, DeleteQuestion)
        await stage.pilot.press("escape")
        await asked(stage)
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        assert stage.phase is Phase.IDLE
        assert not stage.main.query_one(IdEditor).locked


async def test_it_is_not_asked_in_a_run_but_when_that_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()

    def held(_seconds: float) -> None:
        answer.wait(PATIENCE)

    sandbox = Sandbox(clock=lambda: NOON, sleep=held)
    left_behind(tmp_path, sandbox)
    gate = held_back(monkeypatch)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        new = sandbox.sample_ids()["Leads"][0]
        await stage.choose("Leads")
        await stage.enter(new)
        await stage.ask()
        hold_deletes(sandbox)
        await stage.say("delete 1 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].in_flight)
        gate.set()
        await stage.until(lambda: UNFINISHED in stage.app.conductor.desk.waiting)
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert stage.phase is Phase.RUNNING
        answer.set()
        await asked(stage)
        assert stage.runs[-1].rows.tally == {State.VERIFIED: 1}
