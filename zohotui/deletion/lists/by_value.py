"""Values of an external field resolved into ids of records, by reading alone.

1. The external fields of the module are read: a field that is none of them ends it.
2. ListBegun. Values are asked for up to 100 a call, several calls at once: ListGrew.
3. As long as no call for several values has found any record, its silence is not believed: the
   values of the first call are then asked for one by one. If that finds any, all others are too:
   ListBegun once more, for it takes a call each.
4. What more than one record has is found twice; what an answer that is not complete was asked for
   is asked for again in halves, so that no second record is overlooked.
5. ListEnded: ids in the order of their values, each with its value; every other value with the
   reason why it has none. A sign-in that may not read the module ends it as `forbidden`.

Only a row that holds the very value is believed. It changes nothing in Zoho.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.lists.events import ListBegun, ListEnded, ListEvent, ListGrew, list_ended
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.listing import MISSES, Kind, Listing, Miss, Unresolved
from zohotui.deletion.reads.reads import Job, ReadingEnded, Reads, Take
from zohotui.deletion.reads.reserve import Reserve
from zohotui.deletion.reads.work import Times
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import NOT_ALLOWED, AnswerLost, Malformed, ZohoError
from zohotui.zoho.external import Hits, batches, external_fields, read_value, read_values
from zohotui.zoho.found import FOREIGN_ROWS, NOT_ALL_ROWS
from zohotui.zoho.limits import DEFAULT_PARALLEL
from zohotui.zoho.printable import printable

_UNKNOWN = "external field is invalid"
"""What Zoho says of a value that no record has."""

_FOR_ALL = NOT_ALLOWED | {"INVALID_MODULE", "NOT_SUPPORTED", "API_NOT_SUPPORTED"}
"""Codes of refusals that hold for every value."""


@dataclass(frozen=True, slots=True)
class ValueRequest:
    """Which values are to be resolved."""

    module: str
    """API name."""
    field: str
    """API name of the external field."""
    values: Sequence[str]
    """Each once."""
    duplicates: int = 0
    """How many more there were that only came again."""
    source: str = ""
    """Where the values came from, in words."""
    user: str = ""
    """Who asks: of some fields each user has values of their own."""
    parallel: int = DEFAULT_PARALLEL
    reserve: int = 0
    """API credits that are left to others."""


def resolve_values(
    request: ValueRequest, crm: ZohoCRM, levers: Levers, times: Times | None = None
) -> Generator[ListEvent]:
    """Find the record of each value, yielding an event a step; see above for how it ends."""
    times = times or Times()
    reserve = Reserve(crm, request.reserve)
    reads: Reads[ListEvent] = Reads(levers, times, request.parallel, reserve=reserve)
    yield from _ByValue(request, crm, times, reads).events()


@dataclass
class _ByValue:
    """What is remembered between two events."""

    asked: ValueRequest
    crm: ZohoCRM
    times: Times
    reads: Reads[ListEvent]
    records: dict[str, str] = field(default_factory=dict)
    """By value, the id of the one record that has it."""
    misses: dict[str, Unresolved] = field(default_factory=dict)
    one_by_one: bool = False
    """Whether calls for several values are not to be believed."""
    alone: int = 0
    """Values whose record was found by asking for that value alone."""
    of_user: bool = False
    refusal: ZohoError | None = None
    """The last refusal of a single value."""

    def events(self) -> Iterator[ListEvent]:
        try:
            why = yield from self._check_field()
            if why:
                yield list_ended(why)
                return
            # What cannot stand beside others comes last.
            values = sorted(self.asked.values, key=lambda value: "," in value)
            yield ListBegun(len(values), sum(1 for _ in batches(values)))
            left = batches(values)
            first = next(left, ())
            yield from self._prove(first)
            if self.one_by_one and len(first) < len(values):
                yield ListBegun(len(values) - len(first), len(values) - len(first))
            yield from self.reads.run(job for batch in left for job in self._jobs(batch))
        except ReadingEnded as ended:
            if not self.reads.levers.abandoned:
                yield list_ended(f"{ended} Nothing was taken.")
        except ZohoError as error:
            forbidden = error.code in NOT_ALLOWED
            yield list_ended(f"{error.detail} Nothing was taken.", forbidden=forbidden)
        else:
            yield ListEnded(self._list())

    def _check_field(self) -> Generator[ListEvent, None, str]:
        """Say why the field cannot be used; nothing if it can, or if nobody may say."""
        asked = self.asked
        try:
            fields = yield from self.reads.one(lambda: external_fields(self.crm, asked.module))
        except ZohoError:
            # Fields may be a closed book to this sign-in, and the values may be read all the same.
            return ""
        for one in fields:
            if one.api_name == asked.field:
                self.of_user = one.of_user
                return ""
        names = ", ".join(one.api_name for one in fields)
        others = f"It has {names}." if names else "It has no external fields."
        return f"{asked.module} has no external field {printable(asked.field, 60)}. {others}"

    def _prove(self, first: Sequence[str]) -> Iterator[ListEvent]:
        """Ask for the first values in one call, and one by one if that finds none of them."""
        yield from self.reads.run(self._jobs(first))
        if any(value in self.records or self._is_told(value) for value in first):
            return
        before = self.one_by_one
        self.one_by_one = True
        for value in first:
            self.misses.pop(value, None)
        yield from self.reads.run(self._jobs(first))
        found = any(value in self.records or self._is_told(value) for value in first)
        if self.refusal and all(self._unread(value) for value in first):
            raise self.refusal
        self.one_by_one = before or found

    def _is_told(self, value: str) -> bool:
        """Whether Zoho has told of a record that has this value, though not of one alone."""
        miss = self.misses.get(value)
        return miss is not None and miss.miss in {Miss.TWICE, Miss.OTHERWISE}

    def _unread(self, value: str) -> bool:
        miss = self.misses.get(value)
        return miss is not None and miss.miss is Miss.UNREADABLE

    def _jobs(self, batch: Sequence[str]) -> Iterator[Job[ListEvent]]:
        """Ask for these values: all at once, or each by itself where that is not to be believed."""
        if batch and not self.one_by_one and not any("," in value for value in batch):
            yield self._many(tuple(batch))
        else:
            yield from map(self._one, batch)

    def _many(self, batch: tuple[str, ...]) -> Job[ListEvent]:
        def read() -> Take[ListEvent]:
            try:
                hits = read_values(self.crm, self.asked.module, self.asked.field, batch)
            except AnswerLost as error:
                if error.code != FOREIGN_ROWS:
                    raise
                return lambda: self._apart(batch)
            return lambda: self._take(batch, hits)

        def refused(error: ZohoError) -> Iterator[ListEvent]:
            if error.code in _FOR_ALL:
                raise error
            yield from self._apart(batch)

        return Job(read, refused, calls=1)

    def _apart(self, batch: tuple[str, ...]) -> Iterator[ListEvent]:
        """Ask for each value by itself: the call for all of them was not understood."""
        self.one_by_one = True
        self.reads.add(map(self._one, batch))
        yield from ()

    def _one(self, value: str) -> Job[ListEvent]:
        def read() -> Take[ListEvent]:
            try:
                hits = read_value(self.crm, self.asked.module, self.asked.field, value)
            except Malformed as error:
                why = error.detail
                return lambda: self._miss(value, Miss.UNREADABLE, why)
            except AnswerLost as error:
                if error.code not in {FOREIGN_ROWS, NOT_ALL_ROWS}:
                    raise
                why = error.detail
                return lambda: self._miss(value, Miss.UNREADABLE, why)
            return lambda: self._take_alone(value, hits)

        def refused(error: ZohoError) -> Iterator[ListEvent]:
            if error.code in _FOR_ALL:
                raise error
            if _UNKNOWN in error.message.lower():
                yield from self._miss(value, Miss.NOT_FOUND, MISSES[Miss.NOT_FOUND])
                return
            self.refusal = error
            yield from self._miss(value, Miss.UNREADABLE, error.detail)

        return Job(read, refused, calls=1)

    def _take(self, batch: tuple[str, ...], hits: Hits) -> Iterator[ListEvent]:
        if hits.more and len(batch) > 1:
            half = len(batch) // 2
            self.reads.add(map(self._many, (batch[:half], batch[half:])))
            return
        for value in batch:
            ids = hits.records.get(value, ())
            if len(ids) > 1 or (ids and hits.more):
                self._note(value, Miss.TWICE, MISSES[Miss.TWICE])
            elif ids:
                self.records[value] = ids[0]
            elif value in hits.otherwise:
                why = f"the record Zoho found has {hits.otherwise[value]}"
                self._note(value, Miss.OTHERWISE, why)
            else:
                self._note(value, Miss.NOT_FOUND, MISSES[Miss.NOT_FOUND])
        yield self._grew()

    def _take_alone(self, value: str, hits: Hits) -> Iterator[ListEvent]:
        self.alone += len(hits.records)
        yield from self._take((value,), hits)

    def _miss(self, value: str, miss: Miss, why: str) -> Iterator[ListEvent]:
        self._note(value, miss, why)
        yield self._grew()

    def _note(self, value: str, miss: Miss, why: str) -> None:
        self.misses[value] = Unresolved(value, miss, printable(why))

    def _grew(self) -> ListGrew:
        return ListGrew(len(self.records) + len(self.misses), len(self.records))

    def _list(self) -> IdList:
        asked = self.asked
        claims = Counter(self.records.values())
        by_id: dict[int, str] = {}
        unresolved: list[Unresolved] = []
        for value in asked.values:
            record_id = self.records.get(value)
            if record_id is not None and claims[record_id] == 1:
                by_id[int(record_id)] = value
            elif record_id is not None:
                why = "its record is also found by another value"
                unresolved.append(Unresolved(value, Miss.TWICE, why))
            else:
                unresolved.append(self.misses[value])
        notes = []
        if self.of_user:
            whose = asked.user or "this user"
            notes.append(f"Each user has their own values in {asked.field}; these are {whose}'s.")
        if self.alone:
            notes.append(
                f"{self.alone:,} values were asked for one by one. This does not show "
                "whether a second record has the same value."
            )
        listing = Listing(
            Kind.EXTERNAL,
            asked.module,
            asked.field,
            round(self.times.now(), 3),
            by_id,
            tuple(unresolved),
            " ".join(notes),
        )
        behind = f" ({asked.source})" if asked.source else ""
        return IdList(
            ids=array("Q", by_id),
            duplicates=asked.duplicates,
            source=printable(f"{listing.words}{behind}", 200),
            listings=(listing,),
        )
