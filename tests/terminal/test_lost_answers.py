"""An answer that never comes: the ids are unknown everywhere, and are not sent again."""

from __future__ import annotations

import pytest

from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave
from zohotui.deletion.outcomes import State
from zohotui.sandbox import Fault, FaultKind

pytestmark = pytest.mark.terminal


def test_ids_whose_answer_was_lost_are_unknown_and_a_retry_never_sends_them_again(
    stage: Stage,
) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 301)
    org.lock("Leads", ids[250])
    stage.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, skip=1))
    terminal = begin(stage, stage.ids_file(ids), "--parallel", "1")
    ask(terminal)
    confirm(terminal, "delete 301 Leads")
    terminal.wait_for("301 ids = 200 deleted + 1 failed + 100 unknown")

    terminal.press("f", "f", "f")
    terminal.wait_for("showing only: unknown")
    terminal.wait_for(f"{ids[1]} · unknown")
    terminal.wait_for(lambda t: "NO_ANSWER" in t.box("· unknown"))
    (told,) = stage.replays()
    assert [str(told.rows.ids[place]) for place in told.rows.places({State.UNKNOWN})] == ids[1:101]

    org.unlock("Leads", ids[250])
    terminal.press("r")
    terminal.wait_for("Delete 1 record of Leads?")
    confirm(terminal, "delete 1 Leads")
    terminal.wait_for("1 id = 1 deleted")
    assert leave(terminal) == 1
    assert stage.sent == [*ids, ids[250]]
    first, second = terminal.last_words.splitlines()
    assert "200 deleted, 0 gone, 1 failed, 100 unknown, 0 not sent" in first
    assert "1 deleted" in second
