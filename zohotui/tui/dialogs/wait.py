"""A read that may take a while, with a key that ends the waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.reads import begin_read

_T = TypeVar("_T")


class Stopped(Exception):
    """The admin does not wait for what is read."""


class Wait(Dialog[None]):
    """Says what is being read; answers only if the admin does not wait for it."""

    BINDINGS = [Binding("escape", "dismiss", "Stop")]

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def compose(self) -> ComposeResult:
        """Put the words above the key."""
        with Vertical(classes="dialog small"):
            yield Static(Content(self._words))
            yield Static(Content("Esc stops"), id="hint")


async def read_in_sight(
    answer: Callable[[Screen[None]], Awaitable[Any]], words: str, read: Callable[[], _T]
) -> _T:
    """Read while a dialog says so; raises Stopped, and what reading raises.

    `answer` opens the dialog and waits for its answer.
    """
    dialog = Wait(words)
    stopped = asyncio.ensure_future(answer(dialog))
    reading = begin_read(read)
    either: set[asyncio.Future[Any]] = {reading, stopped}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        dialog.dismiss(None)
    # The next key is for what was below.
    await stopped
    if reading.done():
        return reading.result()
    raise Stopped
