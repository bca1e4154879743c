"""How fast a run goes, for the screen: ids a second over the last moments."""

from __future__ import annotations

from collections import deque

_WINDOW = 10.0
"""Seconds over which the rate is measured."""

_FEWEST = 3
"""Moments it takes: the first call of a run has one record alone, which tells no pace."""


class PaceShown:
    """Counts what is done; times are seconds from anywhere."""

    def __init__(self, now: float, done: int) -> None:
        self.done = done
        self._recent = deque([(now, done)])

    def add(self, now: float, number: int) -> None:
        """Note that this many more are done."""
        self.done += number
        self._recent.append((now, self.done))
        while len(self._recent) > _FEWEST and now - self._recent[0][0] > _WINDOW:
            self._recent.popleft()

    @property
    def rate(self) -> float:
        """How many a second, lately; 0 while that cannot be told."""
        (then, before), (now, after) = self._recent[0], self._recent[-1]
        if len(self._recent) < _FEWEST or now <= then:
            return 0.0
        return (after - before) / (now - then)
