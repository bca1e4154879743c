"""The screen that stays: modules and ids at the left, what becomes of them at the right.

The way of a deletion: `d` → a review → ConfirmDelete → RunScreen.start, each in its own screen
below this one.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.reactive import reactive
from textual.widgets import Input, TextArea

from zohotui.deletion.ids.pasted import IdList
from zohotui.deletion.model.rows import Rows
from zohotui.tui.commands import COMMANDS
from zohotui.tui.detail import Detail
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.export_file import ExportFile
from zohotui.tui.dialogs.open_file import OpenFile, here
from zohotui.tui.dialogs.pages import Help, RejectedEntries
from zohotui.tui.phase import BEFORE_THE_SENTENCE, Phase
from zohotui.tui.screens.list_screen import ListScreen
from zohotui.tui.session import Connection, Session
from zohotui.tui.sizes import HEIGHTS, WIDTHS
from zohotui.tui.text import clock, count
from zohotui.tui.watched import WatchedRun
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.widgets.keys_footer import KeysFooter
from zohotui.tui.widgets.module_picker import ModulePicker
from zohotui.tui.widgets.outcome_detail import OutcomeDetail
from zohotui.tui.widgets.results_pane import ResultsPane
from zohotui.tui.widgets.results_table import Named, ResultsTable
from zohotui.tui.widgets.run_status import RunStatus
from zohotui.zoho.records import Record


class MainScreen(ListScreen):
    """Owns the state; the widgets are told, and speak up with messages."""

    BINDINGS = [
        *(command.binding for command in COMMANDS),
        Binding("escape", "leave_field", "Leave the field", id="leave_field"),
        Binding("escape", "end_review", "Stop the review", id="end_review"),
    ]
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    detail: reactive[Detail | None] = reactive(None, repaint=False)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._may_release = False
        """Whether the row under the cursor can be released, when that was told last."""
        self._unopened: Path | bytes | None = session.ids
        """The ids named on the command line, until the org is known."""

    def compose(self) -> ComposeResult:
        """Lay out the panes; the state flows down into them."""
        band = Band(read_only=self.read_only)
        yield band.data_bind(MainScreen.phase, MainScreen.target)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield ModulePicker(id="picker").data_bind(chosen=MainScreen.module)
                yield IdEditor(id="ids").data_bind(MainScreen.module)
            with Vertical(id="right"):
                yield RunStatus().data_bind(MainScreen.progress, MainScreen.phase)
                yield ResultsPane(id="results")
                yield OutcomeDetail(id="detail").data_bind(MainScreen.detail)
        yield KeysFooter()

    def on_mount(self) -> None:
        """Paint first, then ask the org."""
        self._show_ids(IdList.empty())
        self.query_one(ModulePicker).action_to_list()
        for notice in self.session.notices:
            self.say(notice)
        self.begin()

    def watch_account(self) -> None:
        """Say whether anything can be deleted."""
        self.query_one(Band).read_only = self.read_only

    def org_known(self, connection: Connection) -> None:
        """Name the org's modules, and open the ids that were named on the command line."""
        self.query_one(ResultsPane).tell("")
        self.query_one(ModulePicker).modules = connection.modules
        for notice in connection.notices:
            self.say(notice, "warning")
        name = self.module.api_name if self.module else self.session.module
        self.module = next((m for m in connection.modules if m.api_name == name), None)
        if name and self.module is None:
            self.say(f"This org has no module with the API name {name}.", "error")
        self._take_in(self.query_one(IdEditor).ids)
        if self._unopened is not None and self.app.screen is self:
            ids = self._unopened
            self._unopened = None
            self._open(ids, at_once=True)
        self.look_for_unfinished()

    def org_lost(self, why: str) -> None:
        """Say why there is no org."""
        self.query_one(ResultsPane).tell(why)

    def org_left(self) -> None:
        """Begin with nothing in another org: neither its ids nor its modules are the same."""
        self.module = None
        self.query_one(ModulePicker).modules = ()
        self.query_one(IdEditor).clear()
        self._show_ids(IdList.empty())

    @on(ModulePicker.Chosen)
    def choose_module(self, event: ModulePicker.Chosen) -> None:
        """Take the module, unless a run is at work on another."""
        if not self.phase.settled:
            self.say("The module cannot change while a run is under way.", "warning")
            return
        self.module = event.module
        self._take_in(self.query_one(IdEditor).ids)
        self.action_leave_field()

    @on(IdEditor.Changed)
    def ids_changed(self) -> None:
        """Show the new list; by now there may be a newer one than that of the message."""
        self._take_in(self.query_one(IdEditor).ids)

    def _take_in(self, ids: IdList) -> None:
        self.heed_addresses(ids)
        self._show_ids(ids)

    def _show_ids(self, ids: IdList) -> None:
        """Show the list; an empty one gives way to the last run."""
        if self.phase.runs:
            return
        self.take_list(ids)
        pane = self.query_one(ResultsPane)
        label = self.module.plural_label if self.module else "Ids"
        if len(ids.ids) or self.watched is None:
            pane.show(self.listed.rows, label, self._review_told, named=self._named)
        else:
            self.run_shown(self.watched)
        self.refresh_bindings()

    @property
    def _review_told(self) -> str:
        began = self.listed.began
        return "" if began is None else f"reviewed {clock(began)}"

    @property
    def _named(self) -> Named | None:
        """What names the rows of the list; nobody does before a review."""
        return self.listed.record if self.listed.is_read else None

    def list_left(self) -> None:
        """Show what was entered, or the last run."""
        self._show_ids(self.query_one(IdEditor).ids)

    def on_paste(self, event: events.Paste) -> None:
        """Take ids that are pasted while no text field has the focus."""
        if self.phase.settled:
            event.stop()
            self.query_one(IdEditor).paste(event.text)

    def typed(self, event: events.Key) -> None:
        """Say once, of keys that no field took, that a sentence is typed too early."""
        look = self._look
        early = event.is_printable and event.key not in {"plus", "minus"} and self.asks_soon
        if early and look is not None and not look.told_early:
            look.told_early = True
            self.say("The sentence is asked for when the review is done. Esc stops the review.")

    def action_modules(self) -> None:
        """Go to the modules."""
        self.set_focus(self.query_one("#filter"))

    def action_ids(self) -> None:
        """Go to the ids."""
        self.set_focus(self.query_one(IdEditor).text_area)

    def action_leave_field(self) -> None:
        """Go from a text field to the table."""
        self.query_one(ResultsTable).focus()

    def action_open(self) -> None:
        """Open a file of ids."""
        self._open(self.session.sample, at_once=False)

    @work(group="dialog", exclusive=True, description="open")
    async def _open(self, source: Path | bytes | None, *, at_once: bool) -> None:
        editor = self.query_one(IdEditor)
        dialog = OpenFile(source, self.module, len(editor.ids.ids), at_once=at_once)
        taken = await self.app.push_screen_wait(dialog)
        if taken and self.phase.settled:
            editor.take(taken.ids, add=taken.add)
            self.action_leave_field()

    @work(group="dialog", exclusive=True, description="clear")
    async def action_clear(self) -> None:
        """Begin with an empty list, after asking."""
        editor = self.query_one(IdEditor)
        editor.read_now()
        number = count(len(editor.ids.ids), "id")
        if len(editor.ids.ids) and not await self.app.push_screen_wait(
            Ask(f"Clear the list of {number}? Nothing is deleted in Zoho.", "Clear", "Keep")
        ):
            return
        editor.clear()

    def action_rejected(self) -> None:
        """List the entries that are not ids."""
        self.app.push_screen(RejectedEntries(self.query_one(IdEditor).ids))

    def run_shown(self, watched: WatchedRun) -> None:
        """Show a run that is over or was cut off, with what can be done about it."""
        pane = self.query_one(ResultsPane)
        journal = watched.journal.name if watched.journal else "none"
        target = watched.plan.target
        here = self.target is None or self.target.same_org(target) or self.target == target
        what = self.name_of(watched)
        if watched.resumable:
            what = " · ".join(["cut off", *self._ways_on(watched)] if here else ["cut off"])
        where = "" if here else f", in {target.words}"
        pane.show(
            watched.rows,
            f"{watched.plan.label}: {what}{where}",
            f"journal {journal}",
            shout=watched.shout,
            remark=f"{watched.doubt} {watched.remark}".strip(),
            named=watched.record if watched.listed else None,
            predicted=watched.plan.reviewed is not None,
        )

    def compared(self, watched: WatchedRun) -> None:
        """Say it with the rows too, if they are what is shown."""
        self.shout(watched)
        super().compared(watched)

    def shout(self, watched: WatchedRun) -> None:
        """Say it above the run's rows, as long as they are shown."""
        if self.query_one(ResultsPane).rows is watched.rows:
            self.run_shown(watched)

    def _ways_on(self, watched: WatchedRun) -> list[str]:
        looks_up = ["y looks up"] if watched.in_doubt else []
        return [*looks_up, *([] if self.read_only else ["space goes on"])]

    def run_opened(self) -> None:
        """Put the cursor into its rows."""
        self.query_one(ResultsTable).focus()

    def run_started(self, watched: WatchedRun) -> None:
        """Show the run from its first row, and go along with what lands."""
        pane = self.query_one(ResultsPane)
        pane.show(
            watched.rows,
            watched.plan.label,
            named=watched.record if watched.listed else None,
            predicted=watched.plan.reviewed is not None,
        )
        pane.table.following = True
        pane.table.focus()

    def rows_changed(self, spans: Sequence[tuple[int, int]]) -> None:
        """Repaint what differs, if it is what is shown."""
        pane = self.query_one(ResultsPane)
        if self.watched is not None and pane.rows is self.watched.rows:
            # What is verified has landed before: the cursor stays at the end.
            pane.table.following &= self.phase is not Phase.VERIFYING
            pane.rows_changed(spans)

    def run_finished(self) -> None:
        """Make room: the list is spent, so the next one begins empty."""
        editor = self.query_one(IdEditor)
        editor.locked = False
        editor.clear()

    @on(ResultsTable.Highlighted)
    def highlight(self, event: ResultsTable.Highlighted) -> None:
        """Show all that is known of the row under the cursor."""
        event.stop()
        rows = self.query_one(ResultsPane).rows
        place = event.place
        if place is None or place >= len(rows):
            self.detail = None
            return
        watched, outcome = self.watched, rows.outcome(place)
        if watched is not None and watched.rows is rows:
            self.detail = watched.detail(place)
        else:
            self.detail = Detail(rows.ids[place], outcome, record=self._record(rows, place))
        self._offer_release(place)

    def _offer_release(self, place: int) -> None:
        """Show the key for it where it can be pressed."""
        may = self.list_place == place and self._answers_release(place)
        if may is not self._may_release:
            self._may_release = may
            self.refresh_bindings()

    def _record(self, rows: Rows, place: int) -> Record | None:
        return self.listed.record(place) if rows is self.listed.rows else None

    def action_find(self) -> None:
        """Open the field to find rows with."""
        self.query_one(ResultsPane).begin_find()

    def action_filter(self) -> None:
        """Show one state after the other."""
        self.query_one(ResultsPane).next_filter()

    @work(group="dialog", exclusive=True, description="export")
    async def action_export(self) -> None:
        """Write the outcomes of the run to a file."""
        watched, table = self.watched, self.query_one(ResultsTable)
        if watched is None:
            return
        showing = self.query_one(ResultsPane).rows is watched.rows
        state = table.filter if showing else None
        name = f"zohotui-{watched.plan.module}-{time.strftime('%Y%m%d-%H%M%S')}.csv"
        path = await self.app.push_screen_wait(ExportFile(watched, here() / name, state))
        if path:
            self.say(f"Written: {path}")

    def action_copy(self) -> None:
        """Copy the highlighted id and its details."""
        if self.detail:
            self.app.copy_to_clipboard(self.detail.plain)
            self.say(f"Copied {self.detail.record_id} with its details.")

    def action_help(self) -> None:
        """Show every key."""
        self.app.push_screen(Help())

    @work(group="quit", description="quit")
    async def action_quit(self) -> None:
        """Leave; a run under way is asked about first."""
        if any(isinstance(screen, Ask) for screen in self.app.screen_stack):
            return
        if self.phase.changes and not self.leaving:
            how = "is paused" if self.phase is Phase.PAUSED else "goes on while you decide"
            question = (
                f"A run is under way, and {how}. Stop it and quit? What is in flight lands first; "
                "the rest is not sent."
            )
            if not await self.app.push_screen_wait(Ask(question, "Stop and quit", "Stay here")):
                return
        self.leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what makes sense now."""
        del parameters  # the commands have none
        if self.asks_soon and action not in BEFORE_THE_SENTENCE:
            return False
        barred = self.read_only and action in {"retry", "resume", "undo"}
        barred = barred or (not self.session.can_sign_in and action in {"profile", "sign_in"})
        if barred or not self.phase.allows(action):
            return False
        match action:
            case "filter":
                possible = self._has_rows
            case "find":
                possible = self._has_rows and not self._is_typing
            case "modules" | "ids":
                possible = not self._is_typing
            case "leave_field":
                possible = self._is_typing
            case "copy":
                possible = self.detail is not None
            case "rejected":
                possible = self.query_one(IdEditor).ids.rejected_count > 0
            case _:
                possible = self.offers(action)
        return possible

    @property
    def _has_rows(self) -> bool:
        return len(self.query_one(ResultsPane).rows) > 0

    @property
    def _is_typing(self) -> bool:
        return isinstance(self.focused, Input | TextArea)
