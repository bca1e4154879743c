"""The first screen: the module and the ids at the left, what is known of each at the right.

1. Module and ids are entered, in whatever order; the list becomes another with each change.
2. `v` → the list is read here, and each row says whether it can be deleted.
3. `d` → the question of the deletion, which reads the list inside, unless a review still counts.
4. The sentence → a run, on a screen of its own; the list is empty then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from zohotui.deletion.connection import Connection
from zohotui.deletion.model.outcome import is_never_released
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.acts.list import begin_list
from zohotui.tui.acts.module_lists import ModuleLists
from zohotui.tui.acts.place import WorkOffice
from zohotui.tui.entered import Entered
from zohotui.tui.keys.command import Moment, Where, meanwhile
from zohotui.tui.keys.commands import commands_of
from zohotui.tui.keys.phase import Phase
from zohotui.tui.screens.work_screen import WorkScreen, takes_text
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.entry_pane import EntryPane
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.keys_footer import KeysFooter
from zohotui.tui.widgets.message_line import MessageLine
from zohotui.tui.widgets.module_picker import ModulePicker
from zohotui.tui.widgets.results_pane import Exported, RowsToShow
from zohotui.tui.widgets.rows_view import RowsView
from zohotui.tui.words.detail import detail_of_listed, values_of
from zohotui.tui.words.text import clock, count


class ListScreen(WorkScreen):
    """Shows the list and its module, and what is decided about each row."""

    lists: ModuleLists
    """The lists of other modules that wait."""

    COMMANDS_HERE = commands_of(Where.LIST)
    BINDINGS = [command.binding for command in COMMANDS_HERE.values()]

    def __init__(self, office: WorkOffice) -> None:
        super().__init__(office)
        warn = partial(office.say, severity="warning")
        self.entered = Entered(office.session, office.org, warn)
        self._begun = False
        """Whether what the command line names has been taken in."""

    def compose(self) -> ComposeResult:
        """Lay out the panes; the state flows down into them."""
        yield Band().data_bind(WorkScreen.phase, WorkScreen.target, WorkScreen.read_only)
        with Horizontal(id="body"):
            yield EntryPane(id="left").data_bind(WorkScreen.phase)
            yield RowsView(id="right").data_bind(WorkScreen.phase, WorkScreen.asked)
        yield MessageLine().data_bind(WorkScreen.said)
        yield KeysFooter()

    def on_mount(self) -> None:
        """Paint first, then ask the org."""
        self.lists = ModuleLists(self.office.org, self.entry.editor, self.office.say)
        self.take_over()
        self.show_list()
        self.entry.picker.action_to_list()
        self.office.begin()

    def on_unmount(self) -> None:
        """Leave nothing behind of what nobody confirmed."""
        self.office.left()

    @property
    def entry(self) -> EntryPane:
        """Where the module and the ids are entered."""
        return self.query_one(EntryPane)

    @property
    def view(self) -> RowsView:
        """The rows, and what is known of the one under the cursor."""
        return self.query_one(RowsView)

    @property
    def listed(self) -> ReviewedList:
        """The list, and what is known of it."""
        return self.entered.listed

    @property
    def at_stake(self) -> str:
        """The ids that have been entered."""
        self.entry.editor.read_now()
        number = len(self.entry.ids.ids) + self.lists.at_stake
        return f"the list of {count(number, 'id')}" if number else ""

    def org_known(self, connection: Connection) -> None:
        """Name the org's modules, and open the ids that were named on the command line."""
        entry = self.entry
        self.view.pane.tell("")
        entry.picker.any_name = not connection.listed
        entry.picker.modules = connection.modules
        for notice in connection.notices:
            self.office.say(notice, "warning")
        name = entry.module.api_name if entry.module else self.office.session.module
        entry.module = connection.module_named(name)
        if name and entry.module is None:
            self.office.say(connection.names_no_module(name), "error")
        self.take_in()
        if not self._begun:
            self._begun = True
            begin_list(self, connection)
        self.office.runs.look_for_unfinished()

    def org_lost(self, why: str) -> None:
        """Say why there is no org."""
        self.view.pane.tell(why)

    def org_left(self) -> None:
        """Begin with nothing in another org."""
        self.office.stack.show_list()
        self.lists.wait([])
        self.entry.forget()
        self.show_list()

    @on(ModulePicker.Chosen)
    def choose_module(self, event: ModulePicker.Chosen) -> None:
        """Take the module, unless the list is being read or asked about; say why there is none."""
        if event.module is None:
            unconnected = self.phase in {Phase.CONNECTING, Phase.OFFLINE}
            self.office.say(meanwhile(self.phase) if unconnected else event.why, "warning")
            return
        if not self.phase.list_may_change:
            self.office.say("The module cannot be changed during a run.", "warning")
            return
        self.entry.module = event.module
        self.take_in()
        self.entry.action_leave()

    @on(IdEditor.Changed)
    def take_in(self) -> None:
        """Show the list as it is by now; choose the module that its addresses name."""
        entry = self.entry
        agreed = self.entered.addressed(entry.ids)
        if entry.module is None and agreed is not None and self.phase.list_may_change:
            entry.module = agreed
            self.office.say(f"Module: {agreed.plural_label}, as the {entry.ids.namer} it.")
        self.entered.tell_elsewhere(entry.ids, entry.module)
        self.show_list()

    def show_list(self) -> None:
        """Show the list as it is now; before a review nothing names its rows."""
        self.entered.take(self.entry.ids, self.entry.module)
        listed, exported = self.listed, partial(self.entered.exported, self.entry.ids)
        self.view.pane.show(
            _to_show(listed, self.entry, exported, named=listed.is_read, began=listed.began)
        )
        self.refresh_bindings()

    def begin_review(self) -> None:
        """Show the list, all of it, as it is read."""
        pane, exported = self.view.pane, partial(self.entered.exported, self.entry.ids)
        pane.show(_to_show(self.listed, self.entry, exported, named=True, began=None))
        # What a filter lets through is about to become something else.
        pane.show_only(None)

    def repaint(self, spans: Sequence[tuple[int, int]]) -> None:
        """Show the rows that a review has told of, and how far it is."""
        self.view.pane.rows_changed(spans)
        reading = self.office.confirming.reading
        if reading is not None:
            self.view.show_progress(reading.progress)
        self.refresh_bindings()

    def moment(self) -> Moment:
        """Tell what decides which commands make sense."""
        view, entry, listed = self.view, self.entry, self.listed
        place = view.pane.place_in(listed.rows)
        # The key releases a row, or says why that cannot be.
        releasable = place is not None and (
            is_never_released(listed.rows.outcome(place)) or listed.may_release(place)
        )
        return Moment(
            phase=self.phase,
            read_only=self.read_only,
            can_sign_in=self.office.session.can_sign_in,
            typing=takes_text(self.focused),
            rows=len(view.pane.rows) > 0,
            detail=view.detail is not None,
            rejected=entry.ids.rejected_count > 0 or bool(entry.ids.unresolved),
            next_list=self.lists.has_next,
            addressed=self.entered.addressed(entry.ids) not in {None, entry.module},
            in_list=place is not None,
            releasable=releasable,
        )


def _to_show(
    listed: ReviewedList,
    entry: EntryPane,
    exported: Callable[[], Exported | None],
    *,
    named: bool,
    began: float | None,
) -> RowsToShow:
    """Say how a list is shown; `began`: when the review began that still counts."""
    return RowsToShow(
        rows=listed.rows,
        title=entry.module.plural_label if entry.module else "Ids",
        footnote="" if began is None else f"reviewed {clock(began)}",
        remark=entry.remark,
        named=listed.record if named else None,
        value_of=values_of(entry.ids.listings),
        detail=partial(detail_of_listed, listed, entry.ids.listings),
        exported=exported,
        copies=lambda: [listed.snapshot.path] if listed.snapshot else [],
    )
