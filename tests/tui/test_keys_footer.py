"""The keys at the bottom of the screen: those that work now, each under its own name."""

from __future__ import annotations

from pathlib import Path

from textual.widgets._footer import FooterKey

from tests.tui.practice import Stage, practice
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.widgets.keys_footer import KeysFooter


def shown(stage: Stage) -> list[FooterKey]:
    """Return the keys that can be seen, from the left."""
    footer = stage.app.screen.query_one(KeysFooter)
    return [one for one in footer.query(FooterKey) if one.display]


def named(stage: Stage) -> list[tuple[str, str, str, str]]:
    """Say what the footer shows, as a person reads it, and what a click does."""
    return [(one.key_display, one.description, one.key, one.action) for one in shown(stage)]


def working(stage: Stage) -> list[tuple[str, str, str, str]]:
    """Say the same of the keys that work, of each action the first."""
    found: dict[str, tuple[str, str, str, str]] = {}
    for _, binding, _, _ in stage.app.screen.active_bindings.values():
        display = stage.app.get_key_display(binding)
        told = display, binding.description, binding.key, binding.action
        if binding.show:
            found.setdefault(binding.action, told)
    return list(found.values())


async def test_the_keys_change_in_their_places_and_a_click_does_what_is_written(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        await stage.until(lambda: named(stage) == working(stage))
        lengths = {len(named(stage))}
        ids = stage.sandbox.sample_ids()["Leads"][:2]
        for step in ("i", "escape", "m", "escape"):
            await stage.pilot.press(step)
            await stage.until(lambda: named(stage) == working(stage))
            lengths.add(len(named(stage)))
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.until(lambda: named(stage) == working(stage))
        lengths.add(len(named(stage)))
        # What decided about the keys is looked at anew for each command.
        assert stage.main._looked_at is None
        # It has become longer and shorter.
        assert len(lengths) > 1
        (delete,) = (one for one in shown(stage) if one.key == "d")
        await stage.pilot.pause()
        assert "d Delete" in "".join(one.render().plain for one in shown(stage))
        await stage.pilot.click(delete)
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
