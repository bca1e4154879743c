"""What the dialogs share: a worker's fault is told instead of being waited for."""

from __future__ import annotations

from typing import TypeVar

from textual.binding import Binding
from textual.worker import Worker, WorkerState

from zohotui.tui.dialogs.modal import Modal

Answer = TypeVar("Answer")


class Dialog(Modal[Answer]):
    """A modal screen whose workers answer with values."""

    BINDINGS = [
        # Without priority the keys typed behind a Tab overtake it, and what was meant for a field
        # that shows dots stands in the clear in the one before.
        Binding("tab", "app.focus_next", "Next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "Back", show=False, priority=True),
    ]

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
