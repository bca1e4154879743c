"""What the screens share: the band of the org, the phase, and the commands of the place."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.binding import ActiveBinding
from textual.css.query import NoMatches
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from zohotui.deletion.model.plan import Target
from zohotui.tui.acts.place import WorkOffice
from zohotui.tui.acts.table import ACTS
from zohotui.tui.keys.command import Command, Moment, is_dimmed
from zohotui.tui.keys.phase import Phase
from zohotui.tui.terminal.sizes import HEIGHTS, WIDTHS
from zohotui.tui.widgets.message_line import Said


class WorkScreen(Screen[None]):
    """A step of the work, under the band of the org."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    COMMANDS_HERE: ClassVar[Mapping[str, Command]] = {}
    """By id."""
    PARTS: ClassVar[tuple[str, ...]] = ("#tally", "#figures", "#detail")
    """Without which nothing can be shown on it."""

    phase: reactive[Phase] = reactive(Phase.CONNECTING, bindings=True)
    target: reactive[Target | None] = reactive(None)
    read_only: reactive[bool] = reactive(default=False, bindings=True)
    asked: reactive[bool] = reactive(default=False, bindings=True)
    """Whether the question of a deletion is open, which says itself how far its review is."""

    _looked_at: Moment | None = None
    """What decides about all keys that are being looked at; None while none are."""
    said: reactive[Said | None] = reactive(None)
    """What the message line says."""

    def __init__(self, office: WorkOffice) -> None:
        super().__init__()
        self.office = office
        self.take_over()

    def take_over(self) -> None:
        """Take over what is known of the org and of what is going on."""
        org = self.office.org
        self.target, self.read_only, self.phase = org.target, org.read_only, self.office.phase
        self.asked, self.said = self.office.desk.asks, self.office.said

    def on_screen_resume(self) -> None:
        """Let what had to wait for a dialog's end open now."""
        self.office.changed()

    @property
    def is_drawn(self) -> bool:
        """Whether all is there: not before it is put together, nor once it is taken apart."""
        # A query would match each widget each time; this looks once.
        try:
            return all(self.query_one(part) is not None for part in self.PARTS)
        except NoMatches:
            return False

    def on_paste(self, event: events.Paste) -> None:
        """Take ids that are pasted while no text field has the focus into the list."""
        if self.phase.list_may_change:
            event.stop()
            self.office.paste_into_list(event.text)

    @abstractmethod
    def moment(self) -> Moment:
        """Tell what decides which commands make sense."""

    def offers(self, command_id: str) -> bool:
        """Whether a command makes sense here and now."""
        command = self.COMMANDS_HERE.get(command_id)
        # The question of a deletion is over all of them.
        if command is None or self.office.desk.asks:
            return False
        return command.makes_sense(self._looked_at or self.moment())

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """Find out once what decides about the keys, not for each of them."""
        self._looked_at = None if self.office.desk.asks else self.moment()
        try:
            return super().active_bindings
        finally:
            self._looked_at = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense now."""
        if action == "command":
            here, command = self.COMMANDS_HERE, str(parameters[0])
            # What the footer names is dimmed while it cannot be done.
            return self.offers(command) or (
                None if is_dimmed(here, command, self.offers) else False
            )
        return super().check_action(action, parameters)

    def action_command(self, command_id: str) -> None:
        """Do what a command does, on this screen."""
        ACTS[command_id](self)


def takes_text(focused: Widget | None) -> bool:
    """Whether what has the focus is a field that takes letters."""
    return isinstance(focused, Input | TextArea)
