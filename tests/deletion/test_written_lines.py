"""Every line that a run writes is, to the byte, the one that it always wrote.

`tests/corpus/written/` holds the journals of these runs as zohotui wrote them when format 3 was
settled. An older zohotui must be able to read what a newer one writes, and an admin's scripts too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.deletion.compare_support import save
from tests.deletion.undo_support import compare, deleted, undo, verify
from tests.world.plans import OLD_ID, options, plan_of, released
from tests.world.world import Steer, Steered, World
from zohotui.deletion.journal.line_kinds import LINE_KINDS
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.writer import Journal, this_tool
from zohotui.deletion.model.events import (
    Braked,
    CutOff,
    Event,
    Finished,
    Landed,
    Restored,
    Resumed,
    Saved,
)
from zohotui.deletion.model.home import Home
from zohotui.deletion.model.levers import Cause, Levers
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.sandbox import Fault, FaultKind

WRITTEN = Path(__file__).parents[1] / "corpus" / "written"


def on(kind: type, act: Callable[[Levers], object], after: int = 1) -> Steer:
    """Pull a lever when the so-manyth event of a kind is told."""
    seen: list[Event] = []

    def steer(event: Event, control: Levers) -> None:
        if isinstance(event, kind):
            seen.append(event)
            if len(seen) == after:
                act(control)

    return steer


def _mixed(world: World) -> Path:
    """Refusals first, so that the sums do not begin with what is deleted."""
    ids = [OLD_ID, *world.leads(9)]
    world.sandbox.org.lock("Leads", str(ids[2]))
    world.sandbox.org.bin("Leads", str(ids[5]), at=world.clock() - 86_400)
    world.sandbox.org.forbid("Leads", str(ids[7]))
    return world.carry_out(plan_of(ids, options=options(4)), and_look_up=True).journal


def _left_out(world: World) -> Path:
    plan = replace(
        plan_of(world.leads(4), options=options(3)),
        left_out=(
            (Outcome(State.MISSING, "MISSING", "not there"), (3,)),
            (Outcome(State.HELD, "TAKEN_OUT", "you took it out"), (1, 2)),
        ),
        source="file Übermut.csv",
        reviewed=1_789_999_000.25,
        said_right="12 of 12 survive a round trip",
    )
    return world.carry_out(plan, steer=on(Landed, Levers.stop)).journal


def _turned_away(world: World) -> Path:
    """Batches that come back, answers that are lost, and one that tells of strangers."""
    add = world.sandbox.faults.add
    add(Fault(kind=FaultKind.TOO_MANY_REQUESTS, method="DELETE", times=2))
    add(Fault(kind=FaultKind.RESET_AFTER, method="DELETE", skip=3))
    add(Fault(kind=FaultKind.EXTRA_ITEM, method="DELETE", skip=2))
    plan = plan_of(world.leads(12), options=options(3))
    return world.carry_out(plan, and_look_up=True).journal


def _cut_off(world: World) -> Path:
    world.ahead = 7_200.04
    plan = plan_of(world.leads(9), options=options(4))
    told = world.carry_out(plan, steer=on(Landed, lambda one: one.abandon(Cause.LINE)))
    world.clock.sleep(100.1234)
    world.ahead = -3.0
    return world.resume(told).journal


def _killed(world: World) -> Path:
    """Let the process die with a request under way; the run is looked up and not gone on with."""
    plan = plan_of(world.leads(9), options=options(4))
    told = world.carry_out(plan, close_after=4)
    world.clock.sleep(500)
    return world.look_up(told).journal


def _undone(world: World) -> Path:
    ids = world.leads(5)
    snapshot = save(world, ids)
    told = world.carry_out(plan_of(ids, options=options(2)))
    snapshot.belong_to(told.journal)
    verify(world, told)
    world.clock.sleep(60.5)
    fault = Fault(kind=FaultKind.RESET_AFTER, method="POST", path="/actions/restore")
    world.sandbox.faults.add(fault)
    undo(world, told)
    world.sandbox.org.change_fields("Leads", str(told.plan.ids[1]), Company="Another")
    return compare(world, told).journal


def _undo_in_two(world: World) -> Path:
    told = deleted(world, 205)
    undo(world, told, steer=on(Restored, Levers.stop))
    world.sandbox.faults.add(Fault(kind=FaultKind.EXTRA_ITEM, method="POST"))
    return undo(world, told, control=Steered(0)).journal


def _beside_the_batches(world: World) -> Path:
    """Write what no engine does."""
    told = world.carry_out(plan_of(world.leads(6), options=options(4)), close_after=2)
    read = read_journal(told.journal)
    with closing(Journal.reopen(read, clock=world.local)) as journal:
        held = Outcome(State.READY, "RELEASED", 'asked for by "Bo" \ud800; was held')
        journal.record(released([(1, told.plan.ids[1], held), (3, told.plan.ids[3], held)]))
        journal.record(Saved("a.snapshot.jsonl.gz", 6))
        journal.record(CutOff(Cause.SIGNAL))
        journal.settle_here()
        journal.record(Resumed(this_tool()))
        journal.record(Braked("the folder \udcff is full"))
        journal.record(Finished(stopped=True))
    return told.journal


SCENARIOS: dict[str, Callable[[World], Path]] = {
    "mixed": _mixed,
    "left-out": _left_out,
    "turned-away": _turned_away,
    "cut-off": _cut_off,
    "killed": _killed,
    "undone": _undone,
    "undo-in-two": _undo_in_two,
    "beside-the-batches": _beside_the_batches,
}


@pytest.fixture(autouse=True)
def nothing_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all be of one zohotui and in one file of one machine, and every pause the longest."""
    monkeypatch.setattr("zohotui.__version__", "0.1.0")
    monkeypatch.setattr(Home, "of_file", lambda _: Home("a-machine", 12_345))
    monkeypatch.setattr(
        "zohotui.deletion.reads.pace.SystemRandom.uniform", lambda _, least, most: most
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_lines_are_written_byte_for_byte_as_before(world: World, name: str) -> None:
    journal = SCENARIOS[name](world)
    assert journal.read_bytes() == (WRITTEN / f"{name}.jsonl").read_bytes()


def test_every_kind_of_line_is_among_them() -> None:
    """Whatever may be written is compared with what was."""
    kinds = {
        line.split('"', 2)[1]
        for path in WRITTEN.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    assert kinds == set(LINE_KINDS)
