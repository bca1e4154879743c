"""What may happen while records are read: none of it sends anything or loses the list."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.app import ComposeResult
from textual.events import Key, Paste

from tests.tui.earlier import bundle, leave_run, said, sent
from tests.tui.fingers import PATIENCE
from tests.tui.practice import NOON, Stage, hold_reads, practice
from tests.tui.test_history import opened
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.typed_question import Sentence

COPIES = "*.snapshot.jsonl.gz"
COMPOSE = DeleteQuestion.compose


class Held:
    """A practice org that answers no read of leads until it is let."""

    def __init__(self) -> None:
        self._gate = threading.Event()
        self.sandbox = Sandbox(clock=lambda: NOON, sleep=self.wait)

    def wait(self, _seconds: float) -> None:
        self._gate.wait(PATIENCE)

    def let(self) -> None:
        """Answer all."""
        self._gate.set()


@asynccontextmanager
async def reviewing(home: Path, held: Held, count: int = 3) -> AsyncIterator[Stage]:
    """Press d, and have the reads under way."""
    async with practice(home, sandbox=held.sandbox) as stage:
        await stage.choose("Leads")
        await stage.enter("\n".join(held.sandbox.sample_ids()["Leads"][:count]))
        hold_reads(held.sandbox)
        await stage.pilot.press("d")
        await stage.until(lambda: stage.app.conductor.confirming.reading)
        assert stage.phase is Phase.REVIEWING
        try:
            yield stage
        finally:
            held.let()


def reads(sandbox: Sandbox) -> int:
    """How many reads of leads arrived."""
    asked = sandbox.ledger.requests
    return sum(one.method == "GET" and one.path.endswith("/Leads") for one in asked)


def copies(home: Path) -> list[str]:
    return [path.name for path in (home / "journals").glob(COPIES)]


async def sentence(stage: Stage) -> DeleteQuestion:
    """Wait for the confirmation, and until it takes keys."""
    await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
    dialog = stage.app.screen
    assert isinstance(dialog, DeleteQuestion)
    await stage.until(stage.may_type)
    return dialog


def typed_before_it_is_drawn(dialog: DeleteQuestion) -> ComposeResult:
    """Compose a question that is on top when a letter comes, and has nothing in it yet."""
    dialog.on_key(Key("e", "e"))
    yield from COMPOSE(dialog)


async def test_no_key_but_the_brakes_counts_while_records_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    async with reviewing(tmp_path, held) as stage:
        ids = [*stage.main.query_one(IdEditor).ids.ids]
        await stage.pilot.press("s")
        early = "You type the sentence when the review is done. Esc stops it."
        await stage.until(lambda: early in " ".join(stage.text().split()))
        await stage.pilot.press(*"dvr", "space", *"uyo", "ctrl+n", "x", "asterisk", *"Rhple")
        await stage.pilot.press("ctrl+r")
        stage.app.post_message(Paste("554023000000201099"))
        text = ["i", *"55402300000020", "m", *"contacts", "enter", "s", "q", "f"]
        others = ["question_mark", "f1", "exclamation_mark", "c", "slash", "w", "ctrl+p"]
        await stage.pilot.press(*text, *others)
        await stage.pilot.pause()
        assert isinstance(stage.app.screen, DeleteQuestion)
        assert stage.phase is Phase.REVIEWING
        assert stage.module() == "Leads"
        # Though nothing answers.
        await stage.pilot.press("escape")
        await stage.until(lambda: said(stage, "The review was stopped; nothing was deleted."))
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert not stage.main.query_one(IdEditor).locked
        assert not copies(tmp_path)
        assert reads(held.sandbox) == 1
        monkeypatch.setattr(DeleteQuestion, "compose", typed_before_it_is_drawn)
        await stage.pilot.press("d")
        await stage.until(lambda: stage.app.conductor.confirming.reading)
        await stage.until(lambda: early in " ".join(stage.text().split()))
        stage.app.conductor.say("That key came too early.")
        await stage.until(lambda: "That key came too early." in stage.told)
        # Keys typed ahead of the sentence are dropped.
        bundle(stage, *"delete", "space", "3", "space", *"Lead", "enter")
        held.let()
        bundle(stage, *"delete", "space", "3", "space", *"Lead", "enter", "enter")
        dialog = await sentence(stage)
        # Nothing lies over the sentence that is to be typed.
        assert "That key came too early." not in stage.told
        await stage.pilot.press("enter")
        assert stage.app.screen is dialog
        assert dialog.query_one(Sentence).value == ""
        assert "delete 3 Leads" in stage.text()
        assert [*stage.main.query_one(IdEditor).ids.ids] == ids
        assert not stage.runs
    assert reads(held.sandbox) == 2
    assert not sent(held.sandbox)


async def test_what_is_asked_in_a_window_too_small_to_read_waits_there(tmp_path: Path) -> None:
    held = Held()
    async with reviewing(tmp_path, held) as stage:
        await stage.resize((40, 10))
        held.let()
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.pilot.press("x", "enter", "escape")
        await stage.resize((80, 24))
        (sentence,) = stage.app.screen.query(Sentence)
        await stage.until(lambda: not sentence.disabled)
        assert not sentence.value
    assert not sent(held.sandbox)


async def test_leaving_while_records_are_read_leaves_nothing_behind(tmp_path: Path) -> None:
    held = Held()
    async with reviewing(tmp_path, held) as stage:
        await stage.until(lambda: copies(tmp_path))
        await stage.pilot.press("ctrl+q")
        await stage.until(lambda: not stage.app.is_running)
        # Its thread ends although the org has not answered.
        await asyncio.to_thread(_until_erased, tmp_path)
    assert not sent(held.sandbox)


def _until_erased(home: Path) -> None:
    end = time.monotonic() + PATIENCE
    while copies(home):
        assert time.monotonic() < end
        time.sleep(0.01)


async def test_a_retry_of_what_is_held_says_why_and_leaving_its_sentence_leaves_no_copies(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    ids = sandbox.sample_ids()["Leads"][:2]
    leave_run(tmp_path, sandbox, ids, landed=0, finished=True)
    for record_id in ids:
        sandbox.org.merge("Leads", record_id)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await opened(stage)
        await stage.pilot.press("r")
        await stage.until(
            lambda: said(stage, "None of them can be deleted: 2 held (being merged).")
        )
        assert stage.phase is Phase.IDLE
        assert stage.no_dialog()
        assert not copies(tmp_path)
        for record_id in ids:
            sandbox.org.unlock("Leads", record_id)
        await stage.pilot.press("r")
        await sentence(stage)
        assert len(copies(tmp_path)) == 1
        await stage.pilot.press("ctrl+q")
        await stage.until(lambda: not stage.app.is_running)
    assert not copies(tmp_path)
    assert not sent(sandbox)


async def test_the_last_run_is_not_exported_by_a_key_typed_ahead(tmp_path: Path) -> None:
    held = Held()
    ids = held.sandbox.sample_ids()["Leads"]
    leave_run(tmp_path, held.sandbox, ids[:3], landed=1, finished=True)
    async with practice(tmp_path, sandbox=held.sandbox) as stage:
        await opened(stage)
        await stage.choose("Leads")
        await stage.enter(ids[5])
        hold_reads(held.sandbox)
        bundle(stage, "d", "e", "l", "e")
        await stage.until(lambda: stage.phase is Phase.REVIEWING)
        held.let()
        await sentence(stage)
        assert len(stage.app.screen_stack) == 2


async def test_what_was_ready_once_is_only_entered_where_nothing_can_be_read_any_more(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids = sandbox.sample_ids()["Leads"][:3]
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.pilot.press("v")
        await stage.until(lambda: "3 ids = 3 ready" in stage.text())
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert len(copies(tmp_path)) == 1
        stage.main.listed.expire()
        sandbox.org.deny("Leads", "READ")
        await stage.pilot.press("d")
        dialog = await sentence(stage)
        assert "NOT REVIEWED: these records were not read" in stage.text(dialog)
        assert "Held back" not in stage.text(dialog)
        assert "Saved" not in stage.text(dialog)
        assert "delete 3 Leads" in stage.text(dialog)
        assert not copies(tmp_path)
