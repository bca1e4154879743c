"""Lists that are asked for a page before they have been laid out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.earlier import bundle
from tests.tui.practice import practice
from zohotui.tui.dialogs.palette import Palette
from zohotui.tui.screens.runs_screen import RunsScreen


@pytest.mark.parametrize("key", ["pageup", "pagedown"])
async def test_a_page_key_right_behind_the_palettes_own_ends_nothing(
    tmp_path: Path, key: str
) -> None:
    async with practice(tmp_path) as stage:
        bundle(stage, "ctrl+p", key, key)
        await stage.until(lambda: isinstance(stage.app.screen, Palette))
        bundle(stage, *"zzz", key, "backspace", key, "enter", key)
        await stage.pilot.pause()


@pytest.mark.parametrize("key", ["pageup", "pagedown"])
async def test_a_page_key_right_behind_the_historys_own_ends_nothing(
    tmp_path: Path, key: str
) -> None:
    async with practice(tmp_path) as stage:
        bundle(stage, "h", key, key)
        await stage.until(lambda: isinstance(stage.app.screen, RunsScreen))
        await stage.pilot.press(key)
