"""A run in good weather and with somebody at its levers: order, brakes, pauses, ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Lock, Thread

import pytest

from tests.rows import each_row
from tests.world.plans import OLD_ID, TARGET, has_finished, options, plan_of
from tests.world.promises import promises_hold
from tests.world.wire import Attempt
from tests.world.world import Steered, World, journaled_first
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import (
    Braked,
    Event,
    Finished,
    Landed,
    Paused,
    Returned,
    Sent,
    Unpaused,
    Waiting,
)
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Plan, PlanError
from zohotui.deletion.reads.work import Times, Work
from zohotui.deletion.run.run import run
from zohotui.sandbox import Fault, FaultKind


def stop_at(kind: type) -> Callable[[Event, Levers], None]:
    return lambda event, control: control.stop() if isinstance(event, kind) else None


@each_row("api", ["v2", "v8"])
@each_row("batch_size", [1, 2, 7, 99, 100])
def test_every_record_of_a_sound_list_is_deleted(world: World, api: str, batch_size: int) -> None:
    count = 30 if batch_size < 10 else 250
    told = world.carry_out(plan_of(world.leads(count), options=options(batch_size, 3)), api=api)
    promises_hold(world, told, api=api)
    assert told.states == {"deleted": count}
    assert len(world.wire.attempts) == told.plan.calls
    assert has_finished(told.events, stopped=False)


def test_only_a_list_of_one_record_is_deleted_by_the_form_for_one(world: World) -> None:
    for count in (1, 3):
        world.carry_out(plan_of(world.leads(count), options=options(1)))
    paths = [one.path for one in world.sandbox.ledger.requests if one.method == "DELETE"]
    assert [path.rpartition("/")[2].isdigit() for path in paths] == [True, False, False, False]


@each_row("parallel", range(1, 11))
def test_as_many_requests_are_under_way_as_was_asked_for_and_no_more(
    world: World, parallel: int
) -> None:
    """The barrier opens only if so many meet; the count says that there are never more."""
    plan = plan_of(world.leads(1 + 2 * parallel * 3), options=options(3, parallel))
    together, mutex, now = Barrier(parallel), Lock(), [0, 0]

    def meet(attempt: Attempt) -> None:
        with mutex:
            now[0] += 1
            now[1] = max(now)
        if len(attempt.ids) > 1:
            together.wait(timeout=60)
        with mutex:
            now[0] -= 1

    control = Levers()
    journal = Journal.create(world.folder, plan)
    world.wire.on_request = meet
    events = list(run(plan, Work(world.crm(), journal, control)))
    assert now[1] == parallel
    assert sum(isinstance(event, Landed) for event in events) == 1 + 2 * parallel


def test_one_record_goes_ahead_alone(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(100), options=options(10, 10)))
    assert [type(event) for event in told.events[:3]] == [Sent, Landed, Sent]
    first, *others = [len(attempt.ids) for attempt in world.wire.attempts]
    assert first == 1
    # They leave together, and arrive as it happens.
    assert sorted(others) == [9, *[10] * 9]


def test_until_something_was_deleted_batches_go_one_by_one(world: World) -> None:
    plan = plan_of([OLD_ID, OLD_ID + 1, OLD_ID + 2, *world.leads(6)], options=options(1, 10))
    told = world.carry_out(plan)
    assert told.kinds[:8] == ["Sent", "Landed"] * 4
    assert told.kinds[8:13] == ["Sent"] * 5
    assert told.states == {"deleted": 6, "failed": 3}


def test_a_single_record_is_named_in_the_path(world: World) -> None:
    (record_id,) = world.leads(1)
    told = world.carry_out(plan_of([record_id]))
    assert world.wire.attempts[0].path == f"/crm/v2/Leads/{record_id}"
    assert told.states == {"deleted": 1}


@each_row("count", [1, 5])
@each_row("wf_trigger", [True, False])
def test_whether_workflows_run_is_as_confirmed(world: World, wf_trigger: bool, count: int) -> None:
    plan = plan_of(world.leads(count), options=options(2, wf_trigger=wf_trigger))
    promises_hold(world, world.carry_out(plan))
    deletions = world.sandbox.ledger.deletions
    assert {deletion.workflow_fired for deletion in deletions} == {wf_trigger}
    deletes = [r for r in world.sandbox.ledger.requests if r.method == "DELETE"]
    assert {request.wf_trigger for request in deletes} == {wf_trigger}


def test_a_client_of_another_address_is_refused_before_anything_is_sent(world: World) -> None:
    target = replace(TARGET, api_domain="https://www.zohoapis.eu")
    plan = Plan(target, "Leads", "Leads", False, (OLD_ID,))
    journal = Journal.create(world.folder, plan)
    with pytest.raises(PlanError, match="another address"):
        run(plan, Work(world.crm(), journal, Levers()))
    assert not world.wire.attempts


def test_a_read_only_client_sends_nothing_and_the_run_says_so(world: World) -> None:
    plan = plan_of(world.leads(3))
    journal, control = Journal.create(world.folder, plan), Steered(resumes=0)
    events = list(run(plan, Work(world.crm(read_only=True), journal, control)))
    assert not world.wire.attempts
    assert [type(event) for event in events] == [Sent, Returned, Braked, Paused, Finished]
    assert replay(journal.path).rows.tally == {State.NOT_SENT: 3}


# Brakes


def test_a_refusal_of_the_whole_request_brakes(world: World) -> None:
    world.sandbox.faults.add(
        Fault(kind=FaultKind.FLAT_ERROR, skip=1, status=403, code="NO_PERMISSION")
    )
    told = world.carry_out(plan_of(world.leads(30), options=options(10)), steer=stop_at(Braked))
    promises_hold(world, told)
    assert told.states == {"deleted": 1, "failed": 10, "not sent": 19}


@pytest.mark.parametrize(("missing", "brakes"), [(5, False), (6, True)])
def test_most_of_a_batch_refused_brakes(world: World, missing: int, brakes: bool) -> None:
    good = world.leads(11 - missing)
    told = world.carry_out(plan_of([*good, *range(OLD_ID, OLD_ID + missing)], options=options(10)))
    assert bool(told.of(Braked)) is brakes
    assert told.rows.count(State.FAILED) == missing
    if brakes:
        assert "6 of the 10 records of batch 2 were refused, most with INVALID_DATA" in str(
            told.of(Braked)[0]
        )


def test_nine_refusals_in_a_small_batch_do_not_brake(world: World) -> None:
    told = world.carry_out(
        plan_of([*world.leads(1), *range(OLD_ID, OLD_ID + 9)], options=options(9))
    )
    assert not told.of(Braked)


def test_ids_that_nobody_asked_for_brake_and_are_journaled(world: World) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.EXTRA_ITEM, skip=1))
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), steer=stop_at(Braked))
    promises_hold(world, told)
    assert "never sent: 410405000009999001" in str(told.of(Braked)[0])
    assert '"foreign":["410405000009999001"]' in told.journal.read_text()
    assert told.states == {"deleted": 5, "not sent": 4}


def test_two_lost_answers_in_a_row_brake_and_one_does_not(world: World) -> None:
    lost = FaultKind.RESET_AFTER
    world.sandbox.faults.add(Fault(kind=lost, skip=1), Fault(kind=lost, skip=2, times=2))
    told = world.carry_out(plan_of(world.leads(60), options=options(10)), steer=stop_at(Braked))
    promises_hold(world, told)
    assert [type(event) for event in told.events].count(Braked) == 1
    assert told.states == {"deleted": 11, "unknown": 30, "not sent": 19}


def test_after_resuming_the_lost_answers_are_counted_afresh(world: World) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, skip=1, times=3))
    told = world.carry_out(plan_of(world.leads(60), options=options(10)))
    assert told.kinds.count("Braked") == 1
    assert told.states == {"deleted": 30, "unknown": 30}


# Turned away


def test_a_batch_that_was_turned_away_goes_again_with_the_same_ids(world: World) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.TOO_MANY_REQUESTS, skip=1, times=2))
    told = world.carry_out(plan_of(world.leads(9), options=options(4)))
    promises_hold(world, told)
    sizes = [len(attempt.ids) for attempt in world.wire.attempts]
    assert sizes == [1, 4, 4, 4, 4]
    assert len({attempt.ids for attempt in world.wire.attempts[1:4]}) == 1
    assert told.kinds.count("Waiting") == 2
    first, second = world.clock.naps
    assert 1 <= first <= 2 <= second <= 4


def test_patience_ends_after_five_minutes_of_refusals(world: World) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.TOO_MANY_REQUESTS, skip=1, times=10_000))
    begin = world.clock.now
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), steer=stop_at(Braked))
    promises_hold(world, told)
    assert 300 <= world.clock.now - begin <= 300 + 60
    assert "This has lasted for minutes: " in str(told.of(Braked)[0])
    assert max(world.clock.naps) <= 60
    assert told.states == {"deleted": 1, "not sent": 8}


def test_a_stop_ends_a_wait_at_once(world: World) -> None:
    """In real time, with a clock that stands still: only the lever can end the wait."""
    world.sandbox.faults.add(Fault(kind=FaultKind.TOO_MANY_REQUESTS, times=10_000))
    plan, control = plan_of(world.leads(9)), Levers()
    journal = Journal.create(world.folder, plan)
    events: list[Event] = []

    def watch() -> None:
        work = Work(world.crm(), journal, control, Times(clock=lambda: 0.0))
        for event in run(plan, work):
            events.append(event)
            if isinstance(event, Waiting):
                Thread(target=control.stop).start()

    worker = Thread(target=watch, daemon=True)
    worker.start()
    worker.join(timeout=60)
    assert not worker.is_alive()
    assert has_finished(events, stopped=True)


# Levers


@each_row("at", range(1, 12))
def test_a_stop_at_any_event(world: World, at: int) -> None:
    told = world.carry_out(
        plan_of(world.leads(20), options=options(4, 3)), steer=nth(at, Levers.stop)
    )
    promises_hold(world, told)
    assert isinstance(told.events[-1], Finished)
    sent, landed = told.kinds.count("Sent"), told.kinds.count("Landed")
    assert sent == landed


@each_row("at", range(1, 12))
def test_a_pause_at_any_event_is_told_and_ends_when_resumed(world: World, at: int) -> None:
    told = world.carry_out(
        plan_of(world.leads(20), options=options(4, 3)), steer=nth(at, Levers.pause)
    )
    promises_hold(world, told)
    assert told.states == {"deleted": 20}
    where = told.kinds.index("Paused") if "Paused" in told.kinds else None
    if where is not None and "Unpaused" in told.kinds:
        assert "Sent" not in told.kinds[where : told.kinds.index("Unpaused")]


def nth(at: int, lever: Callable[[Levers], None]) -> Callable[[Event, Levers], None]:
    seen = Counter[str]()

    def steer(event: Event, control: Levers) -> None:
        seen["events"] += 1
        if seen["events"] == at:
            lever(control)

    return steer


def test_a_stop_out_of_a_pause_does_not_say_that_it_goes_on(world: World) -> None:
    def steer(event: Event, control: Levers) -> None:
        if isinstance(event, Landed):
            control.pause()
        if isinstance(event, Paused):
            control.stop()

    told = world.carry_out(plan_of(world.leads(9), options=options(4)), steer=steer)
    promises_hold(world, told)
    assert told.kinds == ["Sent", "Landed", "Paused", "Finished"]
    assert not told.of(Unpaused)


@each_row("at", range(1, 14))
@each_row("fault", [None, FaultKind.TOO_MANY_REQUESTS, FaultKind.RESET_AFTER])
def test_closing_the_generator_at_any_event_lets_what_is_in_flight_land_on_disk(
    world: World, at: int, fault: FaultKind | None
) -> None:
    if fault:
        world.sandbox.faults.add(Fault(kind=fault, skip=2, times=2))
    told = world.carry_out(plan_of(world.leads(20), options=options(4, 3)), close_after=at)
    promises_hold(world, told)
    rows = replay(told.journal).rows
    gone = set(map(int, world.sandbox.ledger.deleted_ids("Leads")))
    for place, record_id in enumerate(told.plan.ids):
        if fault is not FaultKind.RESET_AFTER:
            assert (rows.state(place) is State.DELETED) is (record_id in gone)
            assert rows.state(place) is not State.UNKNOWN
        elif record_id in gone:
            assert rows.state(place) in {State.DELETED, State.UNKNOWN}


def test_a_request_that_dies_of_a_fault_of_our_own_is_unknown_and_the_others_land(
    world: World, tmp_path: Path
) -> None:
    plan = plan_of(world.leads(13), options=options(4, 3))
    journal = Journal.create(world.folder, plan)
    check = journaled_first(journal.path)

    def on_request(attempt: Attempt) -> None:
        check(attempt)
        if plan.ids[5] in attempt.ids:
            raise ZeroDivisionError

    world.wire.on_request = on_request
    with pytest.raises(ZeroDivisionError):
        list(run(plan, Work(world.crm(), journal, Levers())))
    rows = replay(journal.path).rows
    assert rows.tally == {State.DELETED: 9, State.UNKNOWN: 4}
