"""The keys at the bottom of the screen: those of the place, each where a click finds it."""

from __future__ import annotations

from pathlib import Path

from textual.binding import ActiveBinding
from textual.widget import Widget

from tests.tui.practice import practice
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.commands import COMMANDS
from zohotui.tui.keys.keymap import KeyMap
from zohotui.tui.widgets.keys_footer import KeysFooter


async def test_the_keys_follow_what_is_done_and_a_click_does_what_is_written(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path, size=(140, 40)) as stage:
        footer = stage.main.query_one(KeysFooter)

        await stage.choose("Leads")
        await stage.enter("\n".join(stage.sandbox.sample_ids()["Leads"][:2]))
        await stage.until(lambda: "d Delete" in footer.render().plain)
        # Whenever there is a step back, its key stands first.
        stage.pane.table.focus()
        await stage.pilot.press("slash", "2", "0", "1", "enter")
        await stage.until(lambda: footer.render().plain.startswith("esc Back"))
        await stage.pilot.press("escape")
        await stage.until(lambda: "Back" not in footer.render().plain)
        place = footer.render().plain.index("d Delete")
        await stage.pilot.click(footer, offset=(place + 1, 0))
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))


async def test_the_first_keys_fit_into_80_columns_each_named_once(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.until(lambda: stage.main.query_one(KeysFooter).keys)
        words = stage.main.query_one(KeysFooter).render().plain
        ways = ("d Delete…", "m Module", "i Ids", "o Open", "? Help")
        assert [words.count(way) for way in ways] == [1] * len(ways)
        assert "f1" not in words


def test_a_command_with_a_chosen_key_keeps_its_place() -> None:
    bindings = [ActiveBinding(Widget(), one.binding, True, "") for one in COMMANDS]
    delete = bindings[0]
    assert delete.binding.id == "delete"
    # Textual names what has a chosen key after all others.
    moved = [*bindings[1:], delete._replace(binding=delete.binding.with_key("D"))]
    names = [one.binding.id for one in KeyMap({"delete": "D"}).in_place(moved)]
    assert names == [one.id for one in COMMANDS]
