"""What an undo left open is told as open: by the last words, the history and the receipt."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from tests.deletion.forging import without_skews
from tests.deletion.test_verify_undone import cut_off
from tests.deletion.undo_support import codes, deleted, undo, verify
from tests.rows import each_row
from tests.world.plans import TARGET, plan_of
from tests.world.world import Told, World
from zohotui.deletion.journal.history import Summary, history, left_in_doubt
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.last_words import exit_code, last_words
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.run.run import run


@pytest.mark.parametrize("proven", [False, True], ids=["deleted", "verified"])
def test_an_undo_that_was_cut_off_is_no_finished_deletion(world: World, proven: bool) -> None:
    told = deleted(world, 3)
    if proven:
        verify(world, told)
    assert exit_code([(told.plan, replay(told.journal).rows)]) == 0
    assert left_in_doubt(world.folder, TARGET) == 0
    cut_off(world, told, reached=True)
    rows = replay(told.journal).rows
    assert exit_code([(told.plan, rows)]) == 1
    assert last_words(told.plan, rows, None).startswith(
        "Leads: 0 deleted, 0 gone, 0 failed, 0 unknown, 0 not sent, 3 perhaps restored · "
    )
    assert left_in_doubt(world.folder, TARGET) == 3
    world.clock.now += 600
    verify(world, told)
    assert left_in_doubt(world.folder, TARGET) == 0


def test_an_undo_that_was_cut_off_counts_once_however_often_it_is_tried(world: World) -> None:
    told = deleted(world, 3)
    cut_off(world, told, reached=False)
    cut_off(world, told, reached=False)
    (summary,) = history(world.folder)
    assert isinstance(summary, Summary)
    assert summary.asked_back == replay(told.journal).rows.asked_back == 3
    assert codes(undo(world, told)) == {"restored SUCCESS": 3}
    assert left_in_doubt(world.folder, TARGET) == 0


@each_row("code", ["RESTORING", "SCHEDULED", "NOT_BACK"])
@each_row("state", [State.DELETED, State.VERIFIED])
def test_what_may_be_back_is_not_surely_away(state: State, code: str) -> None:
    rows = Rows([1, 2, 3])
    rows.set_all(0, 3, Outcome(State.DELETED))
    assert rows.all_away
    rows.set_all(1, 2, Outcome(state, code))
    assert (rows.all_away, rows.asked_back) == (False, 2)
    rows.set_all(0, 2, Outcome(State.RESTORED, code))
    assert rows.asked_back == 1
    rows.set_all(2, 1, Outcome(State.VERIFIED, "IN_BIN"))
    assert rows.asked_back == 0


def test_a_retry_that_may_be_undone_makes_good_for_nothing(world: World) -> None:
    plan = deleted(world, 1).plan
    failed, back = Rows(plan.ids), Rows(plan.ids)
    failed.set_all(0, 1, Outcome(State.FAILED))
    back.set_all(0, 1, Outcome(State.VERIFIED, "RESTORING"))
    assert exit_code([(plan, failed), (plan, back)]) == 1


def test_the_receipt_says_what_was_asked_to_be_restored(world: World) -> None:
    told = deleted(world, 3)
    verify(world, told)
    cut_off(world, told, reached=True)
    words = "asked to be restored; not known yet whether it is back"
    text = write_receipt(told.journal, world.clock()).read_text()
    assert f"3 RESTORING: {words}\n" in text
    assert f"  Asked back        3: {words}\n  Restorable        not known\n  Until    " in text


def test_a_clock_that_was_put_right_since_is_not_told_as_somebody_else_s_delete(
    world: World,
) -> None:
    """The machine was half an hour slow while it deleted."""
    plan = plan_of(world.leads(3))
    slow: Callable[[], float] = lambda: world.clock() - 1800  # noqa: E731 - as a journal takes it
    crm, journal = world.crm(), Journal.create(world.folder, plan, clock=slow)
    told = Told(plan, [], RunState(plan), journal.path)
    with closing(crm), closing(journal):
        list(run(plan, world.work(crm, journal, Levers())))
    without_skews(journal.path)
    later = undo(world, told)
    assert codes(later) == {"deleted ANOTHER_TIME": 3}
    message = later.rows.outcome(0).message
    assert message.startswith("in the Recycle Bin since 2026-09-21 ")
    assert message.endswith("by this machine's clock; was that clock wrong?")
    assert "wrong" in later.rows.outcome(0).advice.meaning
    assert not world.wire.restores
