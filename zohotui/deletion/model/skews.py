"""How far the clock of a run's times was from Zoho's, as far as its events tell."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from zohotui.deletion.model.events import Landed, Recorded, Sent
from zohotui.zoho.zoho_clock import Skew


@dataclass(slots=True)
class Skews:
    """What the events of a run tell of its clock."""

    sent: dict[int, Skew] = field(default_factory=dict)
    """When each batch left last, by its number; missing where it was not known."""
    landed: dict[int, Skew] = field(default_factory=dict)
    last: Skew | None = None
    """The last that was told: an event that tells nothing is no reason to forget it."""
    _least: float = math.inf
    _most: float = -math.inf
    """The least and the most that any batch leaves possible for all of them."""

    def apply(self, event: Recorded) -> None:
        """Take in one event."""
        skew = event.skew
        self.last = skew or self.last
        if isinstance(event, Sent | Landed):
            kept = self.sent if isinstance(event, Sent) else self.landed
            kept.pop(event.batch.number, None)
            if skew is not None:
                kept[event.batch.number] = skew
                self._least = min(self._least, skew.ahead + skew.within)
                self._most = max(self._most, skew.ahead - skew.within)

    @property
    def spread(self) -> float:
        """Seconds by which what the batches tell contradicts itself; 0 if all of it may be true.

        A clock was set meanwhile, or a date on the way was not Zoho's: which cannot be told.
        """
        return max(0.0, self._most - self._least)

    @property
    def words(self) -> str:
        """Say how far the clock was off, if that was ever much; else empty."""
        words = (skew.words for skew in (*self.sent.values(), *self.landed.values()))
        return next(filter(None, words), "")

    def of(self, number: int) -> tuple[Skew | None, Skew | None]:
        """Return what is known of the clock when a batch left and when it landed.

        One stands in for the other where only one is known.
        """
        sent, landed = self.sent.get(number), self.landed.get(number)
        return sent or landed, landed or sent
