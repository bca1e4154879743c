"""Runs whose admin was taken away: told as cut off, and gone on with as after a kill."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.deletion.test_history import only
from tests.deletion.test_journal import lines
from tests.rows import each_row
from tests.world.plans import TARGET, options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import Steer, World
from zohotui.deletion.journal.history import history, left_in_doubt, unfinished
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import CutOff, Event, Finished, Landed, Restoring
from zohotui.deletion.model.levers import Cause, Levers
from zohotui.deletion.model.outcome import State


def abandon(cause: Cause | None, *, stopped: bool = False) -> Steer:
    def steer(event: Event, control: Levers) -> None:
        if isinstance(event, Landed):
            if stopped:
                control.stop()
            control.abandon(cause)

    return steer


def asked_about(folder: Path) -> list[Path]:
    return [one.path for one in unfinished(folder, folder / "locks", TARGET)]


@each_row("cause", Cause)
def test_a_run_that_was_cut_off_is_no_finished_one(world: World, cause: Cause) -> None:
    ids = world.leads(9)
    told = world.carry_out(plan_of(ids, options=options(4)), steer=abandon(cause))
    read = replay(told.journal)
    assert not read.finished
    assert read.cut_off == cause
    assert read.rows.tally == {State.DELETED: 1, State.ENTERED: 8}
    assert only(world.folder).tally == read.rows.tally
    assert asked_about(world.folder) == [told.journal]
    assert "cut off: " in write_receipt(told.journal, 0.0).read_text(encoding="utf-8")
    later = world.resume(told)
    promises_hold(world, later)
    assert [i for attempt in world.wire.attempts for i in attempt.ids] == ids
    assert replay(told.journal).rows.tally == {State.VERIFIED: 9}
    assert not asked_about(world.folder)


@pytest.mark.parametrize(("cause", "stopped"), [(None, False), (Cause.LINE, True)])
def test_a_run_that_its_admin_ended_first_is_finished(
    world: World, cause: Cause | None, *, stopped: bool
) -> None:
    plan = plan_of(world.leads(9), options=options(4))
    told = world.carry_out(plan, steer=abandon(cause, stopped=stopped))
    read = replay(told.journal)
    assert read.finished
    assert read.rows.tally == {State.DELETED: 1, State.NOT_SENT: 8}
    assert not asked_about(world.folder)


def test_a_run_is_asked_about_although_all_of_it_has_landed(world: World) -> None:
    """Nobody has seen its end, and nothing of it is verified."""
    told = world.carry_out(plan_of(world.leads(1)), steer=abandon(Cause.LINE))
    assert asked_about(world.folder) == [told.journal]
    assert replay(told.journal).rows.tally == {State.DELETED: 1}


def test_who_came_first_has_ended_it() -> None:
    control = Levers()
    control.stop()
    control.abandon(Cause.LINE)
    assert control.cut_off is None
    control = Levers()
    control.abandon(Cause.LINE)
    control.abandon(Cause.SIGNAL)
    control.abandon()
    control.stop()
    assert control.cut_off is Cause.LINE


def test_a_stopped_run_of_before_is_its_admins(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), steer=lambda _, c: c.stop())
    assert "cut_off" not in lines(told.journal)[-1]
    assert not asked_about(world.folder)


@pytest.mark.parametrize("cause", ["line", "a cause of a later version"])
def test_a_cause_that_is_not_known_is_one_all_the_same(world: World, cause: str) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), close_after=2)
    with closing(Journal.reopen(read_journal(told.journal))) as journal:
        journal.record(CutOff(cause))
    assert asked_about(world.folder) == [told.journal]
    assert any(step.words.startswith("cut off: ") for step in replay(told.journal).timeline.entries)


def test_an_undo_that_was_cut_off_is_asked_about_until_it_is_closed(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(4), options=options(4)))
    assert not asked_about(world.folder)
    with closing(Journal.reopen(read_journal(told.journal))) as journal:
        journal.record(Restoring((0, 1)))
        journal.record(CutOff(Cause.LINE))
    assert asked_about(world.folder) == [told.journal]
    assert left_in_doubt(world.folder, TARGET) == 0
    with closing(Journal.reopen(read_journal(told.journal))) as journal:
        journal.record(Finished(stopped=True))
    assert not asked_about(world.folder)
    assert left_in_doubt(world.folder, TARGET) == 2
    assert replay(told.journal).finished
    assert len(history(world.folder)) == 1
