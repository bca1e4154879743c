"""The day's credits and the calls at once, by edition."""

from __future__ import annotations

from collections import deque
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DAY = 86_400.0

CONCURRENCY: Mapping[str, int] = MappingProxyType(
    {
        "free": 5,
        "standard": 10,
        "professional": 15,
        "enterprise": 20,
        "zohoone": 20,
        "ultimate": 25,
        "crmplus": 25,
    }
)
"""Calls at once per org and app. Source: zoho-api.md, "Concurrency"."""

# base, per user, cap (0: none)
_CREDITS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "free": (5_000, 0, 5_000),
        "standard": (50_000, 250, 100_000),
        "professional": (50_000, 500, 3_000_000),
        "enterprise": (50_000, 1_000, 5_000_000),
        "zohoone": (50_000, 1_000, 5_000_000),
        "ultimate": (50_000, 2_000, 0),
        "crmplus": (50_000, 2_000, 0),
    }
)


def daily_credits(edition: str, users: int) -> int:
    """Credits for 24 hours. Source: zoho-api.md, "Credits"."""
    base, per_user, cap = _CREDITS[edition]
    total = base + per_user * users
    return min(total, cap) if cap else total


class Limits:
    """Counts calls; safe from any thread."""

    def __init__(self, clock: Callable[[], float], total: int, at_once: int) -> None:
        self._clock = clock
        self._mutex = Lock()
        self._spent: deque[tuple[float, int]] = deque()
        self._sum = 0
        self._running = 0
        self.total = total
        self.at_once = at_once
        self.peak = 0

    def enter(self, cost: int = 1) -> bool:
        """Begin a call if the limits let it; the one who got True must `leave`."""
        with self._mutex:
            self._forget()
            if self._running >= self.at_once or self._sum + cost > self.total:
                return False
            self._running += 1
            self.peak = max(self.peak, self._running)
            self._sum += cost
            self._spent.append((self._clock(), cost))
            return True

    def leave(self) -> None:
        """End a call."""
        with self._mutex:
            self._running -= 1

    @property
    def remaining(self) -> int:
        """Credits left in the rolling 24 hours."""
        with self._mutex:
            self._forget()
            return self.total - self._sum

    @property
    def header(self) -> tuple[tuple[str, str], ...]:
        """X-API-CREDITS-REMAINING, only once half is spent. Source: zoho-api.md, "Signals"."""
        left = self.remaining
        return (("X-API-CREDITS-REMAINING", str(left)),) if left * 2 <= self.total else ()

    def _forget(self) -> None:
        yesterday = self._clock() - DAY
        while self._spent and self._spent[0][0] <= yesterday:
            self._sum -= self._spent.popleft()[1]
