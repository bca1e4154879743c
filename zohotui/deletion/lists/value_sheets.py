"""Values of a field in a sheet of an Excel workbook.

Text is a value as it stands. A number is one only as far as a spreadsheet keeps and shows it: up to
15 digits, without zeros in front that only its format has. Hidden rows and sheets are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from zohotui.deletion.ids.cells import Row, SheetReader, is_cut
from zohotui.deletion.ids.collector import ABOVE_HEADER, NO_ID, Entry, is_same_header
from zohotui.deletion.ids.columns import Column, Table, module_column
from zohotui.deletion.ids.entry import Refusal
from zohotui.deletion.ids.sheets import SheetColumn, Texts, inspect_workbook
from zohotui.deletion.ids.source import IdFileError
from zohotui.deletion.ids.workbook import Watch, Workbook
from zohotui.deletion.lists.value_tables import NO_VALUE, columns_called, none_called, several
from zohotui.deletion.model.exported import is_own_header, unguarded

_ZEROS = Refusal(
    "shown otherwise",
    "a number cell that is shown with zeros in front, which are not in it; save the column as text",
)
_TOO_LONG = Refusal("too long", "longer than a value can be")


class SheetValues:
    """Reads the values of one column of one sheet."""

    def __init__(
        self,
        file: IO[bytes],
        source: str,
        known: frozenset[str],
        chosen: Column | None,
        watch: Watch,
    ) -> None:
        """Find the column, unless the admin has chosen one; raises IdFileError."""
        self._watch = watch
        table = inspect_workbook(file, source, 0, ())
        column = chosen if chosen is not None else _called(table, known, source)
        at = column.index if column in table.columns else -1
        alone = len(table.columns) == 1 and not table.has_header
        if at < 0 or not (alone or columns_called(heads_of(table)[at : at + 1], known)):
            raise _changed(source)
        self._file, self._source, self._known = file, source, known
        self._name, self._sheet = column.name, table.sheets[column.sheet]
        header = self._sheet.header
        self._column = SheetColumn(column.place, module_column(header, column.place))
        self._ours = is_own_header(header)
        self.notes: tuple[str, ...] = ()
        """What else there is to say, once all was read."""

    @property
    def words(self) -> str:
        """Say which column it is."""
        return f"{self._source}, column {self._name}"

    def entries(self) -> Iterator[Entry]:
        """Yield what stands in the column; raises IdFileError."""
        book, formulas = Workbook(self._file, self._source, self._watch), 0
        look, reader = Texts.of(book), SheetReader(book, self._sheet.part)
        for row in reader.rows():
            if row.number == self._sheet.header_row:
                continue
            entry = self._column.entry(row, look)
            if entry is not None and not self._is_head(entry, row, look):
                told = self._told(entry, row, look)
                cell = row.cells.get(self._column.place)
                formulas += cell is not None and cell.formula and told.refusal is None
                yield told
        self.notes = tuple(self._column.notes(reader, formulas))

    def _is_head(self, entry: Entry, row: Row, look: Texts) -> bool:
        """Whether it names the column once more, or for the first time in a sheet of values."""
        if not self._sheet.header:
            return bool(columns_called([entry.text], self._known))
        return is_same_header(look.texts(row), self._sheet.header)

    def _told(self, entry: Entry, row: Row, look: Texts) -> Entry:
        cell = row.cells.get(self._column.place)
        if row.number < self._sheet.header_row:
            return entry._replace(refusal=ABOVE_HEADER)
        if entry.refusal is not None or cell is None:
            return entry._replace(refusal=NO_VALUE) if entry.refusal is NO_ID else entry
        if is_cut(entry.text):
            return entry._replace(refusal=_TOO_LONG)
        if look.shows_zeros(cell):
            return entry._replace(refusal=_ZEROS)
        return entry._replace(text=unguarded(entry.text)) if self._ours else entry


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
