"""What can be taken of an opened file, and when it must be asked."""

from __future__ import annotations

import pytest

from tests.deletion.workbook_support import Made
from zohotui.deletion.ids.file import inspect
from zohotui.tui.column_choices import choices_of, is_clear, why_not_clear
from zohotui.zoho.external import ExternalField

ERP = ExternalField("ERP_No", "ERP Number", of_user=False)
OLD = ExternalField("Old_Id", "Lead ID", of_user=False)
ID = "554023000000527001"
LEADS = ("Leads", "Lead", "Leads")


def offered(text: str, *fields: ExternalField) -> list[tuple[int | None, str]]:
    """Return the choices, as columns and fields."""
    choices = choices_of(inspect(text.encode(), LEADS), fields)
    return [(one.column, one.field.api_name if one.field else "") for one in choices]


@pytest.mark.parametrize("head", ["ERP_No", "erp number", "ERP Number"])
def test_a_column_called_like_an_external_field_is_offered_as_its_values_first(head: str) -> None:
    text = f"Name,{head}\nAnn,K-1\nBo,K-2\n"
    assert not is_clear(inspect(text.encode(), LEADS), [ERP])
    assert offered(text, ERP)[0] == (None, "ERP_No")
    words = choices_of(inspect(text.encode(), LEADS), [ERP])[0].words
    assert words.plain.endswith("values of ERP_No  K-1, K-2")
    assert "0% ids" not in words.plain


def test_numbers_below_the_name_of_a_field_are_offered_as_values_and_as_ids() -> None:
    text = f"ERP_No\n{ID}\n"
    table = inspect(text.encode(), LEADS)
    assert offered(text, ERP) == [(None, "ERP_No"), (0, "")]
    assert "as record ids" in choices_of(table, [ERP])[1].words.plain


def test_a_column_of_the_own_id_that_is_called_like_a_field_is_asked_about() -> None:
    text = f"Lead ID\n{ID}\n"
    table = inspect(text.encode(), LEADS)
    assert table.id_column == 0
    assert is_clear(table, [ERP])
    assert not is_clear(table, [ERP, OLD])
    assert why_not_clear(table, [OLD], "") == "Lead ID is an external field (Old_Id)."
    assert offered(text, OLD) == [(None, "Old_Id"), (0, "")]


def test_the_lines_of_a_file_that_is_no_table_may_be_of_any_field() -> None:
    assert offered("K-1\nK-2\n", ERP, OLD) == [(0, ""), (None, "ERP_No"), (None, "Old_Id")]


def test_a_plain_list_of_ids_stays_clear() -> None:
    assert is_clear(inspect(f"{ID}\n".encode(), LEADS), [ERP, OLD])


def test_what_is_not_known_of_the_fields_is_said() -> None:
    table = inspect(b"Name,ERP_No\nAnn,K-1\n", LEADS)
    assert "cannot be read: no scope." in why_not_clear(table, (), "no scope.")


def test_the_columns_of_a_workbook_are_offered_as_those_of_a_csv_are() -> None:
    book = Made({"A": [["Name", "ERP_No"], ["Ann", "K-1"]], "B": [["ERP Number", "x"], ["K-2", 1]]})
    table = inspect(book.data(), LEADS)
    choices = choices_of(table, [ERP])
    assert [(one.of.name, one.field) for one in choices if one.of and one.field] == [
        ("A › ERP_No", ERP),
        ("B › ERP Number", ERP),
    ]
    assert choices[0].words.plain.endswith("values of ERP_No  K-1")
    assert not is_clear(table, [ERP])


@pytest.mark.parametrize("rows", [[["K-1"], ["K-2"]], [["ERP_No"], ["K-1"]]])
def test_a_sheet_of_values_alone_is_offered_with_or_without_a_header(rows: list[list[str]]) -> None:
    table = inspect(Made({"A": rows}).data(), LEADS)
    assert "ERP_No" in [one.field.api_name for one in choices_of(table, [ERP, OLD]) if one.field]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ('{"data": [{"ERP_No": "K-1", "Owner": {"id": "1"}}]}', ["ERP_No"]),
        ('{"Name": "x", "erp number": "K-1"}\n{"Name": "y"}', ["ERP_No"]),
        ('{"outcomes": [{"state": "failed", "external": "K-1"}]}', ["ERP_No", "Old_Id"]),
    ],
)
def test_json_without_ids_is_offered_as_values(text: str, fields: list[str]) -> None:
    table = inspect(text.encode(), LEADS)
    assert not is_clear(table, [ERP, OLD])
    choices = choices_of(table, [ERP, OLD])
    assert [one.field.api_name for one in choices if one.field] == fields
    assert choices[-1].column == 0


@pytest.mark.parametrize(
    "text",
    [
        '{"data": [{"id": "554023000000527001", "ERP_No": "K-1"}]}',
        '{"ids": ["554023000000527001"]}',
        '{"data": [{"Name": "x"}]}',
        '{"outcomes": [{"id": "554023000000527001", "state": "failed", "external": "K-1"}]}',
    ],
)
def test_other_json_stays_clear(text: str) -> None:
    assert is_clear(inspect(text.encode(), LEADS), [ERP, OLD])
