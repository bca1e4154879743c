"""When the run's requests were under way, by Zoho's clock, as far as the journal tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache

from zohotui.deletion.model.outcome import maybe_back
from zohotui.deletion.model.run_state import RunState
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


@dataclass(frozen=True, slots=True)
class Request:
    """The run's request for the ids of one batch, by Zoho's clock, as it is known at one moment."""

    sent: float | None
    """When it left; None if it never did, as far as the journal tells."""
    answered: float
    """When its answer came, or when there was none to come any more."""
    slack: float
    """Seconds by which its times and those of the bin may differ."""
    knows_clock: bool
    """Whether it is certain how far this machine's clock was off when it left."""
    until_deleted: float
    """Seconds until its delete has had its effect, or never will; 0 if by now."""

    def holds(self, moment: float) -> bool:
        """Whether it was under way at a moment that Zoho tells."""
        if self.sent is None:
            return False
        slack = min(self.slack, MOST_SLACK)
        return self.sent - slack <= moment <= self.answered + ZOHO_LAG + slack

    def follows(self, moment: float) -> bool:
        """Whether it left after a moment that Zoho tells."""
        return self.sent is not None and moment < self.sent - self.slack


@dataclass
class Window:
    """The moments of one run against those that Zoho tells; looking begins when it is made."""

    told: RunState
    zoho: ZohoClock
    times: Times
    not_before: float = 0.0
    """By `times.clock`: until then a lost request may be at work, whatever `times.now` says."""
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.times.now()

    def requests(self) -> Callable[[int], Request]:
        """Return what tells of the request for the id at a place, all as of this moment."""
        of_batch, plan = cache(self._request), self.told.plan
        return lambda place: of_batch(plan.batch_number(place))

    def until_back(self, place: int) -> float:
        """Seconds until what an undo has asked for has had its effect, or never will."""
        if not maybe_back(self.told.rows.outcome(place)):
            return 0.0
        # No later than reading began: clocks may have been put back since.
        asked = self.began if self.told.asked is None else min(self.told.asked, self.began)
        return max(0.0, asked + LONGEST_DELETE + ZOHO_LAG - self.times.now())

    def left(self, places: Iterable[int]) -> float:
        """Seconds until what Zoho was last asked for these must show wherever it is read."""
        request = self.requests()
        return max(max(request(place).until_deleted, self.until_back(place)) for place in places)

    def _request(self, number: int) -> Request:
        skews = self.told.skews
        if self.told.plan.restores:
            # It never asked Zoho to delete anything, whatever the clocks say.
            return Request(None, 0.0, slack=0.0, knows_clock=True, until_deleted=0.0)
        skew_sent, skew_answered = skews.of(number)
        sent, landed = self.told.sent.get(number), self.told.landed.get(number)
        if sent is not None:
            sent = self._by_zoho(sent, skew_sent)
        if landed is not None:
            answered = self._by_zoho(landed, skew_answered)
        else:
            answered = LONGEST_DELETE + (self._by_zoho(self.began) if sent is None else sent)
        return Request(
            sent,
            answered,
            slack=SLACK if skew_sent is None else CLOSE + skew_sent.within + skews.spread,
            knows_clock=bool(skew_sent) and skews.spread <= CLOSE,
            until_deleted=self._until_deleted(answered),
        )

    def _until_deleted(self, answered: float) -> float:
        """Count by either clock, and no longer than if it had left just before looking began.

        Clocks may have been put back.
        """
        latest = self._by_zoho(self.began) + LONGEST_DELETE + ZOHO_LAG
        left = min(answered + ZOHO_LAG, latest) - self._by_zoho(self.times.now())
        return max(0.0, left, self.not_before - self.times.clock())

    def _by_zoho(self, at: float, skew: Skew | None = None) -> float:
        """Turn a moment by this machine's clock into one by Zoho's.

        `skew`: how far the clock was off at that moment, if the journal tells; it may have been
        set right since.
        """
        skew = skew or self.zoho.skew or self.told.skews.last
        return at - skew.ahead if skew else at
