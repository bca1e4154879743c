"""Collects ids from lines and rows: batches that are clean in one go, all others entry by entry."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, islice, repeat
from operator import attrgetter, eq, itemgetter
from typing import NamedTuple, Protocol

from zohotui.deletion.ids.entry import (
    ADDRESS_START,
    AMONG_TEXT,
    FEWEST_DIGITS,
    MARKUP,
    PREFIX,
    SEPARATORS,
    WRAPPING,
    Link,
    Refusal,
    bare_name,
    begins_markup,
    judge,
)
from zohotui.deletion.ids.id_list import REJECTED_SHOWN, Flags, IdList, Origin, Rejected
from zohotui.deletion.ids.rounding import judged
from zohotui.zoho.printable import printable

LONGEST_SHOWN = 60
MOST_NAMES = 500
"""Names of modules that are told apart; a column with more is none of modules."""

MORE_NAMES = "other names"
"""By what the ids under all further names are known."""

_BATCH = 64
_QUOTES = "\"'"
_MOST_SAFE_DIGITS = 19
"""Any number of this many digits fits 64 bits."""
PLAIN_ID = re.compile(r"(?:zcrm_)?[1-9][0-9]{9,18}")
"""What a record id is in nearly all lists."""
_text_of, _named_of, _refusal_of = map(attrgetter, ("text", "named", "refusal"))
_line_of = attrgetter("line")

_FOREIGN_COMMAS = "\u060c\u061b\u3001\uff0c\uff1b"
_END = rf"[{re.escape(WRAPPING)}]*(?:[\s,;{_FOREIGN_COMMAS}]|\Z)"
_ENTRY = re.compile(
    rf"[{re.escape(WRAPPING)}]*(?:"
    # An address, whole: _split_address looks at the commas in it.
    rf"""{ADDRESS_START}[^\s"'<>]+"""
    r"|(?<![\d,])(?:zcrm_)?(?:"
    r"\d{1,3}(?:,\d{3})+"  # 1,234: digit groups
    r"|\d+,\d+[eE][+-]?\d+"  # 4,10405E+17
    r"|\d{10,},0{1,3}"  # 410405000002264000,00: a decimal comma
    rf")(?={_END})"
    rf"|(?<![^\s,;])\d{{1,3}}(?:[{SEPARATORS}]\d{{3}})+(?:[.,]\d{{1,2}})?(?={_END}))"  # 1'234
    rf"|[^\s,;{_FOREIGN_COMMAS}]+"
)
_BETWEEN_ADDRESSES = re.compile(rf"[,;]+(?={ADDRESS_START}|$)")

BELOW_HEADER = Refusal(
    "below another header",
    "below a second header, so its column may mean something else; load that table on its own",
)
HEADER = Refusal("header", "a header, not an id")
ABOVE_HEADER = Refusal("above the header", "above the header of the table, so it is not read")
COLUMNS = Refusal(
    "number of columns",
    "its row has more or fewer columns than the header, so its values may be in the wrong column",
)
NO_ID = Refusal("no id", "its row has no id")


class Entry(NamedTuple):
    """One value that stands by itself, as a cell does, or the id of a JSON object."""

    line: int
    text: str
    place: str = ""
    """See Rejected."""
    named: str = ""
    """The module that the list names for it; empty if it names none."""
    refusal: Refusal | None = None
    """Why it is no id, where the text alone does not tell."""


class Rows(Protocol):
    """What a csv.reader is: rows, and how many lines were read for them."""

    @property
    def line_num(self) -> int:
        """How many lines were read."""

    def __iter__(self) -> Iterator[list[str]]:
        """Give the rows that come next."""


def no_header(_text: str) -> bool:
    """Know no header at all."""
    return False


class Collector:
    """Takes entries with their lines and gives an IdList in the end.

    `is_header` tells a column name that speaks of ids (see tables.Names), so that a second
    table further down never passes for more of the first.
    """

    def __init__(self, is_header: Callable[[str], bool] = no_header) -> None:
        self._is_header = is_header
        self._ids = array("Q")
        self._seen: set[int] = set()
        self._lengths: set[int] = set()
        self._entries = 0
        self._rejected: list[Rejected] = []
        self._reasons: Counter[str] = Counter()
        self._origins: dict[tuple[str, str, str], Origin] = {}
        self._module: int | None = None
        """The column of a table that names the module of each id."""
        self._ended: Refusal | None = None
        """Why nothing more is taken; None as long as something is."""

    def finish(self, source: str, notes: tuple[str, ...] = ()) -> IdList:
        """Return what was collected; gives the memory of the work away."""
        ids = self._ids
        self._seen = set()
        flags = Flags.of(ids, self._lengths)
        return IdList(
            ids=ids,
            duplicates=self._entries - len(ids),
            rejected=tuple(self._rejected),
            rejected_count=self._reasons.total(),
            rejected_reasons=dict(self._reasons),
            rounding=judged(ids, self._entries - len(ids)),
            short=flags.short,
            unlike=flags.unlike,
            origins=tuple(self._origins.values()),
            notes=notes,
            source=printable(source, 200),
        )

    def reject(self, line: int, text: str, refusal: Refusal, place: str = "") -> None:
        """Count an entry that is no id and, unless there are too many, keep it."""
        self._reasons[refusal.kind] += 1
        if len(self._rejected) < REJECTED_SHOWN:
            shown = printable(text.strip(), LONGEST_SHOWN)
            self._rejected.append(Rejected(line, shown, refusal.reason, place))

    def lines(self, lines: Sequence[str], first_line: int = 1) -> None:
        """Take lines of ids with blanks, commas, semicolons, quotes and brackets about them."""
        for start in range(0, len(lines), _BATCH):
            batch = lines[start : start + _BATCH]
            entries = " ".join(batch).replace(",", " ").replace(";", " ").split()
            if not self.clean(list(map(str.strip, entries, repeat(_QUOTES)))):
                for number, line in enumerate(batch, first_line + start):
                    self._line(line, number)

    def entries(self, entries: Sequence[Entry]) -> None:
        """Take values that stand each by itself."""
        texts = list(map(_text_of, entries))
        if not any(map(_refusal_of, entries)):
            names = list(map(_named_of, entries))
            if self.clean(texts, names if any(names) else (), list(map(_line_of, entries))):
                return
        for entry in entries:
            found = entry.refusal or judge(entry.text) or NO_ID
            if isinstance(found, Refusal):
                self.reject(entry.line, entry.text, found, entry.place)
            else:
                self._take(found, entry.line, entry.named)

    def rows(
        self,
        reader: Rows,
        header: Sequence[str],
        column: int,
        offset: int = 0,
        module: int | None = None,
    ) -> None:
        """Take one column of the rows behind the header; the reader began `offset` lines down.

        `module`: the column that names the module of each. Raises what the reader raises; nothing
        collected is to be used then.
        """
        widths, pick = {len(header)}, itemgetter(column)
        self._module = module
        line = offset + reader.line_num
        while rows := list(islice(reader, _BATCH)):
            if set(map(len, rows)) == widths and self._take_rows(rows, pick, line + 1):
                line = offset + reader.line_num
                continue
            # One bad row in a batch: the good ones before and behind it still go together.
            bad = [
                place
                for place, row in enumerate(rows)
                if len(row) != len(header) or not PLAIN_ID.fullmatch(row[column])
            ]
            start = 0
            for place in (*bad, len(rows)):
                good = rows[start:place]
                if self._take_rows(good, pick, line + 1):
                    line += len(good) + line_ends("|".join(map("|".join, good)))
                else:
                    line = self._each_row(good, header, column, line)
                line = self._each_row(rows[place : place + 1], header, column, line)
                start = place + 1

    def _take_rows(
        self, rows: list[list[str]], pick: Callable[[list[str]], str], line: int
    ) -> bool:
        if self._module is None:
            return self.clean(list(map(pick, rows)))
        ends = (line_ends("|".join(row)) for row in rows)
        lines = list(accumulate((1 + more for more in ends), initial=line))
        return self.clean(list(map(pick, rows)), list(map(itemgetter(self._module), rows)), lines)

    def clean(
        self, entries: list[str], names: Sequence[str] = (), lines: Sequence[int] = ()
    ) -> bool:
        """Take entries that are plain ids, all of them; take none if one is anything else.

        Runs at the speed of C, so that a million rows take no longer than the bare csv.reader
        needs for them. `names`: the module of each, if the list names one; `lines`: where each is.
        """
        digits = list(map(str.removeprefix, entries, repeat(PREFIX)))
        joined = "".join(digits)
        # Of bytes it is known eight times sooner whether all are digits.
        if not (joined.isascii() and joined.encode().isdigit()) or self._ended:
            return False
        lengths = set(map(len, digits))
        if min(lengths) < FEWEST_DIGITS or max(lengths) > _MOST_SAFE_DIGITS:
            return False
        if len(lengths) > 1 and any(map(str.startswith, digits, repeat("0"))):
            return False
        numbers = list(map(int, digits))
        if len(lengths) == 1 and min(numbers) < 10 ** (len(digits[0]) - 1):
            return False  # a leading zero
        self._lengths |= lengths
        self._add(numbers)
        if names:
            self._name(numbers, names, lines)
        return True

    def _name(self, numbers: Sequence[int], names: Sequence[str], lines: Sequence[int]) -> None:
        """Note the modules that the list names for ids."""
        if len({*names}) == 1:
            if name := bare_name(names[0]):
                self._origin(name, "", "", lines[0]).ids.extend(numbers)
            return
        for number, name, line in zip(numbers, map(bare_name, names), lines, strict=False):
            if name:
                self._origin(name, "", "", line).ids.append(number)

    def _origin(self, tab: str, org: str, host: str, line: int) -> Origin:
        tab = tab if host else printable(tab, LONGEST_SHOWN)
        key = (tab, org, host)
        if key not in self._origins and not host and len(self._origins) >= MOST_NAMES:
            key = (MORE_NAMES, org, host)
        found = self._origins.get(key)
        if found is None:
            found = self._origins[key] = Origin(key[0], org, line, host)
        return found

    def _add(self, numbers: list[int]) -> None:
        self._entries += len(numbers)
        seen = self._seen
        fresh = [number for number in dict.fromkeys(numbers) if number not in seen]
        seen.update(fresh)
        self._ids.fromlist(fresh)

    def _take(self, found: int | Link, line: int, named: str = "") -> None:
        if isinstance(found, Link):
            self._origin(found.tab, found.org, found.host, line).ids.append(found.number)
            found = found.number
        self._lengths.add(len(str(found)))
        self._add([found])
        if named:
            self._name([found], [named], [line])

    def _line(self, line: int | str, number: int) -> None:
        text = str(line)
        if begins_markup(text) and not self._ended:
            self._ended = MARKUP
        found = [(entry, judge(entry)) for entry in split_line(text)]
        found = [(entry, what) for entry, what in found if what is not None]
        refusals = [what for _, what in found if isinstance(what, Refusal)]
        if found and len(refusals) == len(found) and any(map(self._is_header, fields(text))):
            self._ended = self._ended or BELOW_HEADER
            self.reject(number, text, HEADER)
            return
        among_text = any(refusal.other for refusal in refusals)
        for entry, what in found:
            if isinstance(what, Refusal):
                self.reject(number, entry, what)
            elif self._ended or among_text:
                self.reject(number, entry, self._ended or AMONG_TEXT)
            elif what is not None:
                self._take(what, number)

    def _each_row(
        self, rows: list[list[str]], header: Sequence[str], column: int, line: int
    ) -> int:
        for row in rows:
            self._row(row, header, column, line + 1)
            line += 1 + line_ends("|".join(row))
        return line

    def _row(self, row: list[str], header: Sequence[str], column: int, line: int) -> None:
        if not any(map(str.strip, row)):
            return
        cell = row[column] if column < len(row) else ""
        found = judge(cell)
        if isinstance(found, Refusal | None) and is_same_header(row, header):
            self.reject(line, cell, HEADER)
        elif isinstance(found, Refusal | None) and is_other_header(row, header, self._is_header):
            self._ended = BELOW_HEADER
            self.reject(line, cell or " ".join(row), HEADER)
        elif self._ended:
            self.reject(line, cell or " ".join(row), self._ended)
        elif len(row) != len(header):
            self.reject(line, cell or " ".join(row), COLUMNS)
        elif found is None:
            self.reject(line, " ".join(row), NO_ID)
        elif isinstance(found, Refusal):
            self.reject(line, cell, found)
        else:
            self._take(found, line, row[self._module] if self._module is not None else "")


def is_same_header(row: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row is the header once more, as where two exports were joined."""
    return len(row) == len(header) and all(map(eq, map(bare_name, row), map(bare_name, header)))


def is_other_header(
    row: Sequence[str], header: Sequence[str], is_header: Callable[[str], bool]
) -> bool:
    """Whether a row is the header of another table; see Collector."""
    return any(map(is_header, row)) or len({*row} & {*filter(None, header)}) > 1


def split_line(line: str) -> Iterator[str]:
    """Yield the entries of a line; a number broken by commas stays one entry."""
    for match in _ENTRY.finditer(line):
        entry = match[0]
        if ("://" in entry or ".zoho" in entry) and ("," in entry or ";" in entry):
            yield from _split_address(entry)
        else:
            yield entry


def _split_address(text: str) -> Iterator[str]:
    """Part addresses at commas; what follows a comma inside a query is no entry of its own."""
    for address in filter(None, _BETWEEN_ADDRESSES.split(text)):
        path, *rest = re.split(r"[,;]", address)
        if "?" in path or "#" in path:
            yield address
        else:
            yield from filter(None, (path, *rest))


def fields(line: str) -> list[str]:
    """Part a line that may be a header wherever any kind of table would."""
    return re.split(r"[\t,;|]|\s{2,}", line)


def line_ends(text: str) -> int:
    """Count line ends as a file that is read with newline="" does."""
    if "\r" in text:
        return text.count("\n") + text.count("\r") - text.count("\r\n")
    return text.count("\n")
