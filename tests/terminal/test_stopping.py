"""The brakes of a run: pause, stop, and leaving in the middle."""

from __future__ import annotations

import pytest

from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave, stop
from zohotui.deletion.model.outcome import State

pytestmark = pytest.mark.terminal


def test_a_pause_lets_nothing_leave_a_stop_is_final_and_a_retry_asks_for_just_what_is_left(
    stage: Stage,
) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 301)
    stage.gate.hold()
    terminal = begin(stage, ids, "--parallel", "1")
    ask(terminal)
    org.lock("Leads", ids[7])
    confirm(terminal, "delete 301 Leads")
    stage.gate.wait_for_deletes(1)
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
    terminal.wait_for("301 ids = 1 failed + 200 not sent + 100 verified")
    assert stage.sent == ids[:101]
    (told,) = stage.replays()
    assert told.finished
    assert told.rows.tally == {State.FAILED: 1, State.VERIFIED: 100, State.NOT_SENT: 200}

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
