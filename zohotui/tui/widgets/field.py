"""A line of text that may hold anything and shows only what is harmless."""

from __future__ import annotations

from textual.widgets import Input

from zohotui.tui.widgets.in_order import EditsInOrder, actions_by_key
from zohotui.zoho.printable import printable


class Field(EditsInOrder, Input):
    """A line of input; its cursor does not blink, so that an idle line is quiet."""

    EDITING = actions_by_key(Input.BINDINGS)

    def on_mount(self) -> None:
        """Keep the cursor still."""
        self.cursor_blink = False

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert what is typed or pasted, made printable."""
        super().insert_text_at_cursor(printable(text))
