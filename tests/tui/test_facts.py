"""Facts are painted line by line, and look as if all of them had been."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region

from zohotui.tui.widgets.facts import Facts
from zohotui.tui.words.text import Fact

ONE, OTHER = ("Code", "SUCCESS"), ("Code", "LOCKED")
RED, GREEN = (("State", Content.styled("gone", style)) for style in ("red", "green"))
LONG = ("Why", "a reason that takes more than one line of this narrow window, whatever is done")
AFTER = ("Advice", "none")
SHOWN: Sequence[Sequence[Fact]] = (
    (ONE, AFTER),
    (OTHER, AFTER),
    (RED, AFTER),
    (GREEN, AFTER),
    (GREEN, ONE),
    (LONG, AFTER),
    (AFTER, LONG),
    (),
    (RED,),
)


class Small(App[None]):
    def compose(self) -> ComposeResult:
        yield Facts()


def seen(app: Small) -> list[list[Segment]]:
    facts = app.query_one(Facts)
    strips = facts.render_lines(Region(0, 0, facts.size.width, facts.size.height))
    return [list(strip) for strip in strips]


async def test_facts_that_follow_others_look_as_if_all_were_painted() -> None:
    app = Small()
    async with app.run_test(size=(40, 12)) as pilot:
        facts = app.query_one(Facts)
        for shown in SHOWN:
            facts.show(shown)
            await pilot.pause()
            by_line = seen(app)
            facts.refresh()
            await pilot.pause()
            assert by_line == seen(app)
            assert [label for label, _ in shown if label not in str(by_line)] == []
