"""The reason of a run: asked for in the question, never taken for the sentence, kept."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from tests.tui.lists import at_rest, deletes, enter, leads, words
from tests.tui.practice import practice
from zohotui.deletion.model.plan import LONGEST_REASON, reason_of
from zohotui.tui.widgets.typed_question import Sentence


async def test_a_reason_is_asked_for_and_nothing_typed_in_it_acts(tmp_path: Path) -> None:
    async with practice(tmp_path, profile={"require_reason": True}) as stage:
        await enter(stage, leads(stage, 2))
        dialog = await stage.ask()
        await stage.say("delete 2 Leads")
        assert "A reason is required" in words(stage)
        await stage.pilot.press("tab", "tab")
        field = dialog.query_one("#reason", Input)
        assert stage.app.focused is field
        # Not even the sentence itself.
        await stage.type("delete 2 Leads")
        await stage.pilot.press("enter")
        assert isinstance(stage.app.focused, Sentence)
        assert not deletes(stage)
        field.value = "  OPS-4711:\u202e  spring  import  "
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
        assert stage.runs[-1].plan.reason == "OPS-4711:\N{REPLACEMENT CHARACTER} spring import"
        assert "OPS-4711:" in words(stage)


async def test_a_reason_of_the_command_line_stands_in_the_field(tmp_path: Path) -> None:
    async with practice(tmp_path, reason=" OPS-1\n") as stage:
        await enter(stage, leads(stage, 1))
        await stage.delete("delete 1 Lead")
        assert stage.runs[-1].plan.reason == "OPS-1"


def test_a_reason_is_cleaned_and_bounded() -> None:
    assert reason_of(" a\n b\t ") == "a b"
    assert len(reason_of("x" * 900)) == LONGEST_REASON
