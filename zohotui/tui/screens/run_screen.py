"""One run, under way or past: how it goes, what became of each id, and what can be done about it.

It owns nothing but what it shows. Esc leads back to where it was opened from; a run that is under
way is looked at to its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from zohotui.deletion.export import Beside
from zohotui.deletion.journal.saved_copies import snapshots_of
from zohotui.deletion.model.outcome import AWAY, RETRIED, State, is_left_over
from zohotui.tui.activity import RunActivity
from zohotui.tui.acts.place import WorkOffice
from zohotui.tui.acts.run import show_differences
from zohotui.tui.keys.command import Moment, Where
from zohotui.tui.keys.commands import commands_of
from zohotui.tui.keys.keymap import with_keys
from zohotui.tui.keys.phase import Phase
from zohotui.tui.reads import begin_read
from zohotui.tui.screens.work_screen import WorkScreen, takes_text
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.keys_footer import KeysFooter
from zohotui.tui.widgets.message_line import MessageLine
from zohotui.tui.widgets.results_pane import Exported, RowsToShow
from zohotui.tui.widgets.rows_view import RowsView
from zohotui.tui.words.detail import values_of
from zohotui.tui.words.run import detail_of, landed_at, shout_of

_NAMED_AT_ONCE = 20_000
"""Rows whose names are read by themselves when a run is opened: more would take seconds."""


class RunScreen(WorkScreen):
    """Shows a run in the full width."""

    COMMANDS_HERE = commands_of(Where.RUN)
    BINDINGS = [
        Binding("escape", "back", "Back", id="back"),
        *(command.binding for command in COMMANDS_HERE.values()),
    ]

    def __init__(self, office: WorkOffice, shown: ShownRun) -> None:
        super().__init__(office)
        self.shown = shown

    def compose(self) -> ComposeResult:
        """Put how it goes above the rows, and what is known of one row below them."""
        yield Band().data_bind(WorkScreen.phase, WorkScreen.target, WorkScreen.read_only)
        with Vertical(id="body"):
            yield RowsView().data_bind(WorkScreen.phase, WorkScreen.asked)
        yield MessageLine().data_bind(WorkScreen.said)
        yield KeysFooter()

    def on_mount(self) -> None:
        """Begin at the first row, and go along with what lands."""
        self.take_over()
        self.show()
        self.view.table.following = self._activity is not None
        self.view.table.focus()
        self._read_names()

    def on_screen_resume(self) -> None:
        """Show the run as it is by now: its journal may have been read again meanwhile."""
        super().on_screen_resume()
        if self.is_drawn:
            self.show()

    @property
    def view(self) -> RowsView:
        """The rows, and what is known of the one under the cursor."""
        return self.query_one(RowsView)

    @property
    def _activity(self) -> RunActivity | None:
        """What is under way with this run; None if nothing is."""
        activity = self.office.desk.activity
        ours = isinstance(activity, RunActivity) and activity.run is self.shown
        return activity if ours and isinstance(activity, RunActivity) else None

    def show(self) -> None:
        """Show the run as it is now, with what can be done about it."""
        shown = self.shown
        under_way = self._activity is not None and self.phase.runs
        journal = shown.journal.name if shown.journal else "none"
        self.view.pane.show(
            RowsToShow(
                rows=shown.rows,
                title=self._title(under_way=under_way),
                footnote=""
                if under_way
                else " · ".join(filter(None, (shown.plan.reason, f"journal {journal}"))),
                shout=shout_of(shown.run),
                remark=f"{shown.doubt} {shown.remark}".strip(),
                named=shown.record if shown.is_named else None,
                value_of=values_of(shown.plan.listings),
                by_value=bool(shown.plan.by_value),
                predicted=shown.plan.reviewed is not None,
                detail=lambda place: detail_of(shown.run, place, shown.record(place)),
                exported=lambda: Exported(shown.plan, shown.journal, self._beside),
                copies=lambda: (
                    snapshots_of(shown.journal, shown.run.saved) if shown.journal else []
                ),
            )
        )
        self.refresh_bindings()

    @work(group="names", exclusive=True, exit_on_error=False, description="reading names")
    async def _read_names(self) -> None:
        """Name the rows by the saved copies, where no list of this session does."""
        beside, ids = self._beside, self.shown.rows.ids
        if beside.copies and len(ids) <= _NAMED_AT_ONCE:
            named = await begin_read(partial(beside.with_names, ids))
            self.shown.saved_names = named.named
            self.show()
            # The panel, too, tells the name of the row under the cursor.
            self.view.pane.rows_changed(())

    @property
    def _beside(self) -> Beside:
        """What is known of the rows for a file; names are in the copies if nowhere else."""
        shown = self.shown
        saved = shown.journal is not None and shown.listed is None and not shown.plan.by_value
        copies = snapshots_of(shown.journal, shown.run.saved) if saved and shown.journal else ()
        return Beside(shown.record, partial(landed_at, shown.run), copies=tuple(copies))

    def _title(self, *, under_way: bool) -> str:
        """Name the run, with the ways on that there are in the org that is open."""
        shown, run_in = self.shown, self.shown.plan.target
        here = self.target is None or self.target.same_org(run_in) or self.target == run_in
        where = "" if here else f", in {run_in.words}"
        if under_way:
            return f"{shown.plan.label}{where}"
        what = self.office.runs.name_of(shown)
        if shown.resumable:
            looks_up = ["[resolve] looks up"] if here and shown.left.in_doubt else []
            goes_on = ["[resume] goes on"] if here and not self.read_only else []
            ways = " · ".join(["cut off", *looks_up, *goes_on])
            what = with_keys(ways, self.office.session.keys)
        return f"{shown.plan.label}: {what}{where}"

    def repaint(self, spans: Sequence[tuple[int, int]]) -> None:
        """Show what differs in the rows, and how far it is."""
        table, rows = self.view.table, self.shown.rows
        if table.following and not self.phase.changes:
            # Unless the admin has moved it, the cursor goes where somebody is needed.
            table.following = False
            plan = self.shown.plan
            left = rows.places(AWAY) if plan.restores else rows.any_like(is_left_over)
            table.go_to(next((place for place in left if place < len(plan.ids)), 0))
        # At the end the sums may differ although no row does.
        if spans or not self.phase.runs:
            self.view.pane.rows_changed(spans)
        if (activity := self._activity) is not None:
            self.view.show_progress(activity.progress)

    def compared(self) -> None:
        """Open the page if something differs and nothing else is open; else say what was found."""
        self.show()
        differing = self.shown.left.differing
        if differing and self.app.screen is self and not self.office.list_at_stake:
            show_differences(self)
        elif differing or self.app.screen is not self:
            # Otherwise it is read above the rows already.
            self.office.say(self.shown.remark, "warning" if differing else "information")

    def moment(self) -> Moment:
        """Tell what decides which commands make sense."""
        shown, rows = self.shown, self.shown.rows
        return Moment(
            phase=self.phase,
            read_only=self.read_only,
            can_sign_in=self.office.session.can_sign_in,
            typing=takes_text(self.focused),
            rows=len(rows) > 0,
            detail=self.view.detail is not None,
            resumable=shown.resumable,
            retryable=rows.count(*RETRIED) > 0,
            resolvable=shown.left.can_be_read or rows.count(State.DELETED) > 0,
            undoable=rows.count(*AWAY) > 0 and not shown.plan.permanent,
            remarked=bool(shown.remark),
            receipt=shown.journal is not None and (shown.finished or not shown.begun_here),
        )

    def action_back(self) -> None:
        """Go back; a run is only under way while it can be seen."""
        if not self.phase.changes:
            self.app.pop_screen()
        elif self.phase is Phase.UNDOING:
            self.office.say("Restoring needs this screen open. [stop] stops it.", "warning")
        else:
            self.office.say(
                "A run needs this screen open. [pause] pauses it, [stop] stops it.", "warning"
            )
