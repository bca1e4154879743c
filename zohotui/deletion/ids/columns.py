"""Tables of ids: which column holds the record ids, or why that is not clear."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from zohotui.deletion.ids.collector import fields, split_line
from zohotui.deletion.ids.entry import Link, Refusal, bare_name, judge
from zohotui.zoho.printable import printable

DELIMITERS = ",;\t|"
LONGEST_NAME = 60
SAMPLES = 5

PLANNED_ID, KEEP = "Record Id (plan)", "Keep"
"""Columns of the list that the owners of a plan's records fill in; see keep_file.py."""

LINES_ABOVE_HEADER = 50
"""This many lines of a text are looked at for a header."""

_SAMPLE_ROWS = 500
_LEAST_VALID = 0.5
_LEAST_ALIKE = 0.9
_ANY_MODULE = frozenset({"record id", "recordid", "id", "データid"})
_MODULE_NAMES = frozenset({"module", "module name", "module api name"})
_OLD_NAMES = {"deals": ("potential",), "events": ("meeting",), "meetings": ("event",)}
_LOOKUP = re.compile(
    r".*\.id\b.*|.+[ .]id|parent\b.*|reports? to\b.*|reporting to\b.*|.*\bowner|.+ by"
    r"|(?:account|contact|deal|vendor|campaign|product|lead|potential) name|associated\b.*"
)
_DECLARED = re.compile(r"sep=([,;|\t])")
_LONG_NUMBER = re.compile(r"\d{10}")
_LOOKUP_COLUMN = re.compile(r".*\S\.id")


def plain_name(name: str) -> str:
    """Return a name as it is compared: without regard to case, blanks and underscores."""
    return " ".join(bare_name(name).replace("_", " ").casefold().split())


class Form(StrEnum):
    """What a source is made of."""

    TEXT = "text"
    """Lines or a table."""
    JSON = "JSON"
    WORKBOOK = "workbook"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    index: int
    name: str
    """Its header, or "column 3" where there is none; printable."""
    samples: tuple[str, ...] = ()
    """The first five values that are not empty; printable."""
    valid_share: float = 0.0
    """How many of the values seen are record ids: 0 for none, 1 for all."""
    lookup: bool = False
    """Whether its name says that it points at other records, as `Account Name.id` does."""
    place: int = 0
    """In a workbook: where it stands in its sheet, from 0 on ..."""
    sheet: int = 0
    """... and in which of the table's sheets that is."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook whose columns can be chosen."""

    name: str
    """Printable."""
    part: str
    """Where it is in the archive."""
    header: tuple[str, ...] = ()
    """The texts of its header by their columns; empty if it has none."""
    header_row: int = 0
    """Its number, from 1 on; 0 if there is none."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a file or text looks like from its beginning."""

    source: str
    """The file's name, "standard input" or the like; printable."""
    encoding: str
    delimiter: str | None
    """None for a plain list: ids with blanks, commas or line ends between them."""
    columns: tuple[Column, ...]
    id_column: int | None
    """Where the record ids are; None if that is not clear and must be asked."""
    why: str
    """A sentence: why it is clear, or why not."""
    has_header: bool
    size: int
    """Of the source, in bytes."""
    header: tuple[str, ...] = field(default=(), repr=False)
    """The header's raw fields, by which the table is known again."""
    above: int = 0
    """Lines above the header that are not of the table, such as a title."""
    module: tuple[str, ...] = ()
    """What the chosen module may be called; see Names."""
    form: Form = Form.TEXT
    sheets: tuple[Sheet, ...] = ()
    """Of a workbook."""

    def __post_init__(self) -> None:
        """Refuse a column that is not there."""
        if self.id_column is not None and not 0 <= self.id_column < len(self.columns):
            raise ValueError(self.id_column)


class Names:
    """The column names that mean a record's own id, given the names of the chosen module.

    Source: zoho-api.md, "CSV exports".
    """

    def __init__(self, module: Iterable[str] = ()) -> None:
        """Take api_name, singular and plural label, in any order and number."""
        names = {plain_name(name) for name in module if name.strip()}
        for name in tuple(names):
            names.update(_OLD_NAMES.get(name, ()))
            names.add(name.removesuffix("s"))
        self._own = _ANY_MODULE | {f"{name} id" for name in names}

    def is_own(self, name: str) -> bool:
        """Whether a column of this name holds the ids of the module's own records."""
        return plain_name(name) in self._own

    def is_lookup(self, name: str) -> bool:
        """Whether a column of this name points at other records."""
        return not self.is_own(name) and _LOOKUP.fullmatch(plain_name(name)) is not None

    def is_header(self, name: str) -> bool:
        """Whether no value but only a header reads like this; `ID` alone may be Idaho."""
        if "id" not in name.casefold():
            return False
        normal = plain_name(name)
        own = normal in self._own and normal != "id"
        return own or _LOOKUP_COLUMN.fullmatch(normal) is not None


def is_for_owners(header: Sequence[str]) -> bool:
    """Whether a header is that of the list which the owners of a plan's records fill in."""
    names = set(map(plain_name, header))
    return {plain_name(PLANNED_ID), plain_name(KEEP)} <= names


def is_module(name: str) -> bool:
    """Whether a column or a key of this name names the module of each record."""
    return plain_name(name) in _MODULE_NAMES


def module_column(header: Sequence[str], ids: int) -> int | None:
    """Return the column that names the module of each record; None if none or several do.

    `ids`: the column of the record ids.
    """
    named = [place for place, name in enumerate(header) if place != ids and is_module(name)]
    return named[0] if len(named) == 1 else None


def is_header_row(row: Sequence[str]) -> bool:
    """Whether a first row names columns: words, and no long number or address in it."""
    words = any(any(map(str.isalpha, cell)) for cell in row)
    return words and not any(_LONG_NUMBER.search(cell) or "://" in cell for cell in row)


def is_plain_list(lines: Iterable[str]) -> bool:
    """Whether every entry is an id or meant to be one, so that there are no columns."""
    for line in lines:
        for entry in split_line(line):
            found = judge(entry)
            if isinstance(found, Refusal) and found.other:
                return False
    return True


def is_tab_table(lines: Iterable[str]) -> bool:
    """Whether lines are rows of the same number of columns, as a spreadsheet copies them.

    Without a header it cannot be told which of the columns holds the record ids.
    """
    rows = islice(filter(str.strip, lines), _SAMPLE_ROWS)
    tabs = [line.strip("\r\n").count("\t") for line in rows]
    return len(tabs) > 1 and tabs[0] > 0 and len(set(tabs)) == 1


def rows_of(lines: Iterable[str], delimiter: str, limit: int = _SAMPLE_ROWS) -> list[list[str]]:
    """Parse the first rows that are not blank, as far as they can be parsed."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter, strict=True):
            if any(map(str.strip, row)):
                rows.append(row)
            if len(rows) >= limit:
                break
    except csv.Error:
        # The end of a sample may cut a quoted field; real faults show when the rows are read.
        pass
    return rows


def find_delimiter(lines: Sequence[str]) -> str:
    """Return the delimiter under which most rows have as many fields as the first; or a comma."""

    def score(delimiter: str) -> tuple[bool, int, float]:
        rows = rows_of(lines, delimiter)
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows) / max(len(rows), 1)
        return (width > 1 and alike >= _LEAST_ALIKE, width, alike)

    return max(DELIMITERS, key=score)


def declared_delimiter(line: str) -> str | None:
    """Return the delimiter that a spreadsheet's first line `sep=;` names."""
    match = _DECLARED.fullmatch(bare_name(line))
    return match[1] if match else None


def columns_of(
    header: Sequence[str] | None, rows: Sequence[Sequence[str]], names: Names
) -> tuple[Column, ...]:
    """Describe every column by its name and the values below it."""
    width = len(header if header is not None else rows[0])
    return tuple(_column(index, header, rows, names) for index in range(width))


def _column(
    index: int, header: Sequence[str] | None, rows: Sequence[Sequence[str]], names: Names
) -> Column:
    values = [row[index] for row in rows if index < len(row) and row[index].strip()]
    valid = sum(isinstance(judge(value), int | Link) for value in values)
    title = bare_name(header[index]) if header is not None else ""
    return Column(
        index=index,
        name=printable(title or f"column {index + 1}", LONGEST_NAME),
        samples=tuple(printable(value.strip(), LONGEST_NAME) for value in islice(values, SAMPLES)),
        valid_share=valid / len(values) if values else 0.0,
        lookup=names.is_lookup(title),
    )


def choose(
    columns: Sequence[Column], header: Sequence[str], names: Names
) -> tuple[int | None, str]:
    """Return the column of record ids, or None if it is not clear, and a sentence why.

    Only a name makes it clear, never the values alone: a lookup's values are ids, too.
    """
    own = [column for column in columns if names.is_own(header[column.index])]
    rivals = [
        column
        for column in columns
        if plain_name(header[column.index]).endswith("id")
        and "." not in column.name
        and column not in own
        and column.valid_share >= _LEAST_VALID
    ]
    if not own:
        seen = next((column for column in columns if column.lookup and column.valid_share), None)
        more = f"; {seen.name} may belong to other records" if seen else ""
        return None, f"No column has a name like Record Id{more}."
    if len(own) + len(rivals) > 1:
        several = ", ".join(column.name for column in sorted(own + rivals, key=lambda c: c.index))
        return None, f"More than one column may have the record ids: {several}."
    modules = [column.name for column in columns if is_module(header[column.index])]
    if len(modules) > 1:
        several = ", ".join(modules)
        return None, f"More than one column names modules, so none is heeded: {several}."
    column = own[0]
    if column.samples and column.valid_share < _LEAST_VALID:
        share = f"{column.valid_share:.0%}"
        return None, f"Only {share} of the values seen in {column.name} are record ids."
    return column.index, f"The header names {column.name}."


def find_header(lines: Sequence[str], names: Names) -> tuple[int, str | None] | None:
    """Look for a header above the first id of a text.

    Returns its line's index and the delimiter, None if there is no telling the columns apart;
    None if the text has no header.
    """
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        if _LONG_NUMBER.search(line) or "://" in line:
            return None
        if any(names.is_own(cell) or names.is_lookup(cell) for cell in fields(line)):
            return index, _delimiter_below(lines[index:], names)
        sample = lines[index : index + _SAMPLE_ROWS]
        delimiter = find_delimiter(sample)
        rows = rows_of(sample, delimiter, 2)
        if len(rows) > 1 and len(rows[0]) == len(rows[1]) > 1 and not is_header_row(rows[1]):
            return index, delimiter
    return None


def title_lines(lines: Sequence[str], delimiter: str | None, names: Names) -> int:
    """Tell how many lines of a file stand above the header of its table: a title, or a date.

    `delimiter`: the one that the file names itself, None if it names none. Such lines have one
    value each; where a line above has more, the first line is the header.
    """
    found = find_header(lines[:LINES_ABOVE_HEADER], names)
    if found is None or not found[0] or found[1] is None:
        return 0
    above = rows_of(lines[: found[0]], delimiter or found[1])
    titles = all(sum(bool(cell.strip()) for cell in row) == 1 for row in above)
    return found[0] if titles else 0


def _delimiter_below(lines: Sequence[str], names: Names) -> str | None:
    delimiter = find_delimiter(lines[:_SAMPLE_ROWS])
    rows = rows_of(lines[:1], delimiter)
    named = any(names.is_own(cell) or names.is_lookup(cell) for cell in rows[0]) if rows else False
    return delimiter if named else None
