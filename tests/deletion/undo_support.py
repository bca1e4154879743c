"""Runs verified and undone by later sessions, and held to what the org and the ledger say."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from copy import deepcopy

from tests.world.plans import options, plan_of
from tests.world.wire import Attempt
from tests.world.world import Steer, Told, World
from zohotui.deletion.afterwards import compare as comparing
from zohotui.deletion.afterwards import sweep
from zohotui.deletion.afterwards import undo as undoing
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import ComparisonEnded, Event, Restored, StepEnded, Verified
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import AWAY, Outcome, State
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.work import Work
from zohotui.zoho.client import ZohoCRM


def deleted(world: World, count: int = 5, size: int = 100) -> Told:
    """Make leads and delete them."""
    told = world.carry_out(plan_of(world.leads(count), options=options(size)))
    assert told.states == {"deleted": count}
    return told


def verify(
    world: World,
    told: Told,
    *,
    crm: ZohoCRM | None = None,
    control: Levers | None = None,
    steer: Steer | None = None,
    close_after: int | None = None,
) -> Told:
    """Look whether a run's records are deleted, as a later session does."""
    return _later(
        world,
        told,
        sweep.verify,
        crm=crm,
        control=control,
        steer=steer,
        close_after=close_after,
    )


def undo(
    world: World,
    told: Told,
    *,
    crm: ZohoCRM | None = None,
    control: Levers | None = None,
    steer: Steer | None = None,
    close_after: int | None = None,
) -> Told:
    """Undo a run, as a later session does.

    Every request to restore finds its ids in the journal, read back as if the process were
    killed at that very moment, and nothing but ids that the run has deleted.
    """
    file = read_journal(told.journal)
    rows = file.run.rows
    candidates = {rows.ids[place] for place in rows.places(AWAY)}
    asked = len(world.sandbox.ledger.asked_back)
    world.wire.on_restore = _journaled_first(told, candidates)
    later = _later(
        world,
        told,
        undoing.undo,
        file,
        crm=crm,
        control=control,
        steer=steer,
        close_after=close_after,
    )
    assert set(map(int, world.sandbox.ledger.asked_back[asked:])) <= candidates
    return later


def compare(
    world: World,
    told: Told,
    *,
    api: str = "v2",
    crm: ZohoCRM | None = None,
    control: Levers | None = None,
    steer: Steer | None = None,
    close_after: int | None = None,
) -> Told:
    """Compare what was restored with its saved copies, as the session that undid it goes on to."""
    return _later(
        world,
        told,
        comparing.compare,
        crm=crm or world.crm(api),
        control=control,
        steer=steer,
        close_after=close_after,
    )


def comparison(told: Told) -> ComparisonEnded:
    """Return what comparing came to."""
    (ended,) = told.of(ComparisonEnded)
    assert isinstance(ended, ComparisonEnded)
    return ended


def _later(
    world: World,
    told: Told,
    step: Callable[[RunState, Work], Generator[Event]],
    file: JournalFile | None = None,
    *,
    crm: ZohoCRM | None,
    control: Levers | None,
    steer: Steer | None = None,
    close_after: int | None,
) -> Told:
    file = file or read_journal(told.journal)
    # To copy what was read is quicker than to read it again.
    shown = deepcopy(file.run)
    later = Told(told.plan, [], shown, told.journal)
    crm, control = crm or world.crm(), control or Levers()
    with (
        closing(crm),
        closing(Journal.reopen(file, clock=world.local)) as journal,
        closing(step(journal.run, world.work(crm, journal, control))) as events,
    ):
        for event in events:
            later.events.append(event)
            shown.apply(event)
            if steer:
                steer(event, control)
            if close_after is not None and len(later.events) >= close_after:
                break
    return later


def _journaled_first(told: Told, candidates: set[int]) -> Callable[[Attempt], None]:
    def check(attempt: Attempt) -> None:
        assert 1 <= len(attempt.ids) <= 200
        assert set(attempt.ids) <= candidates
        rows = replay(told.journal).rows
        codes = dict(zip(rows.ids, map(rows.outcome, range(len(rows))), strict=True))
        assert {codes[record_id].code for record_id in attempt.ids} == {"RESTORING"}

    return check


def reason(told: Told) -> str:
    """Return why it ended before all was settled; empty if it did not."""
    (settled,) = told.of(StepEnded)
    assert isinstance(settled, StepEnded)
    return settled.why


def ids_in(told: Told, states: Iterable[State]) -> list[int]:
    """Return the ids that the journal has in any of these states."""
    rows = replay(told.journal).rows
    return [rows.ids[place] for place in rows.places(states)]


def told_truly(world: World, later: Told, *, unseen: Iterable[int] = ()) -> None:
    """Hold what is told to what the org holds, and the journal to what was shown.

    `unseen`: ids that others restored before, and that may not have been looked for yet.
    """
    spoken = {
        place
        for event in later.events
        if isinstance(event, Restored | Verified)
        for place in event.places
    }
    file = read_journal(later.journal)
    read = file.run
    for place, record_id in enumerate(later.plan.ids):
        outcome = read.rows.outcome(place)
        there = world.sandbox.org.exists(later.plan.module, str(record_id))
        if outcome.state is State.RESTORED:
            assert there
        elif outcome.state in AWAY and outcome.code not in OPEN:
            assert not there or (record_id in unseen and place not in spoken)
        if later.ended:
            assert later.rows.outcome(place) == outcome
    if later.ended:
        assert read.finished
        assert not file.torn


OPEN = {"RESTORING", "SCHEDULED"}
"""Codes of what may be back by now or not."""


def outcomes(told: Told) -> list[Outcome]:
    return [told.rows.outcome(place) for place in range(len(told.plan.ids))]


def codes(told: Told) -> dict[str, int]:
    """Count the ids by state and code."""
    found: dict[str, int] = {}
    for outcome in outcomes(told):
        word = f"{outcome.state} {outcome.code}"
        found[word] = found.get(word, 0) + 1
    return found
