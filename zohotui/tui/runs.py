"""The runs of this session, and what is done with them: start, resume, look up, undo, close.

1. Each is a job in a thread; none begins while another may still send or restore.
2. The run is shown on its screen, then the job begins; `told` hears of each event, `ended` of the
   end.
3. What must not be overlooked is said at the end, whichever screen is open by then.
4. Once an org and session, runs that a dead process left behind are looked for and asked about.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from zohotui.deletion.jobs import (
    Job,
    Reread,
    close_for_good,
    look_up_job,
    restore_job,
    resume_job,
    run_job,
    undo_job,
)
from zohotui.deletion.journal.history import left_in_doubt
from zohotui.deletion.journal.lock import LockedError
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.look_back import cut_off_runs, read_run, renew_derived, renew_receipts
from zohotui.deletion.model.events import Braked, ComparisonEnded, Finished
from zohotui.deletion.model.plan import Plan, Target
from zohotui.deletion.review import selection
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.activity import Activity, ActivityEvent, RunActivity
from zohotui.tui.connecting import Connecting
from zohotui.tui.dialogs.unfinished import Choice, UnfinishedRun
from zohotui.tui.keys.phase import Phase
from zohotui.tui.office import Office
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.words.run import (
    alarm_of,
    alarms_at_the_end,
    astray,
    shout_of,
    sum_of,
    why_it_ended,
)
from zohotui.tui.words.text import count, moment
from zohotui.zoho.client import ZohoCRM

UNFINISHED = "unfinished"
"""Name of the question about runs that were cut off."""


class RunView(Protocol):
    """The screen that shows one run."""

    shown: ShownRun

    def show(self) -> None:
        """Show the run as it is now."""

    def compared(self) -> None:
        """Show what comparing came to."""

    def call_later(self, callback: Callable[[], object]) -> object:
        """Do something behind all that is being done."""

    def action_command(self, command_id: str) -> None:
        """Do what a command of the run does."""


class RunViews(Protocol):
    """The screens that are open, as far as they show runs."""

    @property
    def is_clear(self) -> bool:
        """Whether no dialog is open."""

    def open_run(self, shown: ShownRun) -> RunView:
        """Show a run on a screen of its own, in place of the one that is shown."""

    def view_of(self, shown: ShownRun) -> RunView | None:
        """Return the screen that shows this run, if there is one."""


class RunsOffice(Office, Protocol):
    """What the runs need of the office."""

    org: Connecting

    @property
    def stack(self) -> RunViews:
        """The screens."""


class Runs:
    """Begins work at runs, follows it, and tells its end."""

    def __init__(self, office: RunsOffice) -> None:
        self._office = office
        self._archive = office.session.archive
        self.all: list[ShownRun] = []
        """Every run that this session carried out, went on with, looked up or undid."""
        self._looked_in: tuple[Target, ...] = ()
        """The orgs whose unfinished runs have been looked for."""

    @property
    def under_way(self) -> list[ShownRun]:
        """Those of which something may be in flight or may still leave."""
        return [run for run in self.all if not run.over]

    def name_of(self, run: ShownRun) -> str:
        """Tell one run from another."""
        what = "restore" if run.plan.restores else "run"
        if self.all and run is self.all[-1] and run.begun_here:
            return f"last {what}"
        began = run.began
        return f"earlier {what}" if began is None else f"{what} of {moment(began)}"

    def start(self, plan: Plan, crm: ZohoCRM, listed: ReviewedList) -> bool:
        """Carry a confirmed plan of a list out; return False if another run is under way."""
        run = ShownRun(plan, time.monotonic, listed=listed)
        work = partial(
            run_job,
            plan=plan,
            guards=self._office.org.guards,
            released=selection.releases(listed, plan),
            copies=listed.snapshot,
        )
        return self._begin(run, Job(work, crm, self._archive), Phase.RUNNING, listed)

    def resume(self, run: ShownRun, confirmed: Plan, crm: ZohoCRM, listed: ReviewedList) -> None:
        """Carry out the rest of a run whose process died, as it was confirmed."""
        work = partial(resume_job, confirmed=confirmed, copies=listed.snapshot, alone=run.alone)
        self._begin(run, Job(work, crm, self._archive, run.journal), Phase.RUNNING, listed)

    def look_up(self, run: ShownRun, crm: ZohoCRM) -> None:
        """Read what became of the ids of a run that are unknown; nothing is deleted."""
        work = partial(look_up_job, plan=run.plan)
        self._begin(run, Job(work, crm, self._archive, run.journal), Phase.READING)

    def undo(self, run: ShownRun, crm: ZohoCRM, confirmed: Sequence[int]) -> None:
        """Restore these places of a run, which are all that it deleted."""
        work = partial(undo_job, plan=run.plan, confirmed=confirmed, alone=run.alone)
        self._begin(run, Job(work, crm, self._archive, run.journal), Phase.UNDOING)

    def restore(self, run: ShownRun, crm: ZohoCRM) -> None:
        """Restore what others deleted, as it was confirmed."""
        work = partial(restore_job, plan=run.plan)
        self._begin(run, Job(work, crm, self._archive), Phase.UNDOING)

    def _begin(
        self, run: ShownRun, job: Job, step: Phase, listed: ReviewedList | None = None
    ) -> bool:
        busy = self.under_way if step is not Phase.READING else []
        activity = RunActivity(run, job, step)
        desk = self._office.desk
        if busy or desk.activity is not None or desk.leaving:
            done = "restored" if step is Phase.UNDOING else "sent"
            self._office.say(f"Another run is still in progress. Nothing was {done}.", "error")
            return False
        if listed is not None:
            # From here on the copies are the run's.
            listed.snapshot = None
        run.begin(job)
        for other in self.all:
            if other is not run:
                other.forget_names()
        if run not in self.all:
            self.all.append(run)
        self._office.stack.open_run(run)
        return desk.start(activity)

    def told(self, activity: RunActivity, event: ActivityEvent) -> None:
        """Show what an event means for more than its rows."""
        run, view = activity.run, self._office.stack.view_of(activity.run)
        match event:
            case Braked(why, sign_in=True):
                self._office.org.ask_for_run(activity, why)
            case Finished() if alarm_of(run.run) and view:
                view.show()
            case Reread() if view:
                view.show()
            case ComparisonEnded() if view:
                view.compared()
            case ComparisonEnded():
                self._office.say(run.remark, "warning" if run.left.differing else "information")
            case _:
                pass

    def ended(self, activity: RunActivity, phase: Phase, error: BaseException | None) -> None:
        """Tell what must not be overlooked of a run that is over, or died of a fault.

        `phase`: what was being done when it ended.
        """
        run, view = activity.run, self._office.stack.view_of(activity.run)
        if phase.runs and not run.finished:
            run.read_back()
        run.rest()
        if view:
            view.show()
        if error is not None:
            self._office.say(why_it_ended(error, phase, run.journal), "error")
            return
        calm = run.headway.verifying and not run.mishap and not shout_of(run.run)
        if words := alarms_at_the_end(run.run, run.headway.trouble, run.mishap):
            self._office.say(words, "warning" if calm else "error")
        elif not (
            activity.compared or phase is Phase.UNDOING or activity.levers.abandoned or run.remark
        ):
            # What has not been read yet, as the next list, is not lost by it.
            before = self._office.said.words if self._office.said else ""
            told = sum_of(run.run)
            self._office.say(told if before.startswith(told) else f"{told} {before}".strip())

    def keeps_back(self, activity: Activity) -> bool:
        """Whether what was to follow waits for the admin: records are not where they should be."""
        return isinstance(activity, RunActivity) and bool(astray(activity.run.rows))

    def look_for_unfinished(self) -> None:
        """Look, once an org and session, for runs that a dead process left behind."""
        target = self._office.org.target
        if target is None or not target.zgid or any(map(target.same_org, self._looked_in)):
            return
        self._looked_in += (target,)
        look = partial(self._look_for_unfinished, target)
        self._office.work_on(look, UNFINISHED, "look for runs")

    async def _look_for_unfinished(self, target: Target) -> None:
        fault = ""
        try:
            runs, faults = await asyncio.to_thread(cut_off_runs, self._archive, target)
            doubt = await asyncio.to_thread(left_in_doubt, self._archive.journals, target)
            for words in [*([_in_doubt(doubt)] if doubt else []), *faults]:
                self._office.say(words, "error")
            if runs:
                self.ask_about(target, [ShownRun.of(one, time.monotonic) for one in runs])
            leaving = lambda: self._office.desk.leaving  # noqa: E731 - asked in a thread
            fault = await asyncio.to_thread(renew_receipts, self._archive, target, leaving)
        except JournalError as error:
            fault = str(error)
        if fault:
            self._office.say(fault, "error")

    def ask_about(self, target: Target, runs: Sequence[ShownRun]) -> None:
        """Ask what to do with runs as soon as nothing else is being asked or done."""
        org = self._office.org

        def wanted() -> bool:
            return org.target is None or org.target.same_org(target)

        def may_open() -> bool:
            return self._office.phase is Phase.IDLE and not self._office.desk.leaving

        ask = partial(self._ask_about, target, runs)
        self._office.desk.ask(UNFINISHED, ask, wanted, may_open)

    async def _ask_about(self, target: Target, runs: Sequence[ShownRun]) -> None:
        run, *others = runs
        dialog = UnfinishedRun(run, len(others), read_only=self._office.org.read_only)
        choice = await self._office.answer(dialog)
        if choice in {None, Choice.LATER} or self._office.phase is not Phase.IDLE:
            return
        if self._office.org.target is None or not self._office.org.target.same_org(target):
            return
        view = self._office.stack.open_run(run)
        if choice is Choice.CLOSE:
            await self._close_for_good(run)
        elif choice is not None:
            # Behind this dialog: each may open one of its own.
            view.call_later(partial(view.action_command, choice.value))

    async def _close_for_good(self, run: ShownRun) -> None:
        if run.journal is None:
            return
        try:
            told, mishap = await asyncio.to_thread(close_for_good, run.journal, self._archive)
        except (JournalError, LockedError) as error:
            self._office.say(str(error), "error")
            return
        run.take(told)
        if view := self._office.stack.view_of(run):
            view.show()
        words = "The run is closed. What was left of it will not be sent."
        self._office.say(f"{words} {mishap}".strip(), "error" if mishap else "information")

    def open_past(self, path: Path) -> None:
        """Open the run of a journal, as soon as nothing that gives way is under way."""
        office, read = self._office, partial(self._read_back, path)
        if office.phase.list_may_change:
            office.desk.when_free(partial(office.work_on, read, "history", "read run"))

    async def _read_back(self, path: Path) -> None:
        """Open a run of the history; one that this session knows better is shown as it knows it."""
        try:
            earlier = await asyncio.to_thread(read_run, path)
            why = earlier.doubt or await asyncio.to_thread(
                renew_derived, earlier.read, self._archive
            )
        except JournalError as error:
            self._office.say(str(error), "error")
            return
        free = self._office.phase.list_may_change and not self._office.phase.reads
        if not free or not self._office.stack.is_clear:
            return
        known = (run for run in self.all if run.journal == path and run.over)
        run = next(known, None)
        if run is None:
            run = ShownRun.of(earlier, time.monotonic)
        elif not run.run.unjournaled:
            # Others may have gone on with it; only what the disk did not take is known better here.
            run.take(earlier.read.run)
            run.doubt = earlier.doubt
        self._office.stack.open_run(run)
        if why:
            self._office.say(why, "error")


def _in_doubt(number: int) -> str:
    ids = count(number, "id")
    return (
        f"The outcome of {ids} of earlier runs is still unknown. "
        "[history] opens a run, [resolve] looks them up."
    )
