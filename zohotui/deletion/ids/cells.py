"""The cells of a sheet in a stream: rows, shared strings, and what a cell is beside its text.

Source: ECMA-376, part 1, 18.3 (worksheets), 18.4 (shared strings), 18.8 (styles).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from zohotui.deletion.ids.workbook import Attributes, Handlers, Workbook

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""What a sheet can have."""

MOST_STRINGS = 20_000_000
MOST_TEXT = 1 << 29
"""Bytes of all shared strings that are kept."""

LONGEST_CELL = 2_000
"""Characters of a cell that may be an id; of longer ones only the length is kept."""

UNREAD = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for a shared string behind those that were read."""

_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Numbers of built-in formats for dates and times."""

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_ZEROS = re.compile(r"[^.;]*0[#,]*0")
"""How a format begins that writes at least two digits before the point."""

_PERCENTS = frozenset({"9", "10"})
"""Numbers of built-in formats for percentages."""

_BRACKETS = re.compile(r"\[[^\]]*\]|_.|\*.")
_MORE = re.compile(r'"[^"]*\w[^"]*"|\\\w|%|[0#?],+(?![0#?,])|[0#?][-/ ():\\"]+[0#?]')
"""What in a format shows letters or digits that are not in a number, divides it, or parts it."""

_CUT = re.compile(r"\(a text of [\d,]+ characters\)")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Cell(NamedTuple):
    """One cell as it is written."""

    kind: str
    """Its type: s, str, inlineStr, n, b, e or d."""
    text: str
    style: str
    formula: bool


class Row(NamedTuple):
    """One row: its number from 1 on, and its cells by their columns from 0 on."""

    number: int
    hidden: bool
    cells: dict[int, Cell]


class Strings:
    """The shared strings of a workbook, packed: a million take no more than their bytes."""

    def __init__(self, book: Workbook, most: int | None = None) -> None:
        """Read all, or the first this many; raises IdFileError."""
        part, self._most = book.part_beside("sharedStrings.xml"), most
        self._bytes = bytearray()
        self._ends = array("Q")
        self._book = book
        if part in book:
            collecting = _StringsOf(self, MOST_STRINGS if most is None else most)
            for _ in book.parse(part, Handlers(collecting.start, collecting.end, collecting.text)):
                if most is not None and len(self._ends) >= most:
                    break

    def add(self, text: str) -> None:
        """Put one behind the others."""
        self._bytes += kept(text).encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))
        if len(self._ends) > MOST_STRINGS or len(self._bytes) > MOST_TEXT:
            raise self._book.unsafe("it has too much text")

    def text(self, index: str) -> str:
        """Return the string that a cell names; raises IdFileError."""
        if not index.isascii() or not index.isdigit() or len(index) > len(str(MOST_STRINGS)):
            raise self._book.damaged("a cell points to no text")
        place = int(index)
        if place >= len(self._ends):
            if self._most is not None and len(self._ends) >= self._most:
                return UNREAD
            raise self._book.damaged("a cell points to a text that is missing")
        start = self._ends[place - 1] if place else 0
        return self._bytes[start : self._ends[place]].decode("utf-8", "surrogatepass")


class _StringsOf:
    """Puts shared strings together, from runs of rich text too, without their phonetic guides."""

    def __init__(self, strings: Strings, most: int) -> None:
        self._strings = strings
        self._left = most
        self._parts: list[str] = []
        self._reads = self._in_guide = False

    def start(self, name: str, _attributes: Attributes) -> None:
        if name == "si":
            self._parts.clear()
        elif name == "rPh":
            self._in_guide = True
        elif name == "t":
            self._reads = not self._in_guide

    def text(self, text: str) -> None:
        if self._reads and len(self._parts) < LONGEST_CELL:
            self._parts.append(text)

    def end(self, name: str) -> None:
        if name == "t":
            self._reads = False
        elif name == "rPh":
            self._in_guide = False
        elif name == "si" and self._left > 0:
            self._left -= 1
            self._strings.add("".join(self._parts))


def kept(text: str) -> str:
    """Return a text, or words about it if it is too long for an id."""
    return text if len(text) <= LONGEST_CELL else f"(a text of {len(text):,} characters)"


def is_cut(text: str) -> bool:
    """Whether a text stands for one that was too long to be kept."""
    return _CUT.fullmatch(text) is not None


class Styles(NamedTuple):
    """Which styles of a workbook show a number otherwise than it is written, by their numbers."""

    dates: frozenset[str] = frozenset()
    """As a date."""
    zeros: frozenset[str] = frozenset()
    """With zeros in front."""
    more: frozenset[str] = frozenset()
    """With letters or signs, in parts, or as a multiple."""

    @classmethod
    def of(cls, book: Workbook) -> Styles:
        """Read them; raises IdFileError."""
        dates, zeros, styles = {str(number) for number in _DATE_FORMATS}, set[str](), list[str]()
        more = set(_PERCENTS)
        for parent, name, attributes in book.elements(book.part_beside("styles.xml")):
            if (parent, name) == ("numFmts", "numFmt"):
                written = attributes.get("formatCode", "")[:1000]
                code, number = _QUOTED.sub("", written), attributes.get("numFmtId", "")
                marked = _MORE.search(_BRACKETS.sub("", written))
                more = more | {number} if marked else more - {number}
                dates = dates | {number} if _DATE_LETTERS.search(code) else dates - {number}
                zeros = zeros | {number} if _ZEROS.match(code) else zeros - {number}
            elif (parent, name) == ("cellXfs", "xf"):
                styles.append(attributes.get("numFmtId", "0"))
        numbered = [(str(place), one) for place, one in enumerate(styles)]
        return cls(
            frozenset(place for place, one in numbered if one in dates),
            frozenset(place for place, one in numbered if one in zeros),
            frozenset(place for place, one in numbered if one in more),
        )


class SheetReader:
    """Reads one sheet; what is hidden or merged in it is known once the rows are read."""

    def __init__(self, book: Workbook, part: str) -> None:
        self.hidden_columns: set[int] = set()
        self.merged: list[str] = []
        """Ranges such as A2:A5."""
        self._book = book
        self._part = part
        self._rows: list[Row] = []
        self._row = 0
        self._column = -1
        self._hidden = False
        self._cells: dict[int, Cell] = {}
        self._kind = self._style = ""
        self._formula = self._reads = self._in_cell = self._in_guide = False
        self._in_row = False
        self._parts: list[str] = []
        self._places: dict[str, int] = {}

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are written, in their order; raises IdFileError."""
        for _ in self._book.parse(self._part, Handlers(self._start, self._end, self._text)):
            rows, self._rows = self._rows, []
            yield from rows

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in {"v", "t"}:
            self._reads = self._in_cell and not self._in_guide
        elif name == "f":
            self._formula = self._in_cell
        elif name == "row":
            self._begin_row(attributes)
        elif name == "rPh":
            self._in_guide = True
        elif name == "col" and _is_set(attributes.get("hidden")):
            first, last = (_number(attributes.get(key), MOST_COLUMNS) for key in ("min", "max"))
            self.hidden_columns.update(range(first - 1, last))
        elif name == "mergeCell" and len(self.merged) < MOST_ROWS:
            self.merged.append(attributes.get("ref", "")[:40])

    def _begin_row(self, attributes: Attributes) -> None:
        if self._in_row:
            raise self._book.damaged(f"a row inside row {self._row}")
        self._in_row = True
        number = _number(attributes.get("r"), MOST_ROWS) if "r" in attributes else self._row + 1
        if not self._row < number <= MOST_ROWS:
            raise self._book.damaged(f"a row out of order after row {self._row}")
        self._row, self._column, self._cells = number, -1, {}
        self._hidden = _is_set(attributes.get("hidden"))

    def _begin_cell(self, attributes: Attributes) -> None:
        column = self._column + 1
        if "r" in attributes:
            column = self._place(attributes["r"])
        misplaced = self._in_cell or not self._in_row
        if misplaced or not self._column < column < MOST_COLUMNS:
            raise self._book.damaged(f"a cell out of order in row {self._row}")
        self._column = column
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._formula, self._in_cell = False, True
        self._parts = []

    def _place(self, name: str) -> int:
        letters = name.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            place = self._places[letters] = column_of(letters)
        return place if name[len(letters) :] == str(self._row) else -1

    def _text(self, text: str) -> None:
        if self._reads and len(self._parts) < LONGEST_CELL:
            self._parts.append(text)

    def _end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._reads = False
        elif name == "c":
            self._in_cell = False
            text = kept("".join(self._parts))
            if text or self._formula:
                self._cells[self._column] = Cell(self._kind, text, self._style, self._formula)
        elif name == "rPh":
            self._in_guide = False
        elif name == "row":
            self._in_row = False
            self._rows.append(Row(self._row, self._hidden, self._cells))


def column_of(letters: str) -> int:
    """Return the place of a column from 0 on: 1 for B; -1 if it is none."""
    if not 1 <= len(letters) <= len("XFD") or not all(one in _LETTERS for one in letters):
        return -1
    place = 0
    for letter in letters:
        place = place * len(_LETTERS) + _LETTERS.index(letter) + 1
    return place - 1


def letters_of(column: int) -> str:
    """Return what a column is called: B for 1."""
    letters = ""
    while column >= 0:
        column, rest = divmod(column, len(_LETTERS))
        letters = _LETTERS[rest] + letters
        column -= 1
    return letters


def rows_merged(ranges: list[str], column: int) -> str:
    """Return the first range that joins cells of several rows in a column; empty if none does."""
    for text in ranges:
        match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", text)
        rows = match is not None and match[2] != match[4]
        if match and rows and column_of(match[1]) <= column <= column_of(match[3]):
            return text
    return ""


def _is_set(value: str | None) -> bool:
    return value in {"1", "true", "on"}


def _number(text: str | None, most: int) -> int:
    """Return a number up to a bound; 0 if it is none, or greater."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > len(str(most)):
        return 0
    return int(text) if int(text) <= most else 0
