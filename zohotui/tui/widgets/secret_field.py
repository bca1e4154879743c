"""A line that takes a secret: it shows dots, says nothing of its value, and is not copied."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input

from zohotui.tui.widgets.field import Field
from zohotui.zoho.secret import Secret


class SecretField(Field):
    """Its messages carry no value, because tracebacks and logs show those."""

    @dataclass
    class Entered(Message):
        """Enter was pressed."""

        field: SecretField

    def __init__(self, *, id: str) -> None:
        super().__init__(password=True, compact=True, id=id)

    @property
    def secret(self) -> Secret:
        """What was entered, without the blanks that a paste brings along."""
        return Secret(self.value.strip())

    async def on_event(self, event: events.Event) -> None:
        """Take what is typed or pasted before Textual writes the event into TEXTUAL_LOG."""
        if isinstance(event, events.Paste):
            event.stop()
            self._take(next(iter(event.text.splitlines()), ""))
        elif isinstance(event, events.Key) and event.is_printable:
            event.stop()
            self._take(event.character or "")
        else:
            await super().on_event(event)

    def _take(self, text: str) -> None:
        if self.selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *self.selection)

    def post_message(self, message: Message) -> bool:
        """Keep to itself whatever holds the value."""
        if isinstance(message, Input.Changed | Input.Blurred | Input.Submitted):
            return True
        return super().post_message(message)

    async def action_submit(self) -> None:
        """Say only that it is done."""
        self.post_message(self.Entered(self))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave the clipboard alone."""
        return action not in {"copy", "cut"} and super().check_action(action, parameters)
