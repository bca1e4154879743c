"""Reading what became of a run's ids: in its own org and no other, and patiently."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.journal.writer import Found, Journal
from zohotui.deletion.model.events import Event, Resolved, Restored, Verified, Waiting
from zohotui.deletion.model.levers import Control
from zohotui.deletion.reads.pace import Pace
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import NotAuthorized, Refused, TooManyRequests, ZohoError
from zohotui.zoho.limits import MOST_BINNED, MOST_IDS
from zohotui.zoho.records import Binned, Org
from zohotui.zoho.zoho_clock import Skew

SETTLE = 60.0
"""Seconds after its answer in which a request may still be at work in Zoho."""

LONGEST_DELETE = 120.0
"""Seconds after which a request that left has been answered or given up."""

SLACK = 600.0
"""Seconds by which Zoho's clock and this machine's may differ unnoticed."""

CLOSE = 120.0
"""Seconds by which the bin's times may be off where it is known how far the clocks differ."""

MOST_SLACK = 86_400.0
"""Seconds before and after a run beyond which nothing counts as deleted by it, in any case."""

_Read = TypeVar("_Read")


class Ended(Exception):
    """Reading cannot go on; its text is a sentence, or empty if nobody waits any more."""


@dataclass
class Reader:
    """Reads about the ids of one run; its reads yield what they wait for."""

    told: Replay
    journal: Journal
    crm: ZohoCRM
    control: Control
    pace: Pace
    now: Callable[[], float]
    """Seconds since the epoch, as in the journal."""
    sleep: Callable[[float], None]
    again: str = "y looks again."
    """How to go on once reading has been given up, as a sentence."""
    in_vain: str = "Nothing was looked up."
    """What has not been done in an org that is not the run's, as a sentence."""
    heeds_stop: bool = False
    """Whether a stop ends it as well, and not only that nobody is left to be told."""
    not_before: float = 0.0
    """By `clock`: until then a lost request may be at work, whatever `now` says."""
    clock: Callable[[], float] = time.monotonic
    bin_closed: str = ""
    """Why the Recycle Bin cannot tell anything, as a clause; empty if it can."""
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.now()
        self.journal.zoho_clock = self.crm.clock
        if self.told.plan.permanent:
            self.bin_closed = "the module has no Recycle Bin"

    def go_on(self) -> None:
        """Raise Ended if a lever says that this is enough."""
        if self.control.abandoned:
            raise Ended("")
        if self.heeds_stop and self.control.stopped:
            raise Ended(f"Stopped. {self.again}")

    def prove_org(self) -> Iterator[Event]:
        """Make sure that what is read is the org of the run; raises Ended if it is not."""
        if self.has_org():
            org: Org = yield from self.patiently(self.crm.org)
            self.check_org(org)

    def has_org(self) -> bool:
        """Whether the org of the run could be named; raises Ended if it is at another address."""
        target = self.told.plan.target
        if self.crm.domain.url != target.api_domain:
            raise Ended("The run was confirmed for another address than this session's.")
        return bool(target.zgid)

    def check_org(self, org: Org) -> None:
        """Raise Ended if this is not the org of the run."""
        target = self.told.plan.target
        if org.zgid != target.zgid:
            raise Ended(
                f"This sign-in opens {org.name} (org {org.zgid}), but the run was confirmed for "
                f"{target.org} (org {target.zgid}). {self.in_vain}"
            )

    def in_module(self, places: Sequence[int]) -> Generator[Event, None, set[int]]:
        """Return those places whose records are in the run's module, 100 a call."""
        found: set[int] = set()
        for start in range(0, len(places), MOST_IDS):
            few = self._ids(places[start : start + MOST_IDS])
            there = yield from self.patiently(self._records(list(few.values())))
            found |= {place for place, record_id in few.items() if record_id in there}
        return found

    def in_bin(self, places: Sequence[int]) -> Generator[Event, None, dict[int, Binned]]:
        """Return what the Recycle Bin says of those that are in it, 200 a call; may be Refused."""
        found: dict[int, Binned] = {}
        for start in range(0, len(places), MOST_BINNED):
            few = self._ids(places[start : start + MOST_BINNED])
            binned = yield from self.patiently(self._binned(list(few.values())))
            found |= {place: binned[one] for place, one in few.items() if one in binned}
        return found

    def in_bin_if_open(self, places: Sequence[int]) -> Generator[Event, None, dict[int, Binned]]:
        """Return the same, or nothing if it cannot be looked into: `bin_closed` says why then."""
        if self.bin_closed:
            return {}
        try:
            return (yield from self.in_bin(places))
        except Refused as error:
            self.bin_closed = f"the Recycle Bin cannot be looked into: {error.detail}"
            return {}

    def patiently(self, read: Callable[[], _Read]) -> Generator[Event, None, _Read]:
        """Read until it succeeds: to read twice does no harm. Raises Refused as it is."""
        while True:
            self.go_on()
            try:
                told = read()
            except ZohoError as error:
                refused = isinstance(error, Refused)
                if refused and not isinstance(error, NotAuthorized | TooManyRequests):
                    raise
                patient = error.temporary or error.result_unknown
                if not patient or not self.pace.refused(error.wait):
                    raise Ended(f"{error.detail} {self.again}") from None
                yield Waiting(self.pace.delay, f"Reading waits. {error.detail}")
            else:
                self.pace.landed()
                return told
            self.sleep(self.pace.delay)

    def tell(
        self, kind: type[Resolved | Verified | Restored], found: Sequence[Found]
    ) -> Iterator[Event]:
        """Write down what was found and yield the event that says so; nothing if it is nothing."""
        if not found:
            return
        places = tuple(place for place, _, _ in found)
        outcomes = tuple(outcome for _, _, outcome in found)
        yield self.journal.record(kind(places, outcomes))

    def wait(self, seconds: float, why: str) -> Iterator[Event]:
        """Let so many seconds pass; raises Ended if a lever is pulled before."""
        yield Waiting(seconds, why)
        self.go_on()
        self.sleep(seconds)

    def over(self, place: int) -> float:
        """When by Zoho's clock the delete of this id has had its effect, or never will.

        No later than if it had left just before reading began: clocks may have been put back.
        """
        latest = self._by_zoho(self.began) + LONGEST_DELETE + SETTLE
        return min(self._answered(place) + SETTLE, latest)

    def left(self, place: int) -> float:
        """Seconds until that time; none if it has come by either clock's account."""
        left = self.over(place) - self._by_zoho(self.now())
        return max(0.0, left, self.not_before - self.clock())

    def in_window(self, place: int, entry: Binned) -> bool:
        """Whether it was deleted when the run's request for it was under way."""
        sent = self._sent(place)
        if sent is None or entry.deleted is None:
            return False
        slack = min(self._slack(place), MOST_SLACK)
        return sent - slack <= entry.deleted <= self._answered(place) + SETTLE + slack

    def is_older(self, place: int, entry: Binned) -> bool:
        """Whether it had been deleted before the run's request for it left."""
        sent = self._sent(place)
        if sent is None or entry.deleted is None:
            return False
        return entry.deleted < sent - self._slack(place)

    def knows_clock(self, place: int) -> bool:
        """Whether the journal tells for certain how far the clock was off when the request left."""
        skews = self.told.skews
        return any(skews.of(self.told.plan.batch_number(place))) and skews.spread <= CLOSE

    def _by_zoho(self, at: float, skew: Skew | None = None) -> float:
        """Turn a moment by this machine's clock into one by Zoho's.

        `skew`: how far the clock was off at that moment, if the journal tells; it may have been
        set right since.
        """
        skew = skew or self.crm.clock.skew or self.told.skews.last
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

    def _ids(self, places: Sequence[int]) -> Mapping[int, str]:
        return {place: str(self.told.rows.ids[place]) for place in places}

    def _records(self, ids: Sequence[str]) -> Callable[[], set[str]]:
        return lambda: set(self.crm.get_records(self.told.plan.module, ids))

    def _binned(self, ids: Sequence[str]) -> Callable[[], Mapping[str, Binned]]:
        return lambda: self.crm.recycle_bin(ids)


def since(entry: Binned) -> str:
    """Say when and by whom something was deleted, as the end of a clause."""
    when = ""
    if entry.deleted is not None:
        with suppress(OverflowError, ValueError, OSError):
            moment = datetime.fromtimestamp(entry.deleted, UTC)
            when = f" since {moment:%Y-%m-%d %H:%M} UTC"
    return f"{when}, deleted by {entry.deleted_by_name or 'somebody unnamed'}"
