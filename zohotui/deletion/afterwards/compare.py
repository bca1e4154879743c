"""After an undo: read the restored records again and compare each with its saved copy.

look    read as the copies were: 100 a call, or one by one where their subforms were saved
tell    values that differ to their own file → journal "compared" + fdatasync → event
again   what is not there is looked for once more after a while, then told as not back
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from zohotui.deletion.afterwards.comparison_sums import Findings
from zohotui.deletion.journal.differences_file import (
    DifferencesError,
    add_differences,
    differences_of,
)
from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.journal.saved_copies import Chunk, SavedCopies, Wanted, snapshots_of
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.differences import Changed, Difference, changes, listed, names_to_read
from zohotui.deletion.model.events import Compared, Comparing, ComparisonEnded, Event
from zohotui.deletion.model.levers import Control
from zohotui.deletion.model.outcome import Outcome, State, differs, is_uncompared
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.reads.pace import Pace
from zohotui.deletion.reads.readers import Job, Readers, Take
from zohotui.deletion.reads.reading import Ended, Reader
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import NotSent, Refused
from zohotui.zoho.records import Json

LOOKED_AGAIN = 15.0
"""Seconds after which what is not there is looked for once more."""

NO_COPIES = (
    "No copies of the records were saved before this run, so nobody can tell whether each field "
    "is as it was."
)

_UNSAVED_AT_ONCE = 10_000
"""Ids without a copy in one line of the journal."""


def uncompared(rows: Rows) -> list[int]:
    """Return the places of restored records that were not compared yet, in order."""
    return rows.any_like(is_uncompared)


def compare(
    told: Replay,
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Compare what has been restored, and not been compared yet, with its saved copies.

    Yields nothing if there is no such record, else an event a step; ends after ComparisonEnded.
    Only some hundred records are held at once. `now` counts seconds since the epoch, as the
    journal does; `clock` counts from anywhere. It only reads. Ends early, and says why, if the
    org cannot be read or is not the run's, or if the disk fails; soon if `control` is abandoned.
    """
    places, paths = uncompared(told.rows), snapshots_of(journal.path)
    if not places:
        return
    if not paths:
        yield ComparisonEnded(NO_COPIES)
        return
    nap = sleep or control.wait_unless_abandoned
    reader = Reader(told, journal, crm, control, Pace(1, clock), now, nap)
    readers: Readers[Event] = Readers(control, Pace(told.plan.options.parallel, clock), nap)
    copies = SavedCopies(told.plan, paths)
    yield from _Compare(told, crm, journal, control, reader, readers, copies).events(places)


@dataclass
class _Compare:
    """What comparing remembers between two events."""

    told: Replay
    crm: ZohoCRM
    journal: Journal
    control: Control
    reader: Reader
    readers: Readers[Event]
    copies: SavedCopies
    findings: Findings = field(default_factory=Findings)
    absent: list[int] = field(default_factory=list)
    """Places of records that were not there when they were read again."""
    written: bool = False
    """Whether anything of this comparison stands in the file of the differences."""

    def events(self, places: Sequence[int]) -> Generator[Event]:
        yield Comparing(len(places))
        why = ""
        try:
            yield from self.reader.prove_org()
            yield from self._compare_all(places)
        except (Ended, JournalError, DifferencesError, Refused) as error:
            why = str(error)
        sentences = self.findings.sentences(len(places) - self.findings.count)
        if self.written:
            try:
                add_differences(differences_of(self.journal.path), ["", *sentences, ""])
            except DifferencesError as error:
                why = why or str(error)
        if self.copies.troubles:
            why = " ".join([*filter(None, [why]), *self.copies.troubles])
        lacks = " ".join(self.copies.lacks)
        yield ComparisonEnded(" ".join(sentences), lacks, self.findings.differing, why)

    def _compare_all(self, places: Sequence[int]) -> Generator[Event]:
        ids = self.told.rows.ids
        wanted = Wanted(ids, places)
        yield from self.readers.run(self._jobs(wanted, last=False))
        if not self.copies.troubles:
            unsaved = wanted.left
            for start in range(0, len(unsaved), _UNSAVED_AT_ONCE):
                few = unsaved[start : start + _UNSAVED_AT_ONCE]
                event = self._tell({place: self._no_copy(place) for place in few})
                self.findings.unsaved += len(few)
                yield event
        if self.absent:
            why = "Zoho may not show yet what it has just restored."
            yield from self.reader.wait(LOOKED_AGAIN, why)
            yield from self.readers.run(self._jobs(Wanted(ids, self.absent), last=True))

    def _jobs(self, wanted: Wanted, *, last: bool) -> Iterator[Job[Event]]:
        for chunk in self.copies.chunks(wanted):
            self._spare_credits(len(chunk.places) if chunk.whole else 1)
            yield Job(self._read(chunk, last=last))

    def _spare_credits(self, calls: int) -> None:
        left, reserve = self.crm.credits, self.told.plan.options.reserve
        if left is not None and left - calls < reserve:
            raise Ended(f"Only {left:,} API credits are left, {reserve:,} of them in reserve.")

    def _read(self, chunk: Chunk, *, last: bool) -> Callable[[], Take[Event]]:
        ids = [str(self.told.rows.ids[place]) for place in chunk.places]
        module = self.told.plan.module

        def read() -> Take[Event]:
            if chunk.whole:
                found = self._one_by_one(ids)
            else:
                found = self.crm.get_raw_records(module, ids, names_to_read(chunk.records))
            return lambda: self._take(chunk, found, last=last)

        return read

    def _one_by_one(self, ids: Sequence[str]) -> Mapping[str, Json]:
        found: dict[str, Json] = {}
        for record_id in ids:
            if self.control.abandoned:
                raise NotSent("Nobody waits for it any more.")
            record = self.crm.get_whole_record(self.told.plan.module, record_id)
            if record is not None:
                found[record_id] = record
        return found

    def _take(self, chunk: Chunk, found: Mapping[str, Json], *, last: bool) -> Iterator[Event]:
        """Compare some records, and write down what differs before it is told."""
        outcomes: dict[int, Outcome] = {}
        compared: list[tuple[Changed, ...]] = []
        differences: list[Difference] = []
        for place, saved in zip(chunk.places, chunk.records, strict=True):
            record_id = self.told.rows.ids[place]
            now = found.get(str(record_id))
            if now is not None:
                changed = changes(saved, now)
                compared.append(changed)
                outcomes[place] = self._outcome(place, changed)
                if differs(outcomes[place]):
                    differences.append(Difference(record_id, changed))
            elif last:
                outcomes[place] = self._not_back(place)
            else:
                self.absent.append(place)
        self._keep(differences)
        if outcomes:
            event = self._tell(outcomes, differences)
            # Only what the disk has counts.
            self.findings.add(compared, absent=len(outcomes) - len(compared))
            yield event

    def _keep(self, differences: Sequence[Difference]) -> None:
        if not differences:
            return
        lines = [line for one in differences for line in one.lines]
        if not self.written:
            moment = datetime.fromtimestamp(self.reader.now(), UTC)
            what = f"{self.told.plan.label} of {self.told.plan.target.words}"
            head = f"{what}, restored; compared with the saved copies, {moment:%Y-%m-%d %H:%M} UTC"
            lines = [head, *self.copies.lacks, "", *lines]
        add_differences(differences_of(self.journal.path), lines)
        self.written = True

    def _tell(
        self, outcomes: Mapping[int, Outcome], differences: Sequence[Difference] = ()
    ) -> Event:
        event = Compared(tuple(outcomes), tuple(outcomes.values()), tuple(differences))
        return self.journal.record(event)

    def _outcome(self, place: int, changed: Sequence[Changed]) -> Outcome:
        matter = [one.name for one in changed if not one.perhaps_by_restore]
        perhaps = listed([one.name for one in changed if one.perhaps_by_restore])
        if matter:
            also = f"; perhaps by the restore itself: {perhaps}" if perhaps else ""
            return self._after(place, Code.DIFFERS, f"not as saved: {listed(matter)}{also}")
        but = f" but {perhaps}, which the restore itself may change" if perhaps else ""
        return self._after(place, Code.AS_SAVED, f"every saved field is as before{but}")

    def _no_copy(self, place: int) -> Outcome:
        return self._after(place, Code.NO_COPY, "no copy was saved to compare it with")

    def _not_back(self, place: int) -> Outcome:
        told = self._after(place, Code.NOT_BACK, "not there when it was read again")
        return replace(told, state=State.DELETED)

    def _after(self, place: int, code: str, words: str) -> Outcome:
        """Put a finding behind what the undo came to."""
        before = self.told.rows.outcome(place)
        message = f"{before.message}; {words}" if before.message else words
        return replace(before, code=code, message=message)
