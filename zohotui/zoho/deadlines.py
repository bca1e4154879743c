"""What must be done once a time is over: one thread for all of it, while any is awaited."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_IDLE = 1.0
"""Seconds after which the thread looks whether anything is awaited; if nothing is, it ends."""


@dataclass(eq=False, slots=True)
class _Deadline:
    end: float
    act: Callable[[], object]


class Deadlines:
    """Acts of which each is due at its time. Safe to use from several threads at once."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._awaited: set[_Deadline] = set()
        self._watched = False
        """Whether there is a thread that waits for them."""
        self._looks_at = 0.0
        """When it looks next."""

    @contextmanager
    def after(self, seconds: float, act: Callable[[], object]) -> Iterator[None]:
        """Act if the block lasts longer than that; once it is left, that is over or never happens.

        `act` is called in the thread that waits, must be quick, and must not raise.
        """
        deadline = _Deadline(time.monotonic() + seconds, act)
        with self._changed:
            if not self._watched:
                # It begins to look once this lock is free.
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
                self._watched = True
            elif deadline.end < self._looks_at:
                self._changed.notify()
            self._awaited.add(deadline)
        try:
            yield
        finally:
            with self._changed:
                self._awaited.discard(deadline)

    def _watch(self) -> None:
        with self._changed:
            try:
                while self._awaited:
                    now = time.monotonic()
                    for deadline in [one for one in self._awaited if one.end <= now]:
                        self._awaited.discard(deadline)
                        # With the lock, so that nobody has left the block meanwhile.
                        deadline.act()
                    self._looks_at = min((one.end for one in self._awaited), default=now)
                    self._looks_at = min(self._looks_at, now + _IDLE)
                    self._changed.wait(max(0.0, self._looks_at - now))
            finally:
                # Whatever ended it: the next one that waits begins another thread.
                self._watched = False
