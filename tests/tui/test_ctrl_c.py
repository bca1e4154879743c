"""What ctrl+c says where it ends nothing: true in every phase, and in words of ours."""

from __future__ import annotations

from pathlib import Path

from tests.tui.practice import Stage, practice


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
