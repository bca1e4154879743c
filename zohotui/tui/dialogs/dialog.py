"""What the dialogs share: a worker's fault is told instead of being waited for."""

from __future__ import annotations

from typing import TypeVar

from textual import events
from textual.binding import Binding
from textual.worker import Worker, WorkerState

from zohotui.tui.dialogs.modal import Modal
from zohotui.tui.widgets import typed_question

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


class UnaskedDialog(Dialog[Answer]):
    """A dialog that opens by itself: somebody may be typing something else when it does."""

    def __init__(self) -> None:
        super().__init__()
        self._armed = False
        """Whether its letters count: nothing else has been typed for a while."""
        self._meant = False
        """Whether one has counted: its effect may come after the next key."""
        self._typed = ""
        """The latest key that did not count."""

    def on_mount(self) -> None:
        """Take no keys until those typed ahead have run dry."""
        self._arming = self.set_timer(typed_question.ARM_AFTER, self._arm)

    def _arm(self) -> None:
        self._armed = True

    def on_key(self, event: events.Key) -> None:
        """Wait for a rest once more if a word is being typed, whichever letters it has.

        A key that is pressed again and again is no word: somebody means it.
        """
        if self._armed and event.key in self.active_bindings:
            self._meant = True
        elif event.is_printable and not self._meant and event.key != self._typed:
            self._typed = event.key
            self._armed = False
            self._arming.stop()
            self._arming = self.set_timer(typed_question.ARM_AFTER, self._arm)
