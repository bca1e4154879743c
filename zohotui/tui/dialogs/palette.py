"""The palette of commands, which takes every key from its first moment on and closes once."""

from __future__ import annotations

from contextlib import suppress

from textual import work
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette
from textual.css.query import NoMatches
from textual.widgets import Input


class Palette(CommandPalette):
    """Textual's, which raises at PageUp and PageDown until its list has been laid out."""

    def on_mount(self) -> None:
        """Let the cursor stand still: an idle line is quiet."""
        self.query_one(Input).cursor_blink = False

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError, IndexError):
            super()._action_command_list(action)

    @work(exclusive=True, group=CommandPalette._GATHER_COMMANDS_GROUP)  # noqa: SLF001 - Textual cancels it by that
    async def _gather_commands(self, search_value: str) -> None:
        # It begins a moment later: by then the list may be gone, which would end the program.
        with suppress(NoMatches):
            await vars(CommandPalette)["_gather_commands"].__wrapped__(self, search_value)

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close once, however many keys say so in one bundle."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
