"""A list of choices that takes every key from its first moment on."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from textual.message import Message
from textual.widgets import OptionList

from zohotui.tui.widgets.moving import MOVES_CURSOR


class Options(OptionList):
    """Textual's, which raises at PageUp and PageDown until its lines have been laid out."""

    BINDINGS = [*MOVES_CURSOR]

    class Empty(Message):
        """Enter was pressed where no line can be chosen."""

    def action_select(self) -> None:
        """Choose the line under the cursor, or say that there is none."""
        if self.highlighted is None:
            self.post_message(self.Empty())
        super().action_select()

    def action_half(self, direction: int) -> None:
        """Move the cursor by half of what is seen, over what cannot be chosen."""
        lines = range(max(1, self.scrollable_content_region.height // 2))
        place = self.highlighted or 0
        wanted = place + direction * len(lines)
        able = [n for n, one in enumerate(self.options) if not one.disabled]
        if able:
            self.highlighted = min(able, key=lambda one: abs(one - wanted))

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        with suppress(KeyError, IndexError):
            super()._move_page(direction)
