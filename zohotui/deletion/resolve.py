"""Settle the ids whose fate nobody knows: by reading, never by sending a delete again.

Still there → alive, and may be sent again by whoever says so. Absent → the Recycle Bin: deleted by
this user at the time of the request → `deleted`; anything else → `gone`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from zohotui.deletion.control import Control
from zohotui.deletion.events import Event, Resolved, Resolving, Settled, Waiting
from zohotui.deletion.journal import Journal, JournalError
from zohotui.deletion.outcomes import Outcome, State
from zohotui.deletion.pace import Pace
from zohotui.deletion.replay import Replay
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import NotAuthorized, Refused, TooManyRequests, ZohoError
from zohotui.zoho.limits import MOST_IDS
from zohotui.zoho.records import Binned, Org

SETTLE = 60.0
"""Seconds after its answer was lost in which a delete may still be at work in Zoho."""

LONGEST_DELETE = 120.0
"""Seconds after which a delete that left has been answered or given up."""

SLACK = 600.0
"""Seconds by which Zoho's clock and this machine's may differ unnoticed."""

_Read = TypeVar("_Read")


def is_open(outcome: Outcome) -> bool:
    """Whether reading may tell more: no answer came, or Zoho found no such record.

    Source: zoho-api.md, "Traps reported by developers": "record not deleted" has many reasons.
    """
    if outcome.state is State.UNKNOWN:
        return True
    named = outcome.state is State.FAILED and outcome.code == "INVALID_DATA"
    return named and "wrong format" not in f"{outcome.message} {outcome.answer}".lower()


def resolve(
    told: Replay,
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Read what became of each open id of a run, yielding an event a step; ends after Settled.

    The journal has each finding before it is yielded. `now` counts seconds since the epoch, as
    the journal does; `clock` counts from anywhere. Ends early, and says why, if the org cannot be
    read or is not the run's; at once if `control` is abandoned.
    """
    pace = Pace(1, clock)
    nap = sleep or control.wait_unless_abandoned
    return _Resolve(told, crm, journal, control, pace, now, nap).events()


class _Ended(Exception):
    """Reading cannot go on; its text is a sentence, or empty if nobody waits any more."""


@dataclass
class _Resolve:
    """What reading remembers between two events."""

    told: Replay
    crm: ZohoCRM
    journal: Journal
    control: Control
    pace: Pace
    now: Callable[[], float]
    sleep: Callable[[float], None]
    bin_closed: str = ""
    """Why the Recycle Bin cannot tell anything; empty if it can."""
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.now()
        if self.told.plan.permanent:
            self.bin_closed = "the module has no Recycle Bin"

    def events(self) -> Generator[Event]:
        places = self.told.rows.any_like(is_open)
        if not places:
            yield Settled()
            return
        yield Resolving(len(places))
        try:
            yield from self._prove_org()
            while places:
                later: list[int] = []
                for start in range(0, len(places), MOST_IDS):
                    later += yield from self._settle(places[start : start + MOST_IDS])
                places = later
                if places:
                    yield from self._wait_for_zoho(places)
        except (_Ended, JournalError, Refused) as why:
            yield Settled(str(why))
        else:
            yield Settled()

    def _prove_org(self) -> Iterator[Event]:
        """Make sure that what is read is the org of the run."""
        target = self.told.plan.target
        if self.crm.domain.url != target.api_domain:
            raise _Ended("The run was confirmed for another address than this session's.")
        if not target.zgid:
            return
        org: Org = yield from self._patiently(self.crm.org)
        if org.zgid != target.zgid:
            raise _Ended(
                f"This sign-in opens {org.name} (org {org.zgid}), but the run was confirmed for "
                f"{target.org} (org {target.zgid}). Nothing was looked up."
            )

    def _settle(self, places: Sequence[int]) -> Generator[Event, None, list[int]]:
        """Look up one request's worth of ids; return those for which it is too early."""
        rows, module = self.told.rows, self.told.plan.module
        ids = {place: str(rows.ids[place]) for place in places}
        there = yield from self._patiently(lambda: self.crm.get_records(module, [*ids.values()]))
        absent = [place for place in places if ids[place] not in there]
        binned = yield from self._look_into_bin([ids[place] for place in absent])
        found: list[tuple[int, int, Outcome]] = []
        later: list[int] = []
        for place in places:
            before = rows.outcome(place)
            if place in absent:
                found.append((place, rows.ids[place], self._absent(place, binned)))
            elif before.state is State.UNKNOWN and self.now() < self._over(place):
                later.append(place)
            elif before.state is State.UNKNOWN:
                found.append((place, rows.ids[place], _still_there(before)))
        yield from self._tell(found)
        return later

    def _tell(self, found: Sequence[tuple[int, int, Outcome]]) -> Iterator[Event]:
        if not found:
            return
        event = Resolved(
            tuple(place for place, _, _ in found), tuple(outcome for _, _, outcome in found)
        )
        self.told.rows.apply(event)
        self.journal.resolved(found, self.told.rows.tally, ended=self.told.finished)
        yield event

    def _look_into_bin(self, ids: Sequence[str]) -> Generator[Event, None, Mapping[str, Binned]]:
        if not ids or self.bin_closed:
            return {}
        try:
            binned: Mapping[str, Binned] = yield from self._patiently(
                lambda: self.crm.recycle_bin(ids)
            )
        except Refused as error:
            self.bin_closed = f"the Recycle Bin cannot be looked into: {error.detail}"
            return {}
        return binned

    def _patiently(self, read: Callable[[], _Read]) -> Generator[Event, None, _Read]:
        """Read until it succeeds: to read twice does no harm. Raises Refused as it is."""
        while True:
            if self.control.abandoned:
                raise _Ended("")
            try:
                return read()
            except ZohoError as error:
                refused = isinstance(error, Refused)
                if refused and not isinstance(error, NotAuthorized | TooManyRequests):
                    raise
                patient = error.temporary or error.result_unknown
                if not patient or not self.pace.refused(error.wait):
                    raise _Ended(f"{error.detail} y looks again.") from None
                yield Waiting(self.pace.delay, f"Reading waits. {error.detail}")
            self.sleep(self.pace.delay)

    def _wait_for_zoho(self, places: Sequence[int]) -> Iterator[Event]:
        """Wait until a delete that is still under way in Zoho would be over."""
        seconds = max(0.0, max(map(self._over, places)) - self.now())
        yield Waiting(seconds, "Zoho may still be at work on a delete whose answer was lost.")
        if self.control.abandoned:
            raise _Ended("")
        self.sleep(seconds)

    def _over(self, place: int) -> float:
        """When the delete of this id has surely had its effect, or never will.

        No later than if it had left just before reading began: clocks may have been put back.
        """
        latest = self.began + LONGEST_DELETE + SETTLE
        return min(self._answered(place) + SETTLE, latest)

    def _answered(self, place: int) -> float:
        number = self.told.plan.batch_number(place)
        sent = self.told.sent.get(number, self.began)
        return self.told.landed.get(number, sent + LONGEST_DELETE)

    def _absent(self, place: int, binned: Mapping[str, Binned]) -> Outcome:
        """Tell what became of a record that is not in its module."""
        before = self.told.rows.outcome(place)
        entry = binned.get(str(self.told.rows.ids[place]))
        if entry is None:
            where = self.bin_closed or "it is not in the Recycle Bin either"
            message = f"no such record in this module, and {where}"
            return replace(before, state=State.GONE, code="GONE", message=message)
        where = f"in the Recycle Bin{_since(entry)}"
        if before.state is State.UNKNOWN and self._mine(place, entry):
            return replace(before, state=State.DELETED, code="FOUND_IN_BIN", message=where)
        return replace(before, state=State.GONE, code="GONE", message=where)

    def _mine(self, place: int, entry: Binned) -> bool:
        """Whether this user deleted it at the time of the request."""
        me, sent = (
            self.told.plan.target.user_id,
            self.told.sent.get(self.told.plan.batch_number(place)),
        )
        if not me or entry.deleted_by != me or entry.deleted is None or sent is None:
            return False
        by_our_clock = entry.deleted + (self.crm.skew or 0.0)
        return sent - SLACK <= by_our_clock <= self._answered(place) + SETTLE + SLACK


def _still_there(before: Outcome) -> Outcome:
    message = "it was still there when it was read afterwards"
    return replace(before, state=State.FAILED, code="STILL_THERE", message=message)


def _since(entry: Binned) -> str:
    when = ""
    if entry.deleted is not None:
        with suppress(OverflowError, ValueError, OSError):
            moment = datetime.fromtimestamp(entry.deleted, UTC)
            when = f" since {moment:%Y-%m-%d %H:%M} UTC"
    return f"{when}, deleted by {entry.deleted_by_name or 'somebody unnamed'}"
