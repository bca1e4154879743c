"""Values of a field in text: a column of a table, or a value a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import IO, cast

from zohotui.deletion.ids.collector import ABOVE_HEADER, COLUMNS, Entry, fields, is_same_header
from zohotui.deletion.ids.columns import (
    LINES_ABOVE_HEADER,
    declared_delimiter,
    find_delimiter,
    module_column,
    rows_of,
)
from zohotui.deletion.ids.entry import Refusal, bare_name
from zohotui.deletion.ids.source import IdFileError
from zohotui.deletion.model.exported import is_own_header, unguarded
from zohotui.zoho.printable import printable

SHOWN = 60
"""Characters of a name that are shown."""

AGAIN = Refusal("header", "the header of the table once more")
NO_VALUE = Refusal("no value", "its row has no value of that field")

_SAMPLE_LINES = 500
_LONGEST_FIELD = 1 << 24
_COLUMNS_SHOWN = 8
_QUOTES = "\"'"


def plain(name: str) -> str:
    """Return the name of a field as it is compared."""
    return " ".join(bare_name(name).split()).casefold()


def names_of(names: Iterable[str]) -> frozenset[str]:
    """Return the names of a field as they are compared; one that is blank names nothing."""
    return frozenset(filter(None, map(plain, names)))


def columns_called(header: Sequence[str], known: frozenset[str]) -> list[int]:
    """Return which columns have one of these names, which are plain."""
    return [place for place, name in enumerate(header) if plain(name) in known]


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """Where in a text the values stand."""

    place: int = 0
    delimiter: str = ""
    """Empty: each line is a value."""
    name: str = ""
    """What the column is called, printable; empty if nothing says so."""
    above: int = 0
    """Lines above its header, or above the first value."""
    declared: bool = False
    """Whether the first of them names the delimiter."""

    @classmethod
    def of(cls, text: str, known: frozenset[str], source: str, chosen: int | None) -> ValueColumn:
        """Find the column that is called like the field; raises IdFileError.

        `text`: the beginning; `chosen`: the column that the admin picked, if one was.
        """
        lines = list(io.StringIO(text.lstrip("\ufeff"), newline=""))
        declared = declared_delimiter(lines[0]) if lines else None
        start = int(declared is not None)
        above = start + _titles(lines[start:], known, declared)
        below = [line for line in lines[above:] if line.strip()][:_SAMPLE_LINES]
        delimiter = declared or (find_delimiter(below) if below else ",")
        rows = rows_of(below, delimiter)
        header = rows[0] if rows else []
        named = columns_called(header, known)
        if chosen in named:
            named = [place for place in named if place == chosen]
        if len(named) > 1:
            raise several(source, [header[place] for place in named])
        if named:
            name = printable(bare_name(header[named[0]]), SHOWN)
            delimiter = delimiter if len(header) > 1 else ""
            return cls(named[0], delimiter, name, above, declared is not None)
        alike = sum(len(row) == len(header) for row in rows)
        if len(header) > 1 and alike > 1 and alike * 10 >= len(rows) * 9:
            raise none_called(source, header)
        return cls(above=start, declared=declared is not None)


def _titles(lines: Sequence[str], known: frozenset[str], declared: str | None) -> int:
    """Tell how many lines stand above the header of a table: a title, or a date.

    Such lines have one value each; where one has more, the first line is the header.
    """
    for place, line in enumerate(lines[:LINES_ABOVE_HEADER]):
        cells = fields(line)
        if len(cells) > 1 and any(plain(cell) in known for cell in cells):
            delimiter = declared or find_delimiter(lines[place : place + _SAMPLE_LINES])
            above = rows_of(lines[:place], delimiter)
            titles = all(sum(bool(cell.strip()) for cell in row) == 1 for row in above)
            return place if titles else 0
    return 0


def several(source: str, names: Sequence[str]) -> IdFileError:
    """Say that more than one column is called like the field."""
    columns = ", ".join(printable(bare_name(name), SHOWN) for name in names[:_COLUMNS_SHOWN])
    return IdFileError(
        "Its columns are not clear",
        f"{source} has more than one column for that field: {columns}. Leave only the one "
        "that has the values.",
    )


def none_called(source: str, header: Sequence[str]) -> IdFileError:
    """Say that no column is called like the field."""
    columns = ", ".join(printable(bare_name(cell), 30) for cell in header[:_COLUMNS_SHOWN])
    return IdFileError(
        "No such column",
        f"{source} is a table without a column for that field; its first row is: "
        f"{columns}. Give the column the field's name, or use a file of values alone, "
        "one per line.",
    )


@contextmanager
def text_of(file: IO[bytes], encoding: str, newline: str | None) -> Iterator[IO[str]]:
    """Read an open file as text; the file stays its opener's to close."""
    # A buffer of its own, so that the file can be given back open.
    buffered = io.BufferedReader(cast("io.RawIOBase", file))
    text = io.TextIOWrapper(buffered, encoding=encoding, newline=newline)
    try:
        yield text
    finally:
        text.detach()
        buffered.detach()


def entries_of(text: IO[str], column: ValueColumn) -> Iterator[Entry]:
    """Yield what stands in the column; nothing that is in a row is passed over."""
    for number, line in enumerate(islice(text, column.above), 1):
        if line.strip() and not (column.declared and number == 1):
            yield Entry(number, line, refusal=ABOVE_HEADER)
    if column.delimiter:
        yield from _rows(text, column)
        return
    header = bool(column.name)
    for number, line in enumerate(text, column.above + 1):
        # A first mark of the encoding is no part of a value.
        value = _unquoted(line.lstrip("\ufeff").strip())
        if value and header:
            header = False
        elif value:
            yield Entry(number, value)


def _rows(text: IO[str], column: ValueColumn) -> Iterator[Entry]:
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    reader = csv.reader(text, delimiter=column.delimiter, strict=True)
    header: list[str] = []
    line, module, ours = 1 + column.above, None, False
    for row in reader:
        first, line = line, column.above + reader.line_num + 1
        if not any(map(str.strip, row)):
            continue
        if not header:
            header, module, ours = row, module_column(row, column.place), is_own_header(row)
        elif len(row) != len(header):
            yield Entry(first, " ".join(row), refusal=COLUMNS)
        elif row[column.place] == header[column.place] and is_same_header(row, header):
            yield Entry(first, " ".join(row), refusal=AGAIN)
        elif value := row[column.place].strip():
            named = row[module].strip() if module is not None else ""
            yield Entry(first, unguarded(value) if ours else value, "", named)
        else:
            yield Entry(first, " ".join(row).strip(), refusal=NO_VALUE)


def _unquoted(entry: str) -> str:
    """Take away a pair of quotes around a whole entry; any other quote is part of the value."""
    quote = entry[:1]
    around = len(entry) > 1 and quote in _QUOTES and entry.endswith(quote)
    return entry[1:-1].strip() if around and quote not in entry[1:-1] else entry
