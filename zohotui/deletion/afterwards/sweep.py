"""Looking up what became of a run's ids: by reading alone, never by sending a delete again.

1. `run_and_look_up` first carries the plan out: the events of `run`, up to Finished. What follows
   is left out if the run told all there is to tell, or if nobody waits any more.
2. What is unknown, `resolve`: Resolving, then a Resolved for each answer that told something.
3. Only if that came to its end: what is called deleted, `verify`: Verifying, then a Verified each.
4. Each of the two checks the org first, then looks for all ids (whereabouts.py) and asks what that
   means (verdicts.py). What it is too early for is looked for again after a Waiting event.
5. Each ends with StepEnded; if not all was settled, that says why, and how the admin goes on.

It never sends a delete or a restore, and never concludes anything from a read that failed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from zohotui.deletion.afterwards.halves import halves
from zohotui.deletion.afterwards.verdicts import (
    Undecided,
    Verdict,
    resolve_verdict,
    verify_verdict,
)
from zohotui.deletion.afterwards.whereabouts import (
    IDS_UNKNOWN,
    Known,
    Route,
    Search,
    Spot,
    Whereabouts,
)
from zohotui.deletion.afterwards.window import ZOHO_LAG, Window
from zohotui.deletion.journal.doubt import keep_doubt
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.events import (
    Event,
    Landed,
    Resolved,
    Resolving,
    StepEnded,
    Verified,
    Verifying,
)
from zohotui.deletion.model.outcome import Outcome, State, is_open, is_unproven, maybe_back
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.org_check import check_org
from zohotui.deletion.reads.reads import Ending, ReadingEnded, Reads
from zohotui.deletion.reads.reserve import Reserve
from zohotui.deletion.reads.work import Work
from zohotui.deletion.run.run import run
from zohotui.zoho.errors import ZohoError


def run_and_look_up(plan: Plan, work: Work, earlier: RunState | None = None) -> Generator[Event]:
    """Carry a plan out, or go on with it (`earlier`), then look up what became of its ids."""
    worth_it = earlier is not None and bool(earlier.rows.any_like(_tells_more))
    lost_at = landed_at = None
    with closing(run(plan, work, earlier)) as events:
        for event in events:
            if isinstance(event, Landed):
                landed_at = work.times.clock()
                worth_it = worth_it or any(map(_tells_more, event.outcomes))
                if any(outcome.state is State.UNKNOWN for outcome in event.outcomes):
                    lost_at = landed_at
            yield event
    if worth_it and not plan.by_value and not work.levers.abandoned:
        yield from look_up(work, lost_at=lost_at, landed_at=landed_at, spares_reserve=True)


def look_up(
    work: Work,
    *,
    lost_at: float | None = None,
    landed_at: float | None = None,
    spares_reserve: bool = False,
) -> Generator[Event]:
    """Read what became of the open ids of a journal's run, then whether the deleted ones are so.

    Each parameter as in `resolve` and `verify`. What is deleted is not looked for if the open ids
    could not be read to the end.
    """
    try:
        told = work.journal.run
        told.end_flights()
        keep_doubt(work.journal)
    except JournalError as error:
        yield StepEnded(str(error))
        return
    if told.plan.by_value:
        yield StepEnded(IDS_UNKNOWN)
        return
    why = ""
    if told.rows.any_like(is_open):
        with closing(resolve(told, work, lost_at=lost_at)) as events:
            for event in events:
                why = event.why if isinstance(event, StepEnded) else why
                yield event
    if not why and not work.levers.abandoned:
        yield from verify(told, work, landed_at=landed_at, spares_reserve=spares_reserve)


def resolve(told: RunState, work: Work, *, lost_at: float | None = None) -> Generator[Event]:
    """Read what became of each open id of a run, yielding an event a step; ends after StepEnded.

    The journal has each finding before it is yielded. `lost_at`: when an answer was lost last by
    the clock of `work`, if that was just now. Ends early, and says why, if the org cannot be read
    or is not the run's; at once if the levers are abandoned.
    """
    places = array("I", told.rows.any_like(is_open))
    if not places or told.plan.by_value:
        yield StepEnded(IDS_UNKNOWN if places else "")
        return
    reads: Reads[Event] = Reads(work.levers, work.times, 1, Ending("[resolve] looks again."))
    search = _search(told, work, reads, lost_at)
    yield Resolving(len(places))
    try:
        yield from _Sweep(told, work, search, _IN_DOUBT).events(places)
    except ZohoError as error:
        yield StepEnded(f"Looking up was refused. {error.detail} [resolve] looks again.")
    except (ReadingEnded, JournalError) as why:
        yield StepEnded(str(why))
    else:
        yield StepEnded()


def verify(
    told: RunState, work: Work, *, landed_at: float | None = None, spares_reserve: bool = False
) -> Generator[Event]:
    """Look for each id of a run that is_unproven, yielding an event a step; ends after StepEnded.

    The journal has each finding before it is yielded. As many reads are under way as the plan, or
    the lever for it, allows. `landed_at`: when an answer came last by the clock of `work`, if that
    was just now. `spares_reserve`: end rather than use the API credits that the plan keeps. Ends
    early, and says why, if the org cannot be read or is not the run's; at once, whatever is being
    read, if the levers are abandoned.
    """
    places = array("I", told.rows.any_like(is_unproven))
    if not places or told.plan.by_value:
        yield StepEnded(IDS_UNKNOWN if places else "")
        return
    reads: Reads[Event] = Reads(work.levers, work.times, told.plan.options.parallel)
    search = _search(told, work, reads, landed_at)
    if spares_reserve:
        reads.reserve = Reserve(work.crm, told.plan.options.reserve)
    yield Verifying(len(places))
    try:
        yield from _Sweep(told, work, search, _DELETED).events(places)
    except (ReadingEnded, JournalError, ZohoError) as error:
        # Nothing is said if nobody waits any more.
        why = str(error)
        words = f"Not all deletes are verified yet. {why} [resolve] looks again."
        yield StepEnded(words if why else "")
    else:
        yield StepEnded()


def _search(told: RunState, work: Work, reads: Reads[Event], answered_at: float | None) -> Search:
    """Begin to look; `answered_at`: when Zoho may last have got something to do, if just now."""
    work.tell_skews()
    not_before = work.times.clock() if answered_at is None else answered_at + ZOHO_LAG
    window = Window(told, work.crm.clock, work.times, not_before)
    return Search(told, work.crm, reads, window)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What tells the one sweep from the other."""

    route: Route
    verdict: Callable[[Outcome, Whereabouts], Verdict]
    event: type[Resolved | Verified]
    waits: str
    """Why it is too early, if no undo has asked for anything."""


_IN_DOUBT = _Kind(
    Route((Spot.MODULE, Spot.BIN)),
    resolve_verdict,
    Resolved,
    "Zoho may still be processing a delete whose answer was lost.",
)
_DELETED = _Kind(
    # Between a look into the bin and one into the module a delete may take effect.
    Route((Spot.BIN, Spot.MODULE, Spot.BIN), spares_requests=True),
    verify_verdict,
    Verified,
    "Zoho may not show the latest deletes yet.",
)


@dataclass
class _Sweep:
    """Looks for ids until each has its verdict."""

    told: RunState
    work: Work
    search: Search
    kind: _Kind
    early: array[int] = field(default_factory=lambda: array("I"))
    """Places for which it is too early."""

    def events(self, places: Sequence[int]) -> Iterator[Event]:
        yield from check_org(self.search.reads, self.work.crm, self.told.plan.target)
        while places:
            yield from self.search.look(places, self.kind.route, self._judge)
            places, self.early = array("I", sorted(self.early)), array("I")
            if places:
                yield from self._wait(places)

    def _judge(self, found: Known) -> Iterator[Event]:
        outcomes: dict[int, Outcome] = {}
        for place, where in found.items():
            before = self.told.rows.outcome(place)
            verdict = self.kind.verdict(before, where)
            if isinstance(verdict, Undecided):
                self.early.append(place)
            elif verdict != before:
                outcomes[place] = verdict
        if outcomes:
            yield self.work.journal.record(self.kind.event(*halves(outcomes)))

    def _wait(self, places: Sequence[int]) -> Iterator[Event]:
        """Wait until what Zoho was asked for must show wherever it is read."""
        rows, why = self.told.rows, self.kind.waits
        if any(maybe_back(rows.outcome(place)) for place in places):
            why = "Zoho may not show the restored records yet."
        yield from self.search.reads.wait(self.search.window.left(places), why)


def _tells_more(outcome: Outcome) -> bool:
    """Whether reading may tell more of an id than its request has."""
    return is_unproven(outcome) or is_open(outcome)
