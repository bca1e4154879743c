"""Lists that come as JSON, as Excel workbooks and out of Zoho, from the open dialog to verified."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.deletion.workbook_support import Made
from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import TITLE, ask, begin, confirm, leave

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
    terminal.wait_for("working on Contacts")
    _delete(terminal, "delete 2 Contacts")
    terminal.press("esc")
    terminal.wait_for("L: 3 Accounts")
    terminal.press("L")
    terminal.wait_for("orking on Accounts")
    _delete(terminal, "delete 3 Accounts")
    assert leave(terminal) == 0
    assert set(org_deleted(stage)) == {*accounts, *contacts}


def _by_column(stage: Stage) -> Terminal:
    """Open a workbook of which a column is called like the external field."""
    path = stage.folder / "erp.xlsx"
    rows = [["Name", "ERP_No"], ["Ann", "K-1001"], ["Bo", "none"]]
    path.write_bytes(Made({"Leads": rows, "Notes": [["Who", "What"], ["x", "y"]]}).data())
    terminal = stage.start("--module", "Leads", "--ids", str(path))
    terminal.wait_for("values of ERP_No")
    terminal.press("enter")
    return terminal


def _by_option(stage: Stage) -> Terminal:
    """Name a query on the command line."""
    path = stage.folder / "q.coql"
    path.write_text("select id from Leads where id is not null limit 3")
    return stage.start("--query", str(path))


@pytest.mark.parametrize("way", [_by_column, _by_option])
def test_a_list_that_is_read_from_zoho_is_deleted_and_verified(
    stage: Stage, way: Callable[[Stage], Terminal]
) -> None:
    org = stage.sandbox.org
    leads = org.add_records("Leads", 5)
    org.externals.define("Leads", "ERP_No")
    org.externals.give("Leads", "ERP_No", leads[0], "K-1001")
    terminal = way(stage)
    terminal.wait_for("Reads only")
    terminal.press("enter")
    terminal.wait_for("Use these ids")
    terminal.press("enter")
    terminal.wait_until_gone("Use these ids")
    terminal.wait_for("d Delete…")
    terminal.press("d")
    terminal.wait_for(lambda t: "press Enter" in t.box(TITLE))
    sentence = re.findall(r"delete \d+ Leads?", terminal.box(TITLE))[-1]
    confirm(terminal, sentence)
    terminal.wait_for("verified")
    terminal.wait_for("idle")
    leave(terminal)
    assert len(stage.deleted) == int(sentence.split()[1])
    assert sorted(stage.sent) == sorted(stage.deleted)


def _elsewhere(terminal: Terminal, key: bytes, title: str) -> None:
    """Go from the open dialog to what a list can be read from instead of a file."""
    terminal.wait_for("d Delete…")
    terminal.press("o")
    terminal.wait_for("View ^l")
    terminal.send(key)
    terminal.wait_for(title)


def _read_and_add(terminal: Terminal) -> None:
    """Read what is offered, and put it behind the list."""
    terminal.wait_for("Reads only")
    terminal.press("enter")
    terminal.wait_for("Add to the")
    terminal.press("tab", "enter")
    terminal.wait_until_gone("Add to the")


def test_a_view_a_query_that_is_mended_and_values_make_one_list(stage: Stage) -> None:
    org = stage.sandbox.org
    leads = org.add_records("Leads", 6)
    org.views.add("Leads", "Two of them", f"id in ('{leads[0]}', '{leads[1]}')")
    org.externals.define("Leads", "ERP_No")
    org.externals.give("Leads", "ERP_No", leads[3], "K-1001")
    terminal = stage.start("--module", "Leads")
    _elsewhere(terminal, b"\x0c", "Two of them")
    terminal.press("enter")
    terminal.wait_for("Reads only")
    terminal.press("enter")
    terminal.wait_for("Use these ids")
    terminal.press("enter")
    terminal.wait_for("2 ids = 2 entered")

    _elsewhere(terminal, b"\x19", "A COQL query")
    terminal.paste(f"select id\nfrom Leads\nwhere id = '{leads[2]}' aand id is not null")
    terminal.wait_for("aand id is not null")
    terminal.send(b"\t")
    terminal.press("enter")
    terminal.wait_for("Reads only")
    terminal.press("enter")
    terminal.wait_for("refuses the query at line 3")
    terminal.wait_for("near: aand")
    # The cursor stands where Zoho found the mistake: Delete mends it.
    terminal.send(b"\x1b[3~")
    terminal.wait_for("' and id")
    terminal.send(b"\t")
    terminal.press("enter")
    _read_and_add(terminal)
    terminal.wait_for("3 ids = 3 entered")

    _elsewhere(terminal, b"\x0f", "External fields of Leads: ERP_No")
    terminal.paste('["K-1001", "none"]')
    terminal.wait_for("none")
    terminal.send(b"\t")
    terminal.press("enter")
    terminal.wait_for("2 values to find")
    terminal.press("enter")
    terminal.wait_for("none not found:")
    terminal.press("tab", "enter")
    terminal.wait_for("4 ids = 4 entered")
    _delete(terminal, "delete 4 Leads")
    assert leave(terminal) == 0
    assert stage.deleted == {*leads[:4]}
    assert sorted(stage.sent) == sorted(leads[:4])
    receipt = next((stage.home / "journals").glob("*.txt")).read_text()
    assert "view Two of them" in receipt
    assert "K-1001" in receipt
    assert "aand" not in receipt


def org_deleted(stage: Stage) -> list[str]:
    """Name all records that are away, of both modules."""
    ledger = stage.sandbox.ledger
    return [*ledger.deleted_ids("Accounts"), *ledger.deleted_ids("Contacts")]
