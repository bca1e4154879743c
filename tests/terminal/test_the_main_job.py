"""The whole way of a deletion at 80 x 24, from a file to an exported file."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, confirm, fill, leave, show_only
from zohotui.deletion.journal.replay import read_journal, replay

pytestmark = pytest.mark.terminal

_HEADER = ("Record Id", "Account Name.id", "Account Name", "Lead Name", "Company")
_MADE_UP = ["554023000009999001", "554023000009999002"]


def _lived_in(stage: Stage) -> tuple[list[str], dict[str, str]]:
    """Make 248 leads and two ids of none; the ids in order, and why some are left out."""
    org = stage.sandbox.org
    ids = org.add_records("Leads", 248)
    for record_id in ids[150:153]:
        org.await_approval("Leads", record_id)
    org.bin("Leads", ids[240])
    left_out = dict.fromkeys(ids[150:153], "IN_APPROVAL")
    left_out |= {ids[240]: "ALREADY_BINNED", **dict.fromkeys(_MADE_UP, "MISSING")}
    return [*ids[:60], *_MADE_UP, *ids[60:]], left_out


def _meanwhile(stage: Stage, ids: list[str]) -> dict[str, str]:
    """Lock leads of every batch and delete one, as colleagues do; how these end."""
    org, locked = stage.sandbox.org, [*ids[20:22], ids[170], ids[235]]
    for record_id in locked:
        org.lock("Leads", record_id)
    org.bin("Leads", ids[100], by=org.users[1])
    return {**dict.fromkeys(locked, "RECORD_LOCKED"), ids[100]: "GONE"}


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
    ids, left_out = _lived_in(stage)
    bystanders = stage.sandbox.org.add_records("Leads", 20)
    source = _export(stage, ids)
    stage.gate.hold()
    terminal = stage.start()
    terminal.wait_for("Acme Ltd · PRODUCTION")

    _choose_leads(terminal)
    _open(terminal, source)
    stays = _confirm(stage, terminal, ids)
    _watch(stage, terminal)
    _look_at_a_failure(terminal)
    _filter(terminal)
    exported = _export_outcomes(stage, terminal)

    assert leave(terminal) == 1
    assert terminal.restored
    assert set(stage.sent) == set(ids) - set(left_out)
    assert len(stage.sent) == 244
    stays |= left_out
    fates = {record_id: stays.get(record_id, "IN_BIN") for record_id in ids}
    assert stage.deleted == {record_id for record_id in ids if record_id not in stays}
    assert not stage.deleted & set(bystanders)
    assert _journaled(stage) == fates
    assert exported == fates
    told = (
        "Leads: 239 deleted, 1 gone, 4 failed, 0 unknown, 0 not sent, 3 held, 3 missing · journal "
    )
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
    fill(terminal, "Open a list of ids", 0, source.name)
    terminal.press("enter")
    terminal.wait_for("Use these ids")
    found = terminal.box("Open a list of ids")
    assert "250 ids in Leads_2026.csv, column Record Id" in found
    assert "3 duplicates" in found
    assert "2 entries rejected" in found
    terminal.press("enter")
    terminal.wait_for("250 ids = 250 entered")
    assert "3 duplicates" in terminal.words
    assert "2 rejected" in terminal.words


def _confirm(stage: Stage, terminal: Terminal, ids: list[str]) -> dict[str, str]:
    title = "Delete 244 records of Leads?"
    ask(terminal)
    asked = terminal.box(title)
    for fact in ("Acme Ltd · PRODUCTION · LOCAL · anna@acme.example", "Leads", "Leads_2026.csv"):
        assert fact in asked
    assert "244 of 250 ids" in asked
    for left_out in ("3 held (3 waiting for approval)", "3 missing (2 not found"):
        assert left_out in asked
    while "3 duplicates · 2 entries not an id" not in terminal.box(title):
        terminal.press_and_see("pagedown")
    stays = _meanwhile(stage, ids)
    confirm(terminal, "delete 244 Leads")
    return stays


def _watch(stage: Stage, terminal: Terminal) -> None:
    """See every state while it runs; the answers come when the gate lets them through."""
    terminal.wait_for("250 ids = 243 queued + 3 held + 3 missing + 1 sending")
    assert "DELETING" in terminal.lines[0]
    stage.gate.let(1)
    terminal.wait_for("250 ids = 3 held + 3 missing + 243 sending + 1 deleted")
    stage.gate.let(1)
    terminal.wait_for(lambda t: re.search(r"sending \+ \d+ deleted \+ \d failed", t.words))
    stage.gate.let()
    terminal.wait_for("250 ids = 3 held + 3 missing + 1 gone + 4 failed + 239 verified")
    terminal.wait_for("idle")


def _look_at_a_failure(terminal: Terminal) -> None:
    # Keys for fields overtake others.
    terminal.press("home")
    terminal.wait_for("554023000000201001 · ")
    terminal.press("/")
    terminal.wait_for("find an id, a name, code or message")
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
    for state in ("held", "missing", "gone", "failed"):
        show_only(terminal, state)
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
    assert states == {
        ("verified", True): 239,
        ("gone", False): 1,
        ("failed", False): 4,
        ("held", False): 3,
        ("missing", False): 3,
    }
    assert all(row["What to do"] for row in rows)
    return {row["Record Id (all outcomes)"].removeprefix("zcrm_"): row["Code"] for row in rows}


def _journaled(stage: Stage) -> dict[str, str]:
    """Read the one journal: id → code."""
    (path,) = stage.journals
    told = replay(path)
    assert told.finished
    assert not read_journal(path).torn
    outcomes = map(told.rows.outcome, range(len(told.rows)))
    return {str(i): one.code for i, one in zip(told.rows.ids, outcomes, strict=True)}
