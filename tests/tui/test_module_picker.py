"""A module is chosen by its name, and Enter that chooses none says why."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from tests.tui.practice import Stage, practice
from zohotui.tui.widgets.id_editor import IdEditor


def told(stage: Stage, sentence: str) -> bool:
    return any(sentence in one for one in stage.told)


def empty(stage: Stage) -> bool:
    """Whether nothing is left of the list, neither ids nor what is no id."""
    ids = stage.main.query_one(IdEditor).ids
    return stage.no_dialog() and not len(ids.ids) and not ids.rejected_count


HOSTILE = "[/x] [red]\x1b]0;pwned\x07 \u202egnp.exe {'a': ['b[0]']} 日本語"


async def test_a_module_is_chosen_by_enter_or_by_a_part_of_its_name(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.pilot.press("down", "down")
        assert not stage.module()
        await stage.pilot.press("enter")
        assert stage.module() == "Accounts"
        # Those that cannot be deleted from cannot be chosen.
        await stage.pilot.press("m", *"projects", "enter", "down", "enter")
        await stage.pilot.pause()
        assert stage.module() == "Accounts"
        await stage.pilot.press("escape", "m", "ctrl+u", *"ead", "enter")
        assert stage.module() == "Leads"
        assert stage.main.focused is stage.pane.table
        assert stage.main.query_one("#filter", Input).value == ""


async def test_enter_that_chooses_no_module_says_why(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        for typed, why in (
            ("no such", "No module has “no such” in its name."),
            ("projects", "cannot be chosen: "),
        ):
            for keys in (["enter"], ["down", "enter"]):
                await stage.pilot.press("m", "ctrl+u")
                stage.main.query_one("#filter", Input).value = typed
                await stage.pilot.pause()
                await stage.pilot.press(*keys)
                await stage.pilot.pause()
                assert why in "".join(stage.told), (typed, keys)
                await stage.pilot.press("escape")
                stage.forget_told()
        assert not stage.module()
