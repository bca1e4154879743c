"""Tables are read without a CSV reader where nothing is quoted; the CSV reader is the oracle."""

from __future__ import annotations

import csv
import io
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from tests.rows import each_row
from zohotui.deletion.ids import table_rows
from zohotui.deletion.ids.collector import Collector
from zohotui.deletion.ids.columns import Names
from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.ids.table_rows import Columns, TableLines, TableRows

ABOVE = 3
IDS = [str(410405000002264040 + 3 * place) for place in range(30)]
ODD_IDS = ["", "4.1E+17", "0123456789012", "12", " 4104050000022640 ", "Record Id", "\0", "Anna"]
OTHERS = ["a", "", "b c", 'x"y', "\u2028", "\ufeff", "Leads.id", "Company", "é", "\0", "Leads"]
LINE_ENDS = (["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"], ["\n", "\r\n", "\r"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, str, Columns]:
    """Make a text, its delimiter and its columns; with a fixed share of rows that are odd."""
    some = draw(st.randoms(use_true_random=True))
    delimiter, width = some.choice(",;\t|"), some.randrange(1, 5)
    ids = some.randrange(width)
    module = some.choice([None, *(place for place in range(width) if place != ids)])
    header = ["Record Id" if place == ids else f"Column {place}" for place in range(width)]
    odd, quoted = some.choice((0, 0.02, 0.3)), some.choice((0, 0.02, 0.3, 1))
    ends = some.choice(LINE_ENDS)

    def cell(place: int) -> str:
        if place == ids:
            clean = some.choice(("", "zcrm_")) + some.choice(IDS)
            text = some.choice(ODD_IDS) if some.random() < odd else clean
        else:
            text = some.choice(["Leads", "Notes", ""] if place == module else OTHERS)
        if some.random() < quoted:
            doubled = text.replace('"', '""')
            inside = some.choice((doubled, f"{doubled}\n", f"a{delimiter}", "a\r\nb", "a\rb", '""'))
            return f'"{inside}"'
        return f'{text}"' if some.random() < quoted / 50 else text

    rows = [header]
    for _ in range(some.choice((0, 3, 70, 200))):
        number = some.randrange(width + 2) if some.random() < odd / 4 else width
        rows.append([cell(place) for place in range(number)])
        rows += [[], header][: some.random() < odd / 10]
    text = "".join(delimiter.join(row) + some.choice(ends) for row in rows)
    return text[: len(text) - some.choice((0, 0, 1, 2))], delimiter, Columns(header, ids, module)


def read(text: str, delimiter: str, columns: Columns, block: int) -> IdList | tuple[int, str]:
    """Read a table; a fault is told with its line."""
    collector = Collector(Names(("Leads", "Lead")).is_header)
    file = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")
    with patch.object(table_rows, "_BLOCK", block):
        rows = TableRows(TableLines(file, ABOVE, file.readline()), delimiter)
        try:
            rows.first()
            rows.give(collector, columns)
        except csv.Error as fault:
            return rows.line, str(fault)
    return collector.finish("")


def oracle(text: str, delimiter: str, columns: Columns) -> IdList | tuple[int, str]:
    """Read the same with a CSV reader alone."""
    collector = Collector(Names(("Leads", "Lead")).is_header)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        next((row for row in reader if any(map(str.strip, row))), None)
        collector.rows(reader, columns.header, columns.ids, ABOVE, columns.module)
    except csv.Error as fault:
        return ABOVE + reader.line_num, str(fault)
    return collector.finish("")


SPREAD = "".join(
    f'{one},x\n{one},x\n{one},x\n{one},"x\n{IDS[1]}\n""\n{IDS[1]},y\n{IDS[1]},y"\n' for one in IDS
)
"""Rows of five lines between others; what begins the lines in them is no id."""


@given(table=tables(), block=st.sampled_from((1, 2, 7, 64, 1_000, 1 << 18)))
@example(table=('Id,A\n1,"x\n', ",", Columns(["Id", "A"], 0)), block=1)
@example(table=('Id,A\r1234567890,"x\r2"\r\n', ",", Columns(["Id", "A"], 0)), block=3)
@example(table=(f"Id,A\n{SPREAD}", ",", Columns(["Id", "A"], 0)), block=100)
@example(table=(f"Id,A\n{SPREAD}", ",", Columns(["Id", "A"], 0)), block=170)
@example(table=(f"Id,A\n{SPREAD}", ",", Columns(["Id", "A"], 0)), block=1 << 18)
@example(table=("", ",", Columns([""], 0)), block=1)
def test_all_that_is_told_of_a_table_is_what_a_csv_reader_leads_to(
    table: tuple[str, str, Columns], block: int
) -> None:
    text, delimiter, columns = table
    assert read(text, delimiter, columns, block) == oracle(text, delimiter, columns)


@each_row("end", ["\n", "\r\n", "\r"])
@each_row("quote", ["", '"'])
def test_a_cell_that_is_too_long_is_a_fault_with_its_line(end: str, quote: str) -> None:
    limit = csv.field_size_limit(2_000_000)
    try:
        rows = [f"{IDS[0]},a", f"{IDS[1]},{quote}{'x' * 2_000_001}{quote}", f"{IDS[2]},a"]
        text, columns = end.join(["Id,A", *rows, ""]), Columns(["Id", "A"], 0)
        found = read(text, ",", columns, 1 << 18)
        assert found == oracle(text, ",", columns)
        assert found == (ABOVE + 3, "field larger than field limit (2000000)")
    finally:
        csv.field_size_limit(limit)


def test_modules_are_told_with_the_line_in_which_their_row_begins() -> None:
    text = f'Id,A,Module\n{IDS[0]},"x\ny\nz",Leads\n{IDS[1]},x,Notes\n{IDS[2]},x,Leads\n'
    found = read(text, ",", Columns(["Id", "A", "Module"], 0, 2), 1 << 18)
    assert isinstance(found, IdList)
    lines = {origin.tab: origin.first_line - ABOVE for origin in found.origins}
    assert lines == {"Leads": 2, "Notes": 5}
