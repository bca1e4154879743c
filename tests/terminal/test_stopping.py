"""The brakes of a run: pause, stop, and leaving in the middle."""

from __future__ import annotations

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave, stop
from zohotui.deletion.model.outcome import State

pytestmark = pytest.mark.terminal


def _running(stage: Stage, ids: list[str], locked: str = "") -> Terminal:
    """Confirm a run of one request at a time, none of whose answers come yet.

    One lead is `locked` while the sentence is typed.
    """
    stage.gate.hold()
    terminal = begin(stage, ids, "--parallel", "1")
    ask(terminal)
    if locked:
        stage.sandbox.org.lock("Leads", locked)
    confirm(terminal, f"delete {len(ids)} Leads")
    stage.gate.wait_for_deletes(1)
    return terminal


def test_a_pause_lets_nothing_leave_until_it_is_lifted_and_a_stop_is_final(stage: Stage) -> None:
    ids = stage.sandbox.org.add_records("Leads", 301)
    terminal = _running(stage, ids)
    terminal.press("space")
    terminal.wait_for("PAUSED")
    stage.gate.let(1)
    terminal.wait_for("301 ids = 300 queued + 1 deleted")
    assert stage.delete_requests == 1

    terminal.press("space")
    terminal.wait_for("DELETING")
    stage.gate.wait_for_deletes(2)
    assert stage.sent == ids[:101]
    stop(terminal)
    terminal.wait_for("stopping after the requests in flight")
    stage.gate.let()
    terminal.wait_for("301 ids = 200 not sent + 101 verified")

    assert leave(terminal) == 1
    assert stage.sent == ids[:101]
    assert stage.deleted == set(ids[:101])
    (told,) = stage.replays()
    assert told.finished
    assert told.rows.tally == {State.VERIFIED: 101, State.NOT_SENT: 200}
    assert "101 deleted, 0 gone, 0 failed, 0 unknown, 200 not sent" in terminal.last_words


def test_a_retry_asks_again_and_deletes_exactly_what_failed_or_was_not_sent(stage: Stage) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 301)
    terminal = _running(stage, ids, locked=ids[7])
    stage.gate.let(1)
    stage.gate.wait_for_deletes(2)
    stop(terminal)
    terminal.wait_for("stopping")
    stage.gate.let()
    terminal.wait_for("301 ids = 1 failed + 200 not sent + 100 verified")

    org.unlock("Leads", ids[7])
    terminal.press("r")
    terminal.wait_for("Delete 201 records of Leads?")
    terminal.wait_for("1 failed · 200 not sent")
    assert stage.sent == ids[:101]
    confirm(terminal, "delete 201 Leads")
    terminal.wait_for("201 ids = 201 verified")

    assert leave(terminal) == 0
    assert stage.sent[101:] == [ids[7], *ids[101:]]
    assert stage.deleted == set(ids)
    assert [told.finished for told in stage.replays()] == [True, True]
    assert [line.split(",")[0] for line in terminal.last_words.splitlines()] == [
        "Leads: 100 deleted",
        "Leads: 201 deleted",
    ]
