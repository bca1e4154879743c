"""What belongs together is painted together, and nothing of it is forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from zohotui.tui.one_frame import one_frame


class Question(ModalScreen[None]):
    def on_key(self) -> None:
        self.dismiss(None)


class Small(App[None]):
    """Asks, and changes two things once that is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        """What stood on the screen below at each frame."""
        self.done = asyncio.Event()
        self.painted = asyncio.Event()
        """Set once a frame shows all."""

    def compose(self) -> ComposeResult:
        yield Static("before", id="first")
        yield Static("before", id="second")

    def on_mount(self) -> None:
        self.run_worker(self.ask())

    async def ask(self) -> None:
        await self.push_screen(Question(), wait_for_dismiss=True)
        async with one_frame(self):
            self.first.query_one("#first", Static).update("after")
            # So long as any frame takes to come.
            await asyncio.sleep(0.1)
            self.first.query_one("#second", Static).update("after")
        self.done.set()

    @property
    def first(self) -> Screen[Any]:
        return self.screen_stack[0]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self.seen.append(" ".join(str(one.content) for one in self.first.query(Static)))
        if self.seen[-1] == "after after":
            self.painted.set()


async def test_a_frame_shows_all_that_belongs_to_it_or_nothing() -> None:
    app = Small()
    async with app.run_test() as pilot:
        await pilot.press("x")
        await asyncio.wait_for(app.done.wait(), 30)
        # Nothing else comes that would make it look.
        await asyncio.wait_for(app.painted.wait(), 30)
        assert "after before" not in app.seen
        assert not isinstance(app.screen, Question)
