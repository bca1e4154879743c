"""Values of external fields out of texts and files: any text may be one, and none is an id."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from zohotui.deletion.ids.source import IdFileError
from zohotui.deletion.lists.values import (
    Values,
    both_at_once,
    fields_of_header,
    question_about,
    read_values_of,
    values_in,
)

NAMES = ("ERP_No", "ERP Number")


@each_row(
    ("text", "values"),
    [
        ("K-1\nK-2\n", ["K-1", "K-2"]),
        ("\ufeffK-1\r\nK-2\r\n\r\n", ["K-1", "K-2"]),
        ("ERP_No\nK-1\n", ["K-1"]),
        (" \"K 1\" \n'K-2'\n", ["K 1", "K-2"]),
        ("Smith, John\nK-2\nK-3", ["Smith, John", "K-2", "K-3"]),
        ("Name;erp number;City\nx;K-1;y\nz;K-2;", ["K-1", "K-2"]),
        ('ERP_No,Name\n"K,1","A ""B"""\nK-2,C\n', ["K,1", "K-2"]),
        ("ERP_No\tName\nK-1\tx\n", ["K-1"]),
        ("410405000002264040\n00017\n", ["410405000002264040", "00017"]),
        ("größe 7\n東京\n", ["größe 7", "東京"]),
    ],
)
def test_values_are_taken_as_they_stand(text: str, values: list[str]) -> None:
    assert list(values_in(text, NAMES).values) == values


def test_duplicates_are_counted_and_unreadable_ones_told(tmp_path: Path) -> None:
    file = tmp_path / "values.txt"
    file.write_text(f"K-1\nK-1\nbad\x1b[2J\n{'x' * 256}\n\nK-2\n")
    found = read_values_of(file, NAMES)
    assert (found.values, found.duplicates, found.rejected_count) == (("K-1", "K-2"), 1, 2)
    assert [one.line for one in found.rejected] == [3, 4]
    assert found.source == "values.txt"
    utf16 = tmp_path / "values.csv"
    utf16.write_text("Name,ERP_No\nx,K-1\n", encoding="utf-16")
    assert read_values_of(utf16, NAMES) == Values(("K-1",), source="values.csv, column ERP_No")


@each_row(
    ("text", "why"),
    [
        ("Name,City\nx,y\nz,w\n", "its first row is: Name, City"),
        ("", "is empty"),
        ("ERP_No,Name,ERP Number\nK-1,x,L-1\n", "more than one column .*: ERP_No, ERP Number"),
        ("ERP_No,ERP_No\nK-1,L-1\n", "more than one column"),
        ('ERP_No,Size\nK-1,x\nK-2,"12 inch\nK-3,y\n', "unexpected end of data"),
        ('ERP_No,Size\nK-1,"12 inch\nK-2,y\nK-3,"13 inch"\n', "expected after"),
    ],
)
def test_what_holds_no_such_values_is_refused(text: str, why: str) -> None:
    with pytest.raises(IdFileError, match=why):
        values_in(text, NAMES)


def test_every_row_of_a_table_is_a_value_or_rejected() -> None:
    text = 'Qty,ERP_No,Note\n1,K-1,x\n1,5,K-2,x\n2,K-3\n3,,"no\nvalue"\n\n,,\n4,K-4,x\n'
    found = values_in(text, NAMES)
    assert found.values == ("K-1", "K-4")
    assert found.rejected_count == 3
    told = [(one.line, one.text[:7], one.reason[:30]) for one in found.rejected]
    columns = "its row has more or fewer colu"
    assert told[:2] == [(3, "1 5 K-2", columns), (4, "2 K-3", columns)]
    assert told[2] == (5, "3  no\ufffdv", "its row has no value of that f")


def test_a_column_called_like_a_field_is_known_for_one() -> None:
    header = ["Record Id", '"ERP Number" ', "erp_no", "Name"]
    assert fields_of_header(header, [NAMES]) == [1, 2]


@each_row(
    ("values", "number"),
    [
        (["K-1", "17"], 0),
        (["410405000002264040", "zcrm_410405000002264041", "K-1"], 2),
        (["https://crm.zoho.eu/crm/org1/tab/Leads/410405000002264040"], 1),
    ],
)
def test_what_could_be_a_record_id_too_is_asked_about(values: list[str], number: int) -> None:
    assert both_at_once(values) == number
    asked = question_about(values, "ERP_No")
    assert bool(asked) is bool(number)
    if number == 2:
        assert asked.startswith("2 of 3 entries could be record ids as well as values of ERP_No.")


@given(st.lists(st.text(max_size=20), max_size=20))
def test_whatever_is_entered_is_a_value_a_duplicate_or_rejected(entries: list[str]) -> None:
    text = "\n".join(entries)
    try:
        found = values_in(text, NAMES)
    except IdFileError:
        return
    assert len(set(found.values)) == len(found.values)
    assert all(value and value == value.strip() for value in found.values)


@each_row(
    ("entry", "value"),
    [
        ('PIPE-5"', 'PIPE-5"'),
        ("James'", "James'"),
        ('"quoted" name"', '"quoted" name"'),
        ('"K-1"', "K-1"),
        ("'K-1'", "K-1"),
        ('"', '"'),
        ("\"K-1'", "\"K-1'"),
    ],
)
def test_only_a_pair_of_quotes_around_a_whole_value_is_taken_away(entry: str, value: str) -> None:
    assert values_in(f"{entry}\nK-2\n", ["ERP_No"]).values == (value, "K-2")


def test_two_values_that_differ_in_a_quote_stay_two() -> None:
    found = values_in('PIPE-5"\nPIPE-5\n', ["ERP_No"])
    assert (len(found.values), found.duplicates) == (2, 0)
