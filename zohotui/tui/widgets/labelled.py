"""A field with its name at the left, as forms have them."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static


class Labelled(Horizontal):
    """One line of a form."""

    DEFAULT_CSS = """
    Labelled { height: auto; }
    Labelled > .label { width: 15; color: $foreground 60%; }
    Labelled > Input { width: 1fr; padding: 0; }
    """

    def __init__(self, label: str, field: Widget, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._label = label
        self._field = field

    def compose(self) -> ComposeResult:
        """Put the label before the field."""
        yield Static(Content(self._label), classes="label")
        yield self._field

    def relabel(self, label: str) -> None:
        """Call the field something else."""
        self.query_one(".label", Static).update(Content(label))
