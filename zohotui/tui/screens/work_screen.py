"""What the screen of the list and that of a run share: band, keys, rows and detail."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar, Protocol

from textual import on
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Input, TextArea

from zohotui.deletion.model.plan import Target
from zohotui.tui.command import Command, Moment
from zohotui.tui.connecting import Connecting
from zohotui.tui.detail import Detail
from zohotui.tui.dialogs.pages import Help
from zohotui.tui.office import Office
from zohotui.tui.phase import Phase
from zohotui.tui.runs import Runs
from zohotui.tui.sizes import HEIGHTS, WIDTHS
from zohotui.tui.widgets.results_pane import ResultsPane
from zohotui.tui.widgets.results_table import ResultsTable


class WorkOffice(Office, Protocol):
    """What these screens need of the office."""

    org: Connecting
    runs: Runs

    def steer(self, by: int) -> None:
        """Let more or fewer requests be under way at once."""

    def stop(self) -> None:
        """Stop what is under way."""

    def open_history(self) -> None:
        """Choose a run to look at."""

    def quit(self) -> None:
        """Leave; a run under way is asked about first."""


class WorkScreen(Screen[None]):
    """Shows rows under the band of the org."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    COMMANDS_HERE: ClassVar[Mapping[str, Command]] = {}

    phase: reactive[Phase] = reactive(Phase.CONNECTING, bindings=True)
    target: reactive[Target | None] = reactive(None)
    read_only: reactive[bool] = reactive(default=False, bindings=True)
    detail: reactive[Detail | None] = reactive(None, repaint=False, bindings=True)

    def __init__(self, office: WorkOffice) -> None:
        super().__init__()
        self.office = office
        self.take_over()

    def take_over(self) -> None:
        """Take over what is known of the org and of what is going on."""
        org = self.office.org
        self.target, self.read_only, self.phase = org.target, org.read_only, self.office.phase
        # The question says itself how far its review is.
        self.set_class(self.office.desk.asks, "-asked")

    def on_screen_resume(self) -> None:
        """Let what had to wait for a dialog's end open now."""
        self.office.changed()

    @property
    def is_drawn(self) -> bool:
        """Whether its rows are there: not before it is put together, nor once it is taken apart."""
        return bool(self.query("#tally")) and bool(self.query("#figures"))

    @property
    def pane(self) -> ResultsPane:
        """The rows."""
        return self.query_one(ResultsPane)

    @abstractmethod
    def repaint(self, spans: Sequence[tuple[int, int]]) -> None:
        """Show what differs in these (start, count) spans of the rows, and how far it is."""

    @abstractmethod
    def moment(self) -> Moment:
        """Tell what decides which commands make sense."""

    @abstractmethod
    def detail_of(self, place: int) -> Detail:
        """Tell all that is known of the row at this place."""

    @property
    def is_typing(self) -> bool:
        """Whether a text field has the focus."""
        return isinstance(self.focused, Input | TextArea)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense now."""
        command = self.COMMANDS_HERE.get(action)
        if command is not None:
            # The question of a deletion lies over all of them.
            return not self.office.desk.asks and command.makes_sense(self.moment())
        return super().check_action(action, parameters)

    @on(ResultsTable.Highlighted)
    def highlight(self, event: ResultsTable.Highlighted) -> None:
        """Show all that is known of the row under the cursor."""
        event.stop()
        there = event.place is not None and event.place < len(self.pane.rows)
        self.detail = self.detail_of(event.place) if there and event.place is not None else None

    def action_find(self) -> None:
        """Open the field to find rows with."""
        self.pane.begin_find()

    def action_filter(self) -> None:
        """Show one state after the other."""
        self.pane.next_filter()

    def action_copy(self) -> None:
        """Copy the highlighted id and its details."""
        if self.detail:
            self.app.copy_to_clipboard(self.detail.plain)
            self.office.say(f"Copied {self.detail.record_id} with its details.")

    def action_help(self) -> None:
        """Show every key."""
        self.office.desk.open(partial(self.office.answer, Help()))

    def action_more(self) -> None:
        """Let one more request be under way at once."""
        self.office.steer(1)

    def action_fewer(self) -> None:
        """Let one request less be under way at once."""
        self.office.steer(-1)

    def action_stop(self) -> None:
        """Stop what is under way."""
        self.office.stop()

    def action_history(self) -> None:
        """Choose a run to look at."""
        self.office.open_history()

    def action_profile(self) -> None:
        """Open another org, or sign out of one."""
        self.office.org.switch()

    def action_sign_in(self) -> None:
        """Sign in to an org, or again to this one."""
        self.office.org.sign_in()

    def action_connect(self) -> None:
        """Ask the org again."""
        self.office.org.connect()

    def action_quit(self) -> None:
        """Leave; a run under way is asked about first."""
        self.office.quit()
