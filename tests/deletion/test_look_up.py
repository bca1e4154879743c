"""After a run its deleted ids are looked for, gently: by itself, and never in anybody's way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.deletion.test_run_faults import fault
from tests.deletion.undo_support import codes, deleted, outcomes, told_truly, verify
from tests.rows import each_row
from tests.world.plans import options, plan_of
from tests.world.promises import promises_hold
from tests.world.wire import Attempt
from tests.world.world import Steered, Told, World
from zohotui.deletion.afterwards.window import ZOHO_LAG
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.events import (
    Event,
    Finished,
    Landed,
    Resolved,
    StepEnded,
    Verified,
    Verifying,
    Waiting,
)
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind

PATIENCE = 60.0
BINS = "/crm/v8/settings/recycle_bin"


def when(kind: type[Event], pull: Callable[[Levers], object]) -> Callable[[Event, Levers], None]:
    """Have a lever pulled as soon as such an event is told."""

    def steer(event: Event, control: Levers) -> None:
        if isinstance(event, kind):
            pull(control)

    return steer


def reasons(told: Told) -> list[str]:
    return [event.why for event in told.events if isinstance(event, StepEnded)]


@each_row("api", ["v2", "v8"])
@each_row("parallel", [1, 3])
def test_a_run_goes_on_to_verify_by_itself(world: World, api: str, parallel: int) -> None:
    plan = plan_of(world.leads(450), options=options(100, parallel))
    told = world.carry_out(plan, api=api, and_look_up=True)
    promises_hold(world, told, api=api)
    assert codes(told) == {"verified IN_BIN": 450}
    end = told.kinds.index("Finished")
    assert told.kinds[end + 1 :] == ["Verifying", *["Verified"] * 3, "StepEnded"]
    assert sorted(len(read.ids) for read in world.wire.reads) == [50, 200, 200]
    assert not world.wire.restores


def test_a_run_that_goes_on_is_verified_as_a_whole(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), close_after=3)
    assert told.rows.count(State.DELETED) == 1
    later = world.resume(told)
    assert codes(later) == {"verified IN_BIN": 9}
    promises_hold(world, later)


def test_what_is_in_doubt_is_settled_first_and_then_verified(world: World) -> None:
    world.sandbox.faults.add(fault(FaultKind.RESET_AFTER, skip=1))
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), and_look_up=True)
    assert codes(told) == {"verified IN_BIN": 5, "verified FOUND_IN_BIN": 4}
    places = [told.kinds.index(kind) for kind in ("Finished", "Resolved", "Verifying")]
    assert places == sorted(places)


def test_nothing_is_read_after_a_run_that_deleted_nothing(world: World) -> None:
    leads = world.leads(3)
    for lead in leads:
        world.sandbox.org.lock("Leads", str(lead))
    told = world.carry_out(plan_of(leads), and_look_up=True)
    assert told.kinds[-1] == "Finished"
    assert not world.wire.reads


def test_a_stopped_run_is_verified_too_as_far_as_it_went(world: World) -> None:
    plan = plan_of(world.leads(9), options=options(4))
    steer = when(Landed, Levers.stop)
    told = world.carry_out(plan, steer=steer, and_look_up=True)
    assert told.states == {"verified": 1, "not sent": 8}


@pytest.mark.parametrize("kind", [Finished, Resolved])
def test_nothing_is_verified_for_whoever_is_gone_or_reads_no_more(
    world: World, kind: type[Event]
) -> None:
    world.sandbox.faults.add(fault(FaultKind.RESET_AFTER, skip=1))
    plan = plan_of(world.leads(9), options=options(4))
    told = world.carry_out(plan, steer=when(kind, Levers.abandon), and_look_up=True)
    assert not told.of(Verifying)
    assert told.rows.count(State.DELETED) == (5 if kind is Finished else 9)
    assert not any(reasons(told))
    assert codes(world.look_up(told)) == {"verified IN_BIN": 5, "verified FOUND_IN_BIN": 4}


def test_nothing_is_verified_if_what_is_in_doubt_could_not_be_read(world: World) -> None:
    world.sandbox.faults.add(
        fault(FaultKind.RESET_AFTER, skip=1),
        Fault(kind=FaultKind.FLAT_ERROR, method="GET", path="/Leads", code="NO_PERMISSION"),
    )
    plan = plan_of(world.leads(9), options=options(4))
    told = world.carry_out(plan, and_look_up=True)
    assert told.states == {"deleted": 5, "unknown": 4}
    assert not told.of(Verifying)
    (why,) = reasons(told)
    assert "NO_PERMISSION" in why


def test_a_record_that_is_there_although_zoho_said_success_is_told(world: World) -> None:
    leads = world.leads(3)

    def back(event: Event, _: Levers) -> None:
        if isinstance(event, Finished):
            world.sandbox.org.restore(str(leads[1]))

    told = world.carry_out(plan_of(leads), steer=back, and_look_up=True)
    assert codes(told) == {"verified IN_BIN": 2, "failed STILL_THERE_AFTER_SUCCESS": 1}
    told_truly(world, told)


def test_only_what_could_not_be_seen_is_waited_for_and_read_again(world: World) -> None:
    told, org = deleted(world, 401), world.sandbox.org
    late = told.plan.ids[300:303]
    for record_id in late:
        org.restore(str(record_id))
    sleep = world.clock.sleep

    def nap(seconds: float) -> None:
        sleep(seconds)
        for record_id in late:
            org.bin("Leads", str(record_id), at=world.clock())

    world.clock.sleep = nap  # type: ignore[method-assign]
    later = verify(world, told)
    assert codes(later) == {"verified IN_BIN": 401}
    # The module is not asked before what Zoho has done must show in it.
    assert [(read.path, len(read.ids)) for read in world.wire.reads[-4:]] == [
        (BINS, 200),
        (BINS, 200),
        (BINS, 1),
        (BINS, 3),
    ]
    assert world.clock.naps == [ZOHO_LAG]
    (waiting,) = later.of(Waiting)
    assert later.kinds.index("Waiting") > later.kinds.index("Verified")
    assert isinstance(waiting, Waiting)
    assert waiting.why == "Zoho may not show the latest deletes yet."


def test_the_wait_ends_at_once_when_it_is_abandoned(world: World) -> None:
    told = deleted(world, 2)
    world.sandbox.org.restore(str(told.plan.ids[1]))
    later = verify(world, told, steer=when(Waiting, Levers.abandon))
    assert later.states == {"verified": 1, "deleted": 1}
    assert not world.clock.naps
    assert reasons(later) == [""]


@pytest.mark.parametrize("at_once", [1, 3])
def test_as_many_reads_as_the_plan_allows_are_under_way_at_once(world: World, at_once: int) -> None:
    told = world.carry_out(plan_of(world.leads(1_201), options=options(100, at_once)))
    meeting = threading.Barrier(at_once)
    mutex, under_way, most = threading.Lock(), 0, 0
    crm = world.crm()
    read = crm.recycle_bin

    def counted(ids: list[str]) -> object:
        nonlocal under_way, most
        with mutex:
            under_way += 1
            most = max(most, under_way)
        if len(ids) == 200:
            meeting.wait(PATIENCE)
        try:
            return read(ids)
        finally:
            with mutex:
                under_way -= 1

    crm.recycle_bin = counted  # type: ignore[method-assign,assignment]
    later = verify(world, told, crm=crm)
    assert codes(later) == {"verified IN_BIN": 1_201}
    assert most == at_once


def test_it_leaves_at_once_while_a_read_hangs(world: World) -> None:
    told = deleted(world, 3)
    control, answer = Levers(), threading.Event()

    def hang(_: Attempt) -> None:
        control.abandon()
        answer.wait(PATIENCE)

    world.wire.on_read = hang
    later = verify(world, told, control=control)
    assert not answer.is_set()
    answer.set()
    assert later.states == {"deleted": 3}
    assert reasons(later) == [""]


@each_row("skip", [0, 1, 2])
def test_being_turned_away_in_the_middle_is_waited_out(world: World, skip: int) -> None:
    told = world.carry_out(plan_of(world.leads(601), options=options(100, 3)))
    world.sandbox.faults.add(
        Fault(
            kind=FaultKind.TOO_MANY_REQUESTS, method="GET", path="/recycle_bin", skip=skip, times=4
        )
    )
    later = verify(world, told)
    assert codes(later) == {"verified IN_BIN": 601}
    assert later.of(Waiting)
    assert not any(reasons(later))


def test_the_reserve_is_not_used_by_itself_but_by_whoever_asks(world: World) -> None:
    plan = plan_of(world.leads(801), options=replace(options(100), reserve=12))
    world.sandbox.limits.total = 24
    told = world.carry_out(plan, and_look_up=True, control=Steered())
    # Zoho tells of them only once half of the day's are used: after the first look in the bin.
    assert told.states == {"verified": 200, "deleted": 601}
    assert world.sandbox.limits.remaining == 12
    (why,) = reasons(told)
    assert "the profile keeps 12 in reserve" in why
    assert why.startswith("Not all deletes are verified yet. ")
    assert why.endswith(" [resolve] looks again.")
    assert codes(world.look_up(told)) == {"verified IN_BIN": 801}


def test_in_a_module_without_a_bin_absence_must_do(world: World) -> None:
    world.sandbox.org.change_module("Leads", recycle_bin=False)
    told = world.carry_out(plan_of(world.leads(3), permanent=True), and_look_up=True)
    assert codes(told) == {"verified ABSENT": 3}
    assert not any("recycle_bin" in read.path for read in world.wire.reads)


def test_without_the_scope_for_the_bin_a_few_refusals_are_enough(world: World) -> None:
    scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.org.READ"]
    world.sandbox.access_token = world.sandbox.issue_token(scopes=scopes)
    plan = plan_of(world.leads(1_601), options=options(100, 3))
    told = world.carry_out(plan, and_look_up=True)
    assert codes(told) == {"verified ABSENT": 1_601}
    assert "OAUTH_SCOPE_MISMATCH" in told.rows.outcome(0).message
    # Those that were under way together.
    assert sum(read.path == BINS for read in world.wire.reads) <= 3


def test_each_finding_is_in_the_journal_before_it_is_told(world: World) -> None:
    plan = plan_of(world.leads(401), options=options(100, 3))
    seen: list[int] = []

    def check(event: Event, _: Levers) -> None:
        if isinstance(event, Verified):
            (journal,) = world.folder.glob("*.jsonl")
            rows = replay(journal).rows
            seen.extend(event.places)
            assert tuple(map(rows.outcome, event.places)) == event.outcomes

    told = world.carry_out(plan, steer=check, and_look_up=True)
    assert sorted(seen) == [*range(401)]
    assert outcomes(told) == [*map(replay(told.journal).rows.outcome, range(401))]
