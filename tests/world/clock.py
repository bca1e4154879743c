"""A clock that moves only when somebody sleeps on it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Clock:
    """A clock that moves only when somebody sleeps on it."""

    now: float = 1_790_000_000.0
    naps: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds
