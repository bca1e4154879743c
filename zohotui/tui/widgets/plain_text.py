"""A text of several lines that may hold anything and shows only what is harmless."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from zohotui.deletion.ids.invisible import one_kind_of_line_end
from zohotui.tui.widgets.in_order import actions_by_key, edit_in_order
from zohotui.tui.words.text import count
from zohotui.zoho.printable import printable

LONGEST_PLAIN = 60_000
"""Characters that it takes: with more, Textual's needs longer for a key than a person notices."""

_EDITING = actions_by_key(TextArea.BINDINGS)


class PlainText(TextArea):
    """Takes a paste whole or not at all; Tab leads out of it."""

    DEFAULT_CSS = """
    PlainText { height: auto; min-height: 4; max-height: 10; padding: 0; border: none; }
    """

    @dataclass
    class TooLong(Message):
        """A paste would have made it longer than it may be, so that nothing of it was taken."""

        length: int

        @property
        def words(self) -> str:
            """Say so in a sentence."""
            number = count(self.length, "character")
            most = f"{LONGEST_PLAIN:,} is the most here"
            return f"The paste has {number}, and {most}; nothing of it was taken."

    def __init__(self, text: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        """Take the text to begin with."""
        super().__init__(text, soft_wrap=True, compact=True, placeholder=placeholder, id=id)
        self.cursor_blink = False

    async def on_key(self, event: events.Key) -> None:
        """Edit in the order of the keys."""
        await edit_in_order(self, event, _EDITING)

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste in place of the text area."""
        event.prevent_default()
        event.stop()
        if len(event.text) + len(self.text) > LONGEST_PLAIN:
            self.post_message(self.TooLong(len(event.text)))
            return
        text = printable(one_kind_of_line_end(event.text), keep="\n\t")
        self.replace(text, *self.selection)

    def go_to(self, line: int | None, column: int | None) -> None:
        """Put the cursor at a line and a column, both counted from 1, or as near as there is."""
        if line is None:
            return
        row = max(0, min(line, self.document.line_count) - 1)
        place = max(0, min((column or 1) - 1, len(self.document.get_line(row))))
        self.move_cursor((row, place))
