"""When the run's requests were under way, by Zoho's clock, as far as the journal tells."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime

from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.model.outcome import maybe_back
from zohotui.deletion.reads.work import Times
from zohotui.zoho.zoho_clock import Skew, ZohoClock

ZOHO_LAG = 60.0
"""Seconds after its answer in which a request may still be at work in Zoho."""

LONGEST_DELETE = 120.0
"""Seconds after which a request that left has been answered or given up."""

SLACK = 600.0
"""Seconds by which Zoho's clock and this machine's may differ unnoticed."""

CLOSE = 120.0
"""Seconds by which the bin's times may be off where it is known how far the clocks differ."""

MOST_SLACK = 86_400.0
"""Seconds before and after a run beyond which nothing counts as deleted by it, in any case."""


@dataclass
class Window:
    """The moments of one run against those that Zoho tells; looking begins when it is made."""

    told: Replay
    zoho: ZohoClock
    times: Times
    not_before: float = 0.0
    """By `times.clock`: until then a lost request may be at work, whatever `times.now` says."""
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.times.now()

    def until_deleted(self, place: int) -> float:
        """Seconds until the delete of an id has had its effect, or never will; 0 if by now.

        By either clock's account, and no later than if it had left just before looking began:
        clocks may have been put back.
        """
        latest = self._by_zoho(self.began) + LONGEST_DELETE + ZOHO_LAG
        over = min(self._answered(place) + ZOHO_LAG, latest)
        left = over - self._by_zoho(self.times.now())
        return max(0.0, left, self.not_before - self.times.clock())

    def until_back(self, place: int) -> float:
        """Seconds until what an undo has asked for has had its effect, or never will."""
        if not maybe_back(self.told.rows.outcome(place)):
            return 0.0
        # No later than the journal's last line; clocks may have been put back since.
        asked = min(_seconds(self.told.course.ended), self.began)
        return max(0.0, asked + LONGEST_DELETE + ZOHO_LAG - self.times.now())

    def left(self, place: int) -> float:
        """Seconds until what Zoho was last asked for must show wherever it is read."""
        return max(self.until_deleted(place), self.until_back(place))

    def holds(self, place: int, moment: float | None) -> bool:
        """Whether the run's request for an id was under way at a moment that Zoho tells."""
        sent = self._sent(place)
        if sent is None or moment is None:
            return False
        slack = min(self._slack(place), MOST_SLACK)
        return sent - slack <= moment <= self._answered(place) + ZOHO_LAG + slack

    def follows(self, place: int, moment: float | None) -> bool:
        """Whether a moment that Zoho tells lies before the run's request for an id left."""
        sent = self._sent(place)
        if sent is None or moment is None:
            return False
        return moment < sent - self._slack(place)

    def knows_clock(self, place: int) -> bool:
        """Whether the journal tells for certain how far the clock was off when the request left."""
        skews = self.told.skews
        return any(skews.of(self.told.plan.batch_number(place))) and skews.spread <= CLOSE

    def _by_zoho(self, at: float, skew: Skew | None = None) -> float:
        """Turn a moment by this machine's clock into one by Zoho's.

        `skew`: how far the clock was off at that moment, if the journal tells; it may have been
        set right since.
        """
        skew = skew or self.zoho.skew or self.told.skews.last
        return at - skew.ahead if skew else at

    def _sent(self, place: int) -> float | None:
        """When the request for this id left, by Zoho's clock; None if none did."""
        number = self.told.plan.batch_number(place)
        sent = self.told.sent.get(number)
        return None if sent is None else self._by_zoho(sent, self.told.skews.of(number)[0])

    def _answered(self, place: int) -> float:
        number = self.told.plan.batch_number(place)
        sent = self._sent(place)
        left = self._by_zoho(self.began) if sent is None else sent
        landed = self.told.landed.get(number)
        if landed is None:
            return left + LONGEST_DELETE
        return self._by_zoho(landed, self.told.skews.of(number)[1])

    def _slack(self, place: int) -> float:
        """Seconds by which the times of a request and of the bin may differ."""
        skews = self.told.skews
        skew = skews.of(self.told.plan.batch_number(place))[0]
        return SLACK if skew is None else CLOSE + skew.within + skews.spread


def _seconds(at: str) -> float:
    """Read a time of the journal; one that is none counts as later than any."""
    try:
        return datetime.fromisoformat(at).timestamp()
    except (ValueError, OverflowError):
        return math.inf
