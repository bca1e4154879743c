"""What the screens and their commands may ask of each other and of what holds them together."""

from __future__ import annotations

from typing import Any, Protocol

from textual.app import App

from zohotui.tui.confirming import Confirming
from zohotui.tui.connecting import Connecting
from zohotui.tui.office import Office
from zohotui.tui.runs import Runs
from zohotui.tui.widgets.rows_view import RowsView


class Stack(Protocol):
    """The screens that are open, one upon the other."""

    def open_history(self) -> None:
        """Show the runs of this and earlier sessions."""

    def show_list(self) -> None:
        """Go back to the list."""


class WorkOffice(Office, Protocol):
    """What the screens and their commands need of the office."""

    org: Connecting
    runs: Runs
    confirming: Confirming

    @property
    def stack(self) -> Stack:
        """The screens."""

    @property
    def list_at_stake(self) -> bool:
        """Whether a list of ids has been entered."""

    def begin(self) -> None:
        """Ask the org."""

    def left(self) -> None:
        """Leave nothing behind of what nobody confirmed."""

    def paste_into_list(self, text: str) -> None:
        """Go back to the list and take text in there."""

    def repaint(self) -> None:
        """Show what differs in the rows of what is under way, and how far it is."""

    def quit(self) -> None:
        """Leave; a run under way is asked about first."""


class Place(Protocol):
    """The screen of the list or of a run, as its commands see it."""

    office: WorkOffice

    @property
    def view(self) -> RowsView:
        """The rows, and what is known of the one under the cursor."""

    @property
    def app(self) -> App[Any]:
        """Textual's side, which reaches the clipboard of the terminal."""
