"""After an undo: read the restored records again and compare each with its saved copy.

1. Comparing; then the org is checked.
2. Records are read as their copies were: 100 a call, or one by one where subforms were saved.
3. What differs is written to a file of its own; then journal `compared` + fdatasync → Compared.
4. Records without a copy are told as such: Compared.
5. What was not there is looked for once more, after a Waiting event, and then told as not back.
6. It ends with ComparisonEnded, which has the sums, what the copies lack, and why it ended early.

It only reads. It holds some hundred records at once, and uses no API credits in reserve.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from zohotui.deletion.afterwards.comparison_sums import ComparisonSums
from zohotui.deletion.journal.differences_file import (
    DifferencesError,
    add_differences,
    differences_of,
    last_words,
)
from zohotui.deletion.journal.saved_copies import (
    Chunk,
    SavedCopies,
    Wanted,
    lost_copies,
    snapshots_of,
)
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.differences import Changed, Difference, changes, listed, names_to_read
from zohotui.deletion.model.events import Compared, Comparing, ComparisonEnded, Event
from zohotui.deletion.model.outcome import Outcome, State, differs, is_uncompared
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.org_check import check_org
from zohotui.deletion.reads.reads import Job, ReadingEnded, Reads, Take
from zohotui.deletion.reads.reserve import Reserve
from zohotui.deletion.reads.work import Work
from zohotui.zoho.errors import NotSent, ZohoError
from zohotui.zoho.moments import in_utc
from zohotui.zoho.records import Json

LOOKED_AGAIN = 15.0
"""Seconds after which what is not there is looked for once more."""

NO_COPIES = "No copies were saved before this run, so the restored fields could not be compared."

_UNSAVED_AT_ONCE = 10_000
"""Ids without a copy in one line of the journal."""


def uncompared(rows: Rows) -> list[int]:
    """Return the places of restored records that were not compared yet, in order."""
    return rows.any_like(is_uncompared)


def compare(told: RunState, work: Work) -> Generator[Event]:
    """Compare what has been restored, and not been compared yet, with its saved copies.

    Yields nothing if there is no such record, else an event a step; ends after ComparisonEnded.
    Ends early, and says why, if the org cannot be read or is not the run's, or if the disk fails;
    at once if the levers are abandoned.
    """
    places = uncompared(told.rows)
    if not places or told.plan.by_value:
        return
    journal, saved = work.journal.path, told.saved
    paths, lost = snapshots_of(journal, saved), lost_copies(journal, saved, work.times.now())
    if not paths:
        yield ComparisonEnded(lost or NO_COPIES)
        return
    work.tell_skews()
    options = told.plan.options
    reserve = Reserve(work.crm, options.reserve)
    reads: Reads[Event] = Reads(work.levers, work.times, options.parallel, reserve=reserve)
    copies = SavedCopies(told.plan, paths, lost)
    yield from _Compare(told, work, reads, copies).events(places)


@dataclass
class _Compare:
    """What comparing remembers between two events."""

    told: RunState
    work: Work
    reads: Reads[Event]
    copies: SavedCopies
    findings: ComparisonSums = field(default_factory=ComparisonSums)
    absent: list[int] = field(default_factory=list)
    """Places of records that were not there when they were read again."""
    written: bool = False
    """Whether anything of this comparison stands in the file of the differences."""

    def events(self, places: Sequence[int]) -> Generator[Event]:
        yield Comparing(len(places))
        why = ""
        try:
            yield from check_org(self.reads, self.work.crm, self.told.plan.target)
            yield from self._compare_all(places)
        except (ReadingEnded, JournalError, DifferencesError, ZohoError) as error:
            why = str(error)
        sentences = self.findings.sentences(len(places) - self.findings.count)
        if self.written:
            try:
                end = ["", *sentences, *last_words(self.work.journal.head)]
                add_differences(differences_of(self.work.journal.path), end)
            except DifferencesError as error:
                why = why or str(error)
        if self.copies.troubles:
            why = " ".join([*filter(None, [why]), *self.copies.troubles])
        lacks = " ".join(self.copies.lacks)
        yield ComparisonEnded(" ".join(sentences), lacks, self.findings.differing, why)

    def _compare_all(self, places: Sequence[int]) -> Generator[Event]:
        ids = self.told.rows.ids
        wanted = Wanted(ids, places)
        yield from self.reads.run(self._jobs(wanted, last=False))
        unsaved = wanted.left
        if unsaved:
            self.copies.note(self.copies.lost)
        if not self.copies.troubles:
            for start in range(0, len(unsaved), _UNSAVED_AT_ONCE):
                few = unsaved[start : start + _UNSAVED_AT_ONCE]
                event = self._tell({place: self._no_copy(place) for place in few})
                self.findings.unsaved += len(few)
                yield event
        if self.absent:
            why = "Zoho may not show the restored records yet."
            yield from self.reads.wait(LOOKED_AGAIN, why)
            yield from self.reads.run(self._jobs(Wanted(ids, self.absent), last=True))

    def _jobs(self, wanted: Wanted, *, last: bool) -> Iterator[Job[Event]]:
        for chunk in self.copies.chunks(wanted):
            calls = len(chunk.places) if chunk.whole else 1
            yield Job(self._read(chunk, last=last), calls=calls)

    def _read(self, chunk: Chunk, *, last: bool) -> Callable[[], Take[Event]]:
        ids = [str(self.told.rows.ids[place]) for place in chunk.places]
        module = self.told.plan.module

        def read() -> Take[Event]:
            if chunk.whole:
                found = self._one_by_one(ids)
            else:
                found = self.work.crm.get_raw_records(module, ids, names_to_read(chunk.records))
            return lambda: self._take(chunk, found, last=last)

        return read

    def _one_by_one(self, ids: Sequence[str]) -> Mapping[str, Json]:
        found: dict[str, Json] = {}
        for record_id in ids:
            if self.work.levers.abandoned:
                raise NotSent("It is no longer needed.")
            record = self.work.crm.get_whole_record(self.told.plan.module, record_id)
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
            now = in_utc(self.work.times.now())
            what = f"{self.told.plan.label} of {self.told.plan.target.words}"
            head = f"{what}, restored; compared with the saved copies, {now}"
            lines = [head, *self.copies.lacks, *last_words(self.work.journal.head), *lines]
        add_differences(differences_of(self.work.journal.path), lines)
        self.written = True

    def _tell(
        self, outcomes: Mapping[int, Outcome], differences: Sequence[Difference] = ()
    ) -> Event:
        event = Compared(tuple(outcomes), tuple(outcomes.values()), tuple(differences))
        return self.work.journal.record(event)

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
        told = self._after(place, Code.NOT_BACK, "not there when read again")
        return replace(told, state=State.DELETED)

    def _after(self, place: int, code: str, words: str) -> Outcome:
        """Put a finding behind what the undo came to."""
        before_outcome = self.told.rows.outcome(place)
        message = f"{before_outcome.message}; {words}" if before_outcome.message else words
        return replace(before_outcome, code=code, message=message)
