"""The ways to sign in, each explained, with the scopes to ask for."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from zohotui.tui.sign_in_ways import WAYS
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.options import Options
from zohotui.zoho.scopes import NARROWER, SCOPES


class WaysList(Vertical):
    """Enter chooses; what the way under the cursor takes stands below the list."""

    DEFAULT_CSS = """
    WaysList { height: auto; }
    WaysList OptionList { height: auto; border: none; padding: 0; background: transparent; }
    WaysList #way { margin: 1 0; height: 3; }
    WaysList #scopes { height: auto; max-height: 9; }
    """

    @dataclass
    class Chosen(Message):
        """A way was chosen."""

        way: str

    def compose(self) -> ComposeResult:
        """Put the ways above what they take."""
        options = (Option(Content(way.title), key) for key, way in WAYS.items())
        yield Options(*options, id="ways", markup=False, compact=True)
        yield Static(id="way")
        with VerticalScroll(id="scopes", can_focus=False):
            yield Static(Content("Ask for these scopes (c copies them). Without one of them:"))
            yield Facts(((scope.name, scope.without) for scope in SCOPES), label_width=37)
            yield Static(Content.styled(NARROWER, "$foreground 60%"))

    @on(OptionList.OptionHighlighted)
    def explain(self, event: OptionList.OptionHighlighted) -> None:
        """Explain the way under the cursor."""
        event.stop()
        words = WAYS[event.option.id].words if event.option.id else ""
        self.query_one("#way", Static).update(Content(words))

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Take the way under the cursor."""
        event.stop()
        if event.option.id:
            self.post_message(self.Chosen(event.option.id))

    def take_focus(self) -> None:
        """Put the cursor into the list."""
        self.query_one(OptionList).focus()
