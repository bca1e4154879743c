"""Looking before deleting: each record read, judged and saved.

1. Where fields must be named for it, the fields of the module are read; then Reviewing.
2. Records are read, 100 ids a call or one by one with their subforms, several calls at once. What
   was read is saved, for it is the snapshot too; then told: Reviewed, each ready or held.
3. What is not in the module is looked for in the Recycle Bin, 200 ids a call: Reviewed, missing.
4. A sample of what is not there either is looked for in a few other modules: Reviewed again.
5. It ends with ReviewEnded; if it could not be read to its end, that says why. Where the module may
   not be read at all, the ids that the guards know by themselves are told as held before.
6. Once nobody waits any more it ends at once, and without a word.

It changes nothing in Zoho, and tells of no record before its copy is saved.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn, Protocol

from zohotui.deletion.journal.snapshot import SnapshotError
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import (
    Reviewed,
    ReviewEnded,
    ReviewEvent,
    Reviewing,
)
from zohotui.deletion.model.figures import Figures, money_in
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.reads.reads import Job, ReadingEnded, Reads, Take
from zohotui.deletion.reads.work import Times
from zohotui.deletion.review.guarding import Guarding
from zohotui.deletion.review.guards import Guards, is_foreign
from zohotui.deletion.review.missing import MOST_MODULES, in_bin, in_module, nowhere, spread
from zohotui.deletion.review.prediction import SYSTEM_KEYS, predict, untold
from zohotui.zoho.client import ZohoCRM, slices
from zohotui.zoho.errors import NOT_ALLOWED, NotSent, ZohoError
from zohotui.zoho.limits import DEFAULT_PARALLEL, MOST_BINNED, MOST_IDS
from zohotui.zoho.printable import printable
from zohotui.zoho.records import SHOWN_FIELDS, Binned, Json, Record, same_moment

Keep = Callable[[Sequence[Json]], None]
"""Saves records before they are told of; may raise SnapshotError, which ends the review."""


class LastReview(Protocol):
    """What an earlier review of the same ids saw."""

    def modified(self, place: int) -> str:
        """Return when the record at this place was changed last, as Zoho wrote it, or empty."""


_WHOLE_AT_ONCE = 10
"""Records that one thread reads one by one before it tells of them."""

_TELLING = 10
"""Records with a foreign prefix that must be found before the prefix is doubted."""

_ALWAYS_KEPT = ("Tag", "Modified_By")


def calls_of(count: int, *, whole: bool, fields: int = 0) -> int:
    """Tell how many API calls it takes to read this many records, none of them missing.

    `whole`: one by one, with subforms. `fields`: how many fields must be named; 0 where none.
    """
    if whole:
        return count
    return -(-count // MOST_IDS) * len(slices([str(number) for number in range(fields)]))


def is_stale(began: float, now: float, minutes: int) -> bool:
    """Whether a review that began then is too old to delete by; times in seconds."""
    return not 0 <= now - began <= minutes * 60


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What is to be reviewed, and how."""

    ids: Sequence[int]
    module: str
    """API name."""
    guards: Guards = field(default_factory=Guards)
    prefix: int | None = None
    """What the org's ids begin with, if that is known."""
    last_review: LastReview | None = None
    """An earlier review of the same ids, which holds what was changed since."""
    whole: bool = False
    """Whether records are read one by one, for a full snapshot."""
    keep: Keep | None = None
    elsewhere: Sequence[str] = ()
    """Modules in which a sample of the missing ids is looked for."""
    skip: Collection[int] = ()
    """Places of ids that are neither read nor told of."""
    permanent: bool = False
    """Whether the module has no Recycle Bin."""
    parallel: int = DEFAULT_PARALLEL
    """Reads at once, at most."""


def review(
    request: ReviewRequest, crm: ZohoCRM, levers: Levers, times: Times | None = None
) -> Generator[ReviewEvent]:
    """Read each record and say what would become of it, yielding an event a step.

    Ends after ReviewEnded; soon, and without one, once the levers are abandoned.
    """
    times = times or Times()
    reads: Reads[ReviewEvent] = Reads(levers, times, request.parallel)
    yield from _Review(request, crm, levers, times, reads).events()


@dataclass
class _Review:
    """What a review remembers between two events."""

    asked: ReviewRequest
    crm: ZohoCRM
    levers: Levers
    times: Times
    reads: Reads[ReviewEvent]
    wanted: Sequence[int] = field(init=False)
    """Places of the ids that are read."""
    others: Sequence[str] = field(init=False)
    """Other modules to look in."""
    prefix: int | None = field(init=False)
    bin_closed: str = ""
    """Why the Recycle Bin tells nothing, as a clause; empty if it can be looked into."""
    fields: Sequence[str] = ()
    """Those to be named, if any must be."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """The kinds of the module's fields, where those had to be read."""
    seen: set[str] = field(default_factory=set)
    told: int = 0
    """Records that were read."""
    undated: int = 0
    """Those of them of which nobody can see that they are changed."""
    """Every key that a record has carried."""
    absent: list[int] = field(default_factory=list)
    """Places of ids that are not in the module and not yet looked for in the bin."""
    lost: list[int] = field(default_factory=list)
    """Places of ids that are not in the bin either."""
    found: Counter[bool] = field(default_factory=Counter)
    """How many records were found whose ids begin as those of this org, and otherwise."""
    guarding: Guarding = field(init=False)
    said: list[str] = field(default_factory=list)
    answered: bool = False
    """Whether the module has been read at all."""
    refusal: ZohoError | None = None
    """Zoho's no to a read, told once those under way have told whether it is one to all."""
    forbidden: bool = False
    """Whether Zoho does not let this sign-in or user read the module."""

    def __post_init__(self) -> None:
        asked = self.asked
        self.wanted = range(len(asked.ids))
        if asked.skip:
            self.wanted = array("I", (one for one in self.wanted if one not in asked.skip))
        modules = [name for name in dict.fromkeys(asked.elsewhere) if name != asked.module]
        self.others = modules[:MOST_MODULES]
        self.prefix = asked.prefix
        self.guarding = Guarding(asked.guards)
        if asked.permanent:
            self.bin_closed = "the module has no Recycle Bin"

    def events(self) -> Iterator[ReviewEvent]:
        try:
            if self.crm.names_fields and not self.asked.whole:
                yield from self.reads.run([Job(self._name_fields, self._no_names)])
            calls = calls_of(len(self.wanted), whole=self.asked.whole, fields=len(self.fields))
            yield Reviewing(len(self.wanted), calls, self.times.now(), money_in(self.kinds))
            yield from self.reads.run(self._jobs())
            if self.refusal:
                self._refuse(self.refusal)
            yield from self._not_here(self.absent)
            yield from self.reads.run(())
            yield from self._look_elsewhere()
            yield from self.reads.run(self.guarding.checks(self.crm, self.asked.module, self.seen))
        except (ReadingEnded, SnapshotError) as why:
            if self.levers.abandoned:
                return
            if self.forbidden:
                yield from self._by_id_alone()
            unknown, unguarded = tuple(self._unknown()), self._unguarded
            yield ReviewEnded(str(why), unknown, self.forbidden, unguarded, self.guarding.told)
        else:
            unknown, unguarded = tuple(self._unknown()), self._unguarded
            yield ReviewEnded(unknown=unknown, unguarded=unguarded, guards=self.guarding.told)

    def _name_fields(self) -> Take[ReviewEvent]:
        names = self.crm.field_kinds(self.asked.module)

        def take() -> Iterator[ReviewEvent]:
            self.kinds = names
            self.fields = [*SYSTEM_KEYS, *_ALWAYS_KEPT, *self.asked.guards.fields, *names]
            yield from ()

        return take

    def _no_names(self, error: ZohoError) -> Iterator[ReviewEvent]:
        self.fields = [*SYSTEM_KEYS, *_ALWAYS_KEPT, *self.asked.guards.fields, *SHOWN_FIELDS]
        self.said.append(
            "Only names, owners, times and what the guards need were read and saved: the "
            f"fields of the module could not be listed. {error.detail}"
        )
        yield from ()

    def _jobs(self) -> Iterator[Job[ReviewEvent]]:
        size = _WHOLE_AT_ONCE if self.asked.whole else MOST_IDS
        for start in range(0, len(self.wanted), size):
            if self.refusal:
                return
            places = self.wanted[start : start + size]
            yield Job(self._read(places), self._may_not_read)

    def _may_not_read(self, error: ZohoError) -> Iterator[ReviewEvent]:
        # A quick no overtakes the answers to reads that left before it.
        if self.answered or not self.reads.under_way:
            self._refuse(error)
        self.refusal = error
        yield from ()

    def _refuse(self, error: ZohoError) -> NoReturn:
        # After an answer it is a permission that was taken away meanwhile.
        self.forbidden = error.code in NOT_ALLOWED and not self.answered
        raise ReadingEnded(error.detail)

    def _read(self, places: Sequence[int]) -> Callable[[], Take[ReviewEvent]]:
        ids = [str(self.asked.ids[place]) for place in places]

        def read() -> Take[ReviewEvent]:
            if self.asked.whole:
                found = self._one_by_one(ids)
            else:
                found = self.crm.get_raw_records(self.asked.module, ids, self.fields)
            return lambda: self._take(places, found)

        return read

    def _one_by_one(self, ids: Sequence[str]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for record_id in ids:
            if self.levers.abandoned:
                raise NotSent("It is no longer needed.")
            if (record := self.crm.get_whole_record(self.asked.module, record_id)) is not None:
                found[record_id] = record
        return found

    def _take(self, places: Sequence[int], found: Mapping[str, Json]) -> Iterator[ReviewEvent]:
        """Save what was read, then judge and tell it; what is not there is looked for later."""
        self.answered = True
        here = [place for place in places if str(self.asked.ids[place]) in found]
        absent = [place for place in places if str(self.asked.ids[place]) not in found]
        read = [found[str(self.asked.ids[place])] for place in here]
        if self.asked.keep:
            self.asked.keep(read)
        for entry in read:
            self.seen.update(entry)
        self._doubt_prefix(here)
        if here:
            outcomes = tuple(map(self._judge, here, read))
            records = tuple(map(Record.from_json, read))
            self.told += len(records)
            self.undated += sum(not record.modified for record in records)
            figures = tuple(Figures.of(entry, self.kinds) for entry in read)
            yield Reviewed(tuple(here), outcomes, records, figures)
        self.absent += absent
        while len(self.absent) >= MOST_BINNED:
            batch, self.absent = self.absent[:MOST_BINNED], self.absent[MOST_BINNED:]
            yield from self._not_here(batch)

    def _judge(self, place: int, entry: Json) -> Outcome:
        record_id = self.asked.ids[place]
        # How old a record is can only be told by the clock that its times are of.
        now = self.crm.clock.by_zoho(self.times.now())
        whose, changed = (record_id, self.prefix), self._changed(place, entry)
        judged = self.guarding.judge(entry, whose, now, changed or predict(entry))
        if changed is None or judged is changed:
            return judged
        # Who releases it has to know of both.
        return replace(judged, message=f"{judged.message}; {changed.message}")

    def _changed(self, place: int, entry: Json) -> Outcome | None:
        last = self.asked.last_review
        was = last.modified(place) if last else ""
        if not was or same_moment(Record.from_json(entry).modified, was):
            return None
        by = entry.get("Modified_By")
        name = by.get("name") if isinstance(by, Mapping) else None
        who = printable(name, 80) if isinstance(name, str) and name else "an unnamed user"
        return Outcome(State.HELD, Code.CHANGED, f"changed since the review by {who}")

    def _doubt_prefix(self, places: Sequence[int]) -> None:
        """Stop judging by the prefix if most of the org's own records go against it."""
        if self.prefix is None:
            return
        self.found.update(is_foreign(self.asked.ids[place], self.prefix) for place in places)
        if self.found[True] >= _TELLING and self.found[True] > self.found[False]:
            self.prefix = None
            self.said.append(
                "Ids of this org do not begin like your user's id, so ids of other orgs "
                "cannot be recognised."
            )

    def _by_id_alone(self) -> Iterator[ReviewEvent]:
        """Hold what the guards can tell by its id, where nothing can be read."""
        now, found = self.times.now(), dict[int, Outcome]()
        for place in self.wanted:
            if held := self.asked.guards.held({}, self.asked.ids[place], self.prefix, now):
                found[place] = held
        if found:
            yield Reviewed(tuple(found), tuple(found.values()), (None,) * len(found))

    def _not_here(self, places: Sequence[int]) -> Iterator[ReviewEvent]:
        """Look for records in the Recycle Bin, or say why they are not there."""
        if not places:
            return
        if self.bin_closed:
            yield from self._tell_absent(places, {})
            return
        for start in range(0, len(places), MOST_BINNED):
            self.reads.add([self._bin_job(places[start : start + MOST_BINNED])])

    def _bin_job(self, places: Sequence[int]) -> Job[ReviewEvent]:
        ids = [str(self.asked.ids[place]) for place in places]

        def read() -> Take[ReviewEvent]:
            binned = self.crm.recycle_bin(ids)
            return lambda: self._tell_absent(places, binned)

        def refused(error: ZohoError) -> Iterator[ReviewEvent]:
            if not self.bin_closed:
                self.bin_closed = "the Recycle Bin cannot be read"
                self.said.append(f"The Recycle Bin could not be read. {error.detail}")
            return self._tell_absent(places, {})

        return Job(read, refused)

    def _tell_absent(
        self, places: Sequence[int], binned: Mapping[str, Binned]
    ) -> Iterator[ReviewEvent]:
        outcomes = []
        for place in places:
            entry = binned.get(str(self.asked.ids[place]))
            if entry is None:
                self.lost.append(place)
                outcomes.append(nowhere(self.asked.ids[place], self.prefix, self.bin_closed))
            else:
                outcomes.append(in_bin(entry))
        yield Reviewed(tuple(places), tuple(outcomes), (None,) * len(outcomes))

    def _look_elsewhere(self) -> Iterator[ReviewEvent]:
        """Look for a sample of what is nowhere in a few other modules."""
        chosen = spread(self.lost, MOST_IDS)
        if chosen:
            yield from self.reads.run(self._guess(module, chosen) for module in self.others)

    def _guess(self, module: str, places: Sequence[int]) -> Job[ReviewEvent]:
        ids = [str(self.asked.ids[place]) for place in places]

        def take(found: Mapping[str, Record]) -> Iterator[ReviewEvent]:
            there = [place for place in places if str(self.asked.ids[place]) in found]
            if there:
                self.said.append(
                    f"Found in {module}: {len(there):,} of the {len(places):,} missing ids "
                    "looked for."
                )
                outcomes = (in_module(module),) * len(there)
                yield Reviewed(tuple(there), outcomes, (None,) * len(there))

        def read() -> Take[ReviewEvent]:
            found = self.crm.get_records(module, ids)
            return lambda: take(found)

        def refused(error: ZohoError) -> Iterator[ReviewEvent]:
            self.said.append(f"{module} could not be read. {error.detail}")
            yield from ()

        return Job(read, refused)

    @property
    def _unguarded(self) -> tuple[str, ...]:
        unseen = self.asked.guards.unseen(self.seen) if self.seen else []
        return (*unseen, *sorted(self.guarding.typos))

    def _unknown(self) -> Iterator[str]:
        yield from (*self.said, *self.guarding.unchecked)
        if self.seen:
            for what in untold(self.seen):
                yield f"Zoho's answers do not say {what}."
            if self.undated:
                some = "" if self.undated == self.told else f"{self.undated:,} of the "
                yield f"Zoho's answers do not say when {some}records were last changed."
            yield ("Zoho checks permission per record only when deleting; some may be refused.")
