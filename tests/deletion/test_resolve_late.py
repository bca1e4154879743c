"""Reading against time: what comes late, clocks that jump, and what was looked at before."""

from __future__ import annotations

from tests.deletion.test_run_faults import fault
from tests.world.clock import Clock
from tests.world.plans import plan_of
from tests.world.wire import Attempt
from tests.world.world import World
from zohotui.deletion.afterwards.sweep import run_and_look_up
from zohotui.deletion.afterwards.window import ZOHO_LAG
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import StepEnded
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.reads.work import Times, Work
from zohotui.sandbox import Fault, FaultKind


def test_a_record_on_its_way_into_the_bin_is_waited_for(world: World) -> None:
    """Zoho may take it out of its module before the Recycle Bin has it."""
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER))
    (record,) = world.leads(1)
    told = world.carry_out(plan_of([record]))
    org = world.sandbox.org
    entry = org.recycle_bin._binned.pop(str(record))
    org.recycle_bin._destroyed[str(record)] = entry

    def arrive(_: Attempt) -> None:
        if len(world.wire.reads) == 3:
            org.recycle_bin._destroyed.pop(str(record), None)
            org.recycle_bin._binned[str(record)] = entry

    world.wire.on_read = arrive
    assert world.resolve(told).rows.outcome(0).code == "FOUND_IN_BIN"


def test_a_clock_that_is_put_forward_does_not_shorten_the_wait(world: World) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_BEFORE))
    (record,) = world.leads(1)
    ticks = Clock()
    naps: list[float] = []

    def nap(seconds: float) -> None:
        naps.append(seconds)
        ticks.now += seconds

    journal = Journal.create(world.folder, plan_of([record]), clock=world.clock)
    times = Times(lambda: world.clock() + (86_400 if naps or world.wire.reads else 0), ticks, nap)
    work = Work(world.crm(), journal, Levers(), times)
    events = list(run_and_look_up(plan_of([record]), work))
    assert naps == [ZOHO_LAG]
    assert isinstance(events[-1], StepEnded)


def test_two_time_outs_far_apart_do_not_end_a_long_reading(world: World) -> None:
    world.sandbox.faults.add(fault(FaultKind.RESET_AFTER, skip=1, times=4))
    told = world.carry_out(
        plan_of(world.leads(401)), control=Levers(), steer=lambda _, c: c.resume()
    )
    world.sandbox.faults.add(
        Fault(kind=FaultKind.HANG_BEFORE, method="GET", path="/Leads"),
        Fault(kind=FaultKind.HANG_BEFORE, method="GET", path="/Leads", skip=2),
    )
    world.wire.on_read = lambda _: world.clock.sleep(200)
    later = world.resolve(told)
    assert later.rows.count(State.UNKNOWN) == 0
