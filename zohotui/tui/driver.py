"""The terminal as Textual's driver, with a keyboard of our own.

Textual's own takes what stands in a paste for keys, and ends the program at odd bytes. This one
reads the same bytes, in the same thread, and cuts them with Keyboard.
"""

from __future__ import annotations

import os
import selectors
import sys
import time
from contextlib import suppress
from dataclasses import dataclass

from textual import constants, events
from textual.app import App, ScreenStackError
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.message_pump import MessagePump

from zohotui.tui.screens.first_screen import FirstScreen
from zohotui.tui.terminal.key_events import KeyEvents
from zohotui.tui.terminal.keyboard import Keyboard, Keys, Pasted, Piece, Refused

MOST_COLUMNS, MOST_ROWS = 1000, 500
"""The largest window that is painted; a larger one keeps a margin."""

MOST_WAITING = 200
"""Messages that may wait for a part of the screen; the rest of the keys waits in the terminal."""

_READ = 64 * 1024
"""Bytes that are read at once at most."""

_SAVE_TITLE, _RESTORE_TITLE = "\x1b[22;2t", "\x1b[23;2t"
"""The window's title onto the terminal's own stack, and back from it. Source: xterm, CSI t."""

_TURN = 0.001
"""Seconds after which a thread that computes lets another one in. Of Python's own five a key waits
for each step of its way to the screen, and longer still where several threads compute."""

_SHORTEST, _LONGEST = 0.005, 0.1
"""Seconds that are waited for a byte; then somebody may want the thread to end."""


@dataclass
class PasteRefused(Message):
    """Nothing of a paste was taken."""

    why: str


class Driver(LinuxDriver):
    """Hands on keys, and pastes as a whole."""

    def __init__(
        self,
        app: App[None],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        sys.setswitchinterval(_TURN)
        # Not the thread's: each suspension ends that, in the middle of a paste too.
        self._keyboard = Keyboard(constants.ESCAPE_DELAY)
        self._key_events = KeyEvents()
        self._came = 0, 0.0
        """The bundle that came last, and when."""

    def run_input_thread(self) -> None:
        """Read until the driver is told to stop; what comes after that belongs to nobody."""
        while not self._is_heard and not self.exit_event.wait(_SHORTEST):
            pass
        last = time.monotonic()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                pieces: list[Piece] = []
                if selector.select(self._patience(time.monotonic() - last)):
                    data = self._read()
                    if not data:
                        # The line is gone, and the guard sees to that.
                        self.exit_event.wait(_LONGEST)
                        continue
                    pieces, last = self._keyboard.feed(data), time.monotonic()
                else:
                    pieces = self._keyboard.rest(time.monotonic() - last)
                for piece in pieces:
                    self._wait_for_the_screen()
                    self._hand_on(piece)

    @property
    def _is_heard(self) -> bool:
        """Whether there is a screen that takes keys; till then they wait in the terminal."""
        with suppress(ScreenStackError):
            screen = self._app.screen
            return screen.is_mounted and not isinstance(screen, FirstScreen)
        return False

    def _wait_for_the_screen(self) -> None:
        """Let it come behind with what it has, as keys come faster than they act."""
        while max(pump.message_queue_size for pump in self._takers) > MOST_WAITING:
            if self.exit_event.wait(_SHORTEST):
                return

    @property
    def _takers(self) -> list[MessagePump]:
        """What a key goes through."""
        with suppress(ScreenStackError):
            return [one for one in (self._app, self._app.screen, self._app.focused) if one]
        return [self._app]

    def _patience(self, rested: float) -> float:
        due = self._keyboard.due
        return _LONGEST if due is None else min(_LONGEST, max(_SHORTEST, due - rested))

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _READ)
        except OSError:
            return b""

    def _hand_on(self, piece: Piece) -> None:
        match piece:
            case Pasted(text):
                self.process_message(events.Paste(text))
            case Refused(why):
                self.process_message(PasteRefused(why))
            case Keys(text, bundle):
                for message in self._key_events.of(text):
                    if bundle != self._came[0]:
                        self._came = bundle, message.time
                    # Keys of one moment came at once, as no fingers press them.
                    message.time = self._came[1]
                    self.process_message(message)

    def start_application_mode(self) -> None:
        """Keep the window's title, to put it back at the end."""
        super().start_application_mode()  # type: ignore[no-untyped-call] # Textual gives it no types
        self.write(_SAVE_TITLE)

    def stop_application_mode(self) -> None:
        """Put the window's title back."""
        self.write(_RESTORE_TITLE)
        super().stop_application_mode()

    def _query_in_band_window_resize(self) -> None:
        """Want no reports of the window's size on the line of the keys: the kernel tells it."""

    def _get_terminal_size(self) -> tuple[int, int]:
        columns, rows = super()._get_terminal_size()
        return min(columns, MOST_COLUMNS), min(rows, MOST_ROWS)
