"""What the screens and those that work for them need of what holds them together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

from textual.notifications import SeverityLevel
from textual.screen import Screen

from zohotui.tui.desk import Desk
from zohotui.tui.keys.phase import Phase
from zohotui.tui.session import Session
from zohotui.tui.widgets.message_line import Said

Answer = TypeVar("Answer")

Work = Callable[[], Coroutine[Any, Any, object]]


class Office(Protocol):
    """The conductor, as those see it who do not know it."""

    session: Session
    desk: Desk

    @property
    def phase(self) -> Phase:
        """What is going on."""

    said: Said | None
    """What the message line says; None if it says nothing."""

    def say(self, words: str, severity: SeverityLevel = "information") -> None:
        """Show a sentence until the next key; `[undo]` in it becomes the key of that command."""

    def copy(self, text: str) -> None:
        """Send text to the clipboard of the terminal."""

    def answer(self, dialog: Screen[Answer]) -> Awaitable[Answer | None]:
        """Open a dialog on top and wait for its answer."""

    def work_on(self, work: Work, group: str, description: str) -> object:
        """Do something beside the keys; of each group only the newest goes on, or begins."""

    def drop_work(self, group: str) -> None:
        """Let nothing of a group go on."""

    def changed(self) -> None:
        """Show what differs in the phase, the org or the keys."""
