"""Ids from a sheet of an Excel workbook: its columns, and the ids in one of them.

1. Text is taken, as in a CSV. A number of more than 15 digits never is: a spreadsheet has lost its
   last ones, however many the file holds.
2. A formula counts with its last calculated value, and that is said. Dates, errors and truth values
   are refused.
3. What cannot be seen in the spreadsheet is not taken: rows that are hidden, as by a filter, and
   sheets that are. A hidden column is never chosen without a question.

Source: zoho-api.md, "CSV exports" and "Files people really have".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import IO, NamedTuple

from zohotui.deletion.ids.cells import (
    Cell,
    Row,
    SheetReader,
    Strings,
    Styles,
    letters_of,
    rows_merged,
)
from zohotui.deletion.ids.collector import (
    ABOVE_HEADER,
    BELOW_HEADER,
    HEADER,
    NO_ID,
    Collector,
    Entry,
    is_other_header,
    is_same_header,
)
from zohotui.deletion.ids.columns import (
    LINES_ABOVE_HEADER,
    Column,
    Form,
    Names,
    Sheet,
    Table,
    choose,
    columns_of,
    is_for_owners,
    is_header_row,
)
from zohotui.deletion.ids.entry import Link, Refusal, judge
from zohotui.deletion.ids.source import a_plan, empty
from zohotui.deletion.ids.workbook import SheetPart, Workbook

MOST_SAFE_DIGITS = 15
"""This many digits of a number are kept by a spreadsheet. Source: zoho-api.md, "CSV exports"."""

_SAMPLE_ROWS = 200
_SAMPLE_STRINGS = 100_000
_SAMPLE_BYTES = 64 << 20
_MOST_SHEETS = 50
_SHEETS_TOLD = 3
_MOST_CHOICES = 1_000
_LONGEST_NUMBER = 40
_BATCH = 64

LOST_DIGITS = Refusal(
    "kept as a number",
    "a number cell of more than 15 digits, so its last digits are lost; export them as text",
)
NO_WHOLE_NUMBER = Refusal("not a number", "a number cell, but not a whole number")
DATE = Refusal("date", "a date, not an id", other=True)
TRUTH = Refusal("not a number", "true or false, not an id", other=True)
NO_VALUE = Refusal(
    "formula", "a formula without a value; open the workbook in a spreadsheet and save it again"
)
HIDDEN = Refusal(
    "hidden row",
    "in a hidden row; to take it, show all rows and save the workbook",
)


def inspect_workbook(file: IO[bytes], name: str, size: int, module: tuple[str, ...]) -> Table:
    """Look at the beginning of each sheet that is not hidden; raises IdFileError."""
    book = Workbook(file, name, most=_SAMPLE_BYTES)
    parts = book.sheets()
    visible = [part for part in parts if not part.hidden]
    strings = Strings(book, _SAMPLE_STRINGS)
    look = Texts(strings, Styles())
    names = Names(module)
    looks = [
        _Look.at(part, SheetReader(book, part.part), look, names) for part in visible[:_MOST_SHEETS]
    ]
    filled = [one for one in looks if one.columns]
    if not filled:
        raise empty(name)
    chosen, why = _choose(filled)
    columns: list[Column] = []
    id_column = None
    for place, one in enumerate(filled):
        for column in one.columns[: _MOST_CHOICES - len(columns)]:
            if chosen == (place, column.place):
                id_column = len(columns)
            shown = f"{one.sheet.name} › {column.name}" if len(filled) > 1 else column.name
            columns.append(replace(column, index=len(columns), name=shown, sheet=place))
    unread = len(parts) - len(visible)
    hidden = f" {_sheets(unread)} hidden, so not read." if unread else ""
    return Table(
        name,
        "",
        None,
        tuple(columns),
        id_column,
        f"{why}{hidden}",
        has_header=any(one.sheet.header for one in filled),
        size=size,
        module=module,
        form=Form.WORKBOOK,
        sheets=tuple(one.sheet for one in filled),
    )


def _sheets(number: int) -> str:
    return "1 sheet is" if number == 1 else f"{number:,} sheets are"


def _choose(looks: Sequence[_Look]) -> tuple[tuple[int, int] | None, str]:
    """Return the sheet and column of the record ids if that is clear, and a sentence why or not."""
    clear = [(place, one) for place, one in enumerate(looks) if one.id_column is not None]
    if len(clear) == 1:
        place, one = clear[0]
        others = len(looks) - 1
        more = f" Sheet {one.sheet.name}; {_sheets(others)} not read." if others else ""
        return (place, one.id_column or 0), f"{one.why}{more}"
    if len(looks) == 1:
        return None, looks[0].why
    if clear:
        several = ", ".join(one.sheet.name for _, one in clear)
        return None, f"More than one sheet has a column of record ids: {several}."
    return None, " ".join(f"{one.sheet.name}: {one.why}" for one in looks[:_SHEETS_TOLD])


class Texts:
    """Tells what the cells of a workbook say."""

    def __init__(self, strings: Strings, styles: Styles) -> None:
        """Take the shared strings, and how numbers are shown where that matters."""
        self._strings = strings
        self._styles = styles

    @classmethod
    def of(cls, book: Workbook) -> Texts:
        """Read all of them; raises IdFileError."""
        return cls(Strings(book), Styles.of(book))

    def text(self, cell: Cell | None) -> str:
        """Return what a cell holds, as text."""
        if cell is None:
            return ""
        return self._strings.text(cell.text) if cell.kind == "s" else cell.text

    def texts(self, row: Row) -> list[str]:
        """Return what all cells of a row hold, by their columns."""
        found = [""] * (max(row.cells, default=-1) + 1)
        for place, cell in row.cells.items():
            found[place] = self.text(cell)
        return found

    def shows_zeros(self, cell: Cell) -> bool:
        """Whether a number is shown with zeros in front that are not written."""
        return cell.kind == "n" and cell.style in self._styles.zeros

    def shows_more(self, cell: Cell) -> bool:
        """Whether a number is shown with letters or signs, in parts, or as a multiple."""
        return cell.kind == "n" and cell.style in self._styles.more

    def id_of(self, cell: Cell) -> tuple[str, Refusal | None]:
        """Return what may be an id or a value, and why it is none where its text does not tell."""
        text = self.text(cell)
        match cell.kind:
            case "n":
                text, refusal = _whole(text)
                refusal = DATE if refusal is None and cell.style in self._styles.dates else refusal
            case "b":
                refusal = TRUTH
            case "d":
                refusal = DATE
            case _:
                refusal = None
        return (text, NO_VALUE) if cell.formula and not text else (text, refusal)


def _whole(text: str) -> tuple[str, Refusal | None]:
    """Return the digits of a number cell, and why they are no id."""
    try:
        number = Decimal(text if len(text) <= _LONGEST_NUMBER else "NaN")
    except InvalidOperation:
        return text, NO_WHOLE_NUMBER
    if not number.is_finite():
        return text, NO_WHOLE_NUMBER
    if number.adjusted() >= MOST_SAFE_DIGITS:
        return text, LOST_DIGITS
    if number and (number.adjusted() < 0 or number != number.to_integral_value()):
        return text, NO_WHOLE_NUMBER
    return str(int(number)), None


@dataclass(frozen=True, slots=True)
class _Look:
    """What the beginning of a sheet looks like."""

    sheet: Sheet
    columns: tuple[Column, ...]
    id_column: int | None
    """Its place in the sheet; None if it is not clear."""
    why: str

    @classmethod
    def at(cls, part: SheetPart, reader: SheetReader, look: Texts, names: Names) -> _Look:
        rows = [(row.number, look.texts(row)) for row in islice(reader.rows(), _SAMPLE_ROWS)]
        rows = [(number, texts) for number, texts in rows if any(map(str.strip, texts))]
        if not rows:
            return cls(Sheet(part.name, part.part), (), None, "")
        width = max(len(texts) for _, texts in rows)
        place = _header_among([texts for _, texts in rows], names)
        told = tuple(rows[place][1]) if place is not None else ()
        rows = [(number, texts + [""] * (width - len(texts))) for number, texts in rows]
        if place is None:
            columns = _filled(columns_of(None, [texts for _, texts in rows], names))
            alone = columns[0].place if len(columns) == 1 and columns[0].valid_share else None
            why = "There is no header that says which column has the record ids."
            why = why if alone is None else "It is a plain list of ids."
            return cls(Sheet(part.name, part.part), columns, alone, why)
        number, header = rows[place]
        if is_for_owners(header):
            raise a_plan(part.name)
        columns = columns_of(header, [texts for _, texts in rows[place + 1 :]], names)
        column, why = choose(columns, header, names)
        if column is not None and column in reader.hidden_columns:
            why, column = f"The column {columns[column].name} is hidden.", None
        sheet = Sheet(part.name, part.part, told, number)
        return cls(sheet, _filled(columns), column, why)


def _filled(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns with a name or a value, each knowing its place and its letters."""
    return tuple(
        replace(
            one,
            place=one.index,
            name=f"column {letters_of(one.index)}" if _has_no_name(one) else one.name,
        )
        for one in columns
        if one.samples or not _has_no_name(one)
    )


def _has_no_name(column: Column) -> bool:
    return column.name == f"column {column.index + 1}"


def _header_among(rows: Sequence[Sequence[str]], names: Names) -> int | None:
    """Return the place of the header; None if an id comes first, or there is none."""
    named = any(is_header_row(row) and sum(map(bool, row)) > 1 for row in rows[:1])
    for place, row in enumerate(rows[:LINES_ABOVE_HEADER]):
        if any(names.is_own(text) or names.is_lookup(text) for text in row):
            return place
        if any(isinstance(judge(text), int | Link) for text in row):
            break
    return 0 if named else None


class SheetColumn(NamedTuple):
    """One column of a sheet."""

    place: int
    """From 0 on."""
    module: int | None = None
    """The column that names the module of each record, if any does."""

    def entry(self, row: Row, look: Texts) -> Entry | None:
        """Return what stands in it in a row; None if the row is empty."""
        cell, place = row.cells.get(self.place), f"cell {letters_of(self.place)}{row.number}"
        text, refusal = look.id_of(cell) if cell is not None else ("", None)
        if not text.strip() and refusal is None:
            words = " ".join(filter(str.strip, look.texts(row)))
            return Entry(row.number, words, place, refusal=NO_ID) if words else None
        named = look.text(row.cells.get(self.module)).strip() if self.module is not None else ""
        return Entry(row.number, text, place, named, HIDDEN if row.hidden else refusal)

    def notes(self, reader: SheetReader, formulas: int) -> Iterator[str]:
        """Say what else there is to know of it; `formulas`: how many were taken."""
        if formulas:
            cells = "1 cell is a formula" if formulas == 1 else f"{formulas:,} cells are formulas"
            yield f"{cells}: the last calculated value counts."
        if merged := rows_merged(reader.merged, self.place):
            yield f"Cells of several rows are merged ({merged}): they count as one."
        if self.place in reader.hidden_columns:
            yield f"The column {letters_of(self.place)} is hidden in the workbook."


class SheetIds:
    """Reads the ids of one column of one sheet."""

    def __init__(self, part: str, column: int, header_row: int, module_column: int | None) -> None:
        """Take where the sheet is, and which of its columns and rows are what, from 0 and 1 on.

        `header_row`: 0 if there is none; `module_column`: None if none names modules.
        """
        self.header: list[str] = []
        """What the header says, once it was read."""
        self._part = part
        self._column = SheetColumn(column, module_column)
        self._header_row = header_row
        self._formulas = 0
        self._ended: Refusal | None = None
        """Why nothing more is taken; None as long as something is."""

    def read(self, book: Workbook, collector: Collector, names: Names) -> tuple[str, ...]:
        """Give the collector what the column holds; return what else there is to say.

        Raises IdFileError; nothing collected is to be used then.
        """
        if self._part not in book:
            raise book.damaged("its sheet is missing")
        book.expect(self._part, book.part_beside("sharedStrings.xml"))
        look = Texts.of(book)
        reader = SheetReader(book, self._part)
        batch: list[Entry] = []
        for row in reader.rows():
            if row.number == self._header_row:
                self.header = look.texts(row)
            elif (entry := self._column.entry(row, look)) is not None:
                batch.append(self._in_its_place(entry, row, look, names))
            if len(batch) >= _BATCH:
                collector.entries(batch)
                batch = []
        if batch:
            collector.entries(batch)
        return tuple(self._column.notes(reader, self._formulas))

    def _in_its_place(self, entry: Entry, row: Row, look: Texts, names: Names) -> Entry:
        """Refuse what stands above the header or below another one."""
        if row.number < self._header_row:
            return entry._replace(refusal=ABOVE_HEADER)
        if not isinstance(judge(entry.text), int | Link):
            texts = look.texts(row)
            if is_same_header(texts, self.header):
                return entry._replace(refusal=HEADER)
            if is_other_header(texts, self.header, names.is_header):
                self._ended = BELOW_HEADER
                return entry._replace(refusal=HEADER)
        elif self._ended is not None:
            return entry._replace(refusal=self._ended)
        cell = row.cells.get(self._column.place)
        self._formulas += cell is not None and cell.formula and entry.refusal is None
        return entry
