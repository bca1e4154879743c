"""What the dialogs share: each closes once, and a worker's fault is told instead of waited for."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.worker import Worker, WorkerState

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A screen above another, whose workers answer with values."""

    BINDINGS = [
        # Without priority the keys typed behind a Tab overtake it, and what was meant for a field
        # that shows dots stands in the clear in the one before.
        Binding("tab", "app.focus_next", "Next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "Back", show=False, priority=True),
    ]

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer and close, unless that is done.

        Textual's own closes whatever is on top, each time a key says so: of two keys in one bundle
        the second would close the screen below, or end the program where there is none.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def worker_done(self, result: object) -> None:
        """Take in what a worker of this dialog found."""

    def say(self, words: str, style: str = "$foreground 60%") -> None:
        """Show a line at the foot of the dialog."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Hand on what workers find, and tell of faults of ours."""
        if event.state is WorkerState.SUCCESS:
            self.worker_done(event.worker.result)
        elif event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            kind = type(event.worker.error).__name__
            fault = f"A fault in zohotui ended: {event.worker.description} ({kind})."
            self.say(fault, "bold $text-error")
