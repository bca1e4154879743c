"""The terminal goes away, or the program is told to go, while a batch is in flight."""

from __future__ import annotations

import signal

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.phases import IDS, deleting
from tests.terminal.stage import Stage
from zohotui.deletion.journal.receipt import receipt_of
from zohotui.deletion.journal.verify_file import verify_journal
from zohotui.deletion.model.levers import Cause
from zohotui.deletion.model.outcome import State

pytestmark = pytest.mark.terminal

_SOON = 15.0
"""Seconds in which the program is gone once its last answer came."""


@pytest.fixture
def in_flight(stage: Stage) -> Terminal:
    """Have a batch in flight of which nobody told the program yet."""
    return deleting(stage)


def _the_journal_knows_all(stage: Stage, cause: Cause) -> None:
    (told,) = stage.replays()
    assert not told.finished
    assert told.cut_off == cause
    # The signal and the answer race: at most one more batch may have left before it was heard.
    deleted = len(stage.deleted)
    assert deleted in {11, 21}
    assert told.rows.tally == {State.DELETED: deleted, State.ENTERED: 31 - deleted}
    places = told.rows.places({State.DELETED})
    assert {str(told.rows.ids[place]) for place in places} == stage.deleted == set(stage.sent)


def test_a_batch_in_flight_lands_in_the_journal_when_the_line_is_told_to_have_dropped(
    stage: Stage, in_flight: Terminal
) -> None:
    in_flight.signal(signal.SIGHUP)
    in_flight.wait_for("stopping")
    stage.gate.let()
    assert in_flight.exit_status(_SOON) == 129
    assert in_flight.restored
    _the_journal_knows_all(stage, Cause.LINE)


def test_a_signal_to_end_lands_what_is_in_flight_and_restores_the_terminal(
    stage: Stage, in_flight: Terminal
) -> None:
    # Of SIGINT and SIGTERM others tell.
    in_flight.signal(signal.SIGQUIT)
    in_flight.wait_for("stopping")
    stage.gate.let()
    assert in_flight.exit_status(_SOON) == 1
    assert in_flight.restored
    assert "11 deleted, 0 gone, 0 failed, 0 unknown, 20 not sent" in in_flight.last_words
    _the_journal_knows_all(stage, Cause.SIGNAL)
    # Who ends a small run early has its receipt.
    (journal,) = stage.journals
    text = receipt_of(journal).read_text(encoding="utf-8")
    assert f"{IDS:>11,}  ids in all" in text
    assert f"{11:>11,}  deleted" in text
    assert verify_journal(journal).code == 0
