"""The scenes that the README shows, played on the practice org."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.tui.practice import NOON, Stage, practice
from zohotui.deletion.outcomes import State
from zohotui.sandbox import Org, Sandbox, sample_file
from zohotui.tui.screens.open_file import OpenFile
from zohotui.tui.widgets.results_pane import ResultsPane

SIZE = (100, 30)

Scene = Callable[[Stage], Awaitable[None]]


async def ready(stage: Stage) -> None:
    """Open a list and choose a module; nothing is sent."""
    await stage.choose("Leads")
    await stage.pilot.press("escape", "o")
    await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
    await stage.pilot.press("enter")
    await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
    await stage.pilot.press("enter")
    await stage.until(lambda: len(stage.main.query_one(ResultsPane).rows))


async def confirmation(stage: Stage) -> None:
    """Ask, and type half of the sentence."""
    await ready(stage)
    dialog = await stage.ask()
    await stage.until(lambda: "Looked at" in stage.text(dialog))
    await stage.pilot.press(*"delete", "space", "5")


async def results(stage: Stage) -> None:
    """Finish a run and highlight a record that was refused."""
    await ready(stage)
    await stage.delete("delete 59 Leads")
    pane = stage.main.query_one(ResultsPane)
    refused = next(pane.rows.places({State.FAILED}))
    pane.table.go_to(refused)
    await stage.until(lambda: stage.main.detail and "RECORD_LOCKED" in stage.text())


SCENES: dict[str, Scene] = {"ready": ready, "confirmation": confirmation, "results": results}


async def draw(name: str, home: Path) -> str:
    """Play a scene and return it as SVG."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    sandbox = Sandbox(Org.sample(), clock=lambda: NOON)
    sample = home / "practice-leads.csv"
    sample.write_text(sample_file(sandbox.org), encoding="utf-8")
    async with practice(home, size=SIZE, sandbox=sandbox, sample=sample, practice=True) as stage:
        await SCENES[name](stage)
        await stage.pilot.pause()
        return stage.app.export_screenshot(title="zohotui --demo", simplify=True)
