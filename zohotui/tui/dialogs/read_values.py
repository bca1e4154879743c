"""Reading the values of a field out of a file, which may take long: how to stop it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from zohotui.deletion.ids.reader import Cancel
from zohotui.deletion.ids.source import Cancelled, IdFileError
from zohotui.deletion.lists.values import Values
from zohotui.tui.dialogs.dialog import Dialog


class ReadValues(Dialog[Values | str | None]):
    """Answers with the values, with a sentence that says why there are none, or with None."""

    BINDINGS = [Binding("escape", "leave", "Stop")]

    @dataclass
    class Ended(Message):
        """All was read, or nothing can be."""

        found: Values | str

    def __init__(self, name: str, read: Callable[[Cancel], Values]) -> None:
        """Take what the file is called, and what reads it until it is told to stop."""
        super().__init__()
        self._name, self._read_all = name, read

    def compose(self) -> ComposeResult:
        """Say what is read."""
        with Vertical(classes="dialog", id="read-values"):
            yield Static(Content(f"Reading {self._name}…"))
            yield Static(id="hint")

    def on_mount(self) -> None:
        """Begin."""
        self.query_one("#read-values").border_title = "Values of a field"
        self.say("Esc stops reading")
        self._read()

    @work(thread=True, group="file", exit_on_error=False, description="read values")
    def _read(self) -> None:
        worker = get_current_worker()
        found: Values | str
        try:
            found = self._read_all(lambda: worker.is_cancelled)
            found = found if found.values else found.why_none
        except Cancelled:
            return
        except IdFileError as error:
            found = error.detail
        if not worker.is_cancelled:
            self.post_message(self.Ended(found))

    @on(Ended)
    def end(self, event: Ended) -> None:
        """Answer with what was found."""
        self.dismiss(event.found)

    def action_leave(self) -> None:
        """Stop reading."""
        self.workers.cancel_group(self, "file")
        self.dismiss(None)
