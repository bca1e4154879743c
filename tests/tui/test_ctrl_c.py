"""What ctrl+c says where it ends nothing: true in every phase, and in words of ours."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from tests.tui.earlier import said
from tests.tui.practice import NOON, Stage, hold_deletes, practice
from tests.tui.signing_in import begin_run
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.phase import Phase


def told(stage: Stage) -> list[str]:
    return list(stage.told)


async def test_ctrl_c_says_how_to_leave_and_how_to_copy(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.pilot.press("escape", "ctrl+c")
        await stage.until(lambda: told(stage) == ["ctrl+q quits zohotui."])
        await stage.enter("\n".join(stage.sandbox.sample_ids()["Leads"][:3]))
        await stage.until(lambda: stage.detail)
        await stage.pilot.press("ctrl+c")
        await stage.until(lambda: told(stage) == ["ctrl+q quits zohotui. c copies the id."])
        await stage.pilot.press("ctrl+q")
        await stage.until(lambda: not stage.app.is_running)


async def test_ctrl_c_in_a_run_says_that_it_stops_nothing(tmp_path: Path) -> None:
    gate = Event()

    def sleep(_: float) -> None:
        gate.wait()

    sandbox = Sandbox(clock=lambda: NOON, sleep=sleep)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        try:
            await begin_run(stage, 3, lambda: hold_deletes(sandbox))
            await stage.pilot.press("ctrl+c")
            await stage.until(
                lambda: said(stage, "ctrl+c does not stop a run. ctrl+q asks whether")
            )
            assert stage.phase is Phase.RUNNING
            await stage.pilot.press("ctrl+q")
            await stage.until(lambda: isinstance(stage.app.screen, Ask))
            await stage.pilot.press("y")
            await stage.until(lambda: stage.app.conductor.desk.leaving)
            await stage.pilot.press("ctrl+c")
            await stage.until(lambda: said(stage, "quits after the requests in flight"))
        finally:
            gate.set()
        await stage.until(lambda: not stage.app.is_running)
