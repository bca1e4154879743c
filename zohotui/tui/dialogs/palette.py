"""The palette of commands, which takes every key from its first moment on and closes once."""

from __future__ import annotations

from contextlib import suppress

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette


class Palette(CommandPalette):
    """Textual's, which raises at PageUp and PageDown until its list has been laid out."""

    def _action_command_list(self, action: str) -> None:
        with suppress(KeyError, IndexError):
            super()._action_command_list(action)

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close once, however many keys say so in one bundle."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
