"""The application: Textual's side of the program. What is done is the conductor's.

1. The first frame is a picture of the list. Nothing is read before it that it does not need.
2. Then the session begins, and the conductor and the list come upon it.
3. Keys wait meanwhile, in the terminal. Signals are heard from the first moment on.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rich.console import RenderableType
from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.geometry import Size
from textual.screen import Screen

from zohotui.config.errors import ConfigError
from zohotui.deletion.model.levers import Cause
from zohotui.exit_codes import FAULT
from zohotui.tui.driver import Driver, PasteRefused
from zohotui.tui.fault import Fault, is_of_something_gone
from zohotui.tui.garbage import nothing_is_garbage
from zohotui.tui.keys.phase import Phase
from zohotui.tui.screens.first_screen import FirstScreen
from zohotui.tui.terminal.hangup import Guard, WaysOut
from zohotui.tui.terminal.painted import Frame, Painted
from zohotui.tui.terminal.sizes import fitted, instead, too_small
from zohotui.tui.terminal.window import Window
from zohotui.tui.themes import DARK, LIGHT
from zohotui.zoho.errors import BadSettings

if TYPE_CHECKING:
    # What the first frame does not need is read behind it.
    from zohotui.tui.conductor import Conductor
    from zohotui.tui.keys.keymap import KeyMap
    from zohotui.tui.session import Session

_SUSPEND = "suspend"
_LEAVES = "ctrl+q quits."


class ZohotuiApp(App[None]):
    """Opens on the list."""

    TITLE = "zohotui"
    CSS_PATH = "zohotui.tcss"
    BINDINGS = [Binding("ctrl+l", "redraw", "Redraw", show=False)]

    conductor: Conductor
    """There as soon as the app is open."""
    keys: KeyMap
    """Those in force; there as soon as the app is open."""

    def __init__(
        self,
        begin: Callable[[], Session],
        folder: Path,
        *,
        theme: str = "dark",
        read_only: bool = False,
    ) -> None:
        """Take what begins the session; it may raise BadSettings or ConfigError.

        `folder`: where a fault is written down; `read_only`: what the first frame says.
        """
        super().__init__(driver_class=Driver)
        self._begin, self._folder, self._read_only = begin, folder, read_only
        self.is_open = False
        """Whether there is a conductor."""
        self.refusal: Exception | None = None
        """Why there is no session; its text is a sentence."""
        self.window = Window(super().size)
        """The window of the terminal."""
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.fault: Fault | None = None
        """What ended the program although nobody wanted it to."""
        self._stopped = False
        """Whether the next SIGCONT is the one after a stop of our own."""
        self._painted = False
        self._terminal = Painted(self.console)
        """What stands on the terminal."""
        self._waiting_to_leave: Cause | None = None
        """What told it to leave before there was a screen to leave."""
        self._guard = Guard(
            WaysOut(
                leave=lambda cause: self.call_later(self._leave, cause),
                suspend=partial(self.call_later, self._suspend),
                repaint=partial(self.call_later, self._repaint),
            )
        )
        self.theme = LIGHT.name if theme == "light" else DARK.name

    def get_default_screen(self) -> Screen[None]:
        """Begin with a picture of the list; with the list itself where nobody looks."""
        return self._open() if self.is_headless else FirstScreen(read_only=self._read_only)

    def _open(self) -> Screen[None]:
        """Begin the session, and return the list; raises BadSettings or ConfigError."""
        with nothing_is_garbage():
            session = self._begin()
            from zohotui.tui.conductor import Conductor  # noqa: PLC0415 - behind the first frame

            conductor = Conductor(self, session)
        self.conductor, self.is_open = conductor, True
        self.keys = session.keys
        self.set_keymap(session.keys.bound)
        self._guard.ways_out = replace(
            self._guard.ways_out,
            jobs=lambda: conductor.jobs,
            stop_reading=conductor.confirming.stop_reading,
            forget=conductor.confirming.forget_all,
            code=lambda: conductor.exit_code,
        )
        return conductor.list_view

    def on_mount(self) -> None:
        """Leave in good order when told to from outside; see how many colours there are."""
        self.set_class(self.console.color_system in {"standard", "windows"}, "-few-colours")
        if not self.is_headless:
            self._guard.begin()
            asyncio.get_running_loop().set_default_executor(self._guard.threads)

    async def on_ready(self) -> None:
        """Lay the list upon its picture, or leave now if that was told before."""
        if not self.is_open and self._waiting_to_leave is None:
            try:
                the_list = self._open()
            except (BadSettings, ConfigError) as error:
                self.refusal = error
                self.exit()
                return
            # What is shown does not change, so nothing may flicker. The picture stays below:
            # nothing goes back to it.
            with self.batch_update():
                await self.push_screen(the_list)
        self._painted = True
        if self._waiting_to_leave:
            self._leave(self._waiting_to_leave)

    def _leave(self, cause: Cause) -> None:
        # A screen that is being put together cannot be taken apart.
        if not self._painted:
            self._waiting_to_leave = cause
        elif self.is_open:
            self.conductor.leave(cause)
        else:
            self.exit()

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

    # It would print the values of variables.
    _fatal_error = panic

    def _handle_exception(self, error: Exception) -> None:
        if is_of_something_gone(error):
            return
        self._end_by(error)
        super()._handle_exception(error)

    def _end_by(self, error: Exception | None) -> None:
        """Let nothing more leave, take the fault down and end."""
        if self.fault is not None:
            return
        under_way = [job for job in self._guard.ways_out.jobs() if not job.over.is_set()]
        for job in under_way:
            job.levers.abandon()
        journals = [job.journal for job in under_way if job.journal is not None]
        self.fault = Fault.of(error, self._folder, journals)
        self._guard.code = self._guard.code or FAULT
        self._close_messages_no_wait()
        if not self.is_headless:
            self._guard.leaving()

    @work(group=_SUSPEND, exclusive=True, exit_on_error=False, description="suspend")
    async def _suspend(self) -> None:
        """Stop the process once nothing is in flight; a run is paused, and stays so."""
        if self.is_open and not await self.conductor.desk.stand_still():
            return
        self._stopped = True
        with self.suspend():
            self._terminal.forget()
            os.kill(os.getpid(), signal.SIGSTOP)
            while _in_background():
                os.kill(os.getpid(), signal.SIGSTOP)

    def _repaint(self) -> None:
        """Draw all again on a terminal that others have used while the process stood still."""
        if self._stopped:
            self._stopped = False
            return
        self.workers.cancel_group(self, _SUSPEND)
        with self.suspend():
            self._terminal.forget()

    def action_redraw(self) -> None:
        """Draw every cell again: others may have written on the terminal."""
        self._terminal.forget()
        self.refresh()

    @property
    def size(self) -> Size:
        """What the screens are laid out for: never less than they can be drawn in."""
        return fitted(super().size)

    async def on_event(self, event: events.Event) -> None:
        """Hand on what happens at the terminal, but nothing to what cannot be read."""
        somebody = isinstance(event, events.Key | events.Paste | events.MouseDown)
        if somebody and not event.is_forwarded:
            # A key that nothing took comes by here once more.
            self.conductor.touched()
        if isinstance(event, events.Resize):
            fits = self._resized(event)
            if fits is None:
                return
            event = fits
        elif isinstance(event, events.InputEvent | events.Paste) and not self.window.readable:
            if isinstance(event, events.Key):
                await self._pressunseen(event.key)
            return
        await super().on_event(event)

    @on(PasteRefused)
    def refuse_paste(self, event: PasteRefused) -> None:
        """Say why nothing of a paste was taken."""
        self.conductor.say(event.why, "error")

    def on_key(self, event: events.Key) -> None:
        """Note a sentence that is typed before its question is there; the question says it.

        Say of a key that can do nothing now why that is so.

        Here, where the keys before this one have acted.
        """
        desk, stack = self.conductor.desk, self.conductor.stack
        if desk.asks and event.is_printable and stack.is_clear:
            desk.typed_early = True
        if not desk.asks and (why := stack.why_not(event.key, self.keys)):
            self.conductor.say(why, "warning")

    def action_command_palette(self) -> None:
        """Open the palette."""
        self.conductor.stack.open_palette()

    def _resized(self, event: events.Resize) -> events.Resize | None:
        """Take in the terminal's size; return one that the screens can be drawn in, if it is new.

        What is open stays open and keeps its focus; only what is drawn and who hears the keys
        differ in a small window.
        """
        self._terminal.forget()
        before = self.window.size
        self.window.become(event.size)
        if too_small(event.size) and self.screen_stack:
            self._display(self.screen, "")
        elif too_small(before) or (self._painted and event.size == before):
            # At the same size another window shows it now, as when tmux is attached again.
            self.refresh()
        size = fitted(event.size)
        if too_small(before) and size == fitted(before):
            return None
        return events.Resize(size, size, event.container_size, event.pixel_size)

    async def _pressunseen(self, key: str) -> None:
        """Act on a key that is pressed where nothing can be read; nothing is confirmed by one.

        To pause is safe, and to go on is not: that takes a window in which the run can be seen.
        """
        if key == "ctrl+q" and not self.conductor.phase.changes:
            await self.action_quit()
        if self.keys.means(key, "pause") and self.conductor.phase is Phase.RUNNING:
            self.conductor.desk.pause()
            self._display(self.screen, "")

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Show one sentence in place of a screen that does not fit.

        Nothing public stands between Textual's layout and the terminal.
        """
        # Textual calls a frame a renderable, which its type is not.
        shown: object = renderable
        if shown is not None and too_small(self.window.size):
            more = unseen(self.conductor.phase, self.keys) if self.is_open else _LEAVES
            shown = instead(self.window.size, more)
            self._terminal.forget()
        elif isinstance(shown, Frame) and not self.is_headless:
            shown = self._terminal.difference(shown, screen.size, self.cursor_position)
        super()._display(screen, cast("RenderableType | None", shown))

    def action_scroll_text(self, how: str, direction: int = 0) -> None:
        """Scroll what does not fit into the dialog on top, wherever its keys go otherwise."""
        self.conductor.stack.scroll_text(how, direction)

    async def action_quit(self) -> None:
        """Ask about a run under way before leaving."""
        self.conductor.quit()

    def action_help_quit(self) -> None:
        """Copy what is selected in a dialog; else say what ctrl+c does not do, and what does."""
        if selected := self.screen.get_selected_text():
            self.copy_to_clipboard(selected)
            return
        if self.conductor.desk.leaving:
            words = "zohotui quits after the requests in flight."
        elif self.conductor.phase.changes:
            words = "ctrl+c does not stop a run. ctrl+q asks whether to stop it and quit."
        else:
            words = "ctrl+q quits zohotui."
        if "copy" in {command.id for command in self.conductor.stack.offered(self.screen)}:
            words += " [copy] copies the id."
        self.conductor.say(words)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer every command of the screen that makes sense now, then the themes."""
        for command in self.conductor.stack.offered(screen):
            action = f"screen.command({command.id!r})"
            do = partial(self.call_later, self.run_action, action, self)
            title = f"{command.title} ({self.keys.shown(command)})"
            yield SystemCommand(title, self.keys.in_words(command.tooltip), do)
        yield SystemCommand(
            "Redraw (ctrl+l)",
            "Draw the screen again if something else wrote on it.",
            partial(self.call_later, self.action_redraw),
        )
        yield SystemCommand(
            "Theme", "Choose a light, dark or other theme.", self.conductor.stack.open_themes
        )


def unseen(phase: Phase, keys: KeyMap) -> str:
    """Say what is in progress, and which key counts, where the window is too small to show it."""
    if not phase.changes:
        return _LEAVES
    pauses = keys.in_words("; [pause] pauses") if phase is Phase.RUNNING else ""
    return f"A run is in progress: {phase}{pauses}."


def _in_background() -> bool:
    """Whether the terminal belongs to another job, as after `bg`."""
    try:
        return os.tcgetpgrp(0) != os.getpgrp()
    except OSError:
        return False
