"""A line of text that may hold anything and shows only what is harmless."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from zohotui.tui.widgets.in_order import actions_by_key, edit_in_order
from zohotui.zoho.printable import printable

_EDITING = actions_by_key(Input.BINDINGS)


class Field(Input):
    """A line of input; its cursor does not blink, so that an idle line is quiet."""

    def on_mount(self) -> None:
        """Keep the cursor still."""
        self.cursor_blink = False

    async def on_key(self, event: events.Key) -> None:
        """Edit in the order of the keys."""
        await edit_in_order(self, event, _EDITING)

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert what is typed or pasted, made printable."""
        super().insert_text_at_cursor(printable(text))
