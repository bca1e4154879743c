"""One run as the screen follows it: its rows, its times and its pace."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from zohotui.deletion.control import Control
from zohotui.deletion.events import (
    Braked,
    Event,
    Finished,
    Landed,
    Resumed,
    Returned,
    Sent,
    Waiting,
)
from zohotui.deletion.journal import JournalError
from zohotui.deletion.outcomes import State
from zohotui.deletion.plan import Plan
from zohotui.deletion.replay import replay
from zohotui.deletion.rows import Rows
from zohotui.tui.detail import Detail
from zohotui.tui.text import count, duration

_WINDOW = 10.0
"""Seconds over which the rate is measured."""


@dataclass
class WatchedRun:
    """A run and all that the screen knows of it."""

    plan: Plan
    clock: Callable[[], float]
    """Seconds from anywhere, for the rate."""
    control: Control = field(default_factory=Control)
    journal: Path | None = None
    rows: Rows = field(init=False)
    sent: dict[int, float] = field(default_factory=dict)
    """When each batch left last, by its number, in seconds since the epoch."""
    landed: dict[int, float] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    """How many ids each batch carries."""
    in_flight: int = 0
    trouble: str = ""
    """Why the run waits or paused itself."""
    unjournaled: int = 0
    """Outcomes that the disk did not take."""
    finished: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    """Set once nothing is in flight and nothing more will leave, whatever ended it."""

    def __post_init__(self) -> None:
        """Begin with every id entered."""
        self.rows = Rows(self.plan.ids)
        self._done = 0
        self._recent = deque([(self.clock(), 0)])

    def follow(self, event: Event) -> None:
        """Take in one event."""
        self.rows.apply(event)
        match event:
            case Sent(batch, at):
                self.trouble = ""
                self.sent[batch.number] = at
                self.sizes[batch.number] = len(batch.ids)
                self.in_flight += 1
            case Landed(batch, outcomes, at):
                self.in_flight -= 1
                self._land(len(outcomes))
                if at is None:
                    self.unjournaled += len(outcomes)
                else:
                    self.landed[batch.number] = at
            case Returned():
                self.in_flight -= 1
            case Waiting(seconds, why):
                self.trouble = f"{why} The next try is in {duration(seconds)}."
            case Braked(why, sign_in):
                self.trouble = f"{why} l signs in." if sign_in else why
            case Resumed():
                self.trouble = ""
            case Finished():
                self.finished = True
            case _:
                pass

    def settle(self) -> Rows:
        """Tell what became of each id, even if the screen went before the run did.

        The journal has then seen more than the screen.
        """
        if not self.finished and self.journal is not None:
            with suppress(JournalError):
                self.rows = replay(self.journal).rows
        self.rows.close()
        return self.rows

    def _land(self, ids: int) -> None:
        now = self.clock()
        self._done += ids
        self._recent.append((now, self._done))
        while len(self._recent) > 2 and now - self._recent[0][0] > _WINDOW:  # noqa: PLR2004 - two make a span
            self._recent.popleft()

    @property
    def done(self) -> int:
        """Ids whose outcome is known."""
        return self._done

    @property
    def rate(self) -> float:
        """Ids a second, lately."""
        (then, before), (now, after) = self._recent[0], self._recent[-1]
        return (after - before) / (now - then) if now > then else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds that the rest will take at this rate; None if that cannot be told yet."""
        return (len(self.rows) - self._done) / self.rate if self.rate else None

    def detail(self, place: int) -> Detail:
        """Tell all about the id at this place."""
        plan, outcome = self.plan, self.rows.outcome(place)
        number = plan.batch_number(place)
        if outcome.state in {State.ENTERED, State.NOT_SENT}:
            return Detail(plan.ids[place], outcome)
        request = f"DELETE {plan.module}, batch {number}, {count(self.sizes[number], 'id')}"
        return Detail(
            plan.ids[place], outcome, request, self.sent.get(number), self.landed.get(number)
        )
