"""The first frame: a picture of the list before anything is known.

It is there at once because it is made of nothing but texts: the fields, the tables and all that is
behind them take far longer to be read. The list is laid upon it, and looks the same.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from zohotui.tui.terminal.sizes import HEIGHTS, WIDTHS
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.columns import columns, head


class _Head(Static):
    """The line above the rows."""

    def render(self) -> Content:
        """Write as many columns as there is room for."""
        return Content(head(columns(self.size.width, named=False)))


class _Modules(Static, can_focus=True):
    """Where the cursor is, so that the frame around it shows that."""


class FirstScreen(Screen[None]):
    """Takes no key: those that are pressed wait for the list."""

    AUTO_FOCUS = "_Modules"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    DEFAULT_CSS = """
    FirstScreen .rest { height: 1fr; }
    FirstScreen #filter { color: $text-muted; }
    FirstScreen #text { color: $text-muted; }
    FirstScreen #summary { text-style: bold; }
    FirstScreen _Head { height: 1; color: $text-muted; text-style: bold; }
    FirstScreen #facts { color: $foreground 60%; }
    FirstScreen #keys { height: 1; background: $footer-background; }
    """

    def __init__(self, *, read_only: bool = False) -> None:
        super().__init__()
        self._read_only = read_only

    def compose(self) -> ComposeResult:
        """Lay out what the list lays out; the keys come with it."""
        yield Band(read_only=self._read_only)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                with _pane("picker", "Module"):
                    yield Static("filter", id="filter")
                    yield _Modules(classes="rest")
                with _pane("ids", "Record ids"):
                    text = "paste ids; i to type;\no opens a file"
                    yield Static(text, id="text", classes="rest", markup=False)
                    yield Static("0 ids", id="summary", markup=False)
            with Vertical(id="right"):
                with _pane("results", "Ids"):
                    yield Static("no ids yet", id="tally", markup=False)
                    yield _Head()
                with _pane("detail", "Detail"):
                    yield Static("No id is highlighted.", id="facts", markup=False)
        yield Static(id="keys")


def _pane(name: str, title: str) -> Vertical:
    pane = Vertical(id=name)
    pane.border_title = title
    return pane
