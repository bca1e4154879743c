"""Ids in Excel workbooks: what is seen is taken, what is lost, hidden or hostile never."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from array import array
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.test_ids_files import LEADS, A, B, C
from tests.deletion.workbook_support import HEAD, MAIN, Made, Raw, shown
from tests.rows import each_row
from zohotui.deletion.ids import cells, workbook
from zohotui.deletion.ids.cells import SheetReader, column_of, letters_of
from zohotui.deletion.ids.columns import Form
from zohotui.deletion.ids.file import Cancelled, IdFileError, Table, inspect, read_ids
from zohotui.deletion.ids.in_child import read_ids_apart
from zohotui.deletion.ids.pasted import IdList, Origin
from zohotui.deletion.ids.workbook import Workbook


def look(made: Made) -> Table:
    table = inspect(made.data(), LEADS, name="leads.xlsx")
    assert table.form is Form.WORKBOOK
    assert table.why.endswith(".")
    return table


def read(made: Made, column: int | None = None) -> IdList:
    return read_ids(made.data(), look(made), column)


def column(*values: object, header: str = "Record Id") -> Made:
    """Make a sheet with one column of values beside their names."""
    rows = [[header, "Name"], *([value, "Ann"] for value in values)]
    return Made({"Leads": rows})


@each_row("inline", [True, False])
@each_row("named", [True, False])
@each_row("prefix", ["", "x:"])
def test_texts_are_taken_in_every_dress(inline: bool, named: bool, prefix: str) -> None:
    rows = [["Name", "Record Id"], ["Ann", f"zcrm_{A}"], ["Bo", str(B)], ["Ann", str(A)]]
    found = read(Made({"Leads": rows}, inline=inline, named=named, prefix=prefix))
    assert list(found.ids) == [A, B]
    assert (found.duplicates, found.rejected_count, found.notes) == (1, 0, ())
    assert found.source == "leads.xlsx, column Record Id"


@each_row(
    ("value", "reason"),
    [
        (A, "more than 15 digits"),
        (Raw("><v>4.10405000002264E+17</v>"), "more than 15 digits"),
        (float(A), "more than 15 digits"),
        (10**15, "more than 15 digits"),
        (Raw(f"><f>B2</f><v>{A}</v>"), "more than 15 digits"),
        (12.5, "not a whole number"),
        (Raw("><v>x</v>"), "not a whole number"),
        (Raw("><v>1e999999999</v>"), "more than 15 digits"),
        (Raw("><v>1e-999999999</v>"), "not a whole number"),
        (Raw(f"><v>{'9' * 300}</v>"), "not a whole number"),
        (-34770617742004, "has a sign"),
        (12, "too short"),
        (Raw(' s="1"><v>46023</v>'), "a date"),
        (Raw(' s="2"><v>3477061774</v>'), "a date"),
        (Raw(' t="d"><v>2026-11-28</v>'), "a date"),
        (Raw(' t="b"><v>1</v>'), "true or false"),
        (Raw("><f>NOW()</f>"), "a formula without a value"),
        (Raw("><f>NOW()</f><v></v>"), "a formula without a value"),
        (shown("e", "#N/A"), "spreadsheet error"),
        (shown("str", "Ann"), "not a number"),
        ("4.10405E+17", "damaged by a spreadsheet"),
        ("4" * 3_000, "not a number"),
        ("   ", "its row has no id"),
        (None, "its row has no id"),
    ],
)
def test_what_is_no_id_is_refused_with_its_cell(value: object, reason: str) -> None:
    made = column(f"zcrm_{A}", value, str(B), header="Record Id")
    made.formats = {1: "dd/mm/yyyy", 2: '[$-409]h:mm "o\'clock"'}
    found = read(made)
    assert list(found.ids) == [A, B]
    (rejected,) = found.rejected
    assert reason in rejected.reason
    assert (rejected.where, rejected.line) == ("cell A3", 3)


def test_numbers_of_up_to_15_digits_are_whole_and_formulas_are_told() -> None:
    formula = Raw(f' t="str"><f>"zcrm_"&amp;B2</f><v>zcrm_{A}</v>')
    money = Raw(' s="1"><v>34770617742004.0</v>')
    made = column(formula, money, 999999999999999)
    made.formats = {1: '#,##0.00 "d"'}
    found = read(made)
    assert list(found.ids) == [A, 34770617742004, 999999999999999]
    assert found.notes == ("1 cell is a formula: the last calculated value counts.",)


@each_row("encoding", ["utf-8", "utf-16", "nonsense", "zlib_codec"])
def test_parts_are_in_utf_8_or_16_whatever_they_declare(encoding: str) -> None:
    row = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{A}</t></is></c></row>'
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    xml = f"{declared}<worksheet><sheetData>{row}</sheetData></worksheet>"
    made = column(str(B))
    made.parts = {SHEET: xml.encode("utf-16" if encoding == "utf-16" else "utf-8")}
    assert list(read(made).ids) == [A]


def test_rich_text_is_one_text_without_its_guide() -> None:
    made = column(Raw(' t="s"><v>0</v>'))
    runs = f"<r><t>{str(A)[:9]}</t></r><r><t>{str(A)[9:]}</t></r><rPh><t>411</t></rPh>"
    rows = "".join(f"<si>{one}</si>" for one in (runs, "<t>Record Id</t>"))
    header = '<row r="1"><c r="A1" t="s"><v>1</v></c></row>'
    cell = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    made.parts = {
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{rows}</sst>',
        "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{header}{cell}</sheetData></worksheet>",
    }
    assert list(read(made).ids) == [A]


def test_what_is_hidden_is_not_taken_and_told() -> None:
    made = column(str(A), str(B), str(C))
    made.hidden_rows = [3]
    found = read(made)
    assert list(found.ids) == [A, C]
    assert found.rejected[0].where == "cell A3"
    assert "hidden" in found.rejected[0].reason
    made = column(str(A))
    made.hidden_columns = [0]
    table = look(made)
    assert (table.id_column, table.why) == (None, "The column Record Id is hidden.")
    assert read(made, 0).notes == ("The column A is hidden in the workbook.",)


def test_merged_cells_are_told() -> None:
    made = column(str(A), None)
    made.merged = ["A1:B1", "A2:A3"]
    found = read(made)
    assert found.notes == ("Cells of several rows are merged (A2:A3): they count as one.",)
    assert found.rejected[0].where == "cell A3"


def test_a_sheet_and_a_column_are_chosen_as_in_a_csv() -> None:
    contacts = [["Name", "Record Id"], ["Bo", str(B)]]
    notes = [["a", "b"], [1, 2]]
    both = Made({"Leads": column(str(A)).sheets["Leads"], "Contacts": contacts})
    table = look(both)
    assert table.id_column is None
    assert table.why == "More than one sheet has a column of record ids: Leads, Contacts."
    assert [one.name for one in table.columns] == [
        *("Leads › Record Id", "Leads › Name", "Contacts › Name", "Contacts › Record Id")
    ]
    assert list(read(both, 3).ids) == [B]
    one = Made({"About": notes, "Contacts": contacts, "Old": contacts}, hidden_sheets=["Old"])
    table = look(one)
    assert table.why == (
        "The header names Record Id. Sheet Contacts; 1 sheet is not read. "
        "1 sheet is hidden, so not read."
    )
    assert list(read(one).ids) == [B]
    unclear = look(Made({"About": notes, "Deals": [["Account Name.id", "x"], [str(A), "y"]]}))
    assert unclear.id_column is None
    assert unclear.columns[2].lookup
    assert "Deals: No column has a name" in unclear.why


def test_titles_other_headers_and_lists_without_one() -> None:
    rows = [["Leads of May"], [], ["Record Id", "Name"], [str(A), "Ann"], ["Record Id", "Name"]]
    found = read(Made({"Leads": [*rows, [str(B), "Bo"], ["Owner.id", "Name"], [str(C), "Cy"]]}))
    assert list(found.ids) == [A, B]
    assert [one.where for one in found.rejected] == ["cell A1", "cell A5", "cell A7", "cell A8"]
    assert "below a second header" in found.rejected[3].reason
    longer = Made({"Leads": [["Record Id"], [str(A), "Ann", "more"], [str(B)]]})
    assert list(read(longer).ids) == [A, B]
    alone = Made({"Leads": [[None, None], [None, None, str(A)], [None, None, str(B)]]})
    assert look(alone).why == "It is a plain list of ids."
    assert list(read(alone).ids) == [A, B]
    two = look(Made({"Leads": [[str(A), str(B)], [str(B), str(C)]]}))
    assert (two.id_column, [one.name for one in two.columns]) == (None, ["column A", "column B"])


def test_a_column_of_modules_names_them() -> None:
    rows = [["Record Id", "Module"], [str(A), "Leads"], [str(B), "Notes "], [str(C), None]]
    found = read(Made({"All": rows}))
    assert found.origins == (
        Origin("Leads", "", 2, "", array("Q", [A])),
        Origin("Notes", "", 3, "", array("Q", [B])),
    )


def test_a_child_reads_the_same_and_tells_how_far_it_is() -> None:
    made = column(*[f"zcrm_{A + n}" for n in range(3_000)], A)
    data, table, heard = made.data(), look(made), list[tuple[int, int]]()
    there = read_ids_apart(data, table, apart_from=0, progress=lambda *done: heard.append(done))
    assert there == read_ids(data, table)
    assert (len(there), there.rejected[0].where) == (3_000, "cell A3002")
    assert heard == sorted(heard)
    assert heard[-1][0] == heard[-1][1]
    with pytest.raises(Cancelled):
        read_ids(data, table, cancelled=lambda: True)


def test_a_changed_workbook_is_noticed() -> None:
    table = look(column(str(A)))
    other = column(str(A), header="Number").data()
    with pytest.raises(IdFileError, match="Open it again"):
        read_ids(other, replace(table, size=len(other)))


BOMB = (
    '<!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'
)
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def rows_of(xml: str) -> dict[str, str]:
    return {SHEET: f"{HEAD}<worksheet><sheetData>{xml}</sheetData></worksheet>"}


@each_row(
    ("parts", "title"),
    [
        ({STRINGS: BOMB}, "The workbook is not read"),
        ({SHEET: '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}, "The workbook is not read"),
        ({"xl/workbook.xml": "<!DOCTYPE x []><x/>"}, "The workbook is not read"),
        ({SHEET: "<a>" * 100}, "The workbook is not read"),
        ({SHEET: " " * (2 << 20)}, "The workbook is not read"),
        ({"xl/workbook.xml": " " * (17 << 20)}, "The workbook is not read"),
        ({f"part{n}": "" for n in range(workbook.MOST_PARTS)}, "The workbook is not read"),
        ({f"part{n:0200}": "" for n in range(6_000)}, "The workbook is not read"),
        ({"XL/Workbook.xml": "<workbook/>"}, "The workbook is not read"),
        ({SHEET: "<worksheet><sheetData>"}, "The workbook is damaged"),
        ({SHEET: "hello"}, "The workbook is damaged"),
        ({STRINGS: "<sst/>"}, "The workbook is damaged"),
        (rows_of('<row r="2"/><row r="2"/>'), "The workbook is damaged"),
        (rows_of('<row r="0"/>'), "The workbook is damaged"),
        (rows_of('<row r="1048577"/>'), "The workbook is damaged"),
        (rows_of('<row r="1"><c r="B1"/><c r="A1"/></row>'), "The workbook is damaged"),
        (rows_of('<row r="1"><c r="A2"/></row>'), "The workbook is damaged"),
        (rows_of('<row r="1"><c r="XFE1"/></row>'), "The workbook is damaged"),
        (rows_of('<row r="1"><c><row r="2"></row></c></row>'), "The workbook is damaged"),
        (rows_of('<row r="1"><c><c><v>5</v></c></c></row>'), "The workbook is damaged"),
        (rows_of('<row r="1"/><c><v>1000000001</v></c>'), "The workbook is damaged"),
        (rows_of('<c r="A1"/>'), "The workbook is damaged"),
        (rows_of('<row r="1"><c t="s"><v>-1</v></c></row>'), "The workbook is damaged"),
        (rows_of('<row r="1"><c t="s"><v>99999999999</v></c></row>'), "The workbook is damaged"),
        ({"xl/workbook.xml": "<workbook/>"}, "It has no sheet"),
        ({"xl/_rels/workbook.xml.rels": "<x/>"}, "It has no sheet"),
        (rows_of(""), "It is empty"),
    ],
)
def test_a_hostile_or_damaged_workbook_gives_no_ids(parts: dict[str, str], title: str) -> None:
    made = column(str(A))
    made.parts = parts
    data = made.data()
    if "XL/Workbook.xml" in parts or SHEET not in parts:
        made.compression = zipfile.ZIP_STORED
    with pytest.raises(IdFileError) as caught:
        read_ids(data, inspect(data, LEADS, name="leads.xlsx"))
    assert caught.value.title == title
    assert caught.value.detail.startswith("leads.xlsx ")
    assert caught.value.detail.endswith(".")


@each_row(
    ("part", "what"),
    [
        ("content.xml", r"an OpenDocument file \(.ods\)"),
        ("xl/workbook.bin", r"a binary Excel workbook \(.xlsb\)"),
        ("Index/Document.iwa", "a Numbers file"),
        ("word/document.xml", "a Word document"),
        ("leads.csv", r"an archive \(zip\)"),
    ],
)
def test_other_archives_are_told_what_to_do(part: str, what: str) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(IdFileError, match=f"{what}, not an Excel workbook. Save the sheet as"):
        inspect(file.getvalue())


def test_a_part_with_a_password_is_refused() -> None:
    data = bytearray(column(str(A)).data())
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + place] |= 1
    with pytest.raises(IdFileError, match="it has a password"):
        inspect(bytes(data))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_cannot_be_unpacked_in_pieces_is_refused(compression: int) -> None:
    made = column(str(A))
    made.compression = compression
    with pytest.raises(IdFileError, match="compressed in an unknown way"):
        inspect(made.data())


def test_an_old_workbook_is_told_what_to_do() -> None:
    with pytest.raises(IdFileError, match=r"\(.xls\), or one with a password.*save it as .xlsx"):
        inspect(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))


def test_too_much_text_and_too_much_of_all_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    made = column(*(str(A + n) for n in range(200)))
    data, table = made.data(), look(made)
    monkeypatch.setattr(cells, "MOST_TEXT", 1_000)
    with pytest.raises(IdFileError, match="too much text"):
        read_ids(data, table)
    monkeypatch.undo()
    book = Workbook(io.BytesIO(data), "leads.xlsx", most=900)
    with pytest.raises(IdFileError, match="expands to more than 900 bytes"):
        list(SheetReader(book, SHEET).rows())


def test_a_directory_in_64_bits_is_looked_at_too() -> None:
    data = column(str(A)).data()
    at = data.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack("<HLL", data[at + 10 : at + 20])
    for told in (size, 1 << 40):
        end = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, told, start)
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
        made = data[:at] + end + locator + data[at:]
        if told == size:
            assert list(read_ids(made, inspect(made)).ids) == [A]
        else:
            with pytest.raises(IdFileError, match="too many parts"):
                inspect(made)


def test_columns_have_their_letters() -> None:
    for place, letters in ((0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16_383, "XFD")):
        assert (letters_of(place), column_of(letters)) == (letters, place)
    assert {column_of(one) for one in ("", "a", "ABCD", "Ä", "A1")} == {-1}


RECORD_IDS = st.integers(10**9, 2**64 - 1)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6).filter(
    lambda text: not text.strip().isdigit() and "id" not in text.lower()
)


@given(
    st.lists(st.tuples(RECORD_IDS, NAMES, st.sampled_from(["s", "zcrm_", "str", "n"])), min_size=1),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "x:"]),
    st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]),
)
def test_ids_are_read_back_whatever_the_layout(
    rows: list[tuple[int, str, str]], inline: bool, named: bool, prefix: str, compression: int
) -> None:
    def written(one: int, kind: str) -> object:
        if kind == "n":
            return one
        return shown("str", str(one)) if kind == "str" else f"{kind.strip('s')}{one}"

    table: list[Sequence[object]] = [["Name", "Record Id"]]
    table += ([name, written(one, kind)] for one, name, kind in rows)
    made = Made({"Leads": table}, inline, named, prefix, compression=compression)
    data = made.data()
    found = read_ids(data, inspect(data, LEADS), look(made).id_column or 1)
    taken = [one for one, _, kind in rows if kind != "n" or one < 10**15]
    assert list(found.ids) == list(dict.fromkeys(taken))
    assert found.rejected_count == len(rows) - len(taken)


@given(st.randoms(use_true_random=False), st.integers(1, 12))
def test_damage_raises_nothing_else(some: random.Random, faults: int) -> None:
    data = bytearray(column(*(f"zcrm_{A + n}" for n in range(20))).data())
    for _ in range(faults):
        data[some.randrange(4, len(data))] = some.randrange(256)
    source = bytes(data if some.random() < 0.8 else data[: some.randrange(4, len(data))])
    try:
        table = inspect(source, LEADS)
        for place in range(min(2, len(table.columns))):
            read_ids(source, table, place)
    except IdFileError as fault:
        told = fault.detail
    else:
        told = ""
    assert told.isprintable()
