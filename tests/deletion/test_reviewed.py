"""An id list with what its review told: what goes, what stays, and what somebody decided."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.review_support import every_sort
from tests.rows import each_row
from tests.world.plans import plan_of
from tests.world.world import World
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import Reviewed, ReviewEnded, Reviewing
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import PlanError
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.review import selection
from zohotui.deletion.review.guards import Guards
from zohotui.deletion.review.prediction import LOCKED, READY
from zohotui.deletion.review.review import ReviewRequest, review
from zohotui.deletion.review.reviewed_list import TAKEN_OUT, ReviewedList
from zohotui.zoho.records import Record

NOON, MINUTE = 1_795_694_400.0, 60.0

CHANGED_BY_BO = Outcome(State.HELD, Code.CHANGED, "changed since the review by Bo")
GONE = Outcome(State.MISSING, "MISSING", "no such record in this module")


def record(number: int, modified: str = "2026-01-01T10:00:00+01:00") -> Record:
    return Record(str(number), f"Name {number}", "Bo", "2025-01-01T10:00:00+01:00", modified)


def told(
    listed: ReviewedList, outcomes: Sequence[Outcome], *, at: float = NOON, why: str = ""
) -> None:
    """Review a list without Zoho."""
    places = tuple(range(len(outcomes)))
    here = (one.state is not State.MISSING for one in outcomes)
    ids = listed.rows.ids
    records = tuple(
        record(ids[place]) if there else None for place, there in zip(places, here, strict=True)
    )
    listed.follow(Reviewing(len(listed), 1, at))
    listed.follow(Reviewed(places, tuple(outcomes), records))
    listed.follow(ReviewEnded(why))


def listed_of(*outcomes: Outcome) -> ReviewedList:
    listed = ReviewedList(range(101, 101 + len(outcomes)))
    told(listed, outcomes)
    return listed


def test_a_review_that_was_stopped_leaves_the_names_it_read() -> None:
    listed = ReviewedList([101, 102, 103])
    listed.follow(Reviewing(3, 1, NOON))
    listed.follow(Reviewed((0,), (READY,), (record(101),)))
    listed.cancel()
    listed.cancel()
    assert listed.is_read
    assert [listed.record(place) for place in range(3)] == [record(101), None, None]
    assert listed.seen is None
    assert not listed.is_armed(NOON, 15)
    # The next review begins with nothing, and what it sees counts alone.
    listed.follow(Reviewing(3, 1, NOON))
    assert listed.record(0) is None
    listed.follow(Reviewed((0, 1, 2), (READY,) * 3, tuple(map(record, (101, 102, 103)))))
    listed.follow(ReviewEnded(""))
    assert listed.record(2) == record(103)
    # Names of an earlier whole review stay where one that was stopped has read nothing.
    newer = record(101, "2026-02-01T10:00:00+01:00")
    listed.follow(Reviewing(3, 1, NOON))
    listed.follow(Reviewed((0,), (READY,), (newer,)))
    listed.cancel()
    assert [listed.record(place) for place in range(3)] == [newer, record(102), record(103)]


def states(listed: ReviewedList) -> list[str]:
    return [listed.rows.state(place).value for place in range(len(listed))]


def test_the_plan_holds_what_is_ready_and_tells_the_rest() -> None:
    listed = listed_of(READY, LOCKED, READY, GONE, LOCKED)
    plan = selection.plan(listed, plan_of([101, 102, 103, 104, 105]))
    assert list(plan.ids) == [101, 103]
    assert plan.left_out == ((LOCKED, (102, 105)), (GONE, (104,)))
    assert plan.reviewed == NOON
    assert list(selection.order(listed)) == [0, 2, 1, 4, 3]
    rows = Rows.of(plan)
    assert list(rows.ids) == [101, 103, 102, 105, 104]
    assert sum(rows.tally.values()) == 5
    assert rows.tally == {State.ENTERED: 2, State.HELD: 2, State.MISSING: 1}


@given(outcomes=st.lists(st.sampled_from([READY, LOCKED, GONE]), min_size=1, max_size=8))
def test_a_plan_is_row_by_row_what_is_ready(outcomes: list[Outcome]) -> None:
    listed, ids = listed_of(*outcomes), range(101, 101 + len(outcomes))
    ready = [one for one, outcome in zip(ids, outcomes, strict=True) if outcome is READY]
    assert [listed.rows.ids[place] for place in selection.going(listed)] == ready
    if not ready:
        return
    plan = selection.plan(listed, plan_of(ids))
    assert list(plan.ids) == ready
    left = [(why, one) for why, several in plan.left_out for one in several]
    told = list(zip(outcomes, ids, strict=True))
    assert sorted(left, key=lambda one: one[1]) == [one for one in told if one[0] is not READY]
    # The names of a run are those of the list, in the order of the run.
    order = [listed.rows.ids[place] for place in selection.order(listed)]
    assert order == list(Rows.of(plan).ids)


def test_a_plan_is_of_the_ids_that_were_reviewed_whatever_the_draft_has() -> None:
    """Also where all of them go, so that the draft's own ids could be taken."""
    listed = listed_of(READY, READY)
    for draft in ([101, 103], [102, 101], [101], [101, 102, 103]):
        assert list(selection.plan(listed, plan_of(draft)).ids) == [101, 102]


def test_the_journal_keeps_what_was_left_out(world: World) -> None:
    ids = world.leads(4)
    listed = ReviewedList(ids)
    told(listed, [READY, LOCKED, READY, GONE])
    plan = selection.plan(listed, plan_of(ids))
    journal = Journal.create(world.folder, plan, clock=world.clock)
    journal.close()
    read = replay(journal.path)
    assert read.plan == plan
    assert read.rows.tally == {State.ENTERED: 2, State.HELD: 1, State.MISSING: 1}
    assert read.rows.outcome(2) == LOCKED


def test_the_plan_of_a_journal_is_the_plan_that_was_confirmed(world: World) -> None:
    """Also where the clock tells more of a second than the journal does."""
    ids = world.leads(2)
    listed = ReviewedList(ids)
    told(listed, [READY, READY], at=NOON + 0.1234567)
    plan = selection.plan(listed, plan_of(ids))
    journal = Journal.create(world.folder, plan, clock=world.clock)
    journal.close()
    assert replay(journal.path).plan == plan


def test_nothing_goes_without_a_review_that_was_whole() -> None:
    listed = ReviewedList([101, 102])
    with pytest.raises(PlanError):
        selection.plan(listed, plan_of([101, 102]))
    told(listed, [READY], why="The line is down.")
    assert listed.began is None
    assert not listed.is_fresh(NOON, 15)
    assert selection.summary(listed, 5) is None


def test_a_review_that_was_stopped_does_not_count_even_after_one_that_did() -> None:
    listed = listed_of(READY)
    listed.follow(Reviewing(1, 1, NOON + 1))
    assert not listed.is_fresh(NOON + 1, 15)
    listed.cancel()
    assert not listed.is_fresh(NOON + 1, 15)


def test_a_review_that_was_whole_when_it_was_stopped_does_not_count_either() -> None:
    listed = listed_of(READY)
    listed.cancel()
    assert not listed.is_fresh(NOON, 15)
    assert selection.summary(listed, 5) is None


def test_nothing_is_ready_that_the_review_under_way_has_not_read() -> None:
    listed = listed_of(READY, LOCKED, READY)
    listed.take_out([2])
    listed.follow(Reviewing(3, 1, NOON + 1))
    assert states(listed) == ["entered", "held", "held"]
    listed.put_back([2])
    assert states(listed) == ["entered", "held", "entered"]


@each_row(("age", "fresh"), [(0, True), (15, True), (15.01, False), (-1, False)])
def test_a_review_ages(age: float, *, fresh: bool) -> None:
    listed = listed_of(READY)
    assert listed.is_fresh(NOON + age * MINUTE, 15) is fresh
    listed.expire()
    assert not listed.is_fresh(NOON, 15)


@each_row("forbidden", [False, True])
@each_row(("wall", "steady", "armed"), [(2, 15, True), (2, 16, False), (16, 2, False)])
def test_of_two_clocks_the_one_by_which_it_is_older_counts(
    wall: float, steady: float, *, forbidden: bool, armed: bool
) -> None:
    now = [1000.0]
    listed = ReviewedList([101], steady=lambda: now[0])
    if forbidden:
        listed.follow(Reviewing(1, 1, NOON))
        listed.follow(ReviewEnded("It may not be read.", (), forbidden=True))
    else:
        told(listed, [READY])
    now[0] += steady * MINUTE
    assert listed.is_armed(NOON + wall * MINUTE, 15) is armed
    assert listed.is_fresh(NOON + wall * MINUTE, 15) is (armed and not forbidden)


def test_rows_are_taken_out_and_put_back_as_they_were() -> None:
    listed = listed_of(READY, LOCKED, GONE)
    assert listed.take_out([0, 1, 2]) == 2
    assert listed.rows.outcome(0) == listed.rows.outcome(1) == TAKEN_OUT
    assert listed.rows.outcome(2) == GONE
    with pytest.raises(PlanError):
        selection.plan(listed, plan_of([101, 102, 103]))
    assert listed.put_back(range(3)) == 2
    assert [listed.rows.outcome(place) for place in range(3)] == [READY, LOCKED, GONE]


def test_what_was_taken_out_stays_out_through_another_review() -> None:
    listed = ReviewedList([101, 102])
    listed.take_out([1])
    told(listed, [READY, READY])
    assert states(listed) == ["ready", "held"]
    told(listed, [READY, LOCKED])
    listed.put_back([1])
    assert listed.rows.outcome(1) == LOCKED


def test_a_record_is_released_with_a_reason_and_held_again_for_another() -> None:
    listed = listed_of(LOCKED, READY)
    assert listed.may_release(0)
    assert not listed.may_release(1)
    with pytest.raises(ValueError, match="why"):
        listed.release(0, " ")
    listed.release(0, "it is a test record")
    assert listed.rows.outcome(0).code == Code.RELEASED
    plan = selection.plan(listed, plan_of([101, 102]))
    assert [(one.place, one.record_id) for one in selection.releases(listed, plan)] == [(0, "101")]
    told(listed, [LOCKED, READY])
    assert listed.rows.outcome(0).code == Code.RELEASED
    told(listed, [CHANGED_BY_BO, READY])
    assert listed.rows.outcome(0) == CHANGED_BY_BO
    told(listed, [LOCKED, READY])
    assert listed.rows.outcome(0) == LOCKED


def test_a_record_that_was_changed_since_it_was_released_is_held_again() -> None:
    listed = listed_of(LOCKED)
    listed.release(0, "it is a test record")
    listed.follow(Reviewing(1, 1, NOON + 1))
    listed.follow(Reviewed((0,), (LOCKED,), (record(101, "2026-01-02T10:00:00+01:00"),)))
    listed.follow(ReviewEnded())
    assert listed.rows.outcome(0) == LOCKED


def test_a_change_stays_held_until_somebody_has_looked(world: World) -> None:
    ids = world.leads(3)
    listed, org = ReviewedList(ids), world.sandbox.org

    def look(*, looked: bool = False) -> list[str]:
        crm = world.crm()
        before = listed.last_review(looked=looked)
        request = ReviewRequest(ids, "Leads", last_review=before)
        for event in review(request, crm, Levers(), world.times):
            listed.follow(event)
        crm.close()
        return states(listed)

    assert look() == ["ready"] * 3
    org.change_fields("Leads", str(ids[1]), Modified_Time="2026-11-26T12:00:00+00:00")
    assert look() == ["ready", "held", "ready"]
    assert "changed since the review by" in listed.rows.outcome(1).message
    assert look() == ["ready", "held", "ready"]
    assert look(looked=True) == ["ready"] * 3


def test_the_findings_add_up(world: World) -> None:
    sorts = every_sort(world)
    ids = list(sorts.values())
    listed, crm = ReviewedList(ids), world.crm()
    for event in review(ReviewRequest(ids, "Leads"), crm, Levers(), world.times):
        listed.follow(event)
    crm.close()
    found = selection.summary(listed, 2)
    assert found is not None
    assert found.ready + found.held.total() + found.missing.total() == len(ids)
    assert found.ready == listed.rows.count(State.READY)
    assert found.converted == 1
    assert len(found.few) == 2
    assert found.oldest <= found.newest
    assert all(one.name for one in found.few)


def test_where_nothing_may_be_read_what_is_protected_by_its_id_stays_held(world: World) -> None:
    ids = world.leads(3)
    scopes = ["ZohoCRM.modules.leads.DELETE", "ZohoCRM.org.READ"]
    world.sandbox.access_token = world.sandbox.issue_token(scopes=scopes)
    listed, crm = ReviewedList(ids), world.crm()
    request = ReviewRequest(ids, "Leads", Guards(ids=frozenset({ids[1]})))
    for event in review(request, crm, Levers(), world.times):
        listed.follow(event)
    crm.close()
    assert listed.forbidden
    plan = selection.plan(listed, plan_of(ids))
    assert list(plan.ids) == [ids[0], ids[2]]
    assert plan.reviewed is None
