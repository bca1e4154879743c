"""Whose eyes count for a run: of a plan, of its rest, of a retry, and of what only restores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from tests.deletion.handover_support import Files, read_again, written
from tests.world.plans import TARGET, options, plan_of
from tests.world.world import World
from zohotui.config.profiles import Account
from zohotui.deletion.connection import Connection
from zohotui.deletion.handover.written_plan import OpenedPlan
from zohotui.deletion.jobs import Archive, Job, JobEvent, run_job
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Deletion, Handed, Plan, PlanError
from zohotui.deletion.review import selection
from zohotui.deletion.review.guards import Guards
from zohotui.tui.entered import Entered
from zohotui.tui.proposals import rest_of, retry_of
from zohotui.tui.session import Session
from zohotui.tui.shown_run import ShownRun

GUARDS = Guards(four_eyes_above=2)
BY_BO = Handed("bo@acme.example", "554023000000077007", 1.0, "0" * 64)
BY_ANNA = replace(BY_BO, by=TARGET.user, by_id=TARGET.user_id)


def carry_out(world: World, plan: Plan) -> list[JobEvent]:
    """Do what a session does once the sentence was typed."""
    work = partial(run_job, plan=plan, guards=GUARDS, released=(), copies=None)
    crm, told = world.crm(), list[JobEvent]()
    try:
        Job(work, crm, Archive(world.folder / "journals", world.clock)).do(told.append)
    finally:
        crm.close()
    return told


@pytest.mark.parametrize("handed", [None, BY_ANNA, replace(BY_BO, by_id="")])
def test_a_run_without_other_eyes_does_not_begin(world: World, handed: Handed | None) -> None:
    plan = replace(plan_of(world.leads(3)), handed=handed)
    with pytest.raises(PlanError, match="Four eyes"):
        carry_out(world, plan)
    assert not world.wire.attempts
    assert not (world.folder / "journals").exists()


@pytest.mark.parametrize(("count", "handed"), [(3, BY_BO), (2, None)])
def test_a_run_with_other_eyes_and_a_small_one_do(
    world: World, count: int, handed: Handed | None
) -> None:
    carry_out(world, replace(plan_of(world.leads(count)), handed=handed))
    assert sum(len(one.ids) for one in world.wire.attempts) == count


def test_the_rest_of_a_run_that_was_confirmed_under_four_eyes_may_go_on() -> None:
    run = ShownRun(replace(plan_of(range(10**15, 10**15 + 4)), handed=BY_BO), lambda: 0.0)
    rest = rest_of(run, "run", recycle_bin=True).plan
    assert rest.handed == BY_BO
    assert GUARDS.one_pair_of_eyes(rest) == ""
    alone = ShownRun(plan_of(range(10**15, 10**15 + 4)), lambda: 0.0)
    assert "is not from a plan" in GUARDS.one_pair_of_eyes(rest_of(alone, "run", True).plan)


def test_a_retry_needs_the_plan_to_be_opened_again() -> None:
    run = ShownRun(replace(plan_of(range(10**15, 10**15 + 4)), handed=BY_BO), lambda: 0.0)
    run.rows.set_all(0, 4, Outcome(State.FAILED, "RECORD_LOCKED"))
    retry = retry_of(run, "run", True, TARGET, options())
    assert retry is not None
    assert "is not from a plan" in GUARDS.one_pair_of_eyes(retry.plan)


def test_a_run_that_only_restores_is_neither_gone_on_with_nor_retried() -> None:
    ids = range(10**15, 10**15 + 4)
    deletions = {one: Deletion("bo", "1", 1.0) for one in ids}
    run = ShownRun(replace(plan_of(ids), deletions=deletions), lambda: 0.0)
    assert not run.resumable
    with pytest.raises(PlanError, match="only restores"):
        retry_of(run, "run", True, TARGET, options())


@pytest.fixture
def files(world: World, tmp_path: Path) -> Files:
    """Give a plan by Anna of three leads, and the list for its owners."""
    return Files.of(tmp_path, written(world, world.leads(3)))


@dataclass
class Opened:
    """An org that is open."""

    connection: Connection | None
    account: Account | None = None


def failed(plan: OpenedPlan) -> ShownRun:
    """Give a run of a plan of which nothing went."""
    ids = [one.id for one in plan.written.records]
    run = ShownRun(replace(plan_of(ids), handed=plan.written.handed), lambda: 0.0)
    run.rows.set_all(0, len(ids), Outcome(State.FAILED, "RECORD_LOCKED"))
    return run


@pytest.mark.parametrize("goes_on", [True, False])
def test_an_earlier_run_is_held_to_the_plan_that_is_open(
    world: World, files: Files, goes_on: bool
) -> None:
    files.fill_in({0: "yes"})
    plan = files.open()
    run = failed(plan)
    if goes_on:
        run.rows.set_all(0, 3, Outcome(State.ENTERED))
        proposal = rest_of(run, "run", recycle_bin=True)
    else:
        retried = retry_of(run, "run", True, TARGET, options())
        assert retried is not None
        proposal = retried
    session = Session(account=None, journals=world.folder)
    entered = Entered(session, Opened(Connection(TARGET, None, (), ())), lambda _: None)
    # Nobody has opened the plan, and what its owners have written since is not known.
    told, listed = entered.held_to_plan(proposal)
    assert told.of_plan == plan.written.sha256
    assert "--plan" in told.wants_its_plan
    assert not listed.barred
    # Nor does another plan of the same records tell it.
    entered.plan = replace(plan, written=replace(plan.written, sha256="0" * 64))
    told, _ = entered.held_to_plan(proposal)
    assert "--plan" in told.wants_its_plan
    # Nor does one of a journal without its hash.
    told, _ = entered.held_to_plan(replace(proposal, of_plan=""))
    assert "--plan" in told.wants_its_plan
    entered.plan = plan
    told, listed = entered.held_to_plan(proposal)
    assert told.of_plan is None
    assert not told.wants_its_plan
    assert listed.barred == {0}
    now = "2026-11-26T12:00:00+00:00"
    world.sandbox.org.change_fields("Leads", str(listed.rows.ids[1]), Modified_Time=now)
    read_again(world, listed)
    assert [listed.rows.outcome(place).code for place in range(2)] == ["KEPT", "CHANGED"]
    assert list(selection.plan(listed, told.plan).ids) == [listed.rows.ids[2]]
