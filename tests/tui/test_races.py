"""Things that happen at the same time, or in the wrong order, and must not matter."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

from textual import events

from tests.tui.earlier import said
from tests.tui.practice import NOON, held_by, hold_deletes, levers, practice
from tests.tui.signing_in import begin_run
from zohotui.deletion.ids.pasted import parse_text
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.activity import RunActivity
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.id_editor import IdEditor


async def test_a_second_command_in_the_same_bundle_leaves_no_locked_screen(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path, sample=tmp_path / "none.csv") as stage:
        await stage.choose("Leads")
        for second in ("o", "e", "r", "n"):
            await stage.enter(" ".join(stage.sandbox.sample_ids()["Leads"][:2]))
            for key in ("d", second):
                stage.app.post_message(events.Key(key, key))
            await stage.until(
                lambda: any(isinstance(screen, DeleteQuestion) for screen in stage.app.screen_stack)
            )
            while not stage.no_dialog():
                await stage.pilot.press("escape")
                await stage.pilot.pause()
            await stage.until(lambda: stage.phase is Phase.IDLE)
            assert not stage.main.query_one(IdEditor).locked, second


async def test_an_id_taken_out_of_the_editor_does_not_come_back(tmp_path: Path) -> None:
    file_ids = parse_text("\n".join(str(554023000001000001 + n) for n in range(30_000)), "f.txt")
    async with practice(tmp_path) as stage:
        editor = stage.main.query_one(IdEditor)
        editor.take(file_ids, add=False)
        editor.text_area.text = "554023000009999999"
        editor.read_now()
        assert editor.busy
        editor.text_area.text = ""
        editor.read_now()
        await stage.until(lambda: not editor.busy)
        await stage.pilot.pause()
        assert len(editor.ids.ids) == 30_000
        assert 554023000009999999 not in editor.ids.ids
        # Several large lists at once all arrive, and nothing stays busy.
        for start in (40_000, 60_000, 80_000):
            ids = (str(554023000001000001 + start + n) for n in range(15_000))
            editor.take(parse_text("\n".join(ids), "f.txt"), add=True)
        await stage.until(lambda: not editor.busy and len(editor.ids.ids) == 75_000)


async def test_a_pause_lifted_before_it_was_felt_is_not_shown_as_a_pause(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids = sandbox.sample_ids()["Leads"][:201]
        sandbox.faults.add(Fault(kind=FaultKind.FLAT_ERROR, status=403, code="NO_PERMISSION"))
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.ask()
        await stage.say("delete 201 Leads")
        await stage.until(lambda: stage.phase is Phase.PAUSED)
        watched = stage.runs[-1]
        levers(watched).resume()
        await stage.until(lambda: watched.finished)
        await stage.until(lambda: stage.phase is Phase.IDLE)


async def test_what_is_pressed_in_a_run_stops_it_once_and_only_if_that_is_said(
    tmp_path: Path,
) -> None:
    gate = threading.Event()
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(gate))
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await begin_run(stage, 50, lambda: hold_deletes(sandbox))
        await stage.until(lambda: stage.runs[-1].in_flight)
        await stage.pilot.press("ctrl+c")
        await stage.until(lambda: said(stage, "ctrl+c does not stop a run. ctrl+q asks whether"))
        assert stage.phase is Phase.RUNNING
        # ctrl+z: the guard pulls the lever in its own thread, before the screen hears of it.
        desk = stage.app.conductor.desk
        levers(stage.runs[-1]).pause()
        stopping = asyncio.ensure_future(desk.stand_still())
        await asyncio.sleep(0)
        assert isinstance(desk.activity, RunActivity)
        assert desk.activity.waits_for_admin
        await stage.until(lambda: stage.phase is Phase.PAUSED)
        # Asking twice stacks no questions.
        await stage.pilot.press("ctrl+q")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        await stage.pilot.press("ctrl+q")
        await stage.pilot.pause()
        assert sum(isinstance(screen, Ask) for screen in stage.app.screen_stack) == 1
        await stage.pilot.press("y")
        await stage.until(lambda: desk.leaving)
        await stage.pilot.press("ctrl+c")
        await stage.until(lambda: said(stage, "quits after the requests in flight"))
        gate.set()
        await stage.until(lambda: stage.runs[-1].finished)
        assert levers(stage.runs[-1]).stopped
        assert await stopping
        await stage.until(lambda: not stage.app.is_running)


async def test_a_second_program_on_the_same_module_is_told_who_is_at_work(tmp_path: Path) -> None:
    gate = threading.Event()
    sandbox = Sandbox(clock=lambda: NOON, sleep=held_by(gate))
    ids = sandbox.sample_ids()["Leads"]
    async with practice(tmp_path, sandbox=sandbox) as first:
        await first.choose("Leads")
        await first.enter(ids[0])
        await first.ask()
        async with practice(tmp_path, sandbox=sandbox) as second:
            await second.choose("Leads")
            await second.enter(ids[1])
            await second.ask()
            hold_deletes(sandbox)
            await first.say("delete 1 Leads")
            await first.until(lambda: first.runs and first.runs[-1].in_flight)
            await second.say("delete 1 Leads")
            await second.until(lambda: second.runs and second.runs[-1].over)
            await second.until(lambda: second.phase is Phase.IDLE)
            assert second.runs[-1].rows.tally == {State.NOT_SENT: 1}
            await second.enter(ids[1])
            await second.pilot.press("d")
            told = f"Another zohotui is deleting Leads in this org: process {os.getpid()} on "
            await second.until(lambda: any(told in n for n in second.told))
            assert second.phase is Phase.IDLE
            assert second.no_dialog()
            gate.set()
            await first.until(lambda: first.runs[-1].finished)
    assert sandbox.ledger.sent_ids("Leads") == ids[:1]
