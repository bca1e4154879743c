"""Look whether what Zoho said it deleted is deleted: by reading alone, several reads at once.

In the Recycle Bin → `verified`. Where there is no such bin, or it cannot be looked into, absence
from the module must do. What is still in its module, or in neither place, is told as such, but not
before Zoho must show everywhere what it has done.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zohotui.deletion.control import Control
from zohotui.deletion.events import Event, Settled, Verified, Verifying
from zohotui.deletion.journal import Found, Journal, JournalError
from zohotui.deletion.outcomes import Outcome, State
from zohotui.deletion.pace import Pace
from zohotui.deletion.readers import Job, Readers, Take
from zohotui.deletion.reading import Ended, Reader, since
from zohotui.deletion.replay import Replay
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.limits import MOST_BINNED, MOST_IDS
from zohotui.zoho.records import Binned


def verify(
    told: Replay,
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    spares_reserve: bool = False,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Look for each deleted id of a run, yielding an event a step; ends after Settled.

    The journal has each finding before it is yielded. As many reads are under way as the plan, or
    whoever pulled that lever of `control`, allows. `spares_reserve`: end rather than use the API
    credits that the plan keeps. `now` counts seconds since the epoch, as the journal does; `clock`
    counts from anywhere. Ends early, and says why, if the org cannot be read or is not the run's;
    at once, whatever is being read, if `control` is abandoned.
    """
    nap = sleep or control.wait_unless_abandoned
    pace = Pace(told.plan.options.parallel, clock)
    reader = Reader(told, journal, crm, control, pace, now, nap)
    reserve = told.plan.options.reserve if spares_reserve else 0
    return _Verify(told, reader, Readers(control, pace, nap), reserve).events()


@dataclass
class _Verify:
    """Looks for what is deleted, as many ids at a time as the bin takes."""

    told: Replay
    reader: Reader
    readers: Readers[Event]
    reserve: int
    """API credits that must be left; 0 for none."""
    later: array[int] = field(default_factory=lambda: array("I"))
    """Places that were not seen yet where they should be, and for which it is too early."""
    spared: bool = False
    """Whether it ended so that no credits of the reserve were used."""

    def events(self) -> Generator[Event]:
        places = array("I", self.told.rows.places({State.DELETED}))
        if not places:
            yield Settled()
            return
        yield Verifying(len(places))
        try:
            yield from self.readers.run(self._proofs())
            while places:
                yield from self._look_for(places)
                places, self.later = array("I", sorted(self.later)), array("I")
                if places:
                    yield from self._let_it_settle(places)
        except (Ended, JournalError) as error:
            yield Settled(_not_all(str(error)))
        else:
            yield Settled()

    def _look_for(self, places: Sequence[int]) -> Iterator[Event]:
        """Look for all of these; those for which it is too early are in `later` afterwards."""
        yield from self.readers.run(self._jobs(places))
        if self.spared:
            raise Ended(
                f"Zoho says that {self.reader.crm.credits:,} API credits of the last 24 hours are "
                f"left, and the profile keeps {self.reserve:,} in reserve."
            )

    def _proofs(self) -> Iterator[Job[Event]]:
        """Read the org, unless it is one that could not be named."""
        if self.reader.has_org():
            yield Job(self._read_org)

    def _read_org(self) -> Take[Event]:
        org = self.reader.crm.org()

        def take() -> Iterator[Event]:
            self.reader.check_org(org)
            yield from ()

        return take

    def _jobs(self, places: Sequence[int]) -> Iterator[Job[Event]]:
        for start in range(0, len(places), MOST_BINNED):
            few = places[start : start + MOST_BINNED]
            if self._reserve_reached():
                self.spared = True
                return
            if self.reader.bin_closed:
                yield from self._module_jobs(few, binless=True)
            else:
                yield self._bin_job(few)

    def _reserve_reached(self) -> bool:
        left = self.reader.crm.credits
        return (
            bool(self.reserve)
            and left is not None
            and left - self.readers.under_way <= self.reserve
        )

    def _bin_job(self, places: Sequence[int], *, nowhere: bool = False) -> Job[Event]:
        """Look for one call's worth of ids in the Recycle Bin.

        `nowhere`: they were in neither place, one after the other, and may have moved meanwhile.
        """
        ids = self._ids(places)

        def read() -> Take[Event]:
            binned = self.reader.crm.recycle_bin(ids)
            return lambda: self._take_binned(places, binned, nowhere=nowhere)

        def refused(error: ZohoError) -> Iterator[Event]:
            self.reader.bin_closed = f"the Recycle Bin cannot be looked into: {error.detail}"
            self._add(self._module_jobs(places, binless=True))
            yield from ()

        return Job(read, refused)

    def _take_binned(
        self, places: Sequence[int], binned: Mapping[str, Binned], *, nowhere: bool
    ) -> Iterator[Event]:
        found: list[Found] = []
        overdue: list[int] = []
        for place in places:
            record_id = self.told.rows.ids[place]
            if entry := binned.get(str(record_id)):
                found.append((place, record_id, self._in_bin(place, entry)))
            elif nowhere:
                found.append((place, record_id, _astray(self._before(place), there=False)))
            elif self.reader.left(place) > 0:
                self.later.append(place)
            else:
                overdue.append(place)
        self._add(self._module_jobs(overdue, binless=False))
        yield from self.reader.tell(Verified, found)

    def _module_jobs(self, places: Sequence[int], *, binless: bool) -> Iterator[Job[Event]]:
        """Look for ids in the module. `binless`: the Recycle Bin could not tell of them."""
        for start in range(0, len(places), MOST_IDS):
            yield self._module_job(places[start : start + MOST_IDS], binless=binless)

    def _module_job(self, places: Sequence[int], *, binless: bool) -> Job[Event]:
        ids = self._ids(places)

        def read() -> Take[Event]:
            there = self.reader.crm.get_records(self.told.plan.module, ids).keys()
            return lambda: self._take_module(places, there, binless=binless)

        return Job(read)

    def _take_module(
        self, places: Sequence[int], there: Collection[str], *, binless: bool
    ) -> Iterator[Event]:
        found: list[Found] = []
        nowhere: list[int] = []
        for place in places:
            record_id = self.told.rows.ids[place]
            if str(record_id) not in there:
                if binless:
                    found.append((place, record_id, self._absent(place)))
                else:
                    nowhere.append(place)
            elif self.reader.left(place) > 0:
                self.later.append(place)
            else:
                found.append((place, record_id, _astray(self._before(place), there=True)))
        if nowhere:
            self.readers.add(self._bin_job(nowhere, nowhere=True))
        yield from self.reader.tell(Verified, found)

    def _in_bin(self, place: int, entry: Binned) -> Outcome:
        # What was found there before tells more: that the answer was lost.
        code = "FOUND_IN_BIN" if self._before(place).code == "FOUND_IN_BIN" else "IN_BIN"
        message = f"in the Recycle Bin{since(entry)}"
        return replace(self._before(place), state=State.VERIFIED, code=code, message=message)

    def _absent(self, place: int) -> Outcome:
        message = f"not in its module any more; {self.reader.bin_closed}"
        before = self._before(place)
        return replace(before, state=State.VERIFIED, code="ABSENT", message=message)

    def _before(self, place: int) -> Outcome:
        return self.told.rows.outcome(place)

    def _let_it_settle(self, places: Sequence[int]) -> Iterator[Event]:
        """Wait until what Zoho said of these ids must show wherever it is read."""
        seconds = max(0.0, max(map(self.reader.over, places)) - self.reader.now())
        yield from self.reader.wait(seconds, "Zoho may not show yet what it has just deleted.")

    def _ids(self, places: Sequence[int]) -> list[str]:
        return [str(self.told.rows.ids[place]) for place in places]

    def _add(self, jobs: Iterator[Job[Event]]) -> None:
        for job in jobs:
            self.readers.add(job)


def _not_all(why: str) -> str:
    """Say why it ended early; nothing if nobody waits any more."""
    return f"Not all of what was deleted is verified. {why} y looks again." if why else ""


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
