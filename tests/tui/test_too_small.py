"""In a window too small to be read no key acts on what is not seen, and all goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event

import pytest
from textual.events import Paste, Resize
from textual.geometry import Size

from tests.tui.fingers import PATIENCE
from tests.tui.practice import NOON, Stage, held_by, hold_deletes, levers, practice
from tests.tui.signing_in import begin_run
from tests.tui.test_sizes import SMALL, asked, palette
from zohotui.sandbox import Sandbox
from zohotui.tui import arming
from zohotui.tui.app import unseen
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.keys.phase import Phase
from zohotui.tui.terminal.sizes import LEAST, SENTENCE, instead
from zohotui.tui.widgets import typed_question as confirm


def _sent(stage: Stage) -> list[str]:
    return stage.sandbox.ledger.sent_ids("Leads")


async def test_a_sentence_in_a_window_too_small_to_read_confirms_nothing(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await asked(stage)
        sentence = stage.app.screen.query_one(confirm.Sentence)
        await stage.type("delete")
        for size in [(3, 2), (43, 24), (80, 15)]:
            await stage.resize(size)
            await stage.pilot.press("space", "4", "0", "space", *"Leads", "enter", "escape")
            await stage.pilot.click(offset=(1, 1))
            stage.app.post_message(Paste("555123000000100001"))
            await stage.pilot.pause()
            assert stage.app.focused is sentence
            assert sentence.value == "delete"
        await stage.resize(LEAST)
        await stage.pilot.press("space", "4", "0", "space", *"Leads")
        assert not _sent(stage)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert len(_sent(stage)) == 40


async def test_keys_count_again_once_a_question_could_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with practice(tmp_path) as stage:
        await asked(stage)
        await stage.resize((3, 2))
        monkeypatch.setattr(arming, "ARM_AFTER", PATIENCE * 100)
        stage.app.post_message(Resize(LEAST, LEAST))
        await stage.until(lambda: stage.app.window.size == LEAST)
        await stage.pilot.press(*"delete", "space", "4", "0", "space", *"Leads", "enter")
        assert not stage.app.screen.query_one(confirm.Sentence).value
        assert not _sent(stage)


@asynccontextmanager
async def _held_run(home: Path) -> AsyncIterator[tuple[Stage, Event]]:
    """Begin to delete three ids, whose answers come behind the gate; all of them are sent."""
    gate = Event()
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(gate))
    async with practice(home, sandbox=sandbox) as stage:
        try:
            ids = await begin_run(stage, 3, lambda: hold_deletes(sandbox))
            yield stage, gate
        finally:
            gate.set()
        await stage.until(lambda: stage.runs[-1].finished)
        assert sorted(_sent(stage)) == sorted(ids)


async def test_a_run_goes_on_under_a_window_too_small_and_is_not_left_unasked(
    tmp_path: Path,
) -> None:
    async with _held_run(tmp_path) as (stage, gate):
        await stage.resize(*SMALL, LEAST)
        await palette(stage)
        await stage.resize((4, 2), (5, 2), (5, 5))
        await stage.pilot.press("s", "ctrl+q", "y", "q", "y")
        assert stage.app.is_running
        assert str(stage.phase) == Phase.RUNNING
        gate.set()
        await stage.resize((80, 24))
        await stage.until(lambda: "3 ids = 3 verified" in stage.text(stage.shown))


async def test_space_pauses_a_run_in_a_window_too_small_and_does_not_go_on_with_it(
    tmp_path: Path,
) -> None:
    async with _held_run(tmp_path) as (stage, _):
        await stage.resize((43, 10))
        running = "A run is in progress: DELETING; space pauses."
        assert unseen(stage.phase, stage.app.keys) == running
        await stage.pilot.press("space")
        assert stage.phase is Phase.PAUSED
        assert unseen(stage.phase, stage.app.keys) == "A run is in progress: PAUSED."
        await stage.pilot.press("space", "enter", "s")
        assert stage.phase is Phase.PAUSED
        assert stage.watched
        assert levers(stage.watched).paused
        await stage.resize((80, 24))
        await stage.pilot.press("space")
        assert str(stage.phase) == Phase.RUNNING


async def test_without_a_run_a_window_too_small_can_but_be_left(tmp_path: Path) -> None:
    async with practice(tmp_path, size=(43, 10)) as stage:
        await stage.pilot.press("space")
        assert stage.phase is Phase.IDLE
        assert unseen(stage.phase, stage.app.keys) == "ctrl+q quits."
        await stage.resize((3, 2))
        await stage.pilot.press("q")
        assert stage.app.is_running
        await stage.pilot.press("ctrl+q")
        await stage.until(lambda: not stage.app.is_running)


async def test_what_opens_in_a_window_too_small_waits_there(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.resize((2, 1))
        stage.app.push_screen(Ask("Stop?", "Stop", "Stay"))
        await stage.pilot.press("y", "enter")
        assert isinstance(stage.app.screen, Ask)
        await stage.resize((80, 24))
        assert "Stop?" in stage.text()
        await stage.pilot.press("n")
        await stage.until(stage.no_dialog)


@pytest.mark.parametrize("height", [1, 2, 3, 8, 15, 40])
def test_what_stands_in_place_of_a_screen_fits_each_window(height: int) -> None:
    for width in range(1, 90):
        shown = instead(Size(width, height), "A run is in progress: DELETING.")
        texts = [one.text for one in shown.segments if not one.control]
        assert len(texts) == height
        assert max(map(len, texts)) <= width
        assert any(texts)
    assert SENTENCE in " ".join(texts)
