"""The ways to sign in, each explained, with the scopes to ask for."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from zohotui.tui.sign_in_ways import WAYS
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.options import Options
from zohotui.zoho.scopes import NARROWER, SCOPES

PRACTICE = "practice"
"""What is chosen instead of a way."""

_PRACTICE = "No account, no network: try everything there first. It is new at each start."


class WaysList(Vertical):
    """Enter chooses; what the way under the cursor takes stands below the list."""

    DEFAULT_CSS = """
    WaysList { height: auto; }
    WaysList OptionList { height: auto; border: none; padding: 0; background: transparent; }
    WaysList #way { margin: 1 0; height: 3; }
    WaysList #scopes { height: auto; max-height: 9; }
    """

    BINDINGS = [Binding("p", "practise", "Practice org", show=False)]

    @dataclass
    class Chosen(Message):
        """A way was chosen, or the practice org."""

        way: str

    def __init__(self, *, practice: bool, id: str) -> None:
        """Take whether the practice org is offered."""
        super().__init__(id=id)
        self._practice = practice

    def compose(self) -> ComposeResult:
        """Put the ways above what they take."""
        options = [Option(Content(way.title), key) for key, way in WAYS.items()]
        if self._practice:
            options.append(Option(Content("Practice org: nothing in it is real (p)"), PRACTICE))
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
        words = WAYS[event.option.id].words if event.option.id in WAYS else _PRACTICE
        self.query_one("#way", Static).update(Content(words))

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Take the way under the cursor."""
        event.stop()
        if event.option.id:
            self.post_message(self.Chosen(event.option.id))

    def action_practise(self) -> None:
        """Choose the practice org, if it is offered."""
        if self._practice:
            self.post_message(self.Chosen(PRACTICE))

    def take_focus(self) -> None:
        """Put the cursor into the list."""
        self.query_one(OptionList).focus()
