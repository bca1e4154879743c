"""Deleted ids looked for: each told as the org holds it, and nothing changed by looking."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from tests.deletion.forging import with_plan
from tests.deletion.test_run_faults import fault
from tests.deletion.undo_support import (
    codes,
    deleted,
    outcomes,
    reason,
    told_truly,
    undo,
    verify,
)
from tests.rows import each_row
from tests.world.plans import TARGET, in_turn, plan_of
from tests.world.wire import Attempt
from tests.world.world import World
from zohotui.deletion.afterwards.window import ZOHO_LAG
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.last_words import exit_code, last_words
from zohotui.deletion.model.events import Event, Verified
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind


@pytest.mark.parametrize("api", ["v2", "v8"])
def test_what_lies_in_the_bin_is_verified(world: World, api: str) -> None:
    told = deleted(world, 7)
    later = verify(world, told, crm=world.crm(api))
    assert later.kinds == ["Verifying", "Verified", "StepEnded"]
    assert codes(later) == {"verified IN_BIN": 7}
    assert "in the Recycle Bin since 2026-09-21" in later.rows.outcome(0).message
    assert "deleted by Anna" in later.rows.outcome(0).message
    told_truly(world, later)
    assert last_words(later.plan, later.rows, None).startswith("Leads: 7 deleted, 0 gone")
    assert exit_code([(later.plan, later.rows)]) == 0


def test_two_hundred_are_looked_for_at_a_time_and_nothing_else_is_sent(world: World) -> None:
    told = deleted(world, 401)
    sent = len(world.wire.attempts)
    assert verify(world, told).states == {"verified": 401}
    assert sorted(len(read.ids) for read in world.wire.reads) == [1, 200, 200]
    assert len(world.wire.attempts) == sent
    assert not world.wire.restores


def test_nothing_is_looked_for_twice(world: World) -> None:
    told = deleted(world)
    verify(world, told)
    assert verify(world, told).kinds == ["StepEnded"]


def test_what_is_verified_can_be_undone(world: World) -> None:
    told = deleted(world)
    verify(world, told)
    assert undo(world, told).states == {"restored": 5}


def test_what_is_still_there_is_told_loudly_and_only_after_a_while(world: World) -> None:
    told = deleted(world, 3)
    world.sandbox.org.restore(str(told.plan.ids[1]))
    later = verify(world, told)
    assert codes(later) == {"verified IN_BIN": 2, "failed STILL_THERE_AFTER_SUCCESS": 1}
    assert world.clock.naps == [ZOHO_LAG]
    assert "before you delete it again" in later.rows.outcome(1).advice.remedy
    assert exit_code([(later.plan, later.rows)]) == 1
    told_truly(world, later)


@pytest.mark.parametrize("number", [2, 3])
def test_what_shows_late_is_not_told_to_be_there(world: World, number: int) -> None:
    """Before the second look, or in the middle of it: the module is read after the bin."""
    told, org = deleted(world, 1), world.sandbox.org
    record = str(told.plan.ids[0])
    org.restore(record)

    def late(_: Attempt) -> None:
        if len(world.wire.reads) == number:
            org.bin("Leads", record, at=world.clock())

    world.wire.on_read = late
    assert codes(verify(world, told)) == {"verified IN_BIN": 1}


def test_what_is_nowhere_stays_deleted_and_says_so(world: World) -> None:
    told = deleted(world, 2)
    world.sandbox.org.purge([str(told.plan.ids[1])])
    later = verify(world, told)
    assert codes(later) == {"verified IN_BIN": 1, "deleted NOT_IN_BIN": 1}
    assert "60 days" in later.rows.outcome(1).advice.meaning
    assert exit_code([(later.plan, later.rows)]) == 0


def test_where_there_is_no_bin_absence_must_do(world: World) -> None:
    world.sandbox.org.change_module("Leads", recycle_bin=False)
    told = world.carry_out(plan_of(world.leads(150), permanent=True))
    later = verify(world, told)
    assert codes(later) == {"verified ABSENT": 150}
    assert later.rows.outcome(0).message.endswith("the module has no Recycle Bin")
    assert sorted(len(read.ids) for read in world.wire.reads) == [50, 100]
    assert not any("recycle_bin" in read.path for read in world.wire.reads)


def test_without_the_scope_for_the_bin_absence_must_do_and_it_is_said(world: World) -> None:
    world.sandbox.access_token = world.sandbox.issue_token(
        scopes=["ZohoCRM.modules.ALL", "ZohoCRM.org.READ"]
    )
    told = deleted(world, 3)
    world.sandbox.org.restore(str(told.plan.ids[0]))
    later = verify(world, told)
    assert codes(later) == {"failed STILL_THERE_AFTER_SUCCESS": 1, "verified ABSENT": 2}
    assert "OAUTH_SCOPE_MISMATCH" in later.rows.outcome(1).message
    told_truly(world, later)


def test_without_the_scope_to_read_records_it_ends_and_says_so(world: World) -> None:
    told = deleted(world)
    world.sandbox.access_token = world.sandbox.issue_token(scopes=["ZohoCRM.org.READ"])
    later = verify(world, told)
    assert "OAUTH_SCOPE_MISMATCH" in reason(later)
    assert outcomes(later) == outcomes(told)


def test_another_org_is_not_asked(world: World) -> None:
    told = deleted(world)
    other = World(world.folder)
    other.sandbox.org.zgid = "700000002"
    assert "Nothing was looked up" in reason(verify(other, told))
    assert not other.wire.reads


def test_another_address_is_not_asked(world: World) -> None:
    plan = replace(plan_of(world.leads(1)), target=replace(TARGET, api_domain="http://127.0.0.1"))
    told = deleted(world)
    with_plan(told.journal, target=asdict(plan.target))
    assert replay(told.journal).plan.target == plan.target
    assert "another address" in reason(verify(world, told))


def test_an_abandoned_look_says_nothing_more_and_goes_on_later(world: World) -> None:
    told = deleted(world, 201)
    later = verify(world, told, steer=lambda event, control: _abandon_at(Verified, event, control))
    assert later.states == {"deleted": 1, "verified": 200}
    assert not reason(later)
    told_truly(world, later)
    assert verify(world, told).states == {"verified": 201}


def _abandon_at(kind: type[Event], event: Event, control: Levers) -> None:
    if isinstance(event, kind):
        control.abandon()


@each_row(("kind", "path"), in_turn(FaultKind, "/v2/Leads", "/org", "/settings/recycle_bin"))
def test_a_fault_of_a_read(world: World, kind: FaultKind, path: str) -> None:
    """Undoing meets the same fault, time after time, at another of these reads."""
    told = deleted(world, 3)
    still = told.plan.ids[:1]
    world.sandbox.org.restore(str(still[0]))
    world.sandbox.faults.add(replace(fault(kind), method="GET", path=path))
    later = verify(world, told)
    told_truly(world, later, unseen=still)
    world.sandbox.faults.clear()
    last = verify(world, told)
    told_truly(world, last, unseen=still)
    assert last.rows.outcome(0).code == "STILL_THERE_AFTER_SUCCESS"
    assert not world.wire.restores


@each_row("events", [1, 2, 3, 4, 5])
def test_closed_after_any_event_it_goes_on_later(world: World, events: int) -> None:
    told = deleted(world, 201)
    world.sandbox.faults.add(Fault(kind=FaultKind.UNAVAILABLE, method="GET", path="/recycle_bin"))
    told_truly(world, verify(world, told, close_after=events))
    assert verify(world, told).states == {"verified": 201}


def test_the_journal_has_it_before_it_is_told(world: World) -> None:
    told = deleted(world)
    later = verify(world, told, close_after=2)
    assert isinstance(later.events[-1], Verified)
    assert replay(told.journal).rows.tally == {State.VERIFIED: 5}


def test_the_list_of_runs_counts_what_is_verified_and_what_is_restored(world: World) -> None:
    told = deleted(world)
    for step, tally in ((verify, {State.VERIFIED: 5}), (undo, {State.RESTORED: 5})):
        step(world, told)
        (summary,) = history(world.folder)
        assert isinstance(summary, Summary)
        assert (summary.tally, summary.finished) == (tally, True)


def test_an_undo_that_died_in_the_middle_leaves_a_run_that_is_finished(world: World) -> None:
    told = deleted(world)
    undo(world, told, close_after=2)
    (summary,) = history(world.folder)
    assert isinstance(summary, Summary)
    assert (summary.tally, summary.finished) == ({State.DELETED: 5}, True)
