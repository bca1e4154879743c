"""Values of a field out of workbooks, JSON and our own exports: what may be one, and what not."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.deletion.workbook_support import Made, Raw, shown
from tests.rows import each_row
from tests.world.plans import plan_of
from zohotui.deletion.export import export
from zohotui.deletion.ids.file import inspect
from zohotui.deletion.ids.source import Cancelled, IdFileError
from zohotui.deletion.lists.values import Values, read_values_of, values_in
from zohotui.deletion.model.exported import guarded, unguarded
from zohotui.deletion.model.listing import Kind, Listing
from zohotui.deletion.model.outcome import RETRIED, Outcome, State
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.zoho.parameters import LONGEST_VALUE
from zohotui.zoho.printable import printable

NAMES = ("ERP_No", "ERP Number")
LEADS = ("Leads", "Lead", "Leads")
LONG = 410405000002264040


def book(*rows: list[Any], **how: Any) -> bytes:
    return Made({"Leads": list(rows)}, **how).data()


def refused(found: list[Any]) -> dict[str, str]:
    return {one.where: one.reason for one in found}


def test_the_cells_of_a_column_are_values_as_far_as_a_spreadsheet_keeps_them() -> None:
    date, zeros = Raw(' s="1"><v>45000</v>'), Raw(' s="2"><v>17</v>')
    data = book(
        ["Name", "ERP Number"],
        ["a", "K-1"],
        ["b", " 00017 "],
        ["c", 42],
        ["d", -5],
        ["e", LONG],
        ["f", 1.5],
        ["g", date],
        ["h", zeros],
        ["i", shown("b", "1")],
        ["j", "x" * 300],
        ["k", "y" * 3000],
        ["l", None],
        ["m", "K-1"],
        ["n", "K-2"],
        ["o", Raw("><f>1+1</f><v>2</v>")],
        ["Name", "ERP Number"],
        formats={1: "dd.mm.yyyy", 2: "00000"},
        hidden_rows=[15],
    )
    found = read_values_of(data, NAMES, name="erp.xlsx")
    assert found.values == ("K-1", "00017", "42", "-5", "2")
    assert not values_in("K-1\n", NAMES).asks
    assert (found.duplicates, found.source) == (1, "erp.xlsx, column ERP Number")
    told = refused(list(found.rejected))
    for cell, why in {
        "cell B6": "more than 15 digits",
        "cell B7": "not a whole number",
        "cell B8": "a date",
        "cell B9": "zeros in front",
        "cell B10": "true or false",
        "cell B11": "longer than a value",
        "cell B12": "longer than a value",
        "cell B13": "no value of that field",
        "cell B15": "hidden row",
    }.items():
        assert why in told.pop(cell)
    assert "once more" in told.pop("cell B17")
    assert not told
    assert found.rejected_count == 10
    assert found.notes == ("1 cell is a formula: the last calculated value counts.",)
    lines = found.asks.split("\n")
    assert lines[0] == "10 entries cannot be used:"
    assert lines[1].startswith("  cell B6: a number cell of more than 15 digits")
    assert lines[-2:] == ["  and 5 more", *found.notes]


@each_row(
    "sheets",
    [
        {"A": [["K-1"], ["K-2"]]},
        {"A": [["ERP_No"], ["K-1"], ["K-2"]]},
        {"A": [["Report of May"], ["Name", "ERP_No"], ["x", "K-1"], ["y", "K-2"]]},
        {"A": [["Name", "City"], ["x", "y"]], "B": [["ERP_No"], ["K-1"], ["K-2"]]},
    ],
)
def test_the_one_column_that_can_be_meant_is_found(sheets: dict[str, Any]) -> None:
    assert read_values_of(Made(sheets).data(), NAMES).values == ("K-1", "K-2")


def test_a_header_that_comes_again_is_told_and_a_value_that_is_called_like_the_field_is_one() -> (
    None
):
    rows = [["Name", "ERP_No"], ["x", "K-1"], ["Name", "ERP_No"], ["y", "K-2"]]
    for data in (book(*rows), "\n".join(map(",".join, rows)).encode()):
        found = read_values_of(data, NAMES)
        assert found.values == ("K-1", "K-2")
        assert [one.reason for one in found.rejected] == ["the header of the table once more"]
    for data in (book(["K-1"], ["ERP_No"]), b"K-1\nERP_No\n"):
        assert read_values_of(data, NAMES).values == ("K-1", "ERP_No")


def test_a_chosen_column_is_read_though_another_is_called_alike() -> None:
    sheets = {"A": [["ERP_No", "x"], ["K-1", "y"]], "B": [["ERP Number", "x"], ["K-2", "y"]]}
    data = Made(sheets).data()
    with pytest.raises(IdFileError, match=r"more than one column .*: A › ERP_No, B › ERP Number"):
        read_values_of(data, NAMES)
    table = inspect(data, LEADS)
    for name, values in (("A › ERP_No", ("K-1",)), ("B › ERP Number", ("K-2",))):
        chosen = next(one for one in table.columns if one.name == name)
        assert read_values_of(data, NAMES, chosen=chosen).values == values
        with pytest.raises(IdFileError, match="has changed"):
            read_values_of(book(["ERP_No", "Name"], ["K-3", "z"]), NAMES, chosen=chosen)
    text = "ERP_No,ERP Number\nK-1,K-2\n"
    columns = inspect(text.encode(), LEADS).columns
    assert read_values_of(text.encode(), NAMES, chosen=columns[1]).values == ("K-2",)


def test_a_chosen_column_is_known_again_where_its_name_means_an_id_of_the_module() -> None:
    data = book(["Lead ID", "Name"], ["K-1", "x"], ["K-2", "y"])
    table = inspect(data, LEADS)
    found = read_values_of(data, ("Old_Id", "Lead ID"), module=LEADS, chosen=table.columns[0])
    assert found.values == ("K-1", "K-2")


def test_a_column_without_a_name_is_called_like_no_field() -> None:
    for data in (b"Name,\nx,K-1\n", book(["Name", None], ["x", "K-1"])):
        with pytest.raises(IdFileError, match="without a column for that field"):
            read_values_of(data, ("ERP_No", " "))


def test_a_workbook_without_such_a_column_is_refused() -> None:
    with pytest.raises(IdFileError, match=r"without a column for that field.*Name, City"):
        read_values_of(book(["Name", "City"], ["x", "y"]), NAMES)


@each_row(
    "text",
    [
        '["K-1", "17", -5]',
        '[\n "K-1",\n "17",\n -5\n]\n',
        '{"data": [{"ERP_No": "K-1"}, {"ERP_No": 17, "id": "1"}, {"erp number": -5}]}',
        '{"ERP_No": "K-1", "Owner": {"ERP_No": "no"}}\n{"ERP_No": "17"}\n{"ERP_No": -5}',
        '[{"ERP_No": "K-1"}, {"ERP_No": "17"}, {"ERP_No": "-5"}, {"ERP_No": "K-1"}]',
    ],
)
def test_values_in_json_are_read_as_ids_are(text: str) -> None:
    assert values_in(text, NAMES).values == ("K-1", "17", "-5")


def test_what_is_no_value_in_json_is_told_with_its_place() -> None:
    records = [
        {"ERP_No": "K-1"},
        {"ERP_No": LONG},
        {"ERP_No": 1.5},
        {"ERP_No": None},
        {"ERP_No": ["K-2"]},
        {"ERP_No": ""},
        {"Name": "x"},
        {"ERP_No": "K-3", "erp number": "K-4"},
        {"ERP_No": "a\nb"},
    ]
    found = values_in(json.dumps({"data": records}), NAMES)
    assert found.values == ("K-1",)
    assert found.rejected_count + 1 == len(records) - 1
    told = refused(list(found.rejected))
    assert "without quotes" in told["line 1 (data[1].value)"]
    assert "decimal point" in told["line 1 (data[2].value)"]
    assert told["line 1 (data[6])"] == "has no value of that field"


@each_row("text", ["[A]-1\n[B]-2", '[1] foo\n"x', "[K-1]\n[K-2]", '["K-1" x\ny'])
def test_a_line_that_only_begins_like_json_is_a_value(text: str) -> None:
    assert len(values_in(text, NAMES).values) == 2


def test_a_first_line_that_names_the_delimiter_is_no_value() -> None:
    text = "sep=;\r\nName;ERP_No\r\nAnn, B;K-1\r\nBo;K-2\r\n"
    assert values_in(text, NAMES).values == ("K-1", "K-2")
    found = values_in("sep=;\nReport\n\nName;ERP_No\nx;K-1\n", NAMES)
    assert found.values == ("K-1",)
    (above,) = found.rejected
    assert (above.line, above.reason) == (2, "above the header of the table, so it is not read")
    assert values_in("sep=,\nERP_No\nK-1\n", NAMES).values == ("K-1",)
    with pytest.raises(IdFileError, match="Name, City"):
        values_in("Name;City\nERP_No;x\ny;z\n", NAMES)


def test_values_that_are_said_to_be_another_modules_are_rejected() -> None:
    why = "belongs to Contacts, and the module is Leads"
    table = "ERP_No,Module\nK-1,Leads\nK-2,Contacts\nK-3,lead\nK-4,\n"
    records = {"data": [{"ERP_No": "K-1", "module": "Leads"}, {"ERP_No": "K-2"}]}
    for data, values in (
        (table.encode(), ("K-1", "K-3", "K-4")),
        (book(*(row.split(",") for row in table.split())), ("K-1", "K-3", "K-4")),
    ):
        found = read_values_of(data, NAMES, module=LEADS)
        assert (found.values, [one.reason for one in found.rejected]) == (values, [why])
    found = values_in(json.dumps({"module": "Contacts", **records}), NAMES, module=LEADS)
    assert found.rejected_count == 2


STATES = [*State]
VALUES = st.one_of(
    st.sampled_from(["-5", "'-5", "''-5", "=1+1", "@x", "+49 1", "'K-1", "'", '"K"', "00017"]),
    st.text(min_size=1, max_size=20),
).map(str.strip)
USABLE = VALUES.filter(lambda one: 0 < len(one) <= LONGEST_VALUE and printable(one) == one)


def by_value(values: list[str]) -> Plan:
    """Make the plan of a run that sent values."""
    numbered = dict(enumerate(values, 1))
    listing = Listing(Kind.EXTERNAL, "Leads", "ERP_No", 1_790_000_000.0, numbered)
    plan = plan_of([*numbered])
    return Plan(
        plan.target,
        "Leads",
        "Leads",
        plan.permanent,
        plan.ids,
        plan.options,
        plan.source,
        listings=(listing,),
        by_value="ERP_No",
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    entered=st.lists(USABLE, min_size=1, max_size=12, unique=True),
    states=st.lists(st.sampled_from(STATES), min_size=12, max_size=12),
    delimiter=st.sampled_from(",;\t"),
)
def test_what_an_export_holds_reads_back_and_only_what_may_be_sent_again(
    tmp_path: Path, entered: list[str], states: list[State], delimiter: str
) -> None:
    plan = by_value(entered)
    rows = Rows(plan.ids)
    rows.set(0, [Outcome(state, "X") for state in states[: len(entered)]])
    again = [one for one, state in zip(entered, states, strict=False) if state in RETRIED]
    for name in ("x.json", "x.csv", "one.csv"):
        (tmp_path / name).unlink(missing_ok=True)
    read = read_values_of(export(tmp_path / "x.json", plan, rows), NAMES, module=LEADS)
    assert list(read.values) == again
    assert read.rejected_count == len(entered) - len(again)
    with pytest.raises(IdFileError, match="without a column"):
        read_values_of(export(tmp_path / "x.csv", plan, rows), NAMES, module=LEADS)
    failed = export(tmp_path / "one.csv", plan, rows, State.FAILED)
    wanted = [one for one, state in zip(entered, states, strict=False) if state is State.FAILED]
    with failed.open(newline="") as file:
        table = list(csv.reader(file))
    # As a spreadsheet saves it again.
    with failed.open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(table)
    for source in (failed, book(*table)):
        read = read_values_of(source, NAMES, module=LEADS)
        assert list(read.values) == wanted
        assert not read.rejected_count


@given(st.text(st.sampled_from("'=-x")))
def test_a_guard_is_taken_off_and_nothing_else(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "-"))


def test_a_quote_in_another_table_is_part_of_the_value() -> None:
    assert values_in("ERP_No,Name\n'-5,x\n", NAMES).values == ("'-5",)


def test_an_export_of_another_fields_values_or_of_another_module_is_not_read(
    tmp_path: Path,
) -> None:
    plan = by_value(["K-1"])
    rows = Rows(plan.ids)
    rows.set(0, [Outcome(State.FAILED, "X")])
    path = export(tmp_path / "x.json", plan, rows)
    with pytest.raises(IdFileError, match=r"has values of ERP_No\. Choose that field."):
        read_values_of(path, ("Other",), module=LEADS)
    found = read_values_of(path, NAMES, module=("Contacts", "Contact", "Contacts"))
    assert (found.values, found.rejected_count) == ((), 1)
    assert "belongs to Leads, and the module is Contacts" in found.why_none


@each_row(
    "data",
    [
        ("ERP_No,x\n" + "".join(f"K-{n},y\n" for n in range(5_000))).encode(),
        json.dumps({"data": [{"ERP_No": f"K-{n}"} for n in range(5_000)]}).encode(),
        book(["ERP_No", "x"], *([f"K-{n}", "y"] for n in range(5_000))),
    ],
)
def test_reading_ends_soon_after_nobody_waits_any_more(data: bytes) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2

    with pytest.raises(Cancelled):
        read_values_of(data, NAMES, cancelled=cancelled)
    assert asked == 3
    assert len(read_values_of(data, NAMES).values) == 5_000


SEEDS = [
    book(["Name", "ERP_No"], ["a", "K-1"], ["b", 17], compression=0),
    b'{"module": "Leads", "data": [{"ERP_No": "K-1"}, {"ERP_No": 17, "Owner": {"id": "1"}}]}',
    b'["K-1", 17, null]',
    b"sep=;\nName;ERP_No\nx;K-1\ny;'-5\n",
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Change some bytes of a source that is sound, and cut it."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(0, 6))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(1, len(data)))])


@given(st.one_of(damaged(), st.binary(min_size=1, max_size=200)))
def test_whatever_comes_is_values_or_a_sentence(data: bytes) -> None:
    try:
        found, why = read_values_of(data, NAMES, module=LEADS), ""
    except IdFileError as error:
        found, why = Values(), error.detail
    assert not why or why.endswith(".")
    assert why.isprintable()
    assert all(printable(one) == one for one in found.values)
    assert found.asks.replace("\n", "").isprintable()
    assert found.source.isprintable()


@each_row(
    ("code", "value"),
    [
        *(("0", True), ("#,##0", True), ("0.00", True), ("@", True), ("General", True)),
        *(("#,##0_);(#,##0)", True), ("[Red]0", True), ("[$\u20ac-407] #,##0", True)),
        *(('"INV-"0', False), ("\\K0", False), ("0%", False), ("0,", False), ("#,##0,,", False)),
        *(("(###) ###-####", False), ('0"-"0', False), ("##\\-###", False), ('0" kg"', False)),
    ],
)
def test_a_number_that_its_format_shows_as_more_is_no_value(code: str, value: bool) -> None:
    data = book(["Name", "ERP Number"], ["a", Raw(' s="1"><v>4711</v>')], formats={1: code})
    found = read_values_of(data, NAMES, name="erp.xlsx")
    assert found.values == (("4711",) if value else ())
    assert ("format shows more" in found.why_none) is not value
