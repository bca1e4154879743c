"""What each session would find out once more, found out before the nursery forks.

Styles are parsed and matched, layouts and texts measured, expressions compiled: a practice org is
opened, worked with and left, with nobody at the screen. What is kept of it is what Python and
Textual keep of any session; no thread, file or socket is.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from pathlib import Path

import pytest

from tests.tui.practice import practice
from tests.tui.styles import style_once
from zohotui.tui import arming
from zohotui.tui.app import ZohotuiApp
from zohotui.tui.screens.first_screen import FirstScreen
from zohotui.zoho import deadlines

_PATIENCE = 60.0
"""Seconds after which a thread is taken to live on."""


def warm_up() -> None:
    """Play a session in this process; the apps to come find the styles of this one."""
    style_once(pytest.MonkeyPatch())
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as home:
        patch.setattr(arming, "ARM_AFTER", 0.01)
        patch.setattr(deadlines, "_IDLE", 0.01)
        # As at a terminal, where the list is laid upon its picture.
        patch.setattr(ZohotuiApp, "get_default_screen", lambda _: FirstScreen())
        asyncio.run(_play(Path(home)))
    for thread in set(threading.enumerate()) - {threading.main_thread()}:
        thread.join(_PATIENCE)
        if thread.is_alive():
            raise RuntimeError(f"a child would miss the thread {thread.name}")


async def _play(home: Path) -> None:
    """Go where sessions go most: the list, the question, a run, its record, the help."""
    async with practice(home) as stage:
        await stage.choose("Leads")
        await stage.enter("\n".join(stage.sandbox.org.add_records("Leads", 3)))
        await stage.delete("delete 3 Leads")
        for key in ("enter", "question_mark"):
            below = stage.app.screen
            await stage.pilot.press(key)
            await stage.until(lambda: stage.app.screen is not below)  # noqa: B023 - called here
            await stage.pilot.pause()
            await stage.pilot.press("escape")
            await stage.until(stage.no_dialog)
