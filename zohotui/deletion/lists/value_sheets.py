"""Values of a field in a sheet of an Excel workbook.

Text is a value as it stands. A number is one only as far as a spreadsheet keeps and shows it: up to
15 digits, without anything that only its format has. Hidden rows and sheets are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from zohotui.deletion.ids.cells import Cell, Row, SheetReader, is_cut
from zohotui.deletion.ids.collector import ABOVE_HEADER, NO_ID, Entry, is_same_header
from zohotui.deletion.ids.columns import Column, Table, module_column
from zohotui.deletion.ids.entry import Refusal
from zohotui.deletion.ids.sheets import SheetColumn, Texts, inspect_workbook
from zohotui.deletion.ids.source import IdFileError
from zohotui.deletion.ids.workbook import Watch, Workbook
from zohotui.deletion.lists.value_tables import (
    AGAIN,
    NO_VALUE,
    columns_called,
    none_called,
    several,
)
from zohotui.deletion.model.exported import is_own_header, unguarded

_ZEROS = Refusal(
    "shown otherwise",
    "a number cell that is shown with zeros in front, which are not in it; save the column as text",
)
_MORE = Refusal(
    "shown otherwise",
    "a number cell whose format shows more than the number, as a prefix or %; save the column as "
    "text",
)
_TOO_LONG = Refusal("too long", "longer than a value can be")


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook that is open."""

    file: IO[bytes]
    source: str
    """What it is called; printable."""
    module: tuple[str, ...]
    """What the chosen module may be called."""
    watch: Watch


class SheetValues:
    """Reads the values of one column of one sheet."""

    def __init__(self, book: Book, known: frozenset[str], chosen: Column | None) -> None:
        """Find the column, unless the admin has chosen one; raises IdFileError."""
        source = book.source
        table = inspect_workbook(book.file, source, 0, book.module)
        column = chosen if chosen is not None else _called(table, known, source)
        at = column.index if column in table.columns else -1
        alone = len(table.columns) == 1 and not table.has_header
        if at < 0 or not (alone or columns_called(heads_of(table)[at : at + 1], known)):
            raise _changed(source)
        self._book, self._known = book, known
        self._name, self._sheet = column.name, table.sheets[column.sheet]
        header = self._sheet.header
        self._column = SheetColumn(column.place, module_column(header, column.place))
        self._ours = is_own_header(header)
        self.notes: tuple[str, ...] = ()
        """What else there is to say, once all was read."""

    @property
    def words(self) -> str:
        """Say which column it is."""
        return f"{self._book.source}, column {self._name}"

    def entries(self) -> Iterator[Entry]:
        """Yield what stands in the column; raises IdFileError."""
        book, formulas = Workbook(self._book.file, self._book.source, self._book.watch), 0
        look, reader = Texts.of(book), SheetReader(book, self._sheet.part)
        seen = bool(self._sheet.header)
        for row in reader.rows():
            if row.number == self._sheet.header_row:
                continue
            entry, begins = self._column.entry(row, look), not seen
            seen = seen or (entry is not None and entry.refusal is not NO_ID)
            # A sheet of values alone may have the name of the field above them.
            named = begins and entry is not None and columns_called([entry.text], self._known)
            if entry is not None and not named:
                told = self._told(entry, row, look)
                cell = row.cells.get(self._column.place)
                formulas += cell is not None and cell.formula and told.refusal is None
                yield told
        self.notes = tuple(self._column.notes(reader, formulas))

    def _told(self, entry: Entry, row: Row, look: Texts) -> Entry:
        cell = row.cells.get(self._column.place)
        if row.number < self._sheet.header_row:
            return entry._replace(refusal=ABOVE_HEADER)
        if entry.refusal is not None or cell is None:
            return entry._replace(refusal=NO_VALUE) if entry.refusal is NO_ID else entry
        if self._sheet.header and is_same_header(look.texts(row), self._sheet.header):
            return entry._replace(refusal=AGAIN)
        if why := _not_as_shown(entry, cell, look):
            return entry._replace(refusal=why)
        return entry._replace(text=unguarded(entry.text)) if self._ours else entry


def _not_as_shown(entry: Entry, cell: Cell, look: Texts) -> Refusal | None:
    """Say why what is written in a cell is not what its reader sees; None if it is."""
    if is_cut(entry.text):
        return _TOO_LONG
    if look.shows_more(cell):
        return _MORE
    return _ZEROS if look.shows_zeros(cell) else None


def heads_of(table: Table) -> list[str]:
    """Return what each column of a workbook is called; its first cell where it has no header."""
    headers = [table.sheets[column.sheet].header for column in table.columns]
    return [
        (header[column.place : column.place + 1] or ("",))[0]
        if header
        else "".join(column.samples[:1])
        for column, header in zip(table.columns, headers, strict=True)
    ]


def _called(table: Table, known: frozenset[str], source: str) -> Column:
    """Return the one column that is called like the field; raises IdFileError."""
    found = [table.columns[place] for place in columns_called(heads_of(table), known)]
    if not found and len(table.columns) == 1 and not table.has_header:
        return table.columns[0]
    if not found:
        raise none_called(source, [column.name for column in table.columns])
    if len(found) > 1:
        raise several(source, [column.name for column in found])
    return found[0]


def _changed(source: str) -> IdFileError:
    return IdFileError(
        "The file has changed",
        f"{source} has changed since its columns were read. Open it again.",
    )
