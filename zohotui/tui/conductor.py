"""Holds the desk, the org, the runs and the screens together; the app below it is Textual's side.

1. `changed` works out the phase from the desk and the org, and hands it to the screens.
2. An activity gets a thread; its events come back one by one, and its end behind them.
3. Some times a second, and only while something is under way, the screen on top shows what differs.
4. `leave` ends the program as soon as nothing is in flight; what nobody confirmed is erased.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Coroutine
from functools import partial
from typing import Any, TypeVar

from textual.app import App
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.timer import Timer

from zohotui.deletion.jobs import Job
from zohotui.deletion.last_words import end_code
from zohotui.deletion.model.events import Braked
from zohotui.deletion.model.levers import Cause
from zohotui.tui import activity_thread
from zohotui.tui.activity import (
    Activity,
    ActivityEvent,
    ReviewActivity,
    RunActivity,
    title_words,
)
from zohotui.tui.confirming import Confirming
from zohotui.tui.connecting import Connecting
from zohotui.tui.desk import Desk
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.garbage import settle
from zohotui.tui.keys.command import meanwhile
from zohotui.tui.keys.keymap import with_keys
from zohotui.tui.keys.phase import Phase
from zohotui.tui.office import Work
from zohotui.tui.runs import Runs
from zohotui.tui.screen_stack import ScreenStack
from zohotui.tui.screens.list_screen import ListScreen
from zohotui.tui.screens.run_screen import RunScreen
from zohotui.tui.screens.runs_screen import RunsScreen
from zohotui.tui.session import Session
from zohotui.tui.terminal.told import Attention, Title, copy_through_tmux, send_to
from zohotui.tui.widgets.message_line import Said
from zohotui.tui.words.text import count
from zohotui.zoho.printable import printable

Answer = TypeVar("Answer")


class Conductor:
    """The office of all screens."""

    def __init__(self, app: App[None], session: Session) -> None:
        self.session = session
        self.phase = Phase.CONNECTING
        """What is going on."""
        self.said: Said | None = None
        """What the message line says; None if it says nothing."""
        self._app = app
        self._touched = session.clock(), session.steady()
        """When the last key was pressed, by both clocks."""
        self._quitting = False
        """Whether the way out is being asked about, or taken."""
        self.to_practice = False
        """Whether the practice org is to be opened once this session has ended."""
        send = partial(send_to, app)
        self._attention = Attention(session.attention, send, session.steady, os.environ)
        self._title = Title(send, session.steady, os.environ)
        self._timer: Timer | None = None
        """Repaints; it stands still while nothing is under way."""
        self.stack = ScreenStack(app, partial(RunScreen, self), partial(RunsScreen, self))
        self.desk = Desk(
            begin=self._begin,
            spawn=partial(self._run, group="dialog", description="dialog"),
            is_clear=lambda: self.stack.is_clear,
            changed=self.changed,
        )
        self.org = Connecting(self)
        self.runs = Runs(self)
        self.confirming = Confirming(self)
        self.list_view = ListScreen(self)

    def begin(self) -> None:
        """Ask the org, once the first screen is painted."""
        frames = 1 / self.session.frames
        self._timer = self._app.set_interval(frames, self.repaint, pause=True)
        for notice in self.session.notices:
            self.say(notice)
        self.org.begin()

    @property
    def jobs(self) -> list[Job]:
        """What was or is done at the runs of this session."""
        return [run.job for run in self.runs.all if run.job is not None]

    @property
    def exit_code(self) -> int:
        """What the program returns, by what became of the runs."""
        return end_code([run.end for run in self.runs.all])

    def say(self, words: str, severity: SeverityLevel = "information") -> None:
        """Show a sentence until the next key; it may hold the name of a file."""
        self._app.clear_notifications()
        told = with_keys(printable(words), self.session.keys)
        if self.stack.is_clear or not self.stack.drawn:
            self._say(Said(told, severity).behind(self.said))
        else:
            # The line is below the dialog.
            self._app.notify(told, severity=severity, timeout=7, markup=False)

    def _say(self, said: Said | None) -> None:
        self.said = said
        for screen in self.stack.drawn:
            screen.said = said

    def copy(self, text: str) -> None:
        """Send text to the clipboard of the terminal, and through tmux where that is between."""
        self._app.copy_to_clipboard(text)
        if os.environ.get("TMUX"):
            through_tmux = partial(asyncio.to_thread, copy_through_tmux, text)
            self.work_on(through_tmux, "copy", "copying through tmux")

    def answer(self, dialog: Screen[Answer]) -> Awaitable[Answer | None]:
        """Open a dialog on top and wait for its answer."""
        return self._app.push_screen(dialog, wait_for_dismiss=True)

    def work_on(self, work: Work, group: str, description: str) -> object:
        """Do something beside the keys; of each group only the newest goes on, or begins."""
        return self._run(work, group=group, description=description, exclusive=True)

    def _run(
        self,
        work: Work | Coroutine[Any, Any, object],
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
        before, self.phase = self.phase, self.desk.phase(self.org.link)
        waits = with_keys(meanwhile(before), self.session.keys)
        if self.phase is not before and self.said is not None and self.said.words == waits:
            # A key had to wait for this; it need not any longer.
            self.said = None
        for screen in self.stack.drawn:
            screen.take_over()
        self._title.show(*title_words(self.org.target, self.desk.activity))
        if self._timer is not None:
            if self.desk.activity is None:
                self._timer.pause()
            else:
                self._timer.resume()
        self.desk.look_again()

    def _begin(self, activity: Activity) -> None:
        self._app.clear_notifications()
        self._say(None)
        self._attention.begin()
        if not self._app.is_headless:
            settle()
        activity_thread.begin(activity, self.list_view, self.told, self._ended)

    def told(self, activity: Activity, event: ActivityEvent) -> None:
        """Follow an activity by one event; the phase says what has become of it."""
        if activity is not self.desk.activity:
            return
        activity.follow(event)
        # A lever may have been pulled before its event came.
        if self.desk.phase(self.org.link) is not self.phase:
            self.repaint()
            self.changed()
        if isinstance(activity, RunActivity):
            if isinstance(event, Braked):
                self._attention.call(f"zohotui paused: {event.why}")
            self.runs.told(activity, event)

    def _ended(self, activity: Activity, error: BaseException | None) -> None:
        phase = activity.phase
        self.repaint()
        go_on = self.desk.ended(activity)
        if isinstance(activity, RunActivity):
            self._attention.call(f"zohotui: {activity.run.plan.label} ended")
            self.runs.ended(activity, Phase.READING if go_on else phase, error)
        elif isinstance(activity, ReviewActivity):
            activity.then(error)
        self._repaint_now(activity)
        if self.desk.leaving:
            self._app.exit()
        elif go_on and self.stack.is_clear and not self.runs.keeps_back(activity):
            go_on()

    def repaint(self) -> None:
        """Show what differs since the last time in the rows of what is under way."""
        if self.desk.activity is not None:
            self._repaint_now(self.desk.activity)

    def _repaint_now(self, activity: Activity) -> None:
        self._title.show(*title_words(self.org.target, self.desk.activity))
        shown = self._shown_by(activity)
        if shown is not None and shown.is_drawn:
            spans = activity.take_changes()
            with self._app.batch_update():
                shown.repaint(spans)

    def _shown_by(self, activity: Activity) -> ListScreen | RunScreen | None:
        """Return the screen that shows the rows of an activity; None if it is not open."""
        if isinstance(activity, RunActivity):
            return self.stack.view_of(activity.run)
        ours = isinstance(activity, ReviewActivity) and activity.listed is self.list_view.listed
        return self.list_view if ours else None

    @property
    def list_at_stake(self) -> bool:
        """Whether a list of ids has been entered."""
        return bool(self.list_view.at_stake)

    def paste_into_list(self, text: str) -> None:
        """Go back to the list and take text in there."""
        self.stack.show_list()
        self.list_view.entry.editor.paste(text)

    def quit(self) -> None:
        """Leave; a run under way is asked about first."""
        if not self._quitting:
            self._quitting = True
            self._run(self._quit(), group="quit", description="quit")

    async def _quit(self) -> None:
        if self.phase.changes and not self.desk.leaving:
            how = "is paused" if self.phase is Phase.PAUSED else "goes on while you decide"
            question = (
                f"A run is in progress and {how}. Stop it and quit? Requests in flight are "
                "answered first; the rest is not sent."
            )
            if not await self.answer(Ask(question, "Stop and quit", "Stay here")):
                self._quitting = False
                return
        self.leave()

    def leave(self, cause: Cause | None = None, *, to_practice: bool = False) -> None:
        """Leave once nothing is in flight; `cause`: what makes it, None if the admin chose to.

        `to_practice`: to open the practice org instead.
        """
        self.to_practice = to_practice
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
        """Note a key: the message line has been read by then, unless a dialog is above it.

        After too long without one nothing that was read counts any more.
        """
        if self.said is not None and self.stack.is_clear:
            self._say(None)
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
                f"No key was pressed for {count(minutes, 'minute')}. The records are read again "
                "before any is deleted.",
                "warning",
            )
