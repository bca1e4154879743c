"""Ids that a plan leaves out: never sent, and counted in every sum of its run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.deletion.test_journal import lines
from tests.rows import each_row
from tests.world.plans import options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import World
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.events import Sent
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.review import selection
from zohotui.deletion.review.prediction import IN_APPROVAL
from zohotui.deletion.review.review import ReviewRequest, review
from zohotui.deletion.review.reviewed_list import ReviewedList

MISSING = Outcome(State.MISSING, "MISSING", "no such record in this module")


def plan(world: World, going: int = 9) -> Plan:
    """Plan to delete so many leads; two more are held, and one is missing."""
    ids = world.leads(going + 2)
    left_out = (IN_APPROVAL, tuple(ids[going:])), (MISSING, (999_999_999_999_999,))
    return replace(plan_of(ids[:going], options=options(4)), left_out=left_out)


def sums(folder: Path) -> dict[str, int]:
    (one,) = history(folder)
    assert isinstance(one, Summary)
    return {state.value: number for state, number in (one.tally or {}).items()}


def end(journal: Path) -> dict[str, Any]:
    """Read the line that ended a run; what was verified afterwards stands behind it."""
    return next(line for line in lines(journal) if "finished" in line)


def test_a_run_counts_them_and_sends_none(world: World) -> None:
    told = world.carry_out(plan(world))
    counts = {"held": 2, "missing": 1, "deleted": 9}
    assert end(told.journal)["finished"] == counts
    assert sums(told.journal.parent) == counts
    assert {s.value: n for s, n in replay(told.journal).rows.tally.items()} == counts
    assert set(map(int, world.sandbox.ledger.sent_ids("Leads"))) == set(told.plan.ids)


def test_a_run_that_was_stopped_counts_what_was_not_sent(world: World) -> None:
    def stop(event: object, control: Levers) -> None:
        if isinstance(event, Sent):
            control.stop()

    told = world.carry_out(plan(world), steer=stop)
    last = end(told.journal)
    assert last["finished"] == {"held": 2, "missing": 1, "deleted": 1, "not sent": 8}
    assert last["stopped"] is True


@each_row("events", range(1, 7))
def test_a_run_that_goes_on_counts_them_once(world: World, events: int) -> None:
    told = world.carry_out(plan(world), close_after=events)
    later = world.resume(told)
    promises_hold(world, later)
    last = end(told.journal)
    assert last["finished"] == {"held": 2, "missing": 1, "deleted": 9}
    assert last["stopped"] is False
    read = replay(told.journal).rows.tally
    assert sums(told.journal.parent) == {state.value: number for state, number in read.items()}


def test_a_permission_that_is_lost_in_the_middle_makes_no_plan(world: World) -> None:
    ids = world.leads(250)
    listed, crm = ReviewedList(ids), world.crm()
    for event in review(ReviewRequest(ids, "Leads", parallel=1), crm, Levers(), world.times):
        listed.follow(event)
        if listed.rows.count(State.READY):
            world.sandbox.org.deny("Leads", "READ")
    crm.close()
    assert not listed.forbidden
    assert listed.began is None
    assert "NO_PERMISSION" in listed.why


def test_what_was_ready_before_does_not_count_as_ready_where_nothing_can_be_read(
    world: World,
) -> None:
    ids = world.leads(3)
    world.sandbox.org.await_approval("Leads", str(ids[1]))
    listed, crm = ReviewedList(ids), world.crm()
    for permission in (True, False):
        if not permission:
            world.sandbox.org.deny("Leads", "READ")
        for event in review(ReviewRequest(ids, "Leads"), crm, Levers(), world.times):
            listed.follow(event)
    crm.close()
    assert listed.forbidden
    made = selection.plan(listed, plan_of(ids))
    assert list(made.ids) == [ids[0], ids[2]]
    assert {outcome.state for outcome, _ in made.left_out} == {State.HELD}
