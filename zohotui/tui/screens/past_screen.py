"""A screen that also works with earlier runs: looks them up, goes on with them, retries them.

connected → look_for_unfinished in a thread → the question → go_on, look_up or close_for_good.
`h` → the history → one run read back from its journal → the table. What is drawn belongs to the
subclass.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from textual import on, work
from textual.message import Message
from textual.worker import get_current_worker

from zohotui.deletion.journal.history import history, left_in_doubt
from zohotui.deletion.journal.lock import LockedError, occupied
from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import AWAY, RETRIED, State, is_retried
from zohotui.deletion.model.plan import Plan, Target
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui import carry_out, look_back
from zohotui.tui.dialogs.differences import Differences
from zohotui.tui.dialogs.history import History
from zohotui.tui.dialogs.undo_question import ConfirmUndo
from zohotui.tui.dialogs.unfinished import Choice, UnfinishedRun
from zohotui.tui.elsewhere import is_asked_first
from zohotui.tui.phase import Phase
from zohotui.tui.proposal import Proposal
from zohotui.tui.screens.org_screen import OrgScreen
from zohotui.tui.text import count, moment
from zohotui.tui.undo_rights import undo_caution, undo_obstacle
from zohotui.tui.watched import WatchedRun
from zohotui.zoho.client import ZohoCRM

Go = Callable[[Plan, ZohoCRM, ReviewedList], None]
"""What happens once the sentence has been typed."""


def _in_doubt(number: int) -> str:
    ids = count(number, "id")
    return f"{ids} of earlier runs are still in doubt: h opens a run, y looks them up."


class PastScreen(OrgScreen):
    """Shows one run at a time, of this session or of an earlier one."""

    @dataclass
    class FoundUnfinished(Message):
        """Runs of this org whose process died in them, the newest first."""

        target: Target
        runs: list[WatchedRun]

    @dataclass
    class ReadBack(Message):
        """A run of the history, or why there is none; with a run, what is wrong with its files."""

        watched: WatchedRun | None
        why: str = ""
        told: Replay | None = None

    @dataclass
    class Closed(Message):
        """A run was ended for good, or could not be."""

        watched: WatchedRun
        told: Replay | None = None
        why: str = ""
        mishap: str = ""

    _looked_in: tuple[Target, ...] = ()
    """The orgs whose unfinished runs have been looked for."""

    _found: FoundUnfinished | None = None
    """What is to be asked about as soon as nothing else is going on."""

    def run_opened(self) -> None:
        """Go to a run that somebody asked to see."""

    def confirm(self, proposal: Proposal, go: Go) -> None:
        """Read the records, ask for the sentence, then go."""

    def look_for_unfinished(self) -> None:
        """Look, once an org and session, for runs that a dead process left behind."""
        target = self.target
        if target is None or not target.zgid or any(map(target.same_org, self._looked_in)):
            return
        self._looked_in += (target,)
        self._look_for_unfinished(target)

    @work(thread=True, group="unfinished", exit_on_error=False, description="look for runs")
    def _look_for_unfinished(self, target: Target) -> None:
        session, worker = self.session, get_current_worker()
        try:
            runs, faults = look_back.cut_off_runs(session, target)
            doubt = left_in_doubt(session.journals, target)
            for words in [*([_in_doubt(doubt)] if doubt else []), *faults]:
                self.post_message(self.ReadBack(None, words))
            if runs and not worker.is_cancelled:
                self.post_message(self.FoundUnfinished(target, runs))
            fault = look_back.renew_receipts(session, target, lambda: worker.is_cancelled)
        except JournalError as error:
            fault = str(error)
        if fault:
            self.post_message(self.ReadBack(None, fault))

    @on(FoundUnfinished)
    def found_unfinished(self, event: FoundUnfinished) -> None:
        """Ask what to do with them as soon as nothing else is being asked or done."""
        self._found = event
        self._ask_when_idle()

    def watch_phase(self) -> None:
        """Ask what had to wait for a run's end."""
        self._ask_when_idle()

    def on_screen_resume(self) -> None:
        """Ask what had to wait for another dialog's end."""
        self._ask_when_idle()

    def ask_again(self) -> None:
        """Ask once more what to do with the run that is shown, as soon as nothing else is done."""
        if self.watched is not None and self.target is not None:
            self._found = self.FoundUnfinished(self.target, [self.watched])

    def _ask_when_idle(self) -> None:
        event, target = self._found, self.target
        if event is None or target is None or not target.same_org(event.target):
            return
        busy = self.phase is not Phase.IDLE or self._signing_in or self.leaving
        if not busy and self.app.screen is self:
            self._found = None
            self._ask_about(target, event.runs)

    # Not exclusive: neither this nor what another dialog waits for may be cancelled.
    @work(group="unfinished", description="unfinished run")
    async def _ask_about(self, target: Target, runs: Sequence[WatchedRun]) -> None:
        watched, *others = runs
        dialog = UnfinishedRun(watched, len(others), read_only=self.read_only)
        choice = await self.app.push_screen_wait(dialog)
        if choice is Choice.LATER or self.phase is not Phase.IDLE or self.target != target:
            return
        self._show(watched)
        match choice:
            case Choice.RESOLVE:
                self.action_resolve()
            case Choice.RESUME:
                self.action_resume()
            case Choice.UNDO:
                self.action_undo()
            case Choice.CLOSE:
                self._close_for_good(watched)

    def _show(self, watched: WatchedRun) -> None:
        self.watched = watched
        self.run_shown(watched)
        self.run_opened()
        self.refresh_bindings()

    @work(thread=True, group="close", exit_on_error=False, description="close run")
    def _close_for_good(self, watched: WatchedRun) -> None:
        if watched.journal is None:
            return
        try:
            told, mishap = carry_out.close_for_good(watched.journal, self.session)
            message = self.Closed(watched, told, mishap=mishap)
        except (JournalError, LockedError) as error:
            message = self.Closed(watched, why=str(error))
        self.post_message(message)

    @on(Closed)
    def closed(self, event: Closed) -> None:
        """Show the run as it is now."""
        if event.told is not None:
            event.watched.take(event.told)
        if event.why:
            self.say(event.why, "error")
        elif self.watched is event.watched and self.phase.settled:
            self._show(event.watched)
            words = "The run is closed: what was left of it is not sent."
            self.say(f"{words} {event.mishap}".strip(), "error" if event.mishap else "information")

    @work(group="dialog", exclusive=True, description="history")
    async def action_history(self) -> None:
        """Choose a run to look at."""
        dialog = History(partial(history, self.session.journals), self.target)
        path = await self.app.push_screen_wait(dialog)
        if path is not None and self.phase.settled:
            self.after_verifying(partial(self._read_back, path))

    @work(thread=True, group="history", exclusive=True, exit_on_error=False, description="read run")
    def _read_back(self, path: Path) -> None:
        try:
            watched, read = look_back.read_run(path)
            why = watched.doubt or look_back.renew_derived(read, self.session)
            message = self.ReadBack(watched, why, read.run)
        except JournalError as error:
            message = self.ReadBack(None, str(error))
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    @on(ReadBack)
    def read_back(self, event: ReadBack) -> None:
        """Show the run; one that this session knows better is shown as the session knows it."""
        if event.watched is None:
            self.say(event.why, "error")
            return
        if not self.phase.settled or self.phase.reads:
            return
        path = event.watched.journal
        known = (run for run in self.runs if run.journal == path and run.ended.is_set())
        run = next(known, event.watched)
        # Others may have gone on with it; only what the disk did not take is known better here.
        if event.told is not None and not run.unjournaled:
            run.take(event.told)
            run.doubt = event.watched.doubt
        self._show(run)
        if event.why:
            self.say(event.why, "error")

    def action_resolve(self) -> None:
        """Read what became of the ids that are in doubt."""
        watched = self._ours()
        if watched is None or self.account is None:
            return
        self.look_up(watched, self.account.crm)

    def action_resume(self) -> None:
        """Go on after a pause, or with a run that was cut off."""
        if self.phase is Phase.PAUSED:
            super().action_resume()
            return
        watched = self._ours(self.action_resume)
        if watched is None or not watched.resumable:
            return
        if self.at_stake:
            self.say("There is a new list of ids: n clears it, then space goes on.", "error")
            return
        rows = watched.rows
        places = list(rows.places([State.ENTERED]))
        recycle_bin = self._recycle_bin(watched.plan)
        proposal = Proposal(
            replace(
                watched.plan,
                ids=[rows.ids[place] for place in places],
                permanent=watched.plan.permanent or recycle_bin is False,
                left_out=(),
                reviewed=None,
            ),
            recycle_bin,
            origin=f"of the {self.name_of(watched)} that was cut off: not sent yet",
            calls_left=len({watched.plan.batch_number(place) for place in places}),
        )
        self.confirm(proposal, partial(self.go_on, watched))

    def action_retry(self) -> None:
        """Ask for a new run of what failed or was not sent in this one."""
        watched = self._ours(self.action_retry)
        if watched is None or self.connection is None or self.account is None:
            return
        if self.at_stake:
            self.say("There is a new list of ids: n clears it, then r retries.", "error")
            return
        rows = watched.rows
        places = rows.any_like(is_retried)
        if not places:
            self.say("Somebody may have restored these on purpose: enter their ids anew.", "error")
            return
        ids = [rows.ids[place] for place in places]
        counts = Counter(rows.state(place) for place in places)
        parts = (f"{number:,} {state}" for state, number in counts.items())
        options = self.session.options(self.account, self.connection.org)
        recycle_bin = self._recycle_bin(watched.plan)
        plan = replace(
            watched.plan,
            target=self.connection.target,
            ids=ids,
            permanent=watched.plan.permanent if recycle_bin is None else not recycle_bin,
            left_out=(),
            reviewed=None,
            options=replace(options, wf_trigger=watched.plan.options.wf_trigger),
        )
        origin = f"of the {self.name_of(watched)}: {' · '.join(parts)}"
        self.confirm(Proposal(plan, recycle_bin, origin=origin), self.start)

    @work(group="dialog", exclusive=True, description="undo")
    async def action_undo(self) -> None:
        """Bring back what this run deleted, after the sentence."""
        if self.phase is Phase.VERIFYING:
            self.after_verifying(self.action_undo)
            return
        watched = self._ours(self.action_undo)
        if watched is None or self.account is None:
            return
        if why := occupied(self.session.locks, watched.plan):
            self.say(why, "error")
            return
        account, away = self.account, list(watched.rows.places(AWAY))
        dialog = ConfirmUndo(
            watched,
            self.name_of(watched),
            self.session.clock,
            obstacle=undo_obstacle(account),
            caution=undo_caution(self.connection, watched.plan.target),
            skew=account.crm.clock.skew,
        )
        agreed = await self.app.push_screen_wait(dialog)
        if agreed and self.account is account and self.phase is Phase.IDLE:
            self.bring_back(watched, account.crm, away)

    def compared(self, watched: WatchedRun) -> None:
        """Open the page if something differs and nobody is busy; else say what was found."""
        if watched.differing and self.app.screen is self and not self.at_stake:
            self.action_differences()
        else:
            self.say(watched.remark, "warning" if watched.differing else "information")

    def action_differences(self) -> None:
        """Show what an undo did not bring back as it was saved."""
        if self.watched is not None:
            self.app.push_screen(Differences(self.watched))

    def name_of(self, watched: WatchedRun) -> str:
        """Tell one run from another."""
        if self.runs and watched is self.runs[-1] and watched.begun_here:
            return "last run"
        began = watched.began
        return "earlier run" if began is None else f"run of {moment(began)}"

    def _recycle_bin(self, plan: Plan) -> bool | None:
        modules = self.connection.modules if self.connection else ()
        return next((one.recycle_bin for one in modules if one.api_name == plan.module), None)

    def _ours(self, then: Callable[[], object] | None = None) -> WatchedRun | None:
        """Return the run that is shown, if it was surely in the org that is open.

        None too if it may be going on elsewhere; then the admin is asked, and `then` may follow.
        """
        watched, target = self.watched, self.target
        if watched is None:
            return None
        if target is None or self.account is None:
            self.say(
                "There is no connection to an org yet. ctrl+r tries again, l signs in.", "error"
            )
            return None
        if watched.plan.target.same_org(target):
            return None if is_asked_first(self, watched, then) else watched
        unnamed = not watched.plan.target.zgid and not target.zgid
        if unnamed and watched.crm is self.account.crm:
            return watched
        words = "That run was in another org"
        if not watched.plan.target.zgid:
            words = "The org of that run could not be named, so nobody can tell if it was this one"
        self.say(f"{words}: {watched.plan.target.words}.", "error")
        return None

    def offers(self, action: str) -> bool:
        """Whether the run that is shown, or none, allows a command."""
        watched = self.watched
        match action:
            case "resolve":
                possible = watched is not None and (
                    watched.in_doubt + watched.unproven + watched.to_compare > 0
                    or watched.rows.count(State.DELETED) > 0
                )
            case "differences":
                possible = watched is not None and bool(watched.remark)
            case "undo":
                possible = (
                    watched is not None
                    and watched.rows.count(*AWAY) > 0
                    and not watched.plan.permanent
                )
            case "resume":
                cut_off = watched is not None and watched.resumable
                possible = self.phase is Phase.PAUSED or cut_off
            case "retry":
                possible = watched is not None and watched.rows.count(*RETRIED) > 0
            case "export":
                possible = watched is not None
            case _:
                possible = True
        return possible
