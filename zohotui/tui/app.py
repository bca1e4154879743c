"""The application: a door with themes, a palette and a way out."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from rich.console import RenderableType
from textual import events, on, work
from textual.app import App, SystemCommand
from textual.geometry import Size
from textual.screen import Screen
from textual.theme import ThemeProvider

from zohotui.config.profiles import Account
from zohotui.deletion.last_words import end_code
from zohotui.deletion.model.levers import Cause
from zohotui.exit_codes import FAULT
from zohotui.tui.commands import COMMANDS
from zohotui.tui.dialogs import delete_question as confirm
from zohotui.tui.dialogs.palette import Palette
from zohotui.tui.driver import Driver, PasteRefused
from zohotui.tui.fault import Fault, is_of_something_gone
from zohotui.tui.hangup import Guard, Levers
from zohotui.tui.phase import Phase
from zohotui.tui.screens.main import MainScreen
from zohotui.tui.session import Session
from zohotui.tui.sizes import fitted, instead, too_small
from zohotui.tui.themes import DARK, LIGHT
from zohotui.tui.watched import WatchedRun

_SUSPEND = "suspend"


class ZohotuiApp(App[None]):
    """Opens on the main screen and stays there."""

    TITLE = "zohotui"
    CSS_PATH = "zohotui.tcss"

    def __init__(self, session: Session) -> None:
        super().__init__(driver_class=Driver)
        self._window: Size | None = None
        """What the terminal said last of its size."""
        self._unread = -math.inf
        """When the window was too small last, by a clock that nobody puts back."""
        self._main = MainScreen(session)
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.fault: Fault | None = None
        """What ended the program although nobody wanted it to."""
        self._stopped = False
        """Whether the next SIGCONT is the one after a stop of our own."""
        self._painted = False
        self._waiting_to_leave: Cause | None = None
        """What told it to leave before there was a screen to leave."""
        self._guard = Guard(
            Levers(
                runs=lambda: tuple(self.runs),
                stop_reading=self._main.stop_reading,
                forget=self._main.forget_all,
                leave=lambda cause: self.call_later(self._leave, cause),
                suspend=partial(self.call_later, self._suspend),
                repaint=partial(self.call_later, self._repaint),
                code=self._code,
            )
        )
        self.theme = LIGHT.name if session.theme == "light" else DARK.name

    @property
    def runs(self) -> list[WatchedRun]:
        """Every run of the session."""
        return self._main.runs

    @property
    def account(self) -> Account | None:
        """The org that is open."""
        return self._main.account

    def get_default_screen(self) -> Screen[None]:
        """Begin where the work is done."""
        return self._main

    def on_mount(self) -> None:
        """Leave in good order when told to from outside."""
        if not self.is_headless:
            self._guard.begin()
            asyncio.get_running_loop().set_default_executor(self._guard.threads)

    def on_ready(self) -> None:
        """Leave now, if that was told before there was a screen."""
        self._painted = True
        if self._waiting_to_leave:
            self._main.leave(self._waiting_to_leave)

    def _leave(self, cause: Cause) -> None:
        # A screen that is being put together cannot be taken apart.
        if self._painted:
            self._main.leave(cause)
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
        """Print no values of variables."""

    def _end_by(self, error: Exception | None) -> None:
        """Let nothing more leave, take the fault down and end."""
        if self.fault is not None:
            return
        under_way = [run for run in self.runs if not run.ended.is_set()]
        for run in under_way:
            run.control.abandon()
        journals = [run.journal for run in under_way if run.journal is not None]
        self.fault = Fault.of(error, self._main.session.journals.parent, journals)
        self._guard.code = self._guard.code or FAULT
        self._close_messages_no_wait()
        if not self.is_headless:
            self._guard.leaving()

    @work(group=_SUSPEND, exclusive=True, exit_on_error=False, description="suspend")
    async def _suspend(self) -> None:
        """Stop the process once nothing is in flight; a run is paused, and stays so."""
        main = self._main
        if main.phase is Phase.RUNNING:
            main.action_pause()
        while main.phase.runs and main.watched and main.watched.in_flight:
            if main.phase is Phase.RUNNING:
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

    def _code(self) -> int:
        return end_code([watched.end for watched in self.runs])

    @property
    def window(self) -> Size:
        """The terminal's columns and rows."""
        return self._window or super().size

    @property
    def size(self) -> Size:
        """What the screens are laid out for: never less than they can be drawn in."""
        return fitted(super().size)

    @property
    def readable(self) -> bool:
        """Whether what is open can be seen, and could be seen before the latest key."""
        moments = time.monotonic() - self._unread
        return not too_small(self.window) and moments >= confirm.ARM_AFTER

    async def on_event(self, event: events.Event) -> None:
        """Hand on what happens at the terminal, but nothing to what cannot be read."""
        if isinstance(event, events.Key | events.Paste | events.MouseDown):
            # Somebody is there.
            self._main.touched()
        if isinstance(event, events.Resize):
            fits = self._resized(event)
            if fits is None:
                return
            event = fits
        elif isinstance(event, events.InputEvent | events.Paste) and not self.readable:
            if isinstance(event, events.Key):
                await self._press_unseen(event.key)
            return
        await super().on_event(event)

    @on(PasteRefused)
    def refuse_paste(self, event: PasteRefused) -> None:
        """Say why nothing of a paste was taken."""
        self._main.say(event.why, "error")

    def on_key(self, event: events.Key) -> None:
        """Tell the main screen of its keys here, where those before this one have acted."""
        if self.screen is self._main:
            self._main.typed(event)

    def action_command_palette(self) -> None:
        """Open the palette, but not over a review that leads to the sentence."""
        over_review = self.screen is self._main and self._main.asks_soon
        if not over_review and not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def _resized(self, event: events.Resize) -> events.Resize | None:
        """Take in the terminal's size; return one that the screens can be drawn in, if it is new.

        What is open stays open and keeps its focus; only what is drawn and who hears the keys
        differ in a small window.
        """
        before, self._window = self.window, event.size
        if too_small(before) or too_small(event.size):
            self._unread = time.monotonic()
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
        if self._may_leave:
            return "ctrl+q leaves."
        pauses = "; space pauses" if self._main.phase is Phase.RUNNING else ""
        return f"A run is under way: {self._main.phase}{pauses}."

    async def _press_unseen(self, key: str) -> None:
        """Act on a key that is pressed where nothing can be read; nothing is confirmed by one.

        To pause is safe, and to go on is not: that takes a window in which the run can be seen.
        """
        if key == "ctrl+q" and self._may_leave:
            await self.action_quit()
        if key == "space" and self._main.phase is Phase.RUNNING:
            self._main.action_pause()
            self._display(self.screen, "")

    @property
    def _may_leave(self) -> bool:
        return not self._main.phase.changes

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Show one sentence in place of a screen that does not fit.

        Nothing public stands between Textual's layout and the terminal.
        """
        if renderable is not None and too_small(self.window):
            renderable = instead(self.window, self.unseen)
        super()._display(screen, renderable)

    def search_themes(self) -> None:
        """Choose a theme in a palette of ours."""
        self.push_screen(Palette(providers=[ThemeProvider], placeholder="Search for themes…"))

    async def action_quit(self) -> None:
        """Ask about a run under way before leaving."""
        self._main.action_quit()

    def action_help_quit(self) -> None:
        """Say what ctrl+c does not do, and how it is done."""
        main = self._main
        if main.leaving:
            words = "zohotui leaves once what is in flight has landed."
        elif main.phase.changes:
            words = "ctrl+c stops nothing. ctrl+q asks whether to stop the run and leave."
        else:
            words = "ctrl+q leaves zohotui."
        if self.screen is main and main.check_action("copy", ()):
            words += " c copies the row."
        main.say(words)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every command of the main screen that makes sense now, then the themes."""
        if screen is self._main:
            for command in COMMANDS:
                if screen.check_action(command.id, ()):
                    do = partial(self._do, f"screen.{command.id}")
                    yield SystemCommand(command.title, command.tooltip, do)
        yield SystemCommand(
            "Theme", "Choose light, dark or another theme.", self.action_change_theme
        )

    def _do(self, action: str) -> None:
        self.call_later(self.run_action, action, self)


def _in_background() -> bool:
    """Whether the terminal belongs to another job, as after `bg`."""
    try:
        return os.tcgetpgrp(0) != os.getpgrp()
    except OSError:
        return False
