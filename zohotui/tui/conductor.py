"""Holds the desk, the org, the runs and the screens together; the app below it is Textual's side.

1. `changed` works out the phase from the desk and the org, and hands it to the screens.
2. An activity gets a thread; its events come back one by one, and its end behind them.
3. Some times a second, and only while something is under way, the screen on top shows what differs.
4. `leave` ends the program as soon as nothing is in flight; what nobody confirmed is erased.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from functools import partial
from typing import Any, TypeVar

from textual.app import App
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer
from textual.worker import Worker, WorkerCancelled, WorkerFailed, get_current_worker

from zohotui.deletion.jobs import Job
from zohotui.deletion.journal.history import history
from zohotui.deletion.model.levers import Cause
from zohotui.tui.activity import Activity, ActivityEvent, ReviewActivity, RunActivity
from zohotui.tui.commands import with_keys
from zohotui.tui.confirming import Confirming
from zohotui.tui.connecting import Connecting
from zohotui.tui.desk import Desk
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.history import History
from zohotui.tui.phase import Phase
from zohotui.tui.runs import Runs
from zohotui.tui.screens.list_screen import ListScreen
from zohotui.tui.screens.run_screen import RunScreen
from zohotui.tui.screens.work_screen import WorkScreen
from zohotui.tui.session import Session
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.text import count
from zohotui.zoho.printable import printable

Answer = TypeVar("Answer")


class Conductor:
    """The office of all screens."""

    def __init__(self, app: App[None], session: Session) -> None:
        self.session = session
        self.phase = Phase.CONNECTING
        """What is going on."""
        self._app = app
        self._touched = session.clock(), session.steady()
        """When the last key was pressed, by both clocks."""
        self._quitting = False
        """Whether the way out is being asked about, or taken."""
        self._timer: Timer | None = None
        """Repaints; it stands still while nothing is under way."""
        self.desk = Desk(
            begin=self._begin,
            spawn=partial(self._run, group="dialog", description="dialog"),
            is_clear=lambda: self.is_clear,
            changed=self.changed,
        )
        self.org = Connecting(self)
        self.runs = Runs(self)
        self.confirming = Confirming(self)
        self.list_view = ListScreen(self)

    def begin(self) -> None:
        """Ask the org, once the first screen is painted."""
        frames = 1 / self.session.frames
        self._timer = self._app.set_interval(frames, self._repaint, pause=True)
        for notice in self.session.notices:
            self.say(notice)
        self.org.begin()

    @property
    def jobs(self) -> list[Job]:
        """What was or is done at the runs of this session."""
        return [run.job for run in self.runs.all if run.job is not None]

    @property
    def is_clear(self) -> bool:
        """Whether no dialog is open."""
        stack = self._app.screen_stack if self._app.is_running else []
        return bool(stack) and isinstance(stack[-1], WorkScreen)

    def say(self, words: str, severity: SeverityLevel = "information") -> None:
        """Show a sentence for a while; it may hold the name of a file."""
        # One at a time: they lie over the screen.
        self._app.clear_notifications()
        self._app.notify(with_keys(printable(words)), severity=severity, timeout=7, markup=False)

    def answer(self, dialog: Screen[Answer]) -> Awaitable[Answer | None]:
        """Open a dialog on top and wait for its answer."""
        return self._app.push_screen(dialog, wait_for_dismiss=True)

    def work_on(self, work: Coroutine[Any, Any, object], group: str, description: str) -> object:
        """Do something beside the keys; of each group only the newest goes on."""
        return self._run(work, group=group, description=description, exclusive=True)

    def _run(
        self,
        work: Coroutine[Any, Any, object],
        *,
        group: str,
        description: str,
        exclusive: bool = False,
    ) -> object:
        return self.list_view.run_worker(
            work, group=group, description=description, exclusive=exclusive
        )

    def drop_work(self, group: str) -> None:
        """Let nothing of a group go on."""
        self._app.workers.cancel_group(self.list_view, group)

    def changed(self) -> None:
        """Show what differs in the phase, the org or the keys."""
        self.phase = self.desk.phase(self.org.link)
        for screen in self._work_screens:
            screen.take_over()
        if self._timer is not None:
            if self.desk.activity is None:
                self._timer.pause()
            else:
                self._timer.resume()
        self.desk.look_again()

    @property
    def _work_screens(self) -> list[WorkScreen]:
        stack = self._app.screen_stack if self._app.is_running else []
        return [one for one in stack if isinstance(one, WorkScreen) and one.is_drawn]

    def _begin(self, activity: Activity) -> None:
        self._app.clear_notifications()
        # At once: whoever leaves waits for what has begun.
        thread = self.list_view.run_worker(
            partial(self._do, activity),
            thread=True,
            group=activity.group,
            exit_on_error=False,
            description=activity.group,
        )
        self._run(self._see_through(activity, thread), group="activity", description="activity")

    async def _see_through(self, activity: Activity, thread: Worker[None]) -> None:
        """Hear of the end of a thread behind all of its events."""
        error: BaseException | None = None
        try:
            await thread.wait()
        except WorkerCancelled:
            return
        except WorkerFailed as failed:
            error = failed.error
            self._app.log(error)
        self._app.call_later(self._ended, activity, error)

    def _do(self, activity: Activity) -> None:
        worker = get_current_worker()

        def post(event: ActivityEvent) -> None:
            if worker.is_cancelled:
                # The screen is gone: nobody watches, so nothing more leaves.
                activity.levers.abandon(Cause.SCREEN)
            self._app.call_later(self.told, activity, event)

        activity.do(post)

    def told(self, activity: Activity, event: ActivityEvent) -> None:
        """Follow an activity by one event; the phase says what has become of it."""
        if activity is not self.desk.activity:
            return
        activity.follow(event)
        # A lever may have been pulled before its event came.
        if self.desk.phase(self.org.link) is not self.phase:
            self._repaint()
            self.changed()
        if isinstance(activity, RunActivity):
            self.runs.told(activity, event)

    def _ended(self, activity: Activity, error: BaseException | None) -> None:
        phase = activity.phase
        self._repaint()
        go_on = self.desk.ended(activity)
        if isinstance(activity, RunActivity):
            self.runs.ended(activity, Phase.READING if go_on else phase, error)
        elif isinstance(activity, ReviewActivity):
            activity.then(error)
        self._repaint_now(activity)
        if self.desk.leaving:
            self._app.exit()
        elif go_on and self.is_clear and not self.runs.keeps_back(activity):
            go_on()

    def _repaint(self) -> None:
        """Show what differs since the last time."""
        if self.desk.activity is not None:
            self._repaint_now(self.desk.activity)

    def _repaint_now(self, activity: Activity) -> None:
        shown = self._shown_by(activity)
        if shown is not None and shown.is_drawn:
            spans = activity.take_changes()
            with self._app.batch_update():
                shown.repaint(spans)

    def _shown_by(self, activity: Activity) -> WorkScreen | None:
        """Return the screen that shows the rows of an activity; None if it is not open."""
        if isinstance(activity, RunActivity):
            return self.view_of(activity.run)
        ours = isinstance(activity, ReviewActivity) and activity.listed is self.list_view.listed
        return self.list_view if ours else None

    def view_of(self, run: ShownRun) -> RunScreen | None:
        """Return the screen that shows this run, if there is one."""
        runs = (screen for screen in self._work_screens if isinstance(screen, RunScreen))
        return next((screen for screen in runs if screen.run is run), None)

    def open_run(self, run: ShownRun) -> RunScreen:
        """Show a run on a screen of its own, in place of the one that is shown."""
        shown = self._app.screen_stack[-1]
        if isinstance(shown, RunScreen) and shown.run is run:
            if shown.is_drawn:
                shown.show()
            return shown
        screen = RunScreen(self, run)
        if isinstance(shown, RunScreen):
            self._app.switch_screen(screen)
        else:
            self._app.push_screen(screen)
        return screen

    def open_history(self) -> None:
        """Choose a run to look at."""
        self.desk.open(self._choose_run)

    async def _choose_run(self) -> None:
        read = partial(history, self.session.journals)
        path = await self.answer(History(read, self.org.target))
        if path is not None and self.phase.list_may_change:
            self.desk.when_free(
                lambda: self.work_on(self.runs.read_back(path), "history", "read run")
            )

    @property
    def list_at_stake(self) -> bool:
        """Whether a list of ids has been entered."""
        return bool(self.list_view.at_stake)

    def paste_into_list(self, text: str) -> None:
        """Go back to the list and take text in there."""
        self.show_list()
        self.list_view.editor.paste(text)

    def show_list(self) -> None:
        """Go back to the list."""
        while isinstance(self._app.screen_stack[-1], RunScreen):
            self._app.pop_screen()

    def pause(self) -> None:
        """Send nothing more of a run until the admin says so."""
        if isinstance(self.desk.activity, RunActivity):
            self.desk.activity.pause()
            self.changed()

    def stand_still(self) -> None:
        """Hold a run before the process stops; its lever may have been pulled already."""
        if self.phase is Phase.RUNNING:
            self.pause()

    def steer(self, by: int) -> None:
        """Let more or fewer requests be under way at once."""
        activity, most = self.desk.activity, self.org.most_at_once
        if activity is None:
            return
        number = min(max(1, activity.progress.parallel + by), most)
        activity.levers.parallel = number
        if isinstance(activity, RunActivity):
            self.say(f"{count(number, 'request')} at once, {most} at most.")
        self._repaint()

    def stop(self) -> None:
        """End a review, a run when what is in flight has landed, or reading."""
        activity = self.desk.activity
        if activity is None:
            return
        if activity.phase.reads or isinstance(activity, ReviewActivity):
            activity.levers.abandon()
        else:
            activity.levers.stop()
        if activity.phase.reads:
            self.say("Reading stops. y goes on with it.")
        elif activity.phase is Phase.UNDOING:
            self.say("Restoring stops after the request under way. u goes on with it.")
        self.changed()

    def quit(self) -> None:
        """Leave; a run under way is asked about first."""
        if not self._quitting:
            self._quitting = True
            self._run(self._quit(), group="quit", description="quit")

    async def _quit(self) -> None:
        if self.phase.changes and not self.desk.leaving:
            how = "is paused" if self.phase is Phase.PAUSED else "goes on while you decide"
            question = (
                f"A run is under way, and {how}. Stop it and quit? What is in flight lands first; "
                "the rest is not sent."
            )
            if not await self.answer(Ask(question, "Stop and quit", "Stay here")):
                self._quitting = False
                return
        self.leave()

    def leave(self, cause: Cause | None = None) -> None:
        """Leave once nothing is in flight; `cause`: what makes it, None if the admin chose to."""
        self.desk.leaving = True
        self.confirming.stop_reading()
        activity = self.desk.activity
        if activity is not None and activity.phase.changes:
            activity.levers.abandon(cause)
            self.changed()
        else:
            self._app.exit()

    def left(self) -> None:
        """Let nothing more leave once nobody can see it, and erase what nobody confirmed."""
        self.desk.leaving = True
        for job in self.jobs:
            job.levers.abandon(Cause.SCREEN)
        self.confirming.stop_reading()
        self.confirming.forget_all()
        account = self.org.account
        if account is not None and all(job.over.is_set() for job in self.jobs):
            # Reads that nobody waits for any more must not hold up the way out.
            account.crm.close()

    def touched(self) -> None:
        """Note a key; after too long without one nothing that was read counts any more."""
        now = self.session.clock(), self.session.steady()
        before, self._touched = self._touched, now
        account = self.org.account
        minutes = account.profile.idle_minutes if account else 0
        # One may have been put back, the other may stand still while the machine sleeps.
        if not minutes or not 60 * minutes < max(now[0] - before[0], now[1] - before[1]):
            return
        if self.confirming.expire():
            if self.phase is Phase.IDLE:
                self.list_view.show_list()
            self.say(
                f"No key for {count(minutes, 'minute')}: records are read again before any goes.",
                "warning",
            )
