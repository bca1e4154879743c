"""Comparing that is stopped, dies or meets faults loses nothing of what it told."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.deletion.compare_support import (
    journal_agrees,
    save,
    saved_and_deleted,
    undone,
    written,
)
from tests.deletion.test_run_faults import fault
from tests.deletion.undo_support import codes, compare, comparison
from tests.world.plans import options, plan_of
from tests.world.world import World
from zohotui.deletion.journal.differences_file import differences_of
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.events import Compared
from zohotui.deletion.model.levers import Levers
from zohotui.sandbox import FaultKind


def test_one_that_is_stopped_goes_on_where_it_was(world: World) -> None:
    told = saved_and_deleted(world, world.leads(450))
    undone(world, told)

    def stop(event: object, control: Levers) -> None:
        if isinstance(event, Compared):
            control.abandon()

    later = compare(world, told, steer=stop)
    done = later.rows.any_like(lambda one: one.code == "AS_SAVED")
    assert 0 < len(done) < 450
    assert "not compared yet: [resolve] goes on" in comparison(later).found
    # A read of the one that was stopped may still be leaving.
    for thread in threading.enumerate():
        if thread.name == "in-background":
            thread.join(60)
    read = len(world.wire.reads)
    rest = compare(world, told)
    assert codes(rest) == {"restored AS_SAVED": 450}
    asked = [i for attempt in world.wire.reads[read:] for i in attempt.ids]
    assert sorted(asked) == sorted(i for p, i in enumerate(told.plan.ids) if p not in set(done))


def test_a_process_that_dies_in_it_forgets_nothing_it_told(world: World) -> None:
    told = saved_and_deleted(world, world.leads(250))
    undone(world, told)
    for record_id in told.plan.ids:
        world.sandbox.org.change_fields("Leads", str(record_id), Phone="1")
    later = compare(world, told, close_after=2)
    shown = later.rows.any_like(lambda one: one.code == "DIFFERS")
    assert len(shown) >= 50
    read = replay(told.journal).rows
    for place in shown:
        assert read.outcome(place) == later.rows.outcome(place)
        assert f"{told.plan.ids[place]}\n" in written(told)
    rest = compare(world, told)
    assert codes(rest) == {"restored DIFFERS": 250}
    assert all(written(told).count(f"{i}\n") == 1 for i in told.plan.ids)


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY_REQUESTS, FaultKind.BAD_GATEWAY_AFTER])
def test_a_read_that_fails_is_read_again(world: World, kind: FaultKind) -> None:
    told = saved_and_deleted(world, world.leads(250))
    undone(world, told)
    world.sandbox.faults.add(replace(fault(kind, times=2), method="GET", path="/Leads"))
    assert codes(compare(world, told)) == {"restored AS_SAVED": 250}


def test_another_org_is_not_read(world: World) -> None:
    told = saved_and_deleted(world, world.leads(2))
    undone(world, told)
    other = World(world.folder)
    other.sandbox.org.zgid = "700000002"
    later = compare(other, told)
    assert "but the run was confirmed for" in comparison(later).why
    assert not other.wire.reads


def test_credits_in_reserve_are_not_spent_on_it(world: World) -> None:
    ids = world.leads(20)
    snapshot = save(world, ids, whole=True)
    told = world.carry_out(plan_of(ids, options=replace(options(), reserve=10)))
    snapshot.belong_to(told.journal)
    undone(world, told)
    crm = world.crm()
    crm.credits = 15
    reads = len(world.wire.reads)
    later = compare(world, told, crm=crm)
    assert "the profile keeps 10 in reserve" in comparison(later).why
    assert len(world.wire.reads) == reads
    assert codes(later) == {"restored SUCCESS": 20}
    rich = world.crm()
    rich.credits = 1_000
    assert codes(compare(world, told, crm=rich)) == {"restored AS_SAVED": 20}


def test_a_disk_that_takes_no_values_ends_it_before_anything_is_told(
    world: World,
) -> None:
    told = saved_and_deleted(world, world.leads(3))
    undone(world, told)
    world.sandbox.org.change_fields("Leads", str(told.plan.ids[0]), Phone="1")
    differences_of(told.journal).mkdir()
    later = compare(world, told)
    assert str(differences_of(told.journal)) in comparison(later).why
    assert codes(later) == {"restored SUCCESS": 3}
    assert comparison(later).found == "3 not compared yet: [resolve] goes on."
    journal_agrees(later)
