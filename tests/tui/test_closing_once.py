"""A key that comes twice in one bundle closes one screen, and not the one below too."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from textual import events

from tests.tui.earlier import bundle
from tests.tui.practice import Stage, practice
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.dialog import Dialog, is_drawn
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.dialogs.pages import Help
from zohotui.tui.dialogs.palette import Palette
from zohotui.tui.keys.keymap import STANDARD
from zohotui.tui.keys.phase import Phase


async def test_an_answer_given_twice_is_one_answer(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.app.push_screen(Help(STANDARD))
        for key in ("y", "n", "enter"):
            await stage.app.push_screen(Ask("Really?", "Yes", "No"))
            bundle(stage, key, key, key)
            await stage.until(lambda: not isinstance(stage.app.screen, Ask))
            await stage.pilot.pause()
            assert isinstance(stage.app.screen, Help), key


async def test_the_palettes_close_once(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        # As it still looks for commands.
        await stage.app.push_screen(closed := Palette())
        await closed.dismiss()
        await closed._gather_commands("theme").wait()
        assert stage.app.fault is None
        await stage.until(stage.no_dialog)
        stage.app.conductor.stack.open_themes()
        await closes_once(stage, "light", "enter")
        for key in ("escape", "enter"):
            await stage.pilot.press("ctrl+p")
            await closes_once(stage, "theme", key)


async def closes_once(stage: Stage, wanted: str, key: str) -> None:
    """Find something in the palette, and end it thrice in one bundle."""
    await stage.until(lambda: isinstance(stage.app.screen, Palette))
    palette = stage.app.screen
    await stage.pilot.press(*wanted, "down")
    bundle(stage, key, key, key)
    await stage.until(lambda: stage.app.screen is not palette)
    await stage.pilot.pause()
    assert stage.app.fault is None, (wanted, key)


async def test_keys_before_a_dialog_is_put_together_end_nothing(tmp_path: Path) -> None:
    early: list[tuple[Dialog[Any], list[str]]] = [
        (Help(STANDARD), ["turn(1)", "narrow", "leave"]),
        (OpenFile(None, None, 0, at_once=False), ["elsewhere('view')"]),
    ]
    async with practice(tmp_path) as stage:
        for dialog, keys in early:
            stage.app.push_screen(dialog)
            for key in keys:
                await stage.app.run_action(key, dialog)
            await stage.until(lambda dialog=dialog: is_drawn(dialog) or stage.no_dialog())  # type: ignore[misc]
            await stage.pilot.press("escape")
            await stage.until(stage.no_dialog)
            assert stage.app.is_running, dialog
        await stage.choose("Leads")
        await stage.enter(stage.sandbox.sample_ids()["Leads"][0])
        for key in ("d", "pagedown", "pageup", "plus", "minus", "pagedown", "x", "tab") * 3:
            stage.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await asyncio.sleep(0)
        await stage.until(stage.may_type)
        for _ in range(20):
            stage.app.post_message(events.Key("pagedown", None))
        await stage.pilot.pause()
        assert stage.phase is Phase.CONFIRMING
