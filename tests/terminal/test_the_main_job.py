"""The whole way of a deletion at 80 x 24, from a file to an exported file."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, confirm, fill, leave
from zohotui.deletion.replay import replay

pytestmark = pytest.mark.terminal

_HEADER = ("Record Id", "Account Name.id", "Account Name", "Lead Name", "Company")
_MADE_UP = ["554023000009999001", "554023000009999002"]


def _lived_in(stage: Stage) -> tuple[list[str], dict[str, str]]:
    """Make 248 leads and two ids of none; the ids in order, and how those end that stay."""
    org = stage.sandbox.org
    ids = org.add_records("Leads", 248)
    stays: dict[str, str] = {}
    for record_id in ids[20:24]:
        org.lock("Leads", record_id)
        stays[record_id] = "RECORD_LOCKED"
    for record_id in ids[150:153]:
        org.await_approval("Leads", record_id)
        stays[record_id] = "NOT_APPROVED"
    org.bin("Leads", ids[240])
    stays |= dict.fromkeys([ids[240], *_MADE_UP], "GONE")
    return [*ids[:60], *_MADE_UP, *ids[60:]], stays


def _export(stage: Stage, ids: list[str]) -> Path:
    """Write the ids as Zoho's own export does, with duplicates and entries that are no ids."""
    (account,) = stage.sandbox.org.add_records("Accounts", 1)
    entries = [f"zcrm_{record_id}" for record_id in ids]
    entries[200:200] = [entries[3], entries[4], entries[3], "5.54023E+17", "n/a"]
    path = stage.folder / "Leads_2026.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(_HEADER)
        for entry in entries:
            writer.writerow((entry, f"zcrm_{account}", "Acorn, Oak", "Ada\nMarsh", 'The "A" Ltd'))
    return path


def test_exactly_the_ids_of_a_file_are_deleted_and_everybody_agrees_on_each(stage: Stage) -> None:
    ids, stays = _lived_in(stage)
    bystanders = stage.sandbox.org.add_records("Leads", 20)
    source = _export(stage, ids)
    stage.gate.hold()
    terminal = stage.start()
    terminal.wait_for("Acme Ltd · PRODUCTION")

    _choose_leads(terminal)
    _open(terminal, source)
    _confirm(terminal)
    _watch(stage, terminal)
    _look_at_a_failure(terminal)
    _filter(terminal)
    exported = _export_outcomes(stage, terminal)

    assert leave(terminal) == 1
    assert terminal.restored
    assert set(stage.sent) == set(ids)
    assert len(stage.sent) == len(ids)
    fates = {record_id: stays.get(record_id, "IN_BIN") for record_id in ids}
    assert stage.deleted == {record_id for record_id in ids if record_id not in stays}
    assert not stage.deleted & set(bystanders)
    assert _journaled(stage) == fates
    assert exported == fates
    told = "Leads: 240 deleted, 3 gone, 7 failed, 0 unknown, 0 not sent · journal "
    assert terminal.last_words == f"{told}{stage.journals[0]}"


def _choose_leads(terminal: Terminal) -> None:
    terminal.press("m")
    terminal.wait_for("Leave the field")
    terminal.type("lead")
    terminal.wait_for(lambda t: t.box_lines("Module")[0] == "lead")
    terminal.press("enter")
    terminal.wait_for("Module: Leads")
    terminal.wait_for("o Open")


def _open(terminal: Terminal, source: Path) -> None:
    terminal.press("o")
    terminal.wait_for("path of a CSV")
    fill(terminal, "Open ids file", 0, source.name)
    terminal.press("enter")
    terminal.wait_for("Use these ids")
    found = terminal.box("Open ids file")
    assert "250 ids in Leads_2026.csv, column Record Id" in found
    assert "3 duplicates" in found
    assert "2 entries rejected" in found
    terminal.press("enter")
    terminal.wait_for("250 ids = 250 entered")
    assert "3 duplicates" in terminal.box("Record ids")
    assert "2 rejected" in terminal.box("Record ids")


def _confirm(terminal: Terminal) -> None:
    ask(terminal)
    terminal.wait_for("Looked at")
    asked = terminal.box("Delete 250 records of Leads?")
    for fact in ("Acme Ltd · PRODUCTION · LOCAL · anna@acme.example", "Leads", "Leads_2026.csv"):
        assert fact in asked
    assert "250 ids" in asked
    assert "3 duplicates · 2 entries not an id" in asked
    confirm(terminal, "delete 250 Leads")


def _watch(stage: Stage, terminal: Terminal) -> None:
    """See every state while it runs; the answers come when the gate lets them through."""
    terminal.wait_for("250 ids = 249 entered + 1 sending")
    assert "DELETING" in terminal.lines[0]
    stage.gate.let(1)
    terminal.wait_for("250 ids = 249 sending + 1 deleted")
    stage.gate.let(1)
    terminal.wait_for(lambda t: re.search(r"sending \+ \d+ deleted \+ \d failed", t.words))
    stage.gate.let()
    terminal.wait_for("250 ids = 3 gone + 7 failed + 240 verified")
    terminal.wait_for("idle")


def _look_at_a_failure(terminal: Terminal) -> None:
    terminal.press("/")
    terminal.wait_for("find an id, code or message")
    terminal.type("RECORD_LOCKED")
    terminal.press("enter")
    terminal.wait_for(lambda t: "RECORD_LOCKED" in t.box("· failed"))
    detail = terminal.box("· failed")
    assert "Meaning The record is locked by a record locking rule" in detail
    assert "What to do Unlock it in Zoho CRM" in detail
    terminal.press("esc")
    terminal.wait_for(lambda t: t.box_lines("Leads: last run")[-1] != "RECORD_LOCKED")
    terminal.press("tab")
    for words in ("HTTP status 200", "DELETE Leads, batch 2, 100 ids", '"record_locking"'):
        _scroll_to(terminal, words)


def _scroll_to(terminal: Terminal, words: str) -> None:
    while words not in terminal.box("· failed"):
        terminal.press_and_see("down")


def _filter(terminal: Terminal) -> None:
    for state in ("gone", "failed"):
        terminal.press("f")
        terminal.wait_for(f"showing only: {state}")
    shown = [line for line in terminal.box_lines("Leads: last run") if line.startswith("554")]
    assert shown
    assert all(line.split()[1] == "failed" for line in shown)


def _export_outcomes(stage: Stage, terminal: Terminal) -> dict[str, str]:
    """Export and read the file: id → code."""
    path = stage.folder / "outcomes.csv"
    terminal.press("e")
    terminal.wait_for("Export results")
    fill(terminal, "Export results", 1, path.name)
    terminal.press("enter")
    terminal.wait_until_gone("Export results")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    states = Counter((row["State"], row["Code"] == "IN_BIN") for row in rows)
    assert states == {("verified", True): 240, ("gone", False): 3, ("failed", False): 7}
    assert all(row["What to do"] for row in rows)
    return {row["Record Id of any outcome"].removeprefix("zcrm_"): row["Code"] for row in rows}


def _journaled(stage: Stage) -> dict[str, str]:
    """Read the one journal: id → code."""
    (path,) = stage.journals
    told = replay(path)
    assert told.finished
    assert not told.torn
    outcomes = map(told.rows.outcome, range(len(told.rows)))
    return {str(i): one.code for i, one in zip(told.rows.ids, outcomes, strict=True)}
