"""What the dialogs share: each closes once, and a worker's fault is told instead of waited for."""

from __future__ import annotations

from typing import Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from zohotui.tui.fault import why_worker_died

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A screen above another."""

    BINDINGS = [
        # Without priority the keys typed behind a Tab overtake it, and what was meant for a field
        # that shows dots stands in the clear in the one before.
        Binding("tab", "app.focus_next", "Next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "Back", show=False, priority=True),
        # A dialog keeps the app's own bindings of these from being heard.
        Binding("ctrl+c", "app.help_quit", show=False),
        Binding("ctrl+l", "app.redraw", show=False),
        # A list or a page that has the focus moves by these keys itself.
        Binding("j", "app.scroll_text('scroll_down')", "Down", show=False),
        Binding("k", "app.scroll_text('scroll_up')", "Up", show=False),
        Binding("g", "app.scroll_text('scroll_home')", "Top", show=False),
        Binding("G", "app.scroll_text('scroll_end')", "End", show=False),
        Binding("ctrl+d", "app.scroll_text('half', 1)", "Half down", show=False),
        Binding("ctrl+u", "app.scroll_text('half', -1)", "Half up", show=False),
    ]

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer and close, unless that is done.

        Textual's own closes whatever is on top, each time a key says so: of two keys in one bundle
        the second would close the screen below, or end the program where there is none.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def say(self, words: str, style: str = "$foreground 60%") -> None:
        """Show a line at the foot of the dialog, if it has one."""
        for foot in self.query("#hint").results(Static):
            foot.update(Content.styled(words, style))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Tell of faults of ours."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self.say(why_worker_died(event.worker), "bold $text-error")


def is_drawn(dialog: Dialog[Any]) -> bool:
    """Whether all of it is there: a key may come before it is put together, or be late."""
    return dialog.is_mounted and dialog.is_attached and bool(dialog.children)
