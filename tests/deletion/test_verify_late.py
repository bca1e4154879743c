"""Deletes that Zoho shows late: not given up by a clock that is put forward, and read again."""

from __future__ import annotations

from contextlib import closing

from tests.deletion.undo_support import codes, deleted, verify
from tests.rows import each_row
from tests.world.clock import Clock
from tests.world.plans import plan_of
from tests.world.world import Told, World
from zohotui.deletion.afterwards.sweep import run_and_look_up
from zohotui.deletion.afterwards.window import ZOHO_LAG
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Finished, Verifying
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.work import Times, Work


def still_there(world: World) -> Told:
    """Verify a run one of whose three records Zoho still shows in its module."""
    told = deleted(world, 3)
    world.sandbox.org.restore(str(told.plan.ids[1]))
    later = verify(world, told)
    assert codes(later) == {"verified IN_BIN": 2, "failed STILL_THERE_AFTER_SUCCESS": 1}
    return told


def test_what_is_still_there_is_read_again_and_told_once(world: World) -> None:
    told = still_there(world)
    size = told.journal.stat().st_size
    later = verify(world, told)
    (verifying,) = later.of(Verifying)
    assert isinstance(verifying, Verifying)
    assert verifying.count == 1
    assert later.kinds == ["Verifying", "StepEnded"]
    assert codes(later) == {"verified IN_BIN": 2, "failed STILL_THERE_AFTER_SUCCESS": 1}
    assert told.journal.stat().st_size == size


@each_row("jump", [0, 120, 1800])
def test_a_clock_that_is_put_forward_does_not_cut_the_patience_short(
    world: World, jump: int
) -> None:
    """By a clock that nobody puts forward, no time has passed since the answer."""
    plan, steady = plan_of(world.leads(1)), Clock(1000.0)
    journal = Journal.create(world.folder, plan, clock=world.clock)
    told = Told(plan, [], RunState(plan), journal.path)
    record, naps = str(plan.ids[0]), []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        steady.now += seconds
        world.clock.now += seconds
        world.sandbox.org.bin("Leads", record, at=world.clock())

    crm, clock = world.crm(), world.clock
    with closing(crm), closing(journal):
        work = Work(crm, journal, Levers(), Times(clock, steady, sleep))
        for event in run_and_look_up(plan, work):
            told.run.apply(event)
            if isinstance(event, Finished):
                world.sandbox.org.restore(record)
                world.clock.now += jump
    assert codes(told) == {"verified IN_BIN": 1}
    assert naps == [ZOHO_LAG]
