"""Settle the ids whose fate nobody knows: by reading, never by sending a delete again.

Still there → alive, and may be sent again by whoever says so. Absent → the Recycle Bin: deleted by
this user at the time of the request → `deleted`; anything else → `gone`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.journal.writer import Found, Journal, JournalError
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import Event, Resolved, Resolving, Settled
from zohotui.deletion.model.levers import Control
from zohotui.deletion.model.outcome import Outcome, State, is_lost, is_open
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.reads.reading import SETTLE, Ended, Reader, since
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import Refused
from zohotui.zoho.limits import MOST_IDS
from zohotui.zoho.records import Binned


def resolve(
    told: Replay,
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    lost_at: float | None = None,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Read what became of each open id of a run, yielding an event a step; ends after Settled.

    The journal has each finding before it is yielded. `now` counts seconds since the epoch, as
    the journal does; `clock` counts from anywhere; by it `lost_at` is when an answer was lost last,
    if that was just now. Ends early, and says why, if the org cannot be read or is not the run's;
    at once if `control` is abandoned.
    """
    nap = sleep or control.wait_unless_abandoned
    not_before = clock() if lost_at is None else lost_at + SETTLE
    reader = Reader(
        *(told, journal, crm, control, Pace(1, clock), now, nap),
        not_before=not_before,
        clock=clock,
    )
    return _Resolve(told, reader).events()


@dataclass
class _Resolve:
    """Settles what is open, a request's worth of ids at a time."""

    told: Replay
    reader: Reader

    def events(self) -> Generator[Event]:
        places = self.told.rows.any_like(is_open)
        if not places:
            yield Settled()
            return
        yield Resolving(len(places))
        try:
            yield from self.reader.prove_org()
            while places:
                later: list[int] = []
                for start in range(0, len(places), MOST_IDS):
                    later += yield from self._settle(places[start : start + MOST_IDS])
                places = later
                if places:
                    yield from self._wait_for_zoho(places)
        except Refused as error:
            yield Settled(f"Looking up was refused. {error.detail} y looks again.")
        except (Ended, JournalError) as why:
            yield Settled(str(why))
        else:
            yield Settled()

    def _settle(self, places: Sequence[int]) -> Generator[Event, None, list[int]]:
        """Look up one request's worth of ids; return those for which it is too early."""
        rows, reader = self.told.rows, self.reader
        there = yield from reader.in_module(places)
        absent = [place for place in places if place not in there]
        binned = yield from reader.in_bin_if_open(absent)
        found: list[Found] = []
        later: list[int] = []
        for place in places:
            before = rows.outcome(place)
            early = before.state is State.UNKNOWN and reader.left(place) > 0
            # What is neither here nor there may be on its way into the Recycle Bin.
            on_its_way = place not in there and place not in binned and not reader.bin_closed
            if early and (place in there or on_its_way):
                later.append(place)
            elif place not in there:
                found.append((place, rows.ids[place], self._absent(place, binned)))
            elif before.state is State.UNKNOWN:
                found.append((place, rows.ids[place], _still_there(before)))
        yield from reader.tell(Resolved, found)
        return later

    def _wait_for_zoho(self, places: Sequence[int]) -> Iterator[Event]:
        """Wait until a delete that is still under way in Zoho would be over."""
        seconds = max(map(self.reader.left, places))
        why = "Zoho may still be at work on a delete whose answer was lost."
        yield from self.reader.wait(seconds, why)

    def _absent(self, place: int, binned: Mapping[int, Binned]) -> Outcome:
        """Tell what became of a record that is not in its module."""
        before = self.told.rows.outcome(place)
        entry = binned.get(place)
        if entry is None:
            where = self.reader.bin_closed or "it is not in the Recycle Bin either"
            message = f"no such record in this module, and {where}"
            return replace(before, state=State.GONE, code=Code.GONE, message=message)
        where = f"in the Recycle Bin{since(entry)}"
        if is_lost(before) and self._mine(place, entry):
            return replace(before, state=State.DELETED, code=Code.FOUND_IN_BIN, message=where)
        return replace(before, state=State.GONE, code=Code.GONE, message=where)

    def _mine(self, place: int, entry: Binned) -> bool:
        """Whether this user deleted it at the time of the request."""
        plan = self.told.plan
        mine = entry.deleted_by == plan.target.user_id and entry.module in {"", plan.module}
        return bool(plan.target.user_id) and mine and self.reader.in_window(place, entry)


def _still_there(before: Outcome) -> Outcome:
    message = "it was still there when it was read afterwards"
    return replace(before, state=State.FAILED, code=Code.STILL_THERE, message=message)
