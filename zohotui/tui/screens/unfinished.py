"""The question about a run whose process died: look up, go on, close, or decide later."""

from __future__ import annotations

from enum import Enum, auto

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from zohotui.deletion.outcomes import State
from zohotui.tui.screens import confirm
from zohotui.tui.screens.dialog import Dialog
from zohotui.tui.sizes import HEIGHTS, TOO_SMALL, WIDTHS
from zohotui.tui.text import Fact, count, moment
from zohotui.tui.watched import WatchedRun
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.options import Options

_FIRST = (State.DELETED, State.VERIFIED, State.GONE, State.FAILED, State.UNKNOWN)
_LAST = State.ENTERED
_TOLD = (*_FIRST, *(state for state in State if state not in {*_FIRST, _LAST}))
"""All states but that of what is left, so that the sums add up to the list."""


class Choice(Enum):
    """What to do with it."""

    LATER = auto()
    RESOLVE = auto()
    RESUME = auto()
    CLOSE = auto()


class UnfinishedRun(Dialog[Choice]):
    """Answers with what to do; nothing is sent by any answer alone."""

    AUTO_FOCUS = "#choices"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS = [
        Binding("escape", "choose('LATER')", "Later"),
        Binding("y", "choose('RESOLVE')", "Look up"),
        Binding("space", "choose('RESUME')", "Go on"),
        Binding("x", "choose('CLOSE')", "Close"),
    ]

    def __init__(self, watched: WatchedRun, others: int, *, read_only: bool = False) -> None:
        """Take the run and how many others there are besides it."""
        super().__init__()
        self._watched = watched
        self._others = others
        self._read_only = read_only
        self._armed = False
        """Whether keys count: nobody asked for this dialog, so they may have been typed ahead."""

    def compose(self) -> ComposeResult:
        """Say what is known of the run above what can be done."""
        with Vertical(classes="dialog", id="unfinished") as dialog:
            dialog.border_title = "Unfinished run"
            yield Facts(self._facts(), label_width=9)
            yield Options(*self._choices(), id="choices", markup=False, compact=True)
            if self._others:
                more = count(self._others, "more unfinished run")
                yield Static(Content(f"h also lists {more}."), id="hint")

    def on_mount(self) -> None:
        """Take no keys until those typed ahead have run dry."""
        self.set_timer(confirm.ARM_AFTER, self._arm)

    def _arm(self) -> None:
        self._armed = True

    def _facts(self) -> list[Fact]:
        watched = self._watched
        rows = watched.rows
        began = min(watched.sent.values(), default=None)
        when = f" begun {moment(began)}" if began is not None else ""
        told = [f"{rows.count(state):,} {state}" for state in _TOLD if rows.count(state)]
        told.append(f"{rows.count(_LAST):,} not sent")
        return [
            ("", "The program ended in the middle of this run. Nothing is sent until you say so."),
            ("Org", Content.styled(watched.plan.target.words, "bold")),
            ("Run", f"{watched.plan.label}: {count(len(rows), 'id')}{when}"),
            ("So far", Content.styled(" · ".join(told), "bold")),
        ]

    def _choices(self) -> list[Option]:
        doubt, left = self._watched.in_doubt, self._watched.rows.count(State.ENTERED)
        choices = [Option("Decide later (esc): it stays in the history", Choice.LATER.name)]
        if doubt:
            words = f"Look up (y) what became of {count(doubt, 'id')}: reads only"
            choices.append(Option(words, Choice.RESOLVE.name))
        if left and not self._read_only:
            words = f"Go on (space) with {count(left, 'id')}: asks for the sentence"
            choices.append(Option(words, Choice.RESUME.name))
        unknown = self._watched.rows.count(State.UNKNOWN)
        stays = f", {unknown:,} unknown" if unknown else ""
        words = f"Close it (x): {count(left, 'id')} not sent{stays}, and do not ask again"
        return [*choices, Option(words, Choice.CLOSE.name)]

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Answer with the line under the cursor."""
        event.stop()
        self.action_choose(event.option.id or Choice.LATER.name)

    def action_choose(self, name: str) -> None:
        """Answer, if it is among the choices and nothing has been answered yet."""
        known = {option.id for option in self.query_one(OptionList).options}
        seen = self._armed and not self.classes & TOO_SMALL
        if seen and name in known and self.app.screen is self:
            self.dismiss(Choice[name])
