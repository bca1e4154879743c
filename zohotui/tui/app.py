"""The application: Textual's side of the program. What is done is the conductor's."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable
from functools import partial
from typing import Any

from rich.console import RenderableType
from textual import events, on, work
from textual.app import App, SystemCommand
from textual.geometry import Size
from textual.screen import Screen
from textual.theme import ThemeProvider

from zohotui.deletion.last_words import end_code
from zohotui.deletion.model.levers import Cause
from zohotui.exit_codes import FAULT
from zohotui.tui.activity import RunActivity
from zohotui.tui.conductor import Conductor
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.palette import Palette
from zohotui.tui.driver import Driver, PasteRefused
from zohotui.tui.fault import Fault, is_of_something_gone
from zohotui.tui.hangup import Guard, WaysOut
from zohotui.tui.phase import Phase
from zohotui.tui.screens.work_screen import WorkScreen
from zohotui.tui.session import Session
from zohotui.tui.sizes import fitted, instead, too_small
from zohotui.tui.themes import DARK, LIGHT
from zohotui.tui.window import Window

_SUSPEND = "suspend"


class ZohotuiApp(App[None]):
    """Opens on the list."""

    TITLE = "zohotui"
    CSS_PATH = "zohotui.tcss"

    def __init__(self, session: Session) -> None:
        super().__init__(driver_class=Driver)
        self.window = Window(super().size)
        """The window of the terminal."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.fault: Fault | None = None
        """What ended the program although nobody wanted it to."""
        self._stopped = False
        """Whether the next SIGCONT is the one after a stop of our own."""
        self._painted = False
        self._waiting_to_leave: Cause | None = None
        """What told it to leave before there was a screen to leave."""
        self.conductor = Conductor(self, session)
        self._guard = Guard(
            WaysOut(
                jobs=lambda: self.conductor.jobs,
                stop_reading=self.conductor.confirming.stop_reading,
                forget=self.conductor.confirming.forget_all,
                leave=lambda cause: self.call_later(self._leave, cause),
                suspend=partial(self.call_later, self._suspend),
                repaint=partial(self.call_later, self._repaint),
                code=lambda: end_code([run.end for run in self.conductor.runs.all]),
            )
        )
        self.theme = LIGHT.name if session.theme == "light" else DARK.name

    def get_default_screen(self) -> Screen[None]:
        """Begin where the list is entered."""
        return self.conductor.list_view

    def on_mount(self) -> None:
        """Leave in good order when told to from outside."""
        if not self.is_headless:
            self._guard.begin()
            asyncio.get_running_loop().set_default_executor(self._guard.threads)

    def on_ready(self) -> None:
        """Leave now, if that was told before there was a screen."""
        self._painted = True
        if self._waiting_to_leave:
            self.conductor.leave(self._waiting_to_leave)

    def _leave(self, cause: Cause) -> None:
        # A screen that is being put together cannot be taken apart.
        if self._painted:
            self.conductor.leave(cause)
        else:
            self._waiting_to_leave = cause

    def exit(
        self, result: None = None, return_code: int = 0, message: RenderableType | None = None
    ) -> None:
        """End, whatever stands in the way."""
        super().exit(result, return_code or self._guard.code, message)
        if not self.is_headless:
            self._guard.leaving()

    def panic(self, *renderables: RenderableType) -> None:
        """End because of a fault; what Textual would print of it may hold secrets."""
        del renderables
        self._end_by(None)

    def _handle_exception(self, error: Exception) -> None:
        if is_of_something_gone(error):
            return
        self._end_by(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without Textual's print of the values of variables."""
        self._end_by(None)

    def _end_by(self, error: Exception | None) -> None:
        """Let nothing more leave, take the fault down and end."""
        if self.fault is not None:
            return
        under_way = [job for job in self.conductor.jobs if not job.over.is_set()]
        for job in under_way:
            job.levers.abandon()
        journals = [job.journal for job in under_way if job.journal is not None]
        self.fault = Fault.of(error, self.conductor.session.journals.parent, journals)
        self._guard.code = self._guard.code or FAULT
        self._close_messages_no_wait()
        if not self.is_headless:
            self._guard.leaving()

    @work(group=_SUSPEND, exclusive=True, exit_on_error=False, description="suspend")
    async def _suspend(self) -> None:
        """Stop the process once nothing is in flight; a run is paused, and stays so."""
        activity = self.conductor.desk.activity
        if isinstance(activity, RunActivity):
            self.conductor.stand_still()
            while activity.phase.runs and activity.run.in_flight:
                if activity.phase is Phase.RUNNING:
                    return
                await asyncio.sleep(0.1)
        self._stopped = True
        with self.suspend():
            os.kill(os.getpid(), signal.SIGSTOP)
            while _in_background():
                os.kill(os.getpid(), signal.SIGSTOP)

    def _repaint(self) -> None:
        """Begin anew on a terminal that others have used while the process stood still."""
        if self._stopped:
            self._stopped = False
            return
        self.workers.cancel_group(self, _SUSPEND)
        with self.suspend():
            pass

    @property
    def size(self) -> Size:
        """What the screens are laid out for: never less than they can be drawn in."""
        return fitted(super().size)

    async def on_event(self, event: events.Event) -> None:
        """Hand on what happens at the terminal, but nothing to what cannot be read."""
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            # Somebody is there.
            self.conductor.touched()
        if isinstance(event, events.Resize):
            fits = self._resized(event)
            if fits is None:
                return
            event = fits
        elif isinstance(event, events.InputEvent | events.Paste) and not self.window.readable:
            if isinstance(event, events.Key):
                await self._press_unseen(event.key)
            return
        await super().on_event(event)

    @on(PasteRefused)
    def refuse_paste(self, event: PasteRefused) -> None:
        """Say why nothing of a paste was taken."""
        self.conductor.say(event.why, "error")

    def on_key(self, event: events.Key) -> None:
        """Note a sentence that is typed before its question is there; the question says it.

        Here, where the keys before this one have acted.
        """
        desk = self.conductor.desk
        if desk.asks and event.is_printable and isinstance(self.screen, WorkScreen):
            desk.typed_early = True

    def action_command_palette(self) -> None:
        """Open the palette, but not over the question of a deletion."""
        shown = self.screen_stack
        if not any(isinstance(screen, Palette | DeleteQuestion) for screen in shown):
            # Without the name that Textual's own has: one that closes may be there still.
            self.push_screen(Palette())

    def _resized(self, event: events.Resize) -> events.Resize | None:
        """Take in the terminal's size; return one that the screens can be drawn in, if it is new.

        What is open stays open and keeps its focus; only what is drawn and who hears the keys
        differ in a small window.
        """
        before = self.window.size
        self.window.become(event.size)
        if too_small(event.size) and self.screen_stack:
            self._display(self.screen, "")
        elif too_small(before):
            self.refresh()
        size = fitted(event.size)
        if too_small(before) and size == fitted(before):
            return None
        return events.Resize(size, size, event.container_size, event.pixel_size)

    @property
    def unseen(self) -> str:
        """What goes on, and which key counts, where the window is too small to show it."""
        if not self.conductor.phase.changes:
            return "ctrl+q leaves."
        phase = self.conductor.phase
        pauses = "; space pauses" if phase is Phase.RUNNING else ""
        return f"A run is under way: {phase}{pauses}."

    async def _press_unseen(self, key: str) -> None:
        """Act on a key that is pressed where nothing can be read; nothing is confirmed by one.

        To pause is safe, and to go on is not: that takes a window in which the run can be seen.
        """
        if key == "ctrl+q" and not self.conductor.phase.changes:
            await self.action_quit()
        if key == "space" and self.conductor.phase is Phase.RUNNING:
            self.conductor.desk.pause()
            self._display(self.screen, "")

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Show one sentence in place of a screen that does not fit.

        Nothing public stands between Textual's layout and the terminal.
        """
        if renderable is not None and too_small(self.window.size):
            renderable = instead(self.window.size, self.unseen)
        super()._display(screen, renderable)

    def search_themes(self) -> None:
        """Choose a theme in a palette of ours."""
        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    async def action_quit(self) -> None:
        """Ask about a run under way before leaving."""
        self.conductor.quit()

    def action_help_quit(self) -> None:
        """Say what ctrl+c does not do, and how it is done."""
        if self.conductor.desk.leaving:
            words = "zohotui leaves once what is in flight has landed."
        elif self.conductor.phase.changes:
            words = "ctrl+c stops nothing. ctrl+q asks whether to stop the run and leave."
        else:
            words = "ctrl+q leaves zohotui."
        if isinstance(self.screen, WorkScreen) and self.screen.offers("copy"):
            words += " c copies the row."
        self.conductor.say(words)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every command of the screen that makes sense now, then the themes."""
        if isinstance(screen, WorkScreen):
            for command in screen.COMMANDS_HERE.values():
                if screen.offers(command.id):
                    action = f"screen.command({command.id!r})"
                    do = partial(self.call_later, self.run_action, action, self)
                    yield SystemCommand(command.title, command.tooltip, do)
        yield SystemCommand(
            "Theme", "Choose light, dark or another theme.", self.action_change_theme
        )


def _in_background() -> bool:
    """Whether the terminal belongs to another job, as after `bg`."""
    try:
        return os.tcgetpgrp(0) != os.getpgrp()
    except OSError:
        return False
