"""The real program cut off in the middle of a run, in whatever way, and started again."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.phases import deleting, share
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave
from zohotui.deletion.model.outcome import State

pytestmark = pytest.mark.terminal

COUNT = 31


def killed(stage: Stage) -> list[str]:
    """Delete one record, send ten more, and die before their answer comes."""
    stage.gate.hold(after=1)
    ids = stage.sandbox.org.add_records("Leads", COUNT)
    terminal = begin(stage, ids, "--parallel", "1", "--batch-size", "10")
    ask(terminal)
    confirm(terminal, f"delete {COUNT} Leads")
    stage.gate.wait_for_deletes(2)
    terminal.wait_for("20 queued + 10 sending + 1 deleted")
    terminal.signal(signal.SIGKILL)
    assert terminal.exit_status() == -signal.SIGKILL
    # The journal doubts the batch in flight.
    (told,) = stage.replays()
    assert not told.finished
    assert told.rows.tally == {State.DELETED: 1, State.UNKNOWN: 10, State.ENTERED: 20}
    stage.gate.let()
    return ids


def restart(stage: Stage) -> Terminal:
    terminal = stage.start()
    terminal.wait_for("Unfinished run")
    terminal.wait_for("1 deleted · 10 unknown · 20 queued")
    terminal.wait_for("Go on (space) with 20 ids")
    return terminal


def by_a_dropped_line(terminal: Terminal) -> int:
    terminal.hang_up()
    # The dead terminal is not spun upon while the answer is awaited.
    assert share(terminal) < 0.5
    return 129


def by_a_signal(terminal: Terminal) -> int:
    terminal.signal(signal.SIGTERM)
    terminal.wait_for("stopping")
    return 1


def cut_off(stage: Stage, cut: Callable[[Terminal], int], why: str) -> tuple[Terminal, list[str]]:
    """Cut a run off, with its second request in flight, and start again: what is asked, the ids."""
    terminal = deleting(stage)
    # The signal and the answer race: it is heard before.
    code = cut(terminal)
    stage.gate.let()
    assert terminal.exit_status() == code
    (told,) = stage.replays()
    assert not told.finished
    assert told.rows.tally == {State.DELETED: 11, State.ENTERED: 20}
    if cut is by_a_signal:
        assert terminal.restored
        assert "11 deleted, 0 gone, 0 failed, 0 unknown, 20 not sent" in terminal.last_words
    ids = stage.sent + [str(one) for one in stage.replays()[0].rows.ids[11:]]

    terminal = stage.start()
    terminal.wait_for("Unfinished run")
    terminal.wait_for(f"In the middle of this run {why}. Nothing is sent")
    terminal.wait_for("11 deleted · 20 queued")
    terminal.wait_for("Verify (y) 11 deleted ids")
    terminal.wait_for("Go on (space) with 20 ids")
    assert stage.sent == ids[:11]
    return terminal, ids


def test_after_a_line_that_dropped_the_next_start_goes_on_with_what_was_never_sent(
    stage: Stage,
) -> None:
    why = "the terminal was closed, or the line to it dropped"
    terminal, ids = cut_off(stage, by_a_dropped_line, why)
    choose(terminal, "space")
    terminal.wait_for(lambda t: "press Enter" in t.box("Delete 20 records of Leads?"))
    confirm(terminal, "delete 20 Leads")
    terminal.wait_for(f"{COUNT} ids = {COUNT} verified")
    assert leave(terminal) == 0
    assert stage.sent == ids
    assert stage.deleted == set(ids)


def test_after_a_signal_the_next_start_asks_and_a_run_that_is_closed_then_is_not_asked_about(
    stage: Stage,
) -> None:
    terminal, ids = cut_off(stage, by_a_signal, "zohotui was told to end")
    choose(terminal, "x")
    terminal.wait_for(f"{COUNT} ids = 11 deleted + 20 not sent")
    assert leave(terminal) == 0
    terminal = stage.start()
    terminal.wait_for("idle")
    # A question about it would come in between, and take these keys.
    terminal.press("h")
    terminal.wait_for("11 deleted · 20 not sent")
    terminal.press("enter")
    terminal.wait_for("Leads: run of ")
    assert len(stage.sent) == 11
    terminal.press("r")
    terminal.wait_for(lambda t: "press Enter" in t.box("Delete 20 records of Leads?"))
    confirm(terminal, "delete 20 Leads")
    terminal.wait_for("20 ids = 20 verified")
    assert leave(terminal) == 0
    assert Counter(stage.sent) == Counter(ids)


def test_an_undo_whose_line_drops_is_asked_about_too(stage: Stage) -> None:
    terminal = begin(stage, stage.sandbox.org.add_records("Leads", 3))
    ask(terminal)
    confirm(terminal, "delete 3 Leads")
    terminal.wait_for("3 ids = 3 verified")
    terminal.wait_for("idle")
    terminal.press("u")
    terminal.wait_for(lambda t: "press Enter" in t.box("Restore"))
    stage.gate.hold_reads()
    confirm(terminal, "restore 3 Leads", "Restore")
    stage.gate.wait_for_a_read()
    terminal.hang_up()
    time.sleep(0.5)
    stage.gate.let_reads()
    assert terminal.exit_status() == 129
    terminal = stage.start()
    terminal.wait_for("In the middle of restoring this run the terminal was closed")
    terminal.wait_for("Go on restoring (u) 3 ids")
    assert stage.sandbox.ledger.asked_back == []


def choose(terminal: Terminal, key: str) -> None:
    """Press a key until it counts: those typed too soon are dropped."""
    for _ in range(50):
        terminal.press(key)
        if terminal.shows(lambda t: not t.box_lines("Unfinished run"), within=0.2):
            return
    raise AssertionError(terminal.text)


def test_the_next_start_looks_up_first_and_the_one_after_goes_on_with_what_was_never_sent(
    stage: Stage,
) -> None:
    ids = killed(stage)
    terminal = restart(stage)
    choose(terminal, "y")
    terminal.wait_for(f"{COUNT} ids = 20 queued + 11 verified")
    terminal.wait_for("idle")
    assert leave(terminal) == 1
    assert stage.sent == ids[:11]

    terminal = stage.start()
    terminal.wait_for("11 verified · 20 queued")
    choose(terminal, "space")
    terminal.wait_for(lambda t: "press Enter" in t.box("Delete 20 records of Leads?"))
    assert stage.sent == ids[:11]
    confirm(terminal, "delete 20 Leads")
    terminal.wait_for(f"{COUNT} ids = {COUNT} verified")
    terminal.wait_for("idle")
    assert leave(terminal) == 0
    assert terminal.last_words.startswith(f"Leads: {COUNT} deleted, 0 gone, 0 failed, 0 unknown")
    assert Counter(stage.sent) == Counter(ids)
    assert stage.deleted == set(ids)
    (told,) = stage.replays()
    assert told.finished
    assert told.rows.tally == {State.VERIFIED: COUNT}
