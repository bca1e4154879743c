"""The first screen: the module and the ids at the left, what is known of each at the right.

`v` → the list is read here. `d` → the question of the deletion, which reads it inside → a run, on a
screen of its own; the list is empty then.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive

from zohotui.deletion.model.outcome import is_never_released
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import spans
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.command import Moment, Where
from zohotui.tui.commands import commands_of
from zohotui.tui.confirming import Confirming
from zohotui.tui.detail import Detail
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.dialogs.pages import RejectedEntries
from zohotui.tui.dialogs.release import Release
from zohotui.tui.entered import Entered
from zohotui.tui.module_lists import ModuleLists
from zohotui.tui.phase import Phase
from zohotui.tui.proposal import Proposal
from zohotui.tui.screens.work_screen import WorkOffice, WorkScreen
from zohotui.tui.session import Connection
from zohotui.tui.text import clock, count
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.keys_footer import KeysFooter
from zohotui.tui.widgets.module_picker import ModulePicker
from zohotui.tui.widgets.outcome_detail import OutcomeDetail
from zohotui.tui.widgets.results_pane import ResultsPane
from zohotui.tui.widgets.results_table import Named, ResultsTable
from zohotui.tui.widgets.run_status import RunStatus
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.records import Module


class ListOffice(WorkOffice, Protocol):
    """What this screen needs of the office."""

    confirming: Confirming

    def begin(self) -> None:
        """Ask the org."""

    def show_list(self) -> None:
        """Go back to the list."""

    def left(self) -> None:
        """Leave nothing behind of what nobody confirmed."""


class ListScreen(WorkScreen):
    """Holds the list and its module, and what is decided about each row."""

    COMMANDS_HERE = commands_of(Where.LIST)
    BINDINGS = [
        *(command.binding for command in COMMANDS_HERE.values()),
        Binding("escape", "leave_field", "Leave the field", id="leave_field"),
    ]

    module: reactive[Module | None] = reactive(None)

    office: ListOffice

    def __init__(self, office: ListOffice) -> None:
        super().__init__(office)
        warn = partial(office.say, severity="warning")
        self.entered = Entered(office.session, office.org, warn)
        self._unopened: Path | bytes | None = office.session.ids
        """The ids named on the command line, until the org is known."""

    def compose(self) -> ComposeResult:
        """Lay out the panes; the state flows down into them."""
        yield Band().data_bind(WorkScreen.phase, WorkScreen.target, WorkScreen.read_only)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield ModulePicker(id="picker").data_bind(chosen=ListScreen.module)
                yield IdEditor(id="ids").data_bind(ListScreen.module)
            with Vertical(id="right"):
                yield RunStatus().data_bind(WorkScreen.phase)
                yield ResultsPane(id="results")
                yield OutcomeDetail(id="detail").data_bind(WorkScreen.detail)
        yield KeysFooter()

    def on_mount(self) -> None:
        """Paint first, then ask the org."""
        self.take_over()
        self.show_list()
        self.query_one(ModulePicker).action_to_list()
        self.office.begin()

    def on_unmount(self) -> None:
        """Leave nothing behind of what nobody confirmed."""
        self.office.left()

    @property
    def editor(self) -> IdEditor:
        """Where the ids are entered."""
        return self.query_one(IdEditor)

    @property
    def listed(self) -> ReviewedList:
        """The list, and what is known of it."""
        return self.entered.listed

    @property
    def at_stake(self) -> str:
        """The ids that have been entered."""
        self.editor.read_now()
        number = len(self.editor.ids.ids) + self.lists.at_stake
        return f"the list of {count(number, 'id')}" if number else ""

    @cached_property
    def lists(self) -> ModuleLists:
        """The lists of other modules that wait."""
        return ModuleLists(self.office.org, self.editor, self.office.say)

    def org_known(self, connection: Connection) -> None:
        """Name the org's modules, and open the ids that were named on the command line."""
        self.pane.tell("")
        self.query_one(ModulePicker).modules = connection.modules
        for notice in connection.notices:
            self.office.say(notice, "warning")
        name = self.module.api_name if self.module else self.office.session.module
        self.module = next((m for m in connection.modules if m.api_name == name), None)
        if name and self.module is None:
            self.office.say(f"This org has no module with the API name {name}.", "error")
        self.take_in()
        ids, self._unopened = self._unopened, None
        if ids is not None:
            self._open(ids, at_once=True)
        self.office.runs.look_for_unfinished()

    def org_lost(self, why: str) -> None:
        """Say why there is no org."""
        self.pane.tell(why)

    def org_left(self) -> None:
        """Begin with nothing in another org: neither its ids nor its modules are the same."""
        self.office.show_list()
        self.module = None
        self.query_one(ModulePicker).modules = ()
        self.lists.wait([])
        self.editor.clear()
        self.show_list()

    @on(ModulePicker.Chosen)
    def choose_module(self, event: ModulePicker.Chosen) -> None:
        """Take the module, unless the list is being read or asked about."""
        if not self.phase.list_may_change:
            self.office.say("The module cannot change while a run is under way.", "warning")
            return
        self.module = event.module
        self.take_in()
        self.action_leave_field()

    @on(IdEditor.Changed)
    def take_in(self) -> None:
        """Show the list as it is by now; choose the module that its addresses name."""
        ids = self.editor.ids
        agreed = self.entered.addressed(ids)
        if self.module is None and agreed is not None and self.phase.list_may_change:
            self.module = agreed
            self.office.say(f"Module: {agreed.plural_label}, as the {ids.namer} it.")
        self.entered.tell_elsewhere(ids, self.module)
        self.show_list()

    def show_list(self) -> None:
        """Show the list as it is now."""
        self.entered.take(self.editor.ids, self.module)
        label = self.module.plural_label if self.module else "Ids"
        began, named = self.listed.began, self._named
        told = "" if began is None else f"reviewed {clock(began)}"
        self.pane.show(self.listed.rows, label, told, named=named)
        self.refresh_bindings()

    @property
    def _named(self) -> Named | None:
        """What names the rows of the list; nobody does before a review."""
        return self.listed.record if self.listed.is_read else None

    def on_paste(self, event: events.Paste) -> None:
        """Take ids that are pasted while no text field has the focus."""
        if self.phase.list_may_change:
            event.stop()
            self.editor.paste(event.text)

    def watch_phase(self, phase: Phase) -> None:
        """Keep the ids as they are while they are read or asked about."""
        locked = phase in {Phase.REVIEWING, Phase.CONFIRMING}
        if self.is_drawn and locked is not self.editor.locked:
            self.editor.locked = locked
            if locked:
                # No field takes what is typed now.
                self.query_one(ResultsTable).focus()

    def begin_review(self) -> None:
        """Show the list, all of it, as it is read."""
        label = self.module.plural_label if self.module else "Ids"
        self.pane.show(self.listed.rows, label, named=self.listed.record)
        # What a filter lets through is about to become something else.
        self.pane.show_all()

    def repaint(self, spans: Sequence[tuple[int, int]]) -> None:
        """Show the rows that a review has told of, and how far it is."""
        self.pane.rows_changed(spans)
        reading = self.office.confirming.reading
        if reading is not None:
            self.query_one(RunStatus).progress = reading.progress
        self.refresh_bindings()

    def moment(self) -> Moment:
        """Tell what decides which commands make sense."""
        place, ids = self._place, self.editor.ids
        return Moment(
            phase=self.phase,
            read_only=self.read_only,
            can_sign_in=self.office.session.can_sign_in,
            typing=self.is_typing,
            rows=len(self.pane.rows) > 0,
            detail=self.detail is not None,
            rejected=ids.rejected_count > 0,
            next_list=self.lists.has_next,
            addressed=self.entered.addressed(ids) not in {None, self.module},
            in_list=place is not None,
            releasable=place is not None and self._answers_release(place),
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave a field only while one has the focus."""
        if action == "leave_field":
            return self.is_typing
        return super().check_action(action, parameters)

    def detail_of(self, place: int) -> Detail:
        """Tell all that is known of the row at this place."""
        listed = self.listed
        return Detail(
            listed.rows.ids[place], listed.rows.outcome(place), record=listed.record(place)
        )

    @property
    def _place(self) -> int | None:
        """Place in the list of the row under the cursor; None while another is shown still."""
        return self.pane.table.place if self.pane.rows is self.listed.rows else None

    def _answers_release(self, place: int) -> bool:
        """Whether the key releases the row at this place, or says why that cannot be."""
        never = is_never_released(self.listed.rows.outcome(place))
        return never or self.listed.may_release(place)

    def action_modules(self) -> None:
        """Go to the modules."""
        self.set_focus(self.query_one("#filter"))

    def action_ids(self) -> None:
        """Go to the ids."""
        self.set_focus(self.editor.text_area)

    def action_leave_field(self) -> None:
        """Go from a text field to the table."""
        self.query_one(ResultsTable).focus()

    def action_addressed(self) -> None:
        """Choose the module that all addresses of the list name."""
        agreed = self.entered.addressed(self.editor.ids)
        if agreed is not None:
            self.post_message(ModulePicker.Chosen(agreed))

    def action_next_list(self) -> None:
        """Work on the list of the next module."""
        self.editor.read_now()
        self.office.desk.open(self._next_list)

    async def _next_list(self) -> None:
        if part := await self.lists.next(self.module, lambda: self.phase.list_may_change):
            self.module = part.module
            self.take_in()

    def action_open(self) -> None:
        """Open a file of ids."""
        self._open(self.office.session.sample, at_once=False)

    def _open(self, source: Path | bytes | None, *, at_once: bool) -> None:
        self.office.desk.open(partial(self._open_file, source, at_once=at_once))

    async def _open_file(self, source: Path | bytes | None, *, at_once: bool) -> None:
        dialog = OpenFile(source, self.module, len(self.editor.ids.ids), at_once=at_once)
        taken = await self.office.answer(dialog)
        if taken and self.phase.list_may_change:
            self.editor.take(taken.ids, add=taken.add)
            self.action_leave_field()
            if self.lists.names_several and not self.editor.busy:
                await self._next_list()

    def action_clear(self) -> None:
        """Begin with an empty list, after asking."""
        self.office.desk.open(self._clear)

    async def _clear(self) -> None:
        self.editor.read_now()
        question = f"Clear {self.at_stake}? Nothing is deleted in Zoho."
        if self.at_stake and not await self.office.answer(Ask(question, "Clear", "Keep")):
            return
        self.lists.wait([])
        self.editor.clear()

    def action_rejected(self) -> None:
        """List the entries that are not ids."""
        page = RejectedEntries(self.editor.ids)
        self.office.desk.open(partial(self.office.answer, page))

    def _propose(self) -> Proposal | None:
        """Make a plan of the whole list, or say what stands in the way."""
        self.editor.read_now()
        proposal = self.entered.propose(self.editor.ids, self.module)
        if self.editor.busy:
            proposal = "The ids are still being read; wait for their number."
        elif not len(self.editor.ids.ids) and self.lists.waiting:
            proposal = f"N takes the next list: {self.lists.waiting[0].words}."
        elif not len(self.editor.ids.ids) and self.office.runs.all:
            proposal = f"The list is spent: h opens its run, r retries what failed. {proposal}"
        if isinstance(proposal, Proposal):
            return proposal
        self.office.say(proposal, "error")
        return None

    def action_review(self) -> None:
        """Read each record of the list."""
        if (proposal := self._propose()) is not None:
            self.office.confirming.review(proposal.plan)

    def action_delete(self) -> None:
        """Ask for the sentence, if nothing stands in the way."""
        if self.read_only:
            self.office.say("This session is read-only: nothing can be deleted in it.", "error")
        elif (proposal := self._propose()) is not None:
            self.office.confirming.confirm(proposal, self._start, self.listed)

    def _start(self, plan: Plan, crm: ZohoCRM, listed: ReviewedList) -> None:
        """Hand the list over to a run: the next one begins empty."""
        if self.office.runs.start(plan, crm, listed):
            self.editor.clear()
            self.lists.offer()

    def action_take_out(self) -> None:
        """Take the highlighted row out of the list, or put it back."""
        if (place := self._place) is not None:
            if not self.listed.put_back([place]) and not self.listed.take_out([place]):
                self.office.say("It is missing: there is nothing to take out.")
            self.repaint([(place, 1)])

    def action_take_out_all(self) -> None:
        """Take out, or put back, all rows that the filter lets through."""
        only = self.pane.table.filter
        if only is None:
            self.office.say("f chooses a filter first: X takes out all that it shows.")
            return
        places = list(self.listed.rows.matching(only))
        # Only where nothing is left to take out: what somebody has excluded stays so.
        number = self.listed.take_out(places)
        word = "taken out" if number else "put back"
        number = number or self.listed.put_back(places)
        self.repaint(list(spans(places)))
        self.office.say(f"{count(number, 'row')} {word}.")

    def action_release(self) -> None:
        """Let the highlighted record be deleted although it is held, for a reason."""
        self.office.desk.open(self._release)

    async def _release(self) -> None:
        place, listed = self._place, self.listed
        if place is None:
            return
        held = listed.rows.outcome(place)
        if is_never_released(held):
            words = f"It cannot be released: {held.message}. {held.advice.remedy}"
            self.office.say(words, "warning")
        if not listed.may_release(place):
            return
        reason = await self.office.answer(
            Release(listed.rows.ids[place], listed.record(place), held)
        )
        if reason and listed is self.listed and listed.rows.outcome(place) == held:
            listed.release(place, reason)
            self.repaint([(place, 1)])
