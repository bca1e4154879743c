"""Lists that come as JSON and as Excel workbooks, from the file to verified."""

from __future__ import annotations

import json

import pytest

from tests.deletion.workbook_support import Made
from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave

pytestmark = pytest.mark.terminal


def _delete(terminal: Terminal, sentence: str) -> None:
    number, module = sentence.split()[1:]
    title = f" of {module}?"
    ask(terminal, title)
    confirm(terminal, sentence, title)
    terminal.wait_for(f"{number} ids = {number} verified")
    terminal.wait_for("idle")


def test_a_workbook_gives_the_ids_that_are_seen_in_it(stage: Stage) -> None:
    ids = stage.sandbox.org.add_records("Leads", 6)
    lost, hidden = int(ids[4]), f"zcrm_{ids[5]}"
    rows = [["Name", "Record Id"], *(["Ann", f"zcrm_{one}"] for one in ids[:4])]
    path = stage.folder / "leads.xlsx"
    made = Made({"Leads": [*rows, ["Bo", lost], ["Cy", hidden]], "Notes": []}, hidden_rows=[7])
    path.write_bytes(made.data())
    terminal = begin(stage, path)
    terminal.wait_for("2 rejected")
    terminal.press("!")
    terminal.wait_for(f"cell B7: {hidden}")
    assert f"cell B6: {lost}" in terminal.text
    terminal.press("esc")
    terminal.wait_until_gone("Esc closes")
    _delete(terminal, "delete 4 Leads")
    assert leave(terminal) == 0
    assert stage.deleted == set(ids[:4])


def test_json_lines_of_two_modules_are_worked_off_children_first(stage: Stage) -> None:
    org = stage.sandbox.org
    accounts, contacts = org.add_records("Accounts", 3), org.add_records("Contacts", 2)
    owner = {"id": org.users[0].id, "name": "Anna"}
    records = [
        *({"Owner": owner, "id": one, "Module": "Accounts"} for one in accounts),
        *({"Owner": owner, "id": one, "Module": "Contacts"} for one in contacts),
    ]
    path = stage.folder / "mixed.jsonl"
    path.write_text("\n".join(map(json.dumps, records)))
    terminal = stage.start("--ids", str(path))
    terminal.wait_for("Use these ids")
    terminal.press("enter")
    terminal.wait_for("Module: Contacts")
    _delete(terminal, "delete 2 Contacts")
    terminal.press("esc")
    terminal.wait_for("N: 3 Accounts")
    terminal.press("L")
    terminal.wait_for("Module: Accounts")
    _delete(terminal, "delete 3 Accounts")
    assert leave(terminal) == 0
    assert set(org_deleted(stage)) == {*accounts, *contacts}


def org_deleted(stage: Stage) -> list[str]:
    """Name all records that are away, of both modules."""
    ledger = stage.sandbox.ledger
    return [*ledger.deleted_ids("Accounts"), *ledger.deleted_ids("Contacts")]
