"""The levers of a run: pause, resume, stop, how many at once; pulled from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import StrEnum


class Cause(StrEnum):
    """What took the admin away from a run, who did not choose to go; as the journal has it."""

    LINE = "line"
    """The terminal was closed, or the line to it dropped."""
    SIGNAL = "signal"
    """The process was told to end."""
    SCREEN = "screen"
    """The screen ended, and nobody had asked for that."""


class Levers:
    """Shared between a run and the one who watches it.

    A stop is final and ends every wait. What is in flight always lands. To abandon is to stop,
    and to read nothing afterwards either: nobody is left to be told. Who pulled one of the two
    first has ended the run: its admin, or a cause that cut it off.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._stopped = False
        self._abandoned = False
        self._cut_off: Cause | None = None
        self._parallel: int | None = None
        self._brakes = 0

    @property
    def paused(self) -> bool:
        """Whether no further batch may leave for now."""
        return self._paused and not self._stopped

    @property
    def stopped(self) -> bool:
        """Whether no further batch may leave at all."""
        return self._stopped

    @property
    def abandoned(self) -> bool:
        """Whether nothing may be read any more either."""
        return self._abandoned

    @property
    def cut_off(self) -> Cause | None:
        """What ended the run in the place of its admin; None if nothing did."""
        return self._cut_off

    @property
    def parallel(self) -> int | None:
        """How many requests may be under way at once, if somebody has changed that."""
        return self._parallel

    @parallel.setter
    def parallel(self, number: int) -> None:
        with self._changed:
            self._parallel = number
            self._changed.notify_all()

    def pause(self) -> None:
        """Let nothing more leave until resumed."""
        with self._changed:
            self._paused = True
            self._changed.notify_all()

    def brake(self) -> None:
        """Pause by itself, for a reason that somebody must see before going on."""
        with self._changed:
            self._brakes += 1
            self._paused = True
            self._changed.notify_all()

    def resume(self, seen: int | None = None) -> bool:
        """Go on after a pause; return whether that was possible.

        `seen`: how many brakes the one who resumes knows of. A brake that came meanwhile holds.
        """
        with self._changed:
            if seen is not None and seen < self._brakes:
                return False
            self._paused = False
            self._changed.notify_all()
            return True

    def stop(self) -> None:
        """Let nothing more leave; end the run when what is in flight has landed."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def abandon(self, cause: Cause | None = None) -> None:
        """Stop, and read nothing afterwards: the admin is going.

        `cause`: what takes them away; None if they chose to go.
        """
        with self._changed:
            if not self._stopped:
                self._cut_off = cause
            self._stopped = self._abandoned = True
            self._changed.notify_all()

    def wait_unless_abandoned(self, seconds: float) -> None:
        """Wait so long while nothing but reads is left to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._abandoned, seconds)

    def wait_while_paused(self) -> None:
        """Return once the run may go on or has to end."""
        with self._changed:
            self._changed.wait_for(lambda: not self.paused)

    def wait_until(self, happened: Callable[[], bool]) -> None:
        """Return once something has happened (and `notify` was called) or a lever is pulled."""
        with self._changed:
            before = self._levers
            self._changed.wait_for(lambda: happened() or self._levers != before)

    def wait(self, seconds: float) -> None:
        """Wait so long, but no longer than until somebody pulls a lever."""
        with self._changed:
            before = self._levers
            self._changed.wait_for(lambda: self._stopped or self._levers != before, seconds)

    def notify(self) -> None:
        """Make the one who waits look again."""
        with self._changed:
            self._changed.notify_all()

    @property
    def _levers(self) -> tuple[bool, bool, bool, int | None]:
        return self._paused, self._stopped, self._abandoned, self._parallel
