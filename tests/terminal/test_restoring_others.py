"""Records that others deleted are found in the Recycle Bin and restored, as an admin sees it."""

from __future__ import annotations

import signal
import time

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import begin, confirm, leave
from zohotui.deletion.model.outcome import State
from zohotui.sandbox.faults import Fault, FaultKind

pytestmark = pytest.mark.terminal

TITLE = "Restore "


def look_and_stop(stage: Stage, terminal: Terminal) -> None:
    stage.gate.hold_reads()
    terminal.press("u")
    terminal.wait_for("Looking for 5 ids in the Recycle Bin")
    # Nothing opens above what closes by itself.
    terminal.send(b"\x10")
    terminal.press("esc")
    terminal.wait_for("Stopped looking in the Recycle Bin. Nothing was restored.")
    stage.gate.let_reads()


def test_exactly_what_others_deleted_comes_back(stage: Stage) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 6)
    bo, chiara = org.users[1:3]
    day = 86_400
    for one, by, days in ((0, bo, 3), (1, bo, 2), (2, chiara, 1)):
        org.bin("Leads", ids[one], at=time.time() - days * day, by=by)
    terminal = begin(stage, ids[:5])
    before = len(stage.sandbox.ledger.requests)
    terminal.press("u")
    terminal.wait_for("press Enter")
    asked = [one.path for one in stage.sandbox.ledger.requests[before:]]
    assert asked == ["/crm/v8/settings/recycle_bin"]
    words = " ".join(terminal.box(TITLE).split())
    for wanted in (
        "3 in the Recycle Bin, of 5 ids",
        f"{bo.full_name}: 2, ",
        f"{chiara.full_name}: 1, ",
    ):
        assert wanted in words, terminal.text
    # One of them is deleted again before the sentence is typed.
    org.restore(ids[1])
    org.bin("Leads", ids[1], by=chiara)
    terminal.press("esc")
    terminal.wait_until_gone("press Enter")
    assert stage.sandbox.ledger.asked_back == []
    look_and_stop(stage, terminal)
    terminal.press("u")
    terminal.wait_for("press Enter")
    org.restore(ids[2])
    org.bin("Leads", ids[2], by=bo)
    confirm(terminal, "restore 3 Leads", TITLE)
    terminal.wait_for("deleted again since")
    terminal.wait_for("2 restored")
    terminal.press("R")
    terminal.wait_for("RECEIPT OF A RESTORE")
    terminal.press_and_see("esc")
    assert sorted(stage.sandbox.ledger.asked_back) == ids[:2]
    terminal.press("esc")
    terminal.wait_for("d Delete…")
    # What is not in the bin, or not there any more, is said.
    terminal.press("ctrl+n")
    terminal.wait_for("Clear the list")
    terminal.press("y")
    terminal.wait_for("no ids yet")
    terminal.press("i")
    terminal.type(ids[5])
    terminal.wait_for("1 id = 1 entered")
    terminal.press("esc")
    terminal.wait_until_gone("Leave the field")
    terminal.press("u")
    terminal.wait_for("The id is not in the Recycle Bin")
    assert leave(terminal) == 1
    assert b"Leads: 1 not restored, 2 restored" in terminal.raw
    (run,) = stage.replays()
    assert run.rows.tally == {State.RESTORED: 2, State.DELETED: 1}
    assert stage.sent == []


def test_killed_in_the_middle_it_is_gone_on_with(stage: Stage) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 3)
    for one in ids:
        org.bin("Leads", one, by=org.users[1])
    terminal = begin(stage, ids)
    terminal.press("u")
    terminal.wait_for("press Enter")
    stage.sandbox.faults.add(Fault(kind=FaultKind.HANG_BEFORE, method="POST"))
    confirm(terminal, "restore 3 Leads", TITLE)
    terminal.wait_for(lambda _: any('{"restoring":' in j.read_text() for j in stage.journals))
    terminal.signal(signal.SIGKILL)
    assert terminal.exit_status() == -signal.SIGKILL
    stage.sandbox.faults.clear()
    again = stage.start()
    again.wait_for("The outcome of 3 ids of earlier runs is still unknown.")
    again.press("h")
    again.wait_for("restore · 3 perhaps restored")
    again.press("enter")
    again.wait_until_gone("Runs, newest first")
    again.press("u")
    again.wait_for("press Enter")
    confirm(again, "restore 3 Leads", TITLE)
    again.wait_for("3 ids = 3 restored")
    assert leave(again) == 0
    assert all(org.exists("Leads", one) for one in ids)
    assert stage.sent == []


def test_without_a_scope_it_says_what_is_missing(stage: Stage) -> None:
    org = stage.sandbox.org
    (one,) = org.add_records("Leads", 1)
    org.bin("Leads", one, by=org.users[1])
    scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.org.READ", "ZohoCRM.users.READ"]
    scopes += ["ZohoCRM.settings.modules.READ"]
    blind = stage.sandbox.issue_token(scopes=scopes)
    terminal = begin(stage, [one], environ={"ZOHOTUI_ACCESS_TOKEN": blind})
    terminal.press("u")
    terminal.wait_for("ZohoCRM.settings.recycle_bin.READ")
    assert leave(terminal) == 0
    sees = stage.sandbox.issue_token(scopes=[*scopes, "ZohoCRM.settings.recycle_bin.READ"])
    terminal = begin(stage, [one], environ={"ZOHOTUI_ACCESS_TOKEN": sees})
    terminal.press("u")
    terminal.wait_for("1 in the Recycle Bin, of 1 id")
    confirm(terminal, "restore 1 Lead", TITLE)
    terminal.wait_for("Undo needs the scopes ZohoCRM.settings.recycle_bin.READ")
    assert leave(terminal) == 1
    assert stage.sandbox.ledger.asked_back == []
