"""An answer that never comes: the ids are looked up at once, and are not sent again."""

from __future__ import annotations

import pytest

from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind

pytestmark = pytest.mark.terminal


def test_ids_whose_answer_was_lost_are_found_in_the_bin_and_not_sent_again(stage: Stage) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 301)
    stage.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, skip=1))
    terminal = begin(stage, ids, "--parallel", "1")
    ask(terminal)
    org.lock("Leads", ids[250])
    confirm(terminal, "delete 301 Leads")
    terminal.wait_for("301 ids = 1 failed + 300 verified")
    terminal.wait_for("idle")

    terminal.press("/")
    terminal.wait_for("find an id, a name, code or message")
    terminal.type("FOUND_IN")
    terminal.press("enter")
    terminal.wait_for(f"{ids[1]} · verified")
    terminal.wait_for(lambda t: "in the Recycle Bin since" in t.box("· verified"))
    terminal.wait_for("of 100: FOUND_IN")

    org.unlock("Leads", ids[250])
    terminal.press("r")
    terminal.wait_for("Delete 1 record of Leads?")
    confirm(terminal, "delete 1 Lead")
    terminal.wait_for("1 id = 1 verified")
    assert leave(terminal) == 0
    assert stage.sent == [*ids, ids[250]]
    first, second = terminal.last_words.splitlines()
    assert "300 deleted, 0 gone, 1 failed, 0 unknown, 0 not sent" in first
    assert "1 deleted" in second


def test_ids_that_cannot_be_looked_up_stay_unknown_until_somebody_presses_y(stage: Stage) -> None:
    ids = stage.sandbox.org.add_records("Leads", 301)
    stage.sandbox.faults.add(
        Fault(kind=FaultKind.RESET_AFTER, skip=1),
        Fault(
            kind=FaultKind.FLAT_ERROR,
            method="GET",
            path="/Leads",
            # The review reads them first, a hundred a call.
            skip=4,
            status=403,
            code="NO_PERMISSION",
        ),
    )
    terminal = begin(stage, ids, "--parallel", "1")
    ask(terminal)
    confirm(terminal, "delete 301 Leads")
    terminal.wait_for("301 ids = 201 deleted + 100 unknown")
    terminal.wait_for("100 unknown")
    terminal.wait_for("NO_PERMISSION")
    (told,) = stage.replays()
    assert [str(told.rows.ids[place]) for place in told.rows.places({State.UNKNOWN})] == ids[1:101]
    terminal.press("r")
    terminal.wait_for("Nothing of this run failed or was left unsent.")

    terminal.press("y")
    terminal.wait_for("301 ids = 301 verified")
    assert leave(terminal) == 0
    assert stage.sent == ids
