"""The question about an unfinished run, between other dialogs, other programs and other keys."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.tui.earlier import (
    ask_about,
    asked,
    asked_again,
    bundle,
    left_behind,
    sent,
)
from tests.tui.fingers import PATIENCE
from tests.tui.practice import NOON, held_by, hold_deletes, hold_reads, practice
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Sandbox
from zohotui.tui import arming
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.unfinished import UnfinishedRun
from zohotui.tui.keys.phase import Phase
from zohotui.tui.runs import UNFINISHED
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.typed_question import Sentence


async def test_keys_in_one_bundle_answer_once(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    whole = path.read_bytes()
    shortly = arming.ARM_AFTER
    # Before the question opens, which nobody asked for: keys typed ahead of it are dropped.
    monkeypatch.setattr(arming, "ARM_AFTER", 600)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.until(lambda: isinstance(stage.app.screen, UnfinishedRun))
        for key in ("x", "enter"):
            bundle(stage, key, key)
            await stage.pilot.pause()
            assert isinstance(stage.app.screen, UnfinishedRun), key
            hint = stage.app.screen.query_one("#hint")
            assert hint.display, key
            assert "That key came too soon" in stage.text(), key
            assert hint.region.bottom < stage.app.size.height
            assert len(stage.app.screen_stack) == 2, key
        stage.app.screen.dismiss(None)
        await stage.until(stage.no_dialog)
        monkeypatch.setattr(arming, "ARM_AFTER", shortly)
        for keys in (["enter", "enter"], ["escape", "x"], ["escape", "space", "y"]):
            await asked_again(stage, path)
            bundle(stage, *keys)
            await stage.until(stage.no_dialog)
            await stage.pilot.pause()
            assert stage.no_dialog(), keys
            assert not stage.runs, keys
            assert path.read_bytes() == whole, keys
        # Looking up twice looks up once.
        await asked_again(stage, path)
        bundle(stage, "y", "y", "x")
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
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(gate))
    ids, path = left_behind(tmp_path, sandbox)
    whole = path.read_bytes()
    sentence = [*"delete", "space", "3", "space", *"Leads", "enter", "enter"]
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        bundle(stage, "space", *sentence)
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        dialog = stage.app.screen
        await stage.until(stage.may_type)
        await stage.pilot.pause()
        assert stage.app.screen is dialog
        assert dialog.query_one(Sentence).value == ""
        assert not stage.runs
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        # While its records are still being read.
        await asked_again(stage, path)
        hold_reads(sandbox)
        bundle(stage, "space", *sentence)
        await stage.until(lambda: stage.app.conductor.desk.asks)
        gate.set()
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.pilot.pause()
        assert stage.app.screen.query_one(Sentence).value == ""
        assert not stage.runs
    assert path.read_bytes() == whole
    assert sent(sandbox) == ids[:9]


def held_back(patch: pytest.MonkeyPatch) -> threading.Event:
    """Let the looking for unfinished runs wait for a gate, as over a slow disk."""
    gate = threading.Event()

    def slow(path: Path) -> JournalFile:
        gate.wait(PATIENCE)
        return read_journal(path)

    patch.setattr("zohotui.deletion.look_back.read_journal", slow)
    return gate


async def test_it_is_not_asked_over_a_confirmation_that_opens_nor_in_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(answer))
    _, path = left_behind(tmp_path, sandbox)
    gate = held_back(monkeypatch)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.choose("Leads")
        await stage.enter(sandbox.sample_ids()["Leads"][0])
        gate.set()
        stage.main.action_command("delete")
        # What was found comes between the key and the dialog.
        ask_about(stage, path)
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, DeleteQuestion)
        await stage.until(stage.may_type)
        hold_deletes(sandbox)
        await stage.say("delete 1 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].in_flight)
        await stage.pilot.pause()
        assert UNFINISHED in stage.app.conductor.desk.waiting
        assert stage.no_dialog()
        assert stage.phase is Phase.RUNNING
        answer.set()
        await asked(stage)
        assert stage.runs[-1].rows.tally == {State.VERIFIED: 1}
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert not stage.main.query_one(IdEditor).locked
