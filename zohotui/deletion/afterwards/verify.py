"""Look whether what Zoho said it deleted is deleted: by reading alone, several reads at once.

In the Recycle Bin since the request → `verified`; since before it → told as such. Where there is no
such bin, or it cannot be looked into, absence from the module must do. What is still in its module,
or in neither place, is told as such, but not before Zoho must show everywhere what it has done.
What an undo has asked for and nobody has seen
since is looked for as well: in its module → `restored`.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.journal.writer import Found, Journal, JournalError
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import Event, Settled, Verified, Verifying
from zohotui.deletion.model.levers import Control
from zohotui.deletion.model.outcome import (
    SEEN_BACK,
    Outcome,
    State,
    is_unproven,
    maybe_back,
    was_asked_back,
)
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.reads.readers import Job, Readers, Take
from zohotui.deletion.reads.reading import LONGEST_DELETE, SETTLE, Ended, Reader, since
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.limits import MOST_BINNED, MOST_IDS
from zohotui.zoho.records import Binned
from zohotui.zoho.restoring import SCHEDULED


def verify(
    told: Replay,
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    landed_at: float | None = None,
    spares_reserve: bool = False,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Look for each id of a run that is_unproven, yielding an event a step; ends after Settled.

    The journal has each finding before it is yielded. As many reads are under way as the plan, or
    whoever pulled that lever of `control`, allows. `spares_reserve`: end rather than use the API
    credits that the plan keeps. `now` counts seconds since the epoch, as the journal does; `clock`
    counts from anywhere; by it `landed_at` is when an answer came last, if that was just now. Ends
    early, and says why, if the org cannot be read or is not the run's; at once, whatever is being
    read, if `control` is abandoned.
    """
    nap = sleep or control.wait_unless_abandoned
    pace = Pace(told.plan.options.parallel, clock)
    not_before = clock() if landed_at is None else landed_at + SETTLE
    reader = Reader(
        *(told, journal, crm, control, pace, now, nap), not_before=not_before, clock=clock
    )
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
        places = array("I", self.told.rows.any_like(is_unproven))
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
                if self._may_come_back(place):
                    self._look_again(place)
                elif (outcome := self._in_bin(place, entry)) != self._before(place):
                    found.append((place, record_id, outcome))
            elif self.reader.left(place) > 0 or (nowhere and self._left(place) > 0):
                self.later.append(place)
            elif nowhere:
                found.append((place, record_id, _nowhere(self._before(place))))
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
                if not binless:
                    nowhere.append(place)
                elif self._may_come_back(place):
                    self._look_again(place)
                else:
                    found.append((place, record_id, self._absent(place)))
            elif self.reader.left(place) > 0:
                self.later.append(place)
            elif (outcome := _there(self._before(place))) != self._before(place):
                found.append((place, record_id, outcome))
        if nowhere:
            self.readers.add(self._bin_job(nowhere, nowhere=True))
        yield from self.reader.tell(Verified, found)

    def _in_bin(self, place: int, entry: Binned) -> Outcome:
        message = f"in the Recycle Bin{since(entry)}"
        if self.reader.is_older(place, entry):
            message += ", which is before this run asked for it"
            return replace(
                self._before(place), state=State.DELETED, code=Code.BINNED_BEFORE, message=message
            )
        # What was found there before tells more: that the answer was lost.
        code = Code.FOUND_IN_BIN if self._before(place).code == Code.FOUND_IN_BIN else Code.IN_BIN
        return replace(self._before(place), state=State.VERIFIED, code=code, message=message)

    def _absent(self, place: int) -> Outcome:
        message = f"not in its module any more; {self.reader.bin_closed}"
        before = self._before(place)
        return replace(before, state=State.VERIFIED, code=Code.ABSENT, message=message)

    def _before(self, place: int) -> Outcome:
        return self.told.rows.outcome(place)

    def _may_come_back(self, place: int) -> bool:
        """Whether a record that is away may be on its way back into its module."""
        before = self._before(place)
        return maybe_back(before) and (before.code == SCHEDULED or self._left(place) > 0)

    def _look_again(self, place: int) -> None:
        """Wait for it; what Zoho has only scheduled is left as it is, however long that takes."""
        if self._left(place) > 0 and self._before(place).code != SCHEDULED:
            self.later.append(place)

    def _left(self, place: int) -> float:
        """Seconds until what Zoho was last asked for has had its effect, or never will."""
        left = self.reader.left(place)
        if not maybe_back(self._before(place)):
            return left
        # No later than reading began: clocks may have been put back since.
        began = self.reader.began
        asked = began if self.told.asked is None else min(self.told.asked, began)
        return max(left, asked + LONGEST_DELETE + SETTLE - self.reader.now())

    def _let_it_settle(self, places: Sequence[int]) -> Iterator[Event]:
        """Wait until what Zoho said of these ids must show wherever it is read."""
        seconds = max(map(self._left, places))
        asked = any(maybe_back(self._before(place)) for place in places)
        done = "restored" if asked else "deleted"
        yield from self.reader.wait(seconds, f"Zoho may not show yet what it has just {done}.")

    def _ids(self, places: Sequence[int]) -> list[str]:
        return [str(self.told.rows.ids[place]) for place in places]

    def _add(self, jobs: Iterator[Job[Event]]) -> None:
        for job in jobs:
            self.readers.add(job)


def _not_all(why: str) -> str:
    """Say why it ended early; nothing if nobody waits any more."""
    return f"Not all of what was deleted is verified. {why} y looks again." if why else ""


def _there(before: Outcome) -> Outcome:
    """Tell of a record that is in its module."""
    if was_asked_back(before):
        return SEEN_BACK
    return replace(
        before,
        state=State.FAILED,
        code=Code.STILL_THERE_AFTER_SUCCESS,
        message="Zoho said that it was deleted, and it is in its module all the same",
    )


def _nowhere(before: Outcome) -> Outcome:
    message = "neither in its module nor in the Recycle Bin"
    return replace(before, state=State.DELETED, code=Code.NOT_IN_BIN, message=message)
