"""The rows of a table: without a CSV reader where nothing is quoted, as most rows of exports are.

1. A line without a quote is a row, and its cells are what stands between its delimiters. Of such
   lines only the wanted cells are cut out, many lines at once.
2. A line with a quote may begin a row of several lines: a CSV reader says where that row ends.
3. Rows of which anything is odd, such as another number of cells or a cell that is no plain id,
   are read by a CSV reader as well, and the collector says what is wrong with each.
4. Where most lines have a quote, all is left to the CSV reader.

So all that is told of a table is what a CSV reader alone would lead to, only sooner.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, groupby, islice, repeat
from typing import TYPE_CHECKING, NamedTuple, TextIO

from zohotui.deletion.ids.collector import PLAIN_ID, Collector, line_ends

if TYPE_CHECKING:
    from _csv import Reader

_BLOCK = 1 << 18
_LONGEST_PLAIN = 1 << 20
"""Characters; how long a cell may be is left to the CSV reader."""

_BATCH = 64


class Columns(NamedTuple):
    """What is read of each row."""

    header: Sequence[str]
    ids: int
    module: int | None = None
    """The column that names the module of each id, if any does."""


class TableLines:
    """The lines of a text, of which some are at hand."""

    def __init__(self, text: TextIO, above: int = 0, begun: str = "") -> None:
        """Take a text whose line ends are left as they are, and what is read of it already.

        `above`: how many lines come before that.
        """
        self.lines: list[str] = []
        """What is at hand, each without its line feed as long as no line ends otherwise."""
        self.odd: list[int] = []
        """The places of those that are left to a CSV reader."""
        self.at = 0
        """The place of the next one that is taken."""
        self._end = "\n"
        """What was cut off each line."""
        self._above = above
        self._text = text
        self._rest = begun
        """The beginning of what is not parted into lines yet."""

    @property
    def number(self) -> int:
        """How many lines were taken, and are above."""
        return self._above + self.at

    def __iter__(self) -> Iterator[str]:
        """Take line by line, as a CSV reader wants them."""
        while self.at < len(self.lines) or self._read_on():
            self.at += 1
            yield self.lines[self.at - 1] + self._end

    def between(self, first: int, end: int) -> list[str]:
        """Return lines at hand by their numbers."""
        first, end = first - 1 - self._above, end - 1 - self._above
        return [line + self._end for line in self.lines[first:end]]

    @property
    def rest(self) -> Iterator[str]:
        """Everything that was not taken, for one reader alone: nothing is at hand any more."""
        lines = (line + self._end for line in self.lines[self.at :])
        return chain(lines, io.StringIO(self._rest + self._text.readline(), newline=""), self._text)

    def go_on(self) -> int:
        """Let go of what was taken; return how many lines are at hand, 0 at the end of all."""
        del self.lines[: self.at]
        self.odd = [place - self.at for place in self.odd if place >= self.at]
        self._above += self.at
        self.at = 0
        if not self.lines:
            self._read_on()
        return len(self.lines)

    def _read_on(self) -> bool:
        text, there = self._next_text(), len(self.lines)
        if self._end and "\r" in _kinds_of_line_end(self._text):
            self.lines, self._end = [line + self._end for line in self.lines], ""
        if not self._end:
            self.lines += io.StringIO(text, newline="")
        elif text:
            self.lines += text.removesuffix("\n").split("\n")
        lines = enumerate(islice(self.lines, there, None), there)
        if len(text) > _LONGEST_PLAIN:
            self.odd += [place for place, _ in lines]
        elif '"' in text:
            self.odd += [place for place, line in lines if '"' in line]
        return bool(text)

    def _next_text(self) -> str:
        """Read on to the end of a line, or to the end of all; empty if nothing is left."""
        parts = [self._rest]
        while block := self._text.read(_BLOCK):
            # A carriage return at the very end may be half of a line end.
            behind = max(block.rfind("\n"), block.rfind("\r", 0, -1)) + 1
            if behind:
                self._rest = block[behind:]
                parts.append(block[:behind])
                return "".join(parts)
            parts.append(block)
        self._rest = ""
        return "".join(parts)


def _kinds_of_line_end(text: TextIO) -> Sequence[str]:
    """Return the kinds of line ends that were met so far: each of CR LF, LF and CR."""
    kinds: str | tuple[str, ...] | None = text.newlines
    return kinds if isinstance(kinds, tuple) else (kinds or "",)


class _Batch(NamedTuple):
    """Some rows: the wanted cells, and in which line each row begins."""

    cells: list[str]
    """Of the ids; what is none for a row of another width."""
    names: list[str]
    """Of modules, a row each, if a column has them."""
    starts: list[int]
    """The line behind the last row, too."""

    def part(self, start: int, end: int) -> _Batch:
        """Return the rows between two places."""
        cells, names, starts = self
        return _Batch(cells[start:end], names[start:end], starts[start : end + 1])

    def add(self, other: _Batch, starts: Iterable[int]) -> None:
        """Put rows behind these; `starts`: in which lines they begin."""
        self.cells.extend(other.cells)
        self.names.extend(other.names)
        self.starts.extend(starts)


class TableRows:
    """Gives the rows of a table to a collector."""

    def __init__(self, lines: TableLines, delimiter: str) -> None:
        """Take the lines from the header on, or from the first row where there is none."""
        self._lines = lines
        self._delimiter = delimiter
        self._reader = self._read(lines)
        self._above: int | None = None
        """How many lines are above what the reader has alone; None while it has not."""

    @property
    def line(self) -> int:
        """The line that was read last."""
        return self._lines.number if self._above is None else self._above + self._reader.line_num

    def first(self) -> list[str]:
        """Take the next row that is not blank; empty at the end; raises csv.Error."""
        return next((row for row in self._reader if any(map(str.strip, row))), [])

    def give(self, collector: Collector, columns: Columns) -> None:
        """Give all rows that are left; raises csv.Error, and nothing collected is of use then."""
        header, ids, module = columns
        while there := self._lines.go_on():
            if 2 * len(self._lines.odd) > there:
                self._above = self._lines.number
                self._reader = self._read(self._lines.rest)
                collector.rows(self._reader, header, ids, self._above, module)
                return
            batch = self._at_hand(columns)
            for start in range(0, len(batch.cells), _BATCH):
                part = batch.part(start, min(start + _BATCH, len(batch.cells)))
                if not collector.clean(*part):
                    self._give_some(collector, columns, part)

    def _at_hand(self, columns: Columns) -> _Batch:
        """Take the rows that are at hand, and what the last of them may need beside."""
        lines, batch, at = self._lines, _Batch([], [], []), 0
        number, there = lines.number, len(lines.lines)
        cut = self._cut(lines.lines, columns)
        for start, end in _runs(lines.odd, there):
            if end < at:
                continue
            if start > at:
                batch.add(cut.part(at, start), range(number + at + 1, number + start + 1))
            lines.at = at = max(at, start)
            rows = list(islice(self._reader, end - at))
            batch.add(_pick(rows, columns), _starts(rows, number + at + 1, lines.at - at))
            at = lines.at
            if len(lines.lines) > there:
                break
        batch.starts.append(number + lines.at + 1)
        return batch

    def _cut(self, lines: list[str], columns: Columns) -> _Batch:
        """Cut cells out of lines, as if nothing in them was quoted."""
        delimiter, width = self._delimiter, len(columns.header)
        widths = list(map(str.count, lines, repeat(delimiter)))
        if {*widths} != {width - 1}:
            lines = lines.copy()
            for place, number in enumerate(widths):
                if number != width - 1:
                    lines[place] = delimiter * (width - 1)
        batch = _Batch([], [], [])
        for cells, column in ((batch.cells, columns.ids), (batch.names, columns.module)):
            if column == width - 1:
                cells += [line.rpartition(delimiter)[2].rstrip("\r\n") for line in lines]
            elif column == 0:
                cells += [line.partition(delimiter)[0] for line in lines]
            elif column is not None:
                cells += [line.split(delimiter, column + 1)[column] for line in lines]
        return batch

    def _give_some(self, collector: Collector, columns: Columns, batch: _Batch) -> None:
        """Give a batch in which some are no plain ids: the good ones before and behind together."""
        good = [PLAIN_ID.fullmatch(cell) is not None for cell in batch.cells]
        for is_good, group in groupby(range(len(good)), good.__getitem__):
            places = [*group]
            part = batch.part(places[0], places[-1] + 1)
            if not (is_good and collector.clean(*part)):
                first, *_, end = part.starts
                reader = self._read(self._lines.between(first, end))
                collector.rows(reader, columns.header, columns.ids, first - 1, columns.module)

    def _read(self, lines: Iterable[str]) -> Reader:
        return csv.reader(lines, delimiter=self._delimiter, strict=True)


def _runs(places: Iterable[int], end: int) -> Iterator[tuple[int, int]]:
    """Yield where places that stand together start and end; then the end of all."""
    start = behind = -1
    for place in places:
        if place != behind:
            if behind > start:
                yield start, behind
            start = place
        behind = place + 1
    if behind > start:
        yield start, behind
    yield end, end


def _pick(rows: list[list[str]], columns: Columns) -> _Batch:
    """Pick cells out of rows."""
    batch, width = _Batch([], [], []), len(columns.header)
    for cells, column in ((batch.cells, columns.ids), (batch.names, columns.module)):
        if column is not None:
            cells += [row[column] if len(row) == width else "" for row in rows]
    return batch


def _starts(rows: list[list[str]], line: int, lines: int) -> Iterable[int]:
    """Tell in which line each row begins, the first in this one, and all in this many."""
    if len(rows) == lines:
        return range(line, line + lines)
    return accumulate((1 + line_ends("|".join(row)) for row in rows[:-1]), initial=line)
