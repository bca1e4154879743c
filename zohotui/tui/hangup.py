"""When the line drops: let what is in flight land and be journaled, then be gone.

The screen cannot be trusted any more by then: the terminal's loss freezes Textual's own loop.
So this waits in a thread of its own and ends the process without it.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

from zohotui.tui.watched import WatchedRun

HUNG_UP = 128 + signal.SIGHUP
"""Exit code after a hang-up."""

GRACE = 180.0
"""Seconds that requests in flight get; longer than an answer may take."""


def on_hangup(current: Callable[[], WatchedRun | None]) -> None:
    """Take care of SIGHUP from now on; `current` names the run that may be under way."""

    def leave() -> None:
        watched = current()
        if watched:
            watched.control.abandon()
            watched.ended.wait(GRACE)
        os._exit(HUNG_UP)

    def hang_up(_signal: int, _frame: FrameType | None) -> None:
        # The kernel sends SIGCONT along, on which Textual would start a dead terminal again.
        signal.signal(signal.SIGCONT, signal.SIG_IGN)
        threading.Thread(target=leave, daemon=True).start()

    signal.signal(signal.SIGHUP, hang_up)
