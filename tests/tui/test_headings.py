"""Which words above numbers may be the name of an external field."""

from __future__ import annotations

import pytest

from zohotui.deletion.ids.pasted import parse_text
from zohotui.tui.headings import field_named, headings
from zohotui.zoho.external import ExternalField

ERP = ExternalField("ERP_No", "ERP Number", of_user=False)
ID = "554023000000201001"


@pytest.mark.parametrize("head", ["ERP_No", "erp_no", "ERP Number", '"ERP_No"'])
def test_a_list_is_headed_by_a_field(head: str) -> None:
    ids = parse_text(f"{head}\n{ID}\n", "pasted text", names=("Leads",))
    assert list(ids.ids) == [int(ID)]
    assert field_named(ids, [ERP]) is ERP


@pytest.mark.parametrize(
    "text", [ID, f"Record Id\n{ID}", f"{ID}\nERP_No\n", f"12-34\n{ID}", f"Leads to go\n{ID}"]
)
def test_other_lists_are_not(text: str) -> None:
    assert field_named(parse_text(text, "pasted text", names=("Leads",)), [ERP]) is None


def test_nothing_is_asked_of_a_list_without_words_above_it() -> None:
    assert headings(parse_text(f"{ID}\n{ID[:-1]}x\n", "pasted text")) == []
