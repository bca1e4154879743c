"""Which words above numbers may be the name of an external field."""

from __future__ import annotations

import pytest

from tests.deletion.workbook_support import Made
from zohotui.deletion.ids.file import inspect, read_ids
from zohotui.deletion.ids.pasted import parse_text
from zohotui.tui.words.headings import field_named, headings
from zohotui.zoho.external import ExternalField

ERP = ExternalField("ERP_No", "ERP Number", of_user=False)
ID = "554023000000201001"


@pytest.mark.parametrize("head", ["ERP_No", "erp_no", "ERP Number", '"ERP_No"'])
def test_a_list_is_headed_by_a_field(head: str) -> None:
    ids = parse_text(f"{head}\n{ID}\n", "pasted text", names=("Leads",))
    assert list(ids.ids) == [int(ID)]
    assert field_named(ids, [ERP]) is ERP


@pytest.mark.parametrize(
    "text",
    [
        f"\nERP_No\n{ID}\n",
        f"my list\n\nERP Number\n{ID}\n",
        f"ERP_No:\n{ID}\n",
        f"{ID[:-1]}2\nERP_No\n{ID}\n",
        f"Record Id\n{ID[:-1]}2\n\nERP_No\n{ID}\n",
    ],
)
def test_a_heading_counts_wherever_it_stands_above_numbers(text: str) -> None:
    ids = parse_text(text, "pasted text", names=("Leads",))
    assert int(ID) in ids.ids
    assert field_named(ids, [ERP]) is ERP


@pytest.mark.parametrize("above", [[], [["My export"]]])
def test_a_heading_counts_in_a_workbook_of_one_column(above: list[list[str]]) -> None:
    data = Made({"S": [*above, ["ERP_No"], [ID]]}).data()
    ids = read_ids(data, inspect(data, ("Leads",)))
    assert list(ids.ids) == [int(ID)]
    assert field_named(ids, [ERP]) is ERP


@pytest.mark.parametrize(
    "text", [ID, f"Record Id\n{ID}", f"12-34\n{ID}", f"Leads to go\n{ID}", f"{ID}\nERP\n{ID}"]
)
def test_other_lists_are_not(text: str) -> None:
    assert field_named(parse_text(text, "pasted text", names=("Leads",)), [ERP]) is None


def test_nothing_is_asked_of_a_list_without_words_above_it() -> None:
    assert headings(parse_text(f"{ID}\n{ID[:-1]}x\n", "pasted text")) == []
