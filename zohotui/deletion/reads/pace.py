"""How fast a run may go: slower when Zoho asks for it, carefully faster again."""

from __future__ import annotations

from collections.abc import Callable
from random import SystemRandom

LONGEST_WAIT = 60.0
"""Seconds between two tries at most."""

PATIENCE = 300.0
"""Seconds of refusals in a row after which waiting is no longer worth it."""

LONG_PATIENCE = 3_600.0
"""The same where Zoho is known to need so long: a throttled token takes up to half an hour."""

_LANDINGS_A_STEP = 20


class Pace:
    """How many requests may be in flight, and when the next may leave.

    Source: zoho-api.md, "Exceeded → HTTP 429": back off with jitter; if it goes on for minutes
    the day's credits may be gone.
    """

    def __init__(
        self,
        parallel: int,
        clock: Callable[[], float],
        uniform: Callable[[float, float], float] | None = None,
    ) -> None:
        self._parallel = parallel
        self._clock = clock
        self._uniform = uniform or SystemRandom().uniform
        self._limit = 1
        self._opened = False
        self._landings = 0
        self._refusals = 0
        self._refused_since = 0.0
        self._not_before = clock()

    @property
    def limit(self) -> int:
        """Requests that may be in flight now."""
        return self._limit

    @property
    def delay(self) -> float:
        """Seconds until the next request may leave; zero if it may now."""
        return max(0.0, self._not_before - self._clock())

    def change(self, parallel: int) -> None:
        """Allow this many from now on: somebody decided so."""
        self._parallel = parallel
        if self._opened:
            self._limit = parallel
        self._landings = 0

    def open_up(self) -> None:
        """Allow what was asked for, once: the canary has come back alive."""
        if not self._opened:
            self._opened, self._limit = True, self._parallel

    def landed(self) -> None:
        """Note an answer; after some of them in a row one more request may be in flight."""
        self._refusals = 0
        self._landings += 1
        if self._landings >= _LANDINGS_A_STEP and self._opened and self._limit < self._parallel:
            self._limit += 1
            self._landings = 0

    def refused(self, wait: float = 0.0) -> bool:
        """Note a request that was turned away; False when patience is at an end.

        `wait`: seconds before which another try is known to be useless. Requests that were in
        flight together and are turned away together count as one.
        """
        if self.delay:
            return True
        if not self._refusals:
            self._refused_since = self._clock()
        self._refusals += 1
        self._landings = 0
        self._limit = max(1, self._limit // 2)
        longest = min(LONGEST_WAIT, 2.0**self._refusals)
        self._not_before = self._clock() + max(wait, self._uniform(longest / 2, longest))
        patience = LONG_PATIENCE if wait else PATIENCE
        return self._clock() - self._refused_since < patience

    def fresh(self) -> None:
        """Forget the refusals: somebody looked and said go on."""
        self._refusals = 0
        self._not_before = self._clock()
