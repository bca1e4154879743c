"""Values of an external field, out of a text or a file: what they are, and what they may be.

A value is any text of a line, or of the column that is called like the field. It is never read as
an id; that a number may be both is for the admin to say, see `both_at_once`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from zohotui.deletion.ids.collector import COLUMNS
from zohotui.deletion.ids.columns import find_delimiter, rows_of
from zohotui.deletion.ids.entry import bare_name, judge
from zohotui.deletion.ids.id_list import REJECTED_SHOWN, Rejected
from zohotui.deletion.ids.source import (
    STANDARD_INPUT,
    IdFileError,
    broken_off,
    encoding_of,
    opened,
    source_name,
    undecodable,
)
from zohotui.zoho.parameters import LONGEST_VALUE
from zohotui.zoho.printable import printable

_SAMPLE_BYTES = 1 << 18
_SAMPLE_LINES = 500
_LONGEST_SHOWN = 60
_COLUMNS_SHOWN = 8
_QUOTES = "\"'"
_NO_VALUE = "its row has no value of that field"


@dataclass(frozen=True, slots=True)
class Values:
    """What a text or a file holds: every entry is a value, a duplicate or rejected."""

    values: tuple[str, ...] = ()
    """In order of first appearance, each once."""
    duplicates: int = 0
    rejected: tuple[Rejected, ...] = ()
    """The first REJECTED_SHOWN rejected entries."""
    rejected_count: int = 0
    source: str = ""
    """Where they came from; printable."""


def read_values_of(
    source: Path | bytes, names: Iterable[str], *, name: str = STANDARD_INPUT
) -> Values:
    """Read the values of a file, or of bytes that are called `name`.

    `names`: what the field is called, by its API name and label: a table must have a column of one
    of these names. Raises IdFileError.
    """
    known = {_plain(one) for one in names}
    name = source_name(source, name)
    with opened(source, name) as (file, size):
        try:
            sample = file.read(_SAMPLE_BYTES)
            encoding, text = encoding_of(sample, name, whole=len(sample) >= size)
            column, delimiter, header = _place_of(text, known, name)
            file.seek(0)
            entries = _cells(file, encoding, column, delimiter, header=bool(header))
            return _collected(entries, f"{name}, column {header}" if header else name)
        except UnicodeDecodeError as fault:
            raise undecodable(name, encoding, f"byte {fault.start:,} of a part") from None
        except csv.Error as fault:
            raise IdFileError("The table is broken", f"{name}: {printable(str(fault))}.") from None
        except OSError as fault:
            raise broken_off(name, fault) from None


def values_in(text: str, names: Iterable[str], source: str = "pasted text") -> Values:
    """Read the values of a text that was typed or pasted; raises IdFileError as for a file."""
    return read_values_of(text.encode(errors="replace"), names, name=source)


def fields_of_header(header: Sequence[str], fields: Iterable[Sequence[str]]) -> list[int]:
    """Return which of a table's columns are called like one of these fields.

    `fields`: for each its API name and label.
    """
    known = {_plain(name) for names in fields for name in names}
    return [place for place, name in enumerate(header) if _plain(name) in known]


def both_at_once(values: Iterable[str]) -> int:
    """Count the values that could be record ids, or addresses of records, as well."""
    return sum(isinstance(found, int) or hasattr(found, "number") for found in map(judge, values))


def question_about(values: Sequence[str], field: str) -> str:
    """Ask what numbers are that could be both; empty if none could be a record id."""
    number = both_at_once(values)
    if not number:
        return ""
    which = "All" if number == len(values) else f"{number:,} of"
    return (
        f"{which} {len(values):,} entries could be record ids as well as values of {field}. "
        f"Are they values of {field}?"
    )


def _place_of(text: str, known: set[str], name: str) -> tuple[int, str, str]:
    """Say in which column the values stand: place, delimiter, and its name if it has one.

    An empty delimiter says that each line is a value.
    """
    lines = [line for line in io.StringIO(text.lstrip("\ufeff"), newline="") if line.strip()]
    lines = lines[:_SAMPLE_LINES]
    delimiter = find_delimiter(lines) if lines else ","
    rows = rows_of(lines, delimiter)
    header = rows[0] if rows else []
    named = [place for place, cell in enumerate(header) if _plain(cell) in known]
    if len(named) > 1:
        columns = ", ".join(printable(bare_name(header[place]), 30) for place in named)
        raise IdFileError(
            "Its columns are not clear",
            f"{name} has more than one column for that field: {columns}. Leave only the one "
            "that has the values.",
        )
    if named:
        shown = printable(bare_name(header[named[0]]), _LONGEST_SHOWN)
        return named[0], delimiter if len(header) > 1 else "", shown
    alike = sum(len(row) == len(header) for row in rows)
    if len(header) > 1 and alike > 1 and alike * 10 >= len(rows) * 9:
        columns = ", ".join(printable(bare_name(cell), 30) for cell in header[:_COLUMNS_SHOWN])
        raise IdFileError(
            "No such column",
            f"{name} is a table without a column for that field; its first row is: "
            f"{columns}. Give the column the field's name, or use a file of values alone, "
            "one per line.",
        )
    return 0, "", ""


def _cells(
    file: IO[bytes], encoding: str, column: int, delimiter: str, *, header: bool
) -> Iterator[tuple[int, str, str]]:
    """Yield line and value of each entry, and why it is none where its row tells.

    `header`: whether the first row names the columns; it is no entry.
    """
    # A buffer of its own, so that the file can be given back open.
    buffered = io.BufferedReader(cast("io.RawIOBase", file))
    text = io.TextIOWrapper(buffered, encoding=encoding, newline="" if delimiter else None)
    try:
        if delimiter:
            yield from _rows(text, column, delimiter)
            return
        for number, line in enumerate(text, 1):
            # A first mark of the encoding is no part of a value.
            value = _unquoted(line.lstrip("\ufeff").strip())
            if value and header:
                header = False
            else:
                yield number, value, ""
    finally:
        # The file is its opener's to close.
        text.detach()
        buffered.detach()


def _rows(text: IO[str], column: int, delimiter: str) -> Iterator[tuple[int, str, str]]:
    """Yield the cells of a column below its header; nothing that is in a row is passed over."""
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    width, line = 0, 1
    for row in reader:
        first, line = line, reader.line_num + 1
        if not any(map(str.strip, row)):
            continue
        if not width:
            width = len(row)
        elif len(row) != width:
            yield first, " ".join(row), COLUMNS.reason
        else:
            value = row[column].strip()
            yield first, value or " ".join(row).strip(), "" if value else _NO_VALUE


def _collected(entries: Iterable[tuple[int, str, str]], source: str) -> Values:
    values: dict[str, None] = {}
    rejected: list[Rejected] = []
    given = refused = 0
    for line, value, fault in entries:
        if not value:
            continue
        why = fault or _why_not(value)
        if not why:
            given += 1
            values[value] = None
            continue
        refused += 1
        if len(rejected) < REJECTED_SHOWN:
            rejected.append(Rejected(line, printable(value, _LONGEST_SHOWN), why))
    return Values(
        tuple(values), given - len(values), tuple(rejected), refused, printable(source, 200)
    )


def _why_not(value: str) -> str:
    if len(value) > LONGEST_VALUE:
        return f"longer than a value can be ({LONGEST_VALUE} characters)"
    if printable(value) != value:
        return "has a character that cannot be shown; copy the value again, or type it"
    return ""


def _unquoted(entry: str) -> str:
    """Take away a pair of quotes around a whole entry; any other quote is part of the value."""
    quote = entry[:1]
    around = len(entry) > 1 and quote in _QUOTES and entry.endswith(quote)
    return entry[1:-1].strip() if around and quote not in entry[1:-1] else entry


def _plain(name: str) -> str:
    return " ".join(bare_name(name).split()).casefold()
