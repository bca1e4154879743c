"""A screen that carries plans out: it owns the runs, follows their events and pulls their levers.

start() → carry_out in a thread → a Happened message for each event → happened() → the rows, the
phase and, some times a second, the repaint. What is drawn belongs to the subclass.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from textual import on, work
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerState, get_current_worker

from zohotui.deletion.events import Braked, Event, Finished, Landed, Paused, Resumed, Returned, Sent
from zohotui.deletion.journal import JournalError
from zohotui.deletion.lock import LockedError
from zohotui.deletion.plan import Plan, PlanError
from zohotui.tui.carry_out import carry_out
from zohotui.tui.phase import Phase
from zohotui.tui.session import Session
from zohotui.tui.text import count
from zohotui.tui.watched import WatchedRun
from zohotui.tui.widgets.run_status import Progress
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.printable import printable

_GROUP = "run"


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
        event: Event

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.runs: list[WatchedRun] = []
        """Every run of this session, the last of them perhaps still under way."""
        self._changed: list[tuple[int, int]] = []
        """Spans of rows that differ since the last repaint."""
        self._leaving = False
        self.held = False
        """Whether somebody must say that the run goes on, whatever else it waits for."""
        self.last_crm: ZohoCRM | None = None
        """The client of the last run."""

    def on_mount(self) -> None:
        """Keep a clock for repaints, which stands still while nothing runs."""
        self._repaint: Timer = self.set_interval(1 / self.session.frames, self._flush, pause=True)

    def run_started(self, watched: WatchedRun) -> None:
        """Show a run that begins."""

    def rows_changed(self, spans: Sequence[tuple[int, int]]) -> None:
        """Repaint the rows of these (start, count) spans."""

    def run_finished(self) -> None:
        """Make room for the next list."""

    def let_go(self) -> None:
        """End reads that nobody waits for any more: they must not hold up the way out."""

    def braked(self, event: Braked) -> None:
        """React to a run that paused itself."""

    def start(self, plan: Plan, crm: ZohoCRM) -> None:
        """Carry a confirmed plan out, unless another run is still under way."""
        if any(not run.ended.is_set() for run in self.runs):
            self.say("Another run is still under way; nothing new was sent.", "error")
            return
        watched = WatchedRun(plan, time.monotonic)
        self.runs.append(watched)
        self.held, self.last_crm = False, crm
        self.phase = Phase.RUNNING
        self.run_started(watched)
        self._repaint.resume()
        self._carry_out(watched, crm)

    @work(thread=True, group=_GROUP, exit_on_error=False, description="run")
    def _carry_out(self, watched: WatchedRun, crm: ZohoCRM) -> None:
        worker = get_current_worker()

        def post(event: Event) -> None:
            if worker.is_cancelled:
                # The screen is gone, whatever took it: nobody watches, so nothing more leaves.
                watched.control.stop()
            self.post_message(self.Happened(watched, event))

        carry_out(watched, crm, self.session, post)

    def on_unmount(self) -> None:
        """Let nothing more leave once nobody can see it."""
        for watched in self.runs:
            watched.control.stop()
        if all(watched.ended.is_set() for watched in self.runs):
            self.let_go()

    @on(Happened)
    def happened(self, message: Happened) -> None:
        """Follow the run by one event; the phase says what its levers say."""
        watched = message.watched
        watched.follow(message.event)
        match message.event:
            case Sent(batch) | Landed(batch) | Returned(batch):
                self._changed.append((batch.start, len(batch.ids)))
            case Braked() | Paused() | Resumed():
                self.phase = _phase_of(watched)
                if isinstance(message.event, Braked):
                    self.held = self.held or not message.event.sign_in
                    self.braked(message.event)
            case Finished():
                self._finish(watched)
            case _:
                pass

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Tell of work that could not begin or died of a fault of ours."""
        if event.state is not WorkerState.ERROR:
            return
        error = event.worker.error
        self.log.error(error)
        if event.worker.group != _GROUP:
            fault = f"A fault in zohotui ended: {event.worker.description}"
            self.say(f"{fault} ({type(error).__name__}).", "error")
            if self.phase is Phase.CONNECTING:
                self.phase = Phase.OFFLINE
            return
        watched = self.runs[-1]
        if isinstance(error, JournalError | LockedError | PlanError):
            self.say(f"{error} Nothing was sent.", "error")
        else:
            self.say(
                f"The run died of a fault in zohotui ({type(error).__name__}). What was under way "
                f"is unknown; the journal tells the rest: {watched.journal}",
                "error",
            )
        watched.rows.close()
        self._finish(watched)

    def _finish(self, watched: WatchedRun) -> None:
        self.phase = Phase.IDLE
        self._repaint.pause()
        self._flush()
        self.run_finished()
        if watched.trouble:
            self.say(watched.trouble, "error")
        if watched.unjournaled:
            lost = count(watched.unjournaled, "outcome")
            self.say(f"The journal lacks {lost}: export the results now.", "error")
        if self._leaving:
            self.app.exit()

    def _flush(self) -> None:
        """Repaint what changed; called some times a second while a run is under way."""
        spans, self._changed = self._changed, []
        watched = self.runs[-1]
        with self.app.batch_update():
            if spans or not self.phase.runs:
                self.rows_changed(spans)
            self.progress = Progress(
                done=watched.done,
                total=len(watched.rows),
                rate=watched.rate,
                remaining=watched.remaining,
                trouble=watched.trouble,
            )

    def action_pause(self) -> None:
        """Let nothing more leave."""
        self.held = True
        self.runs[-1].control.pause()
        self.phase = Phase.PAUSED

    def action_resume(self) -> None:
        """Let batches leave again."""
        self.held = False
        self.runs[-1].control.resume()
        self.phase = Phase.RUNNING

    def action_stop(self) -> None:
        """End the run when what is in flight has landed."""
        self.runs[-1].control.stop()
        self.phase = Phase.STOPPING

    def leave(self) -> None:
        """Leave as soon as nothing is in flight any more."""
        self._leaving = True
        if self.phase.runs:
            self.action_stop()
        else:
            self.app.exit()

    def say(self, words: str, severity: SeverityLevel = "information") -> None:
        """Show a sentence for a while; it may hold the name of a file."""
        words = printable(words)
        # One at a time: they lie over the screen.
        self.app.clear_notifications()
        seconds = 5 if severity == "information" else 7
        self.app.notify(words, severity=severity, timeout=seconds, markup=False)
