"""Where a record is now: the one loop that asks, of the module and of the Recycle Bin.

1. Records are looked for along a route: step by step in the bin, two hundred a call, or in the
   module, one hundred a call. What is found has reached its end; the rest goes on to the next step.
2. A bin that Zoho does not let be read is closed from then on, and left out of every route. Where a
   route needs the bin, the refusal is raised as it is; so is that of the module.
3. What is known is handed on after each answer, in the thread that follows the events.
4. It ends when each record was found or was nowhere on its route, or raises as `Reads.run`.

It writes nothing down, changes nothing in Zoho, and does not say what its findings mean: see
verdicts.py. Source: zoho-api.md, "Recycle-bin API".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from zohotui.deletion.afterwards.window import Request, Window
from zohotui.deletion.model.events import Event
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.reads import Job, ReadingEnded, Reads, Take, raised
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.limits import MOST_BINNED, MOST_IDS
from zohotui.zoho.records import Binned

IDS_UNKNOWN = (
    "This run sent values of an external field, so the ids of its records are not known. "
    "They cannot be looked up or restored here. Search for the values in Zoho CRM; its "
    "Recycle Bin has what was deleted."
)
"""Why nothing is looked for where values were sent."""


class Spot(Enum):
    """Where a record is, as far as it was looked for."""

    MODULE = auto()
    BIN = auto()
    NOWHERE = auto()
    """In none of the places that were asked."""
    NOT_IN_MODULE = auto()
    """The bin could not be looked into, or there is none."""
    NOT_IN_BIN = auto()
    """The module was not asked yet: a delete may still take effect."""


class Deleter(Enum):
    """Who deleted a record that is in the bin."""

    RUNS_USER = auto()
    ANOTHER = auto()
    UNTOLD = auto()


class Deleted(Enum):
    """When a record that is in the bin was deleted."""

    IN_WINDOW = auto()
    """While the run's request for it was under way, give or take what clocks may differ by."""
    BEFORE = auto()
    """Before that left."""
    ANOTHER_TIME = auto()
    """Later; or the run never asked for it."""
    NOT_AS_SHOWN = auto()
    """Not by the deletion that is to be undone, where others have deleted it."""
    UNTOLD = auto()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where one record is, and what follows from the times alone."""

    spot: Spot
    since: str = ""
    """Since when it is in the bin, and by whom, as the end of a clause."""
    deleter: Deleter = Deleter.UNTOLD
    deleted: Deleted = Deleted.UNTOLD
    moment: float | None = None
    """When it was deleted, as Zoho tells it."""
    of_module: bool = True
    """Whether the bin does not say that it came from another module than the run's."""
    knows_clock: bool = True
    """Whether it is certain how far this machine's clock was off when the request left."""
    may_go: bool = False
    """Whether the run's delete of it may still take effect."""
    may_return: bool = False
    """Whether an undo's request to restore it may still take effect."""
    bin_closed: str = ""
    """Why the bin could not be looked into, as a clause."""
    by_others: bool = False
    """Whether the run restores what others deleted, and has deleted nothing itself."""


@dataclass(frozen=True, slots=True)
class Route:
    """In which order a record is looked for."""

    steps: tuple[Spot, ...]
    needs_bin: bool = False
    """Whether a bin that cannot be looked into ends it."""
    spares_requests: bool = False
    """Whether what is not in the bin is not looked for further while it may still go."""


IN_MODULE = Route((Spot.MODULE,))

_SIZES = {Spot.MODULE: MOST_IDS, Spot.BIN: MOST_BINNED}

_EXACT = 0.001
"""Seconds: moments are written to the journal in thousandths."""

Known = Mapping[int, Whereabouts]
"""What was found, by place in the plan."""

OnKnown = Callable[[Known], Iterator[Event]]


@dataclass
class Search:
    """Looks for the records of one run."""

    told: RunState
    crm: ZohoCRM
    reads: Reads[Event]
    window: Window
    bin_closed: str = field(init=False)
    """Why the bin cannot tell anything, as a clause; empty if it can."""

    def __post_init__(self) -> None:
        self.bin_closed = "the module has no Recycle Bin" if self.told.plan.permanent else ""

    def look(self, places: Sequence[int], route: Route, on_known: OnKnown) -> Iterator[Event]:
        """Look for each of these, and hand what is known to `on_known` after each answer."""
        if self.told.plan.by_value:
            raise ReadingEnded(IDS_UNKNOWN)
        trip, size = _Trip(self, route, on_known), _SIZES[route.steps[0]]
        few = (places[start : start + size] for start in range(0, len(places), size))
        yield from self.reads.run(job for some in few for job in trip.ask(some, route.steps, 1))

    def find(self, places: Sequence[int], route: Route) -> Generator[Event, None, Known]:
        """Look for each of these, and return what was found of all."""
        found: dict[int, Whereabouts] = {}

        def keep(known: Known) -> Iterator[Event]:
            found.update(known)
            yield from ()

        yield from self.look(places, route, keep)
        return found

    def in_module(self, places: Sequence[int]) -> Generator[Event, None, set[int]]:
        """Return those places whose records are in their module; the bin is not asked."""
        found = yield from self.find(places, IN_MODULE)
        return {place for place, where in found.items() if where.spot is Spot.MODULE}

    def id(self, place: int) -> str:
        """Return an id as Zoho writes it."""
        return str(self.told.rows.ids[place])

    def at(self, place: int, spot: Spot, request: Request) -> Whereabouts:
        """Say of a record that it is there, or not."""
        return Whereabouts(
            spot,
            may_go=request.until_deleted > 0,
            may_return=self.window.until_back(place) > 0,
            bin_closed=self.bin_closed if spot is Spot.NOT_IN_MODULE else "",
            by_others=self.told.plan.restores,
        )

    def binned(self, place: int, entry: Binned, request: Request) -> Whereabouts:
        """Say of a record that it is in the bin."""
        me, moment = self.told.sender(place), entry.deleted
        if self.told.plan.restores:
            return self._binned_by_others(place, entry)
        if not (me and entry.deleted_by):
            deleter = Deleter.UNTOLD
        else:
            deleter = Deleter.RUNS_USER if me == entry.deleted_by else Deleter.ANOTHER
        return Whereabouts(
            Spot.BIN,
            entry.since,
            deleter,
            _deleted(moment, request),
            moment,
            of_module=entry.is_of(self.told.plan.module),
            knows_clock=request.knows_clock,
            may_go=request.until_deleted > 0,
            may_return=self.window.until_back(place) > 0,
        )

    def _binned_by_others(self, place: int, entry: Binned) -> Whereabouts:
        """Say whether a record is in the bin by the deletion that is to be undone, and no other."""
        plan = self.told.plan
        asked, moment = plan.deletions[self.told.rows.ids[place]], entry.deleted
        timely = None not in {asked.at, moment} and abs((asked.at or 0) - (moment or 0)) < _EXACT
        same = timely and asked.by_id == entry.deleted_by
        return Whereabouts(
            Spot.BIN,
            entry.since,
            deleted=Deleted.IN_WINDOW
            if same and entry.is_of(plan.module)
            else Deleted.NOT_AS_SHOWN,
            moment=moment,
            may_return=self.window.until_back(place) > 0,
            by_others=True,
        )


@dataclass(frozen=True, slots=True)
class _Trip:
    """Some records on their way along one route."""

    search: Search
    route: Route
    on_known: OnKnown

    def ask(
        self, places: Sequence[int], steps: tuple[Spot, ...], spare: int = 0
    ) -> Iterator[Job[Event]]:
        """Look for these at the first of the steps that is open, a call a job.

        `spare`: 1 where looking may be left out to spare credits, for it has not begun; else 0.
        """
        spot, *later = self._open(steps)
        for start in range(0, len(places), _SIZES[spot]):
            job = self._job(places[start : start + _SIZES[spot]], spot, tuple(later))
            yield replace(job, calls=spare)

    def _open(self, steps: tuple[Spot, ...]) -> tuple[Spot, ...]:
        if not self.search.bin_closed:
            return steps
        return tuple(spot for spot in steps if spot is not Spot.BIN)

    def _job(self, places: Sequence[int], spot: Spot, later: tuple[Spot, ...]) -> Job[Event]:
        ids, plan, crm = [*map(self.search.id, places)], self.search.told.plan, self.search.crm

        def work() -> Take[Event]:
            if spot is Spot.BIN:
                binned = crm.recycle_bin(ids)
                return lambda: self._take_binned(places, binned, later)
            there = crm.get_records(plan.module, ids).keys()
            return lambda: self._take_module(places, there, later)

        def closed(error: ZohoError) -> Iterator[Event]:
            self.search.bin_closed = f"the Recycle Bin cannot be read: {error.detail}"
            return self._go_on({}, places, later)

        return Job(work, closed if spot is Spot.BIN and not self.route.needs_bin else raised)

    def _take_binned(
        self, places: Sequence[int], binned: Mapping[str, Binned], later: tuple[Spot, ...]
    ) -> Iterator[Event]:
        search, known, rest = self.search, dict[int, Whereabouts](), list[int]()
        request = search.window.requests()
        for place in places:
            if entry := binned.get(search.id(place)):
                known[place] = search.binned(place, entry, request(place))
            elif later and self.route.spares_requests and request(place).until_deleted > 0:
                known[place] = search.at(place, Spot.NOT_IN_BIN, request(place))
            else:
                rest.append(place)
        yield from self._go_on(known, rest, later)

    def _take_module(
        self, places: Sequence[int], there: Collection[str], later: tuple[Spot, ...]
    ) -> Iterator[Event]:
        search, known, rest = self.search, dict[int, Whereabouts](), list[int]()
        request = search.window.requests()
        for place in places:
            if search.id(place) in there:
                known[place] = search.at(place, Spot.MODULE, request(place))
            else:
                rest.append(place)
        yield from self._go_on(known, rest, later)

    def _go_on(
        self, known: dict[int, Whereabouts], rest: Sequence[int], later: tuple[Spot, ...]
    ) -> Iterator[Event]:
        """Hand on what is known; look for the rest at the next step, if there is one."""
        search = self.search
        if steps := self._open(later):
            search.reads.add(self.ask(rest, steps))
        else:
            spot = Spot.NOT_IN_MODULE if search.bin_closed else Spot.NOWHERE
            request = search.window.requests()
            known |= {place: search.at(place, spot, request(place)) for place in rest}
        if known:
            yield from self.on_known(dict(sorted(known.items())))


def _deleted(moment: float | None, request: Request) -> Deleted:
    if moment is None:
        return Deleted.UNTOLD
    if request.holds(moment):
        return Deleted.IN_WINDOW
    return Deleted.BEFORE if request.follows(moment) else Deleted.ANOTHER_TIME
