"""The record of a row: every field that was read, searchable; all of it on request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.tui.lists import enter, leads, look, reads
from tests.tui.practice import practice
from zohotui.tui.dialogs.row_details import RowDetails
from zohotui.tui.words.record import record_facts

ENTRY: dict[str, Any] = {
    "id": "5",
    "Company": "Acme\u202e",
    "Account_Name": {"name": "Acorn", "id": "7"},
    "Choices": ["One", "Two"],
    "Items": [
        {"Product": {"name": "Box", "id": "8"}, "Quantity": 3, "Note": None},
        {"Quantity": 4},
    ],
    "$editable": True,
    "Locked__s": False,
    "Fax": None,
}


def test_a_record_is_told_in_groups_with_every_field() -> None:
    told = [(label, str(words)) for label, words in record_facts("Read", ENTRY)]
    assert [words for label, words in told if not label and words] == [
        "Read · Fields",
        "Read · Links to other records",
        "Read · Lists and rows",
        "Read · Zoho's own",
    ]
    assert ("Company", "Acme\N{REPLACEMENT CHARACTER}") in told
    assert ("Account_Name", "Acorn · 7") in told
    assert ("Choices", "One, Two") in told
    assert ("Items 1", "Product: Box · 8 · Quantity: 3") in told
    assert ("Items 2", "Quantity: 4") in told
    assert ("Locked__s", "false") in told
    assert ("Empty", "Fax") in told


def test_words_choose_the_lines_that_hold_them() -> None:
    def labels(*words: str) -> list[str]:
        return [label for label, _ in record_facts("Read", ENTRY, words) if label]

    assert labels("acorn") == ["Account_Name"]
    assert labels("items", "box") == ["Items 1"]
    assert labels("fax") == ["Empty"]
    assert labels("nothing of this") == []


async def test_the_fields_cost_nothing_and_the_whole_record_one_call(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        (one,) = leads(stage, 1)
        org = stage.sandbox.org
        org.change_fields("Leads", one, Rows=[{"Step": "Subform row"}], Company="Gizmo")
        await enter(stage, [one])
        await stage.pilot.press("enter")
        await stage.until(lambda: "Not read yet." in stage.text())
        await stage.pilot.press("escape")
        await look(stage)
        before = reads(stage)
        await stage.pilot.press("enter")
        await stage.until(lambda: "As it was read · Fields" in stage.text())
        assert isinstance(stage.app.screen, RowDetails)
        assert "Gizmo" in stage.text()
        assert "Subform row" not in stage.text()
        assert "w reads all of it: 1 API call" in stage.text()
        assert reads(stage) == before
        await stage.pilot.press("w")
        await stage.until(lambda: "The whole record, as it is now · Lists" in stage.text())
        assert "Subform row" in stage.text()
        # Asked for, it stands first: in a small window what is below would not be seen.
        assert stage.text().index("The whole record") < stage.text().index("Read; no reason")
        assert reads(stage) == before + 1
        await stage.pilot.press("slash", "g", "i", "z")
        await stage.until(lambda: "Subform row" not in stage.text())
        assert "Gizmo" in stage.text()
        await stage.pilot.press("escape")
        await stage.until(lambda: "Subform row" in stage.text())
        org.bin("Leads", one)
        await stage.pilot.press("w")
        await stage.until(lambda: "Zoho shows your user no such record now." in stage.text())
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
