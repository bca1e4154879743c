"""A screen that carries plans out: it owns the runs, follows their events and pulls their levers.

start(), go_on() or look_up() → a job in a thread → a Happened message for each event → happened()
→ the rows, the phase and, some times a second, the repaint → the job's end → idle. A run goes on to
verify by itself; what cannot wait for that calls after_verifying(). What is drawn belongs to the
subclass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from textual import on, work
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState, get_current_worker

from zohotui.deletion.model.events import (
    Braked,
    Comparing,
    ComparisonEnded,
    Event,
    Finished,
    Paused,
    Resolving,
    Unpaused,
    Verifying,
)
from zohotui.deletion.model.levers import Cause
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.review.guards import Guards
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui import carry_out
from zohotui.tui.astray import astray
from zohotui.tui.changed import changed_by
from zohotui.tui.ended import why_it_ended
from zohotui.tui.phase import Phase
from zohotui.tui.session import Session
from zohotui.tui.text import count
from zohotui.tui.watched import WatchedRun
from zohotui.tui.widgets.run_status import Progress
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.limits import MOST_PARALLEL
from zohotui.zoho.printable import printable

_GROUP = "run"

_Job = Callable[[WatchedRun, ZohoCRM, Session, carry_out.Post], None]


def _phase_of(watched: WatchedRun) -> Phase:
    if watched.control.stopped:
        return Phase.STOPPING
    return Phase.PAUSED if watched.control.paused else Phase.RUNNING


class RunScreen(Screen[None]):
    """One run at a time, in a thread that outlives whatever the screen does."""

    phase: reactive[Phase] = reactive(Phase.CONNECTING, bindings=True)
    progress: reactive[Progress | None] = reactive(None, repaint=False)

    @dataclass
    class Happened(Message):
        """A run went a step on."""

        watched: WatchedRun
        event: Event | carry_out.Reread | carry_out.Mishap

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.runs: list[WatchedRun] = []
        """Every run that this session carried out, went on with or looked up."""
        self.watched: WatchedRun | None = None
        """The run that is under way, or the last one, or the one opened from the history."""
        self._changed: list[tuple[int, int]] = []
        """Spans of rows that differ since the last repaint."""
        self._worker: Worker[None] | None = None
        """The thread that is at work on the run that is shown."""
        self.leaving = False
        self.held = False
        """Whether somebody must say that the run goes on, whatever else it waits for."""
        self._next: Callable[[], object] | None = None
        """What is done as soon as verification has left off."""

    def on_mount(self) -> None:
        """Keep a clock for repaints; it stands still while nothing runs."""
        self._repaint: Timer = self.set_interval(1 / self.session.frames, self._flush, pause=True)

    def run_started(self, watched: WatchedRun) -> None:
        """Show a run that begins."""

    def run_shown(self, watched: WatchedRun) -> None:
        """Show a run that is not under way."""

    def rows_changed(self, spans: Sequence[tuple[int, int]]) -> None:
        """Repaint the rows of these (start, count) spans."""

    def list_locked(self, *, locked: bool) -> None:
        """Keep the ids as they are while they are read or asked about."""

    def run_finished(self) -> None:
        """Make room for the next list."""

    @property
    def most_at_once(self) -> int:
        """Requests that may be under way at once, whoever wants more."""
        return MOST_PARALLEL

    @property
    def guards(self) -> Guards:
        """What may not go, nor so many at once."""
        return Guards()

    def let_go(self) -> None:
        """End reads that nobody waits for any more: they must not hold up the way out."""

    def shout(self, watched: WatchedRun) -> None:
        """Show for good what nobody may overlook of a run."""

    def braked(self, event: Braked) -> None:
        """React to a run that paused itself."""

    def compared(self, watched: WatchedRun) -> None:
        """Show what comparing restored records with their saved copies came to."""

    def start(self, plan: Plan, crm: ZohoCRM, listed: ReviewedList) -> None:
        """Carry a confirmed plan of a list out, unless another run is still under way."""
        watched = WatchedRun(plan, time.monotonic, listed=listed)
        job = partial(carry_out.carry_out, guards=self.guards)
        self._begin(watched, crm, job, listed)

    def go_on(
        self, watched: WatchedRun, confirmed: Plan, crm: ZohoCRM, listed: ReviewedList
    ) -> None:
        """Carry out the rest of a run whose process died, as it was confirmed."""
        self._begin(watched, crm, partial(carry_out.go_on, confirmed=confirmed), listed)

    def _begin(self, watched: WatchedRun, crm: ZohoCRM, job: _Job, listed: ReviewedList) -> None:
        if any(not run.ended.is_set() for run in self.runs):
            self.say("Another run is still under way; nothing new was sent.", "error")
            return
        self._watch(watched, crm)
        # From here on the copies are the run's.
        watched.snapshot, listed.snapshot = listed.snapshot, None
        watched.ended.clear()
        self.held = False
        self.phase = Phase.RUNNING
        self.run_started(watched)
        self._repaint.resume()
        self._worker = self._work(watched, crm, job)

    def look_up(self, watched: WatchedRun, crm: ZohoCRM) -> None:
        """Read what became of the ids of a run that are in doubt; nothing is deleted."""
        self._watch(watched, crm)
        self.phase = Phase.READING
        self._repaint.resume()
        self._worker = self._work(watched, crm, carry_out.look_up)

    def bring_back(self, watched: WatchedRun, crm: ZohoCRM, confirmed: Sequence[int]) -> None:
        """Restore these places of a run, which are all that it deleted."""
        if any(not run.ended.is_set() for run in self.runs):
            self.say("A run is still under way; nothing was restored.", "error")
            return
        self._watch(watched, crm)
        watched.ended.clear()
        self.phase = Phase.UNDOING
        self._repaint.resume()
        job = partial(carry_out.bring_back, confirmed=confirmed)
        self._worker = self._work(watched, crm, job)

    def after_verifying(self, go_on: Callable[[], object]) -> None:
        """Do something now; if verification is under way, as soon as it has left off."""
        if self.phase is not Phase.VERIFYING or self.watched is None:
            go_on()
            return
        # At once, so that no key which is typed behind this one gets in between.
        self.phase = Phase.CONFIRMING
        self.list_locked(locked=True)
        self._next = go_on
        self.watched.control.abandon()

    def _watch(self, watched: WatchedRun, crm: ZohoCRM) -> None:
        watched.begin(crm)
        for other in self.runs:
            if other is not watched:
                other.forget_names()
        if watched not in self.runs:
            self.runs.append(watched)
        self.watched = watched

    @work(thread=True, group=_GROUP, exit_on_error=False, description="run")
    def _work(self, watched: WatchedRun, crm: ZohoCRM, job: _Job) -> None:
        worker = get_current_worker()

        def post(event: Event | carry_out.Reread | carry_out.Mishap) -> None:
            if worker.is_cancelled:
                # The screen is gone: nobody watches, so nothing more leaves.
                watched.control.abandon(Cause.SCREEN)
            self.post_message(self.Happened(watched, event))

        job(watched, crm, self.session, post)

    def on_unmount(self) -> None:
        """Let nothing more leave once nobody can see it."""
        for watched in self.runs:
            watched.control.abandon(Cause.SCREEN)
        if all(watched.ended.is_set() for watched in self.runs):
            self.let_go()

    @on(Happened)
    def happened(self, message: Happened) -> None:
        """Follow the run by one event; the phase says what its levers say."""
        watched, event = message.watched, message.event
        if isinstance(event, carry_out.Reread | carry_out.Mishap):
            self._heed(watched, event)
            return
        watched.follow(event)
        self._changed += changed_by(event)
        match event:
            case Braked() | Paused() | Unpaused():
                self.phase = _phase_of(watched)
                if isinstance(event, Braked):
                    self.held = self.held or not event.sign_in
                    self.braked(event)
            case Resolving() | Verifying():
                self._begin_reading(event)
            case Comparing():
                # What a key has begun meanwhile goes first.
                if self.phase in {Phase.UNDOING, Phase.READING, Phase.VERIFYING}:
                    self.phase = Phase.READING
            case Finished() if watched.alarm:
                self.shout(watched)
            case ComparisonEnded():
                watched.comparison = event
                watched.rest()
                self.compared(watched)
            case _:
                pass

    def _heed(self, watched: WatchedRun, event: carry_out.Reread | carry_out.Mishap) -> None:
        if isinstance(event, carry_out.Mishap):
            watched.mishap = event.words
            return
        watched.take(event.told)
        show = self.run_started if self.phase.runs else self.run_shown
        show(watched)

    def _begin_reading(self, event: Resolving | Verifying) -> None:
        was_running = self.phase.runs
        if was_running or self.phase is Phase.READING:
            self._flush()
            self.phase = Phase.VERIFYING if isinstance(event, Verifying) else Phase.READING
        if was_running:
            self.run_finished()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """End a run with its thread; tell of work that could not begin or died of a fault."""
        of_run = event.worker.group == _GROUP
        if of_run and event.worker is not self._worker:
            return
        if event.state is WorkerState.SUCCESS and of_run:
            self._finish()
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        self.log.error(error)
        if of_run:
            self._died(error)
            return
        fault = f"A fault in zohotui ended: {event.worker.description}"
        self.say(f"{fault} ({type(error).__name__}).", "error")
        if self.phase is Phase.CONNECTING:
            self.phase = Phase.OFFLINE

    def _died(self, error: BaseException | None) -> None:
        watched = self.watched
        phase = Phase.READING if self._next else self.phase
        self._finish()
        if watched is not None:
            self.say(why_it_ended(error, phase, watched.journal), "error")

    def _finish(self) -> None:
        watched = self.watched
        if watched is None:
            return
        was_running = self.phase.runs
        if was_running and not watched.finished:
            watched.read_back()
            self.run_shown(watched)
        watched.rest()
        self.phase = Phase.IDLE
        self._repaint.pause()
        self._flush()
        if was_running:
            self.run_finished()
        self._tell_end(watched)
        go_on, self._next = self._next, None
        if go_on:
            self.list_locked(locked=False)
        if self.leaving:
            self.app.exit()
        elif go_on and self.app.screen is self and not astray(watched.rows):
            go_on()

    def _tell_end(self, watched: WatchedRun) -> None:
        """Say what must not be overlooked."""
        shout = watched.shout
        calm = watched.verifying and not watched.mishap and not shout
        said = dict.fromkeys((shout, watched.trouble, watched.mishap))
        if words := " ".join(filter(None, said)):
            self.say(words, "warning" if calm else "error")
        if shout:
            self.shout(watched)

    def _flush(self) -> None:
        """Repaint what changed; called some times a second while a run is under way."""
        spans, self._changed = self._changed, []
        watched = self.watched
        if watched is None:
            return
        reading = self.phase.reads or self.phase is Phase.UNDOING
        with self.app.batch_update():
            # At the end the sums may differ although no row does.
            if spans or not self.phase.runs:
                self.rows_changed(spans)
            self.progress = Progress(
                done=watched.read if reading else watched.done,
                total=watched.to_read if reading else len(watched.plan.ids),
                rate=watched.rate,
                remaining=watched.remaining,
                trouble=watched.trouble,
                parallel=watched.parallel,
            )

    def action_pause(self) -> None:
        """Let nothing more leave."""
        if self.watched is not None:
            self.held = True
            self.watched.control.pause()
            self.phase = Phase.PAUSED

    def action_resume(self) -> None:
        """Let batches leave again."""
        if self.watched is not None and self.watched.control.resume(self.watched.brakes):
            self.held = False
            self.phase = Phase.RUNNING

    def action_more(self) -> None:
        """Let one more request be under way at once."""
        self._change_parallel(1)

    def action_fewer(self) -> None:
        """Let one request less be under way at once."""
        self._change_parallel(-1)

    def _change_parallel(self, by: int) -> None:
        watched = self.watched
        if watched is not None:
            number = min(max(1, watched.parallel + by), self.most_at_once)
            watched.control.parallel = number
            self.say(f"{count(number, 'request')} at once, {self.most_at_once} at most.")
            self._flush()

    def action_stop(self) -> None:
        """End the run when what is in flight has landed, or stop reading."""
        if self.watched is None:
            return
        if self.phase.reads:
            self.watched.control.abandon()
            self.say("Reading stops. y goes on with it.")
        elif self.phase is Phase.UNDOING:
            self.watched.control.stop()
            self.say("Restoring stops after the request under way. u goes on with it.")
        else:
            self.watched.control.stop()
            self.phase = Phase.STOPPING

    def leave(self, cause: Cause | None = None) -> None:
        """Leave once nothing is in flight; `cause`: what makes it, None if the admin chose to."""
        self.leaving = True
        if self.watched is not None and self.phase.changes:
            self.watched.control.abandon(cause)
            self.phase = Phase.STOPPING
        else:
            self.app.exit()

    def say(self, words: str, severity: SeverityLevel = "information") -> None:
        """Show a sentence for a while; it may hold the name of a file."""
        words = printable(words)
        # One at a time: they lie over the screen.
        self.app.clear_notifications()
        self.app.notify(words, severity=severity, timeout=7, markup=False)
