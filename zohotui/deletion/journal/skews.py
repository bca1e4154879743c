"""How far the clock of a journal's times was from Zoho's: two optional keys of its lines.

`skew`: seconds by which this machine's clock was ahead when the line was written; `skew_within`: by
how much that may be wrong. Both are missing where no answer had told.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zohotui.zoho.zoho_clock import Skew, ZohoClock

_MOST = 4e9
"""Seconds: more than a century is no clock."""


def skew_keys(clock: ZohoClock) -> dict[str, float]:
    """Give what a line of the journal says of the clock; nothing if nothing is known."""
    skew = clock.skew
    if skew is None:
        return {}
    return {"skew": round(skew.ahead, 1), "skew_within": math.ceil(skew.within * 10) / 10}


def skew_of(entry: Mapping[str, Any]) -> Skew | None:
    """Read what a line says of the clock; raises TypeError or ValueError for what is none."""
    if "skew" not in entry:
        return None
    ahead, within = entry["skew"], entry.get("skew_within", 0.0)
    for seconds in (ahead, within):
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise TypeError("a skew is a number of seconds")
        if not abs(seconds) <= _MOST:
            raise ValueError("no clock is a century wrong")
    if within < 0:
        raise ValueError("a skew is not less than exact")
    return Skew(float(ahead), float(within))


@dataclass(slots=True)
class Skews:
    """What a journal tells of its clock."""

    sent: dict[int, Skew] = field(default_factory=dict)
    """When each batch left last, by its number; missing where it was not known."""
    landed: dict[int, Skew] = field(default_factory=dict)
    last: Skew | None = None
    """When the last line was written."""
    _least: float = math.inf
    _most: float = -math.inf
    """The least and the most that any batch leaves possible for all of them."""

    def take(self, entry: Mapping[str, Any]) -> None:
        """Take in a line; raises TypeError or ValueError if it makes no sense."""
        self.last = skew = skew_of(entry)
        for word, kept in (("sending", self.sent), ("landed", self.landed)):
            if word not in entry:
                continue
            number = int(entry[word])
            kept.pop(number, None)
            if skew is not None:
                kept[number] = skew
                self._least = min(self._least, skew.ahead + skew.within)
                self._most = max(self._most, skew.ahead - skew.within)

    @property
    def spread(self) -> float:
        """Seconds by which what the batches tell contradicts itself; 0 if all of it may be true.

        A clock was set meanwhile, or a date on the way was not Zoho's: nobody can tell which.
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
