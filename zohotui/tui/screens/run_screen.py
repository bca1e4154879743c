"""One run, under way or past: how it goes, what became of each id, and what can be done about it.

It owns nothing but what it shows. Esc leads back; a run that is under way is looked at to its end.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from zohotui.config.profiles import Account
from zohotui.deletion.afterwards.whereabouts import IDS_UNKNOWN
from zohotui.deletion.journal.lock import occupied
from zohotui.deletion.model.listing import external_of
from zohotui.deletion.model.outcome import AWAY, RETRIED, State
from zohotui.tui.activity import RunActivity
from zohotui.tui.command import Moment, Where
from zohotui.tui.commands import commands_of
from zohotui.tui.confirming import Confirming
from zohotui.tui.detail import Detail
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.differences import Differences
from zohotui.tui.dialogs.export_file import ExportFile
from zohotui.tui.dialogs.open_file import here
from zohotui.tui.dialogs.undo_question import Rights, UndoQuestion
from zohotui.tui.phase import Phase
from zohotui.tui.proposals import rest_of, retry_of
from zohotui.tui.screens.work_screen import WorkOffice, WorkScreen
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.undo_rights import undo_caution, undo_obstacle
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.keys_footer import KeysFooter
from zohotui.tui.widgets.outcome_detail import OutcomeDetail
from zohotui.tui.widgets.results_pane import ResultsPane
from zohotui.tui.widgets.run_status import RunStatus


class RunOffice(WorkOffice, Protocol):
    """What this screen needs of the office."""

    confirming: Confirming

    @property
    def list_at_stake(self) -> bool:
        """Whether a list of ids has been entered."""

    def pause(self) -> None:
        """Send nothing more of a run until the admin says so."""

    def paste_into_list(self, text: str) -> None:
        """Go back to the list and take text in there."""


class RunScreen(WorkScreen):
    """Shows a run in the full width."""

    COMMANDS_HERE = commands_of(Where.RUN)
    BINDINGS = [
        *(command.binding for command in COMMANDS_HERE.values()),
        Binding("escape", "back", "Back", id="back"),
    ]

    office: RunOffice

    def __init__(self, office: RunOffice, run: ShownRun) -> None:
        super().__init__(office)
        self.run = run

    def compose(self) -> ComposeResult:
        """Put how it goes above the rows, and what is known of one row below them."""
        yield Band().data_bind(WorkScreen.phase, WorkScreen.target, WorkScreen.read_only)
        with Vertical(id="body"):
            yield RunStatus().data_bind(WorkScreen.phase)
            yield ResultsPane(id="results")
            yield OutcomeDetail(id="detail").data_bind(WorkScreen.detail)
        yield KeysFooter()

    def on_mount(self) -> None:
        """Begin at the first row, and go along with what lands."""
        self.take_over()
        self.show()
        self.pane.table.following = self._activity is not None
        self.pane.table.focus()

    @property
    def _activity(self) -> RunActivity | None:
        """What is under way with this run; None if nothing is."""
        activity = self.office.desk.activity
        ours = isinstance(activity, RunActivity) and activity.run is self.run
        return activity if ours and isinstance(activity, RunActivity) else None

    def show(self) -> None:
        """Show the run as it is now, with what can be done about it."""
        run, target = self.run, self.run.plan.target
        under_way = self._activity is not None and self.phase.runs
        here = self.target is None or self.target.same_org(target) or self.target == target
        what = self.office.runs.name_of(run)
        if run.resumable:
            what = " · ".join(["cut off", *self._ways_on] if here else ["cut off"])
        title = run.plan.label if under_way else f"{run.plan.label}: {what}"
        where = "" if here else f", in {target.words}"
        journal = run.journal.name if run.journal else "none"
        self.pane.show(
            run.rows,
            f"{title}{where}",
            "" if under_way else f"journal {journal}",
            shout=run.shout,
            remark=f"{run.doubt} {run.remark}".strip(),
            named=run.record if run.listed else None,
            predicted=run.plan.reviewed is not None,
        )
        self.refresh_bindings()

    @property
    def _ways_on(self) -> list[str]:
        looks_up = ["y looks up"] if self.run.in_doubt else []
        return [*looks_up, *([] if self.read_only else ["space goes on"])]

    def repaint(self, spans: Sequence[tuple[int, int]]) -> None:
        """Show what differs in the rows, and how far it is."""
        # What is verified has landed before: the cursor stays at the end.
        self.pane.table.following &= self.phase is not Phase.VERIFYING
        # At the end the sums may differ although no row does.
        if spans or not self.phase.runs:
            self.pane.rows_changed(spans)
        if (activity := self._activity) is not None:
            self.query_one(RunStatus).progress = activity.progress

    def compared(self) -> None:
        """Open the page if something differs and nothing else is open; else say what was found."""
        self.show()
        if self.run.differing and self.app.screen is self and not self.office.list_at_stake:
            self.action_differences()
        else:
            self.office.say(self.run.remark, "warning" if self.run.differing else "information")

    def moment(self) -> Moment:
        """Tell what decides which commands make sense."""
        run, rows = self.run, self.run.rows
        return Moment(
            phase=self.phase,
            read_only=self.read_only,
            can_sign_in=self.office.session.can_sign_in,
            typing=self.is_typing,
            rows=len(rows) > 0,
            detail=self.detail is not None,
            resumable=run.resumable,
            retryable=rows.count(*RETRIED) > 0,
            resolvable=run.in_doubt + run.unproven + run.to_compare + rows.count(State.DELETED) > 0,
            undoable=rows.count(*AWAY) > 0 and not run.plan.permanent,
            remarked=bool(run.remark),
        )

    def detail_of(self, place: int) -> Detail:
        """Tell all that is known of the row at this place."""
        detail = self.run.detail(place)
        return replace(detail, external=external_of(self.run.plan.listings, detail.record_id))

    def on_paste(self, event: events.Paste) -> None:
        """Take ids that are pasted for the next list, once nothing is sent any more."""
        if self.phase.list_may_change:
            event.stop()
            self.office.paste_into_list(event.text)

    def action_back(self) -> None:
        """Go back; a run is only under way while it can be seen."""
        if not self.phase.changes:
            self.app.pop_screen()
        elif self.phase is Phase.UNDOING:
            self.office.say("Restoring goes on only while it can be seen: s stops it.", "warning")
        else:
            self.office.say(
                "A run goes on only while it can be seen: space pauses it, s stops it.", "warning"
            )

    def action_pause(self) -> None:
        """Send nothing more for now."""
        self.office.pause()

    def action_resume(self) -> None:
        """Go on after a pause, or with a run that was cut off."""
        if self.phase is Phase.PAUSED:
            if self._activity is not None and self._activity.resume():
                self.office.changed()
            return
        account = self._account(self.action_resume)
        if account is None or not self.run.resumable or self._list_is_at_stake("space goes on"):
            return
        bins = self.office.org.recycle_bins
        name = self.office.runs.name_of(self.run)
        proposal = rest_of(self.run, name, bins.get(self.run.plan.module))
        target = self.run.plan.target
        self.office.confirming.confirm(
            proposal,
            partial(self.office.runs.go_on, self.run),
            not_ready=partial(self.office.runs.ask_about, target, [self.run]),
        )

    def action_retry(self) -> None:
        """Ask for a new run of what failed or was not sent in this one."""
        account = self._account(self.action_retry)
        connection = self.office.org.connection
        if account is None or connection is None or self._list_is_at_stake("r retries"):
            return
        proposal = retry_of(
            self.run,
            self.office.runs.name_of(self.run),
            self.office.org.recycle_bins.get(self.run.plan.module),
            connection.target,
            self.office.session.options(account, connection.org),
        )
        if proposal is None:
            self.office.say(
                "Somebody may have restored these on purpose: enter their ids anew.", "error"
            )
        else:
            self.office.confirming.confirm(proposal, self.office.runs.start)

    def _list_is_at_stake(self, then: str) -> bool:
        """Say so if a list was entered meanwhile; `then`: what could be done without it."""
        if self.office.list_at_stake:
            self.office.say(f"There is a new list of ids: n clears it, then {then}.", "error")
        return self.office.list_at_stake

    def action_resolve(self) -> None:
        """Read what became of the ids that are unknown."""
        account = self._account()
        if self.run.plan.by_value:
            self.office.say(IDS_UNKNOWN, "warning")
        elif account is not None:
            self.office.runs.look_up(self.run, account.crm)

    def action_undo(self) -> None:
        """Bring back what this run deleted, after the sentence."""
        self.office.desk.when_free(self._begin_undo)

    def _begin_undo(self) -> None:
        account = self._account(self.action_undo)
        if account is None:
            return
        plan = self.run.plan
        why = IDS_UNKNOWN if plan.by_value else ""
        if why := why or occupied(self.office.session.archive.locks, plan):
            self.office.say(why, "error")
        else:
            self.office.desk.open(partial(self._undo, account))

    async def _undo(self, account: Account) -> None:
        away = list(self.run.rows.places(AWAY))
        rights = Rights(
            undo_obstacle(account),
            undo_caution(self.office.org.connection, self.run.plan.target),
            account.crm.clock.skew,
        )
        name = self.office.runs.name_of(self.run)
        dialog = UndoQuestion(self.run, name, self.office.session.clock, rights)
        agreed = await self.office.answer(dialog)
        if agreed and self.office.org.account is account and self.phase is Phase.IDLE:
            self.office.runs.bring_back(self.run, account.crm, away)

    def action_differences(self) -> None:
        """Show what an undo did not bring back as it was saved."""
        self.office.desk.open(partial(self.office.answer, Differences(self.run)))

    def action_export(self) -> None:
        """Write the outcomes of the run to a file."""
        self.office.desk.open(self._export)

    async def _export(self) -> None:
        name = f"zohotui-{self.run.plan.module}-{time.strftime('%Y%m%d-%H%M%S')}.csv"
        dialog = ExportFile(self.run, here() / name, self.pane.table.filter)
        if path := await self.office.answer(dialog):
            self.office.say(f"Written: {path}")

    def _account(self, then: Callable[[], object] | None = None) -> Account | None:
        """Return the sign-in, if the run was surely in the org that is open.

        None too if the run may be going on elsewhere; then the admin is asked, and `then` may
        follow.
        """
        org, run = self.office.org, self.run
        if org.target is None or org.account is None:
            self.office.say(
                "There is no connection to an org yet. ctrl+r tries again, l signs in.", "error"
            )
            return None
        if run.plan.target.same_org(org.target):
            if then is None or not run.moved or run.alone:
                return org.account
            self.office.desk.open(partial(self._ask_if_alone, then))
            return None
        unnamed = not run.plan.target.zgid and not org.target.zgid
        if unnamed and run.crm is org.account.crm:
            return org.account
        words = "That run was in another org"
        if not run.plan.target.zgid:
            words = "The org of that run could not be named, so nobody can tell if it was this one"
        self.office.say(f"{words}: {run.plan.target.words}.", "error")
        return None

    async def _ask_if_alone(self, then: Callable[[], object]) -> None:
        """Ask whether the run is going on elsewhere, before it may send or restore."""
        question = (
            f"The journal of this run was {self.run.moved}. If another zohotui works on the same "
            "run, records may be deleted or restored twice. Are you sure that none does?"
        )
        if await self.office.answer(Ask(question, "None does", "Not sure: leave it")):
            self.run.alone = True
            self.call_later(then)
