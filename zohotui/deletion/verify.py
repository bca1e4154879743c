"""Look whether what Zoho said it deleted is deleted: by reading alone.

In the Recycle Bin → `verified`. Where there is no such bin, or it cannot be looked into, absence
from the module must do. What is still in its module, or in neither place, is told as such.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace

from zohotui.deletion.control import Control
from zohotui.deletion.events import Event, Settled, Verified, Verifying
from zohotui.deletion.journal import Found, Journal, JournalError
from zohotui.deletion.outcomes import Outcome, State
from zohotui.deletion.pace import Pace
from zohotui.deletion.reading import Ended, Reader, since
from zohotui.deletion.replay import Replay
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import Refused
from zohotui.zoho.limits import MOST_BINNED


def verify(
    told: Replay,
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Look for each deleted id of a run, yielding an event a step; ends after Settled.

    The journal has each finding before it is yielded. `now` counts seconds since the epoch, as
    the journal does; `clock` counts from anywhere. Ends early, and says why, if the org cannot be
    read or is not the run's; at once if `control` is abandoned.
    """
    nap = sleep or control.wait_unless_abandoned
    reader = Reader(told, journal, crm, control, Pace(1, clock), now, nap)
    return _Verify(told, reader).events()


@dataclass
class _Verify:
    """Looks for what is deleted, as many ids at a time as the bin takes."""

    told: Replay
    reader: Reader

    def events(self) -> Generator[Event]:
        places = list(self.told.rows.places({State.DELETED}))
        if not places:
            yield Settled()
            return
        yield Verifying(len(places))
        try:
            yield from self.reader.prove_org()
            while places:
                later: list[int] = []
                for start in range(0, len(places), MOST_BINNED):
                    later += yield from self._look_for(places[start : start + MOST_BINNED])
                places = later
                if places:
                    yield from self._let_it_settle(places)
        except (Ended, JournalError, Refused) as why:
            yield Settled(str(why))
        else:
            yield Settled()

    def _look_for(self, places: Sequence[int]) -> Generator[Event, None, list[int]]:
        """Look for one call's worth of ids; return those for which it is too early."""
        rows, reader = self.told.rows, self.reader
        binned = yield from reader.in_bin_if_open(places)
        there = yield from reader.in_module([place for place in places if place not in binned])
        found: list[Found] = []
        later: list[int] = []
        for place in places:
            before = rows.outcome(place)
            if place in binned:
                outcome = _with(before, "IN_BIN", f"in the Recycle Bin{since(binned[place])}")
            elif reader.bin_closed and place not in there:
                message = f"not in its module any more; {reader.bin_closed}"
                outcome = _with(before, "ABSENT", message)
            elif reader.left(place) > 0:
                later.append(place)
                continue
            else:
                outcome = _astray(before, there=place in there)
            found.append((place, rows.ids[place], outcome))
        yield from reader.tell(Verified, found)
        return later

    def _let_it_settle(self, places: Sequence[int]) -> Generator[Event]:
        """Wait until what Zoho said of these ids must show wherever it is read."""
        seconds = max(0.0, max(map(self.reader.over, places)) - self.reader.now())
        yield from self.reader.wait(seconds, "Zoho may not show yet what it has just deleted.")


def _with(before: Outcome, code: str, message: str) -> Outcome:
    return replace(before, state=State.VERIFIED, code=code, message=message)


def _astray(before: Outcome, *, there: bool) -> Outcome:
    """Tell of a record that is not where it should be."""
    if there:
        return replace(
            before,
            state=State.FAILED,
            code="STILL_THERE_AFTER_SUCCESS",
            message="Zoho said that it was deleted, and it is in its module all the same",
        )
    message = "neither in its module nor in the Recycle Bin"
    return replace(before, code="NOT_IN_BIN", message=message)
