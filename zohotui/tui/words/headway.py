"""How the work at a run gets on, for the screen: how far, how fast, and why it waits."""

from __future__ import annotations

from collections.abc import Callable

from zohotui.deletion.model.events import (
    Braked,
    Compared,
    Comparing,
    ComparisonEnded,
    Event,
    Finished,
    Landed,
    Paused,
    Resolved,
    Resolving,
    Restored,
    Sent,
    StepEnded,
    Undoing,
    Unpaused,
    Verified,
    Verifying,
    Waiting,
)
from zohotui.tui.words.pace import PaceShown
from zohotui.tui.words.text import duration


class Headway:
    """Follows one job at a run, from its beginning to its end; it knows times, and no rows."""

    def __init__(self, clock: Callable[[], float], total: int, done: int) -> None:
        """Take a clock of seconds from anywhere, and how many of how many ids are done already."""
        self._clock, self._total = clock, total
        self._pace = PaceShown(clock(), done)
        self._why = ""
        self._waits_until: float | None = None
        self.brakes = 0
        """How often it has been told that the run paused itself."""
        self.to_read = 0
        """Ids that are looked up, verified, restored or compared in this step."""
        self.read = 0
        """How many of these have been told of."""
        self.verifying = False
        """Whether reading came to what is deleted."""

    @property
    def done(self) -> int:
        """Ids whose outcome is known."""
        return self._pace.done

    @property
    def rate(self) -> float:
        """Ids a second, lately."""
        return self._pace.rate

    @property
    def remaining(self) -> float | None:
        """Seconds that the rest will take at this rate; None if that cannot be told yet."""
        return (self._total - self.done) / self.rate if self.rate else None

    @property
    def trouble(self) -> str:
        """Why the run waits or paused itself, and how long still; empty if it does not."""
        if self._waits_until is None:
            return self._why
        left = max(0.0, self._waits_until - self._clock())
        return f"{self._why} Next try in {duration(left)}."

    def follow(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case Landed(_, outcomes):
                self._pace.add(self._clock(), len(outcomes))
            case Sent() | Unpaused():
                self._say("")
            case Waiting(seconds, why):
                self._why, self._waits_until = why, self._clock() + seconds
            case Braked(why, sign_in):
                self.brakes += 1
                self._say(f"{why} [sign_in] signs in." if sign_in else why)
            case Paused() | Finished():
                self._waits_until = None
            case Resolving(number) | Verifying(number) | Undoing(number) | Comparing(number):
                self._say("")
                self.to_read, self.read = number, 0
                self.verifying = isinstance(event, Verifying)
            case Resolved(places) | Verified(places) | Restored(places) | Compared(places):
                self.read += len(places)
                self._say("")
            case StepEnded(why) | ComparisonEnded(why=why):
                self._say(why)
            case _:
                pass

    def _say(self, why: str) -> None:
        self._why, self._waits_until = why, None
