"""What the terminal itself is told beside the screen: its title, that somebody is wanted, a copy.

Sources: xterm's control sequences (OSC 2, CSI 22 t and 23 t), OSC 9 of iTerm2, OSC 777 of urxvt;
tmux(1), "load-buffer -w".
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress

from textual.app import App

from zohotui.zoho.printable import printable

BELL = "\a"

LONG = 10.0
"""Seconds after which nobody is expected to be looking still."""

_LONGEST = 120
"""Characters of a title or a notification."""

_TMUX_PATIENCE = 2.0
"""Seconds that tmux gets to take a copy."""

_TITLE_PAUSE = 1.0
"""Seconds between two titles that tell only another number."""

_WITHOUT_TITLE = ("linux", "dumb", "vt")
"""What TERM begins with where a title would be printed or do nothing."""


def title_of(words: str) -> str:
    """Set the title of the window."""
    return f"\x1b]2;{printable(words, _LONGEST)}\a"


def notification(words: str, environ: Mapping[str, str]) -> str:
    """Ask for a notification of the desktop, in the two ways that terminals know; tmux hands it on.

    The bell rings too: where neither way is known, somebody hears that.
    """
    told = printable(words, _LONGEST).replace(";", ",")
    sequences = f"\x1b]9;{told}\a\x1b]777;notify;zohotui;{told}\a"
    if environ.get("TMUX"):
        sequences = "\x1bPtmux;" + sequences.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return sequences + BELL


def send_to(app: App[None], sequence: str) -> None:
    """Write a sequence to the terminal, between two frames."""
    driver = app._driver  # noqa: SLF001 - Textual's own copy_to_clipboard writes so; nothing else can
    if driver is not None and app.is_running:
        driver.write(sequence)
        driver.flush()


def copy_through_tmux(text: str) -> None:
    """Let tmux, between zohotui and the terminal, take a copy and hand it on.

    With its defaults it does not hand on what a program sends. Without tmux nothing happens.
    """
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(
            ["tmux", "load-buffer", "-w", "-"],  # noqa: S607 - the user's own tmux
            input=text.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_TMUX_PATIENCE,
            check=False,
        )


class Attention:
    """Calls somebody back to a run that took long."""

    def __init__(
        self,
        how: str,
        send: Callable[[str], object],
        steady: Callable[[], float],
        environ: Mapping[str, str],
    ) -> None:
        """Take bell, notify or off; what writes to the terminal; and a clock of seconds."""
        self._how, self._send, self._steady, self._environ = how, send, steady, environ
        self._began = steady()

    def begin(self) -> None:
        """Note that something begins now that may take long."""
        self._began = self._steady()

    def call(self, words: str) -> None:
        """Tell it, unless it has not taken long enough for anybody to leave."""
        if self._how == "off" or self._steady() - self._began <= LONG:
            return
        self._send(notification(words, self._environ) if self._how == "notify" else BELL)


class Title:
    """Says in the title of the window which org is open and how far a run is."""

    def __init__(
        self,
        send: Callable[[str], object],
        steady: Callable[[], float],
        environ: Mapping[str, str],
    ) -> None:
        """Take what writes to the terminal, and a clock of seconds."""
        self._send, self._steady = send, steady
        self._able = not environ.get("TERM", "").startswith(_WITHOUT_TITLE)
        self._now, self._at = "", 0.0

    def show(self, words: str, number: str = "") -> None:
        """Set it if it differs; a `number` alone is told once a second."""
        told = f"{words} {number}".strip()
        hurries = not self._now.startswith(words) or not number
        if told == self._now or not self._able:
            return
        if hurries or self._steady() - self._at >= _TITLE_PAUSE:
            self._now, self._at = told, self._steady()
            self._send(title_of(told))
