"""Reads the ids of one column from an open source, in this process or in a child."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, TextIO

from zohotui.deletion.ids.collector import ABOVE_HEADER, Collector
from zohotui.deletion.ids.columns import Form, Names, Table, declared_delimiter, module_column
from zohotui.deletion.ids.entry import bare_name
from zohotui.deletion.ids.json_ids import read_json
from zohotui.deletion.ids.json_text import JsonText
from zohotui.deletion.ids.sheets import SheetIds
from zohotui.deletion.ids.source import Cancelled, IdFileError, broken_off, undecodable
from zohotui.deletion.ids.table_rows import Columns, TableLines, TableRows
from zohotui.deletion.ids.workbook import Workbook
from zohotui.zoho.printable import printable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from zohotui.deletion.ids.id_list import IdList

Progress = Callable[[int, int], None]
"""Told the bytes done and the bytes in all."""

Cancel = Callable[[], bool]
"""Asked now and then whether to stop."""

_BLOCK = 1 << 18
_LONGEST_FIELD = 1 << 24
_LONGEST_LINE = 1 << 26


@dataclass(frozen=True, slots=True)
class Job:
    """All that reading needs to know: small enough for a command line."""

    source: str
    encoding: str
    delimiter: str | None
    width: int
    column: int
    name: str
    """The column's, printable."""
    mark: str
    """By which the header is known again; empty if there is none."""
    size: int
    above: int = 0
    """Lines above the header that are not of the table, such as a title; of a sheet: its row."""
    module: Sequence[str] = ()
    """What the chosen module may be called."""
    module_column: int | None = None
    """The column that names the module of each record, if any does."""
    form: str = Form.TEXT
    part: str = ""
    """Of a workbook: where the sheet is in the archive."""

    @classmethod
    def of(cls, table: Table, column: int) -> Job:
        """Say what is to be read of a table."""
        chosen = table.columns[column]
        sheet = table.sheets[chosen.sheet] if table.sheets else None
        header, column = (sheet.header, chosen.place) if sheet else (table.header, column)
        return cls(
            source=table.source,
            encoding=table.encoding,
            delimiter=table.delimiter,
            width=len(table.columns),
            column=column,
            name=chosen.name,
            mark=mark_of(header) if header else "",
            size=table.size,
            above=sheet.header_row if sheet else table.above,
            module=table.module,
            module_column=module_column(header, column),
            form=table.form,
            part=sheet.part if sheet else "",
        )


def mark_of(header: Sequence[str]) -> str:
    """Return a short mark that differs for every header."""
    return hashlib.sha256(
        "\0".join(map(bare_name, header)).encode("utf-8", "surrogatepass")
    ).hexdigest()


class _Watched(io.RawIOBase):
    """A source that tells how far it was read and stops when asked to."""

    def __init__(
        self, file: IO[bytes], size: int, progress: Progress | None, cancelled: Cancel | None
    ) -> None:
        self._file = file
        self._size = size
        self._progress = progress
        self._cancelled = cancelled
        self._done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self._cancelled is not None and self._cancelled():
            raise Cancelled
        count: int = self._file.readinto(buffer)  # type: ignore[attr-defined]  # opened raw
        self._done += count
        if self._progress is not None:
            self._progress(self._done, max(self._size, self._done))
        return count


def read_open(
    file: IO[bytes], job: Job, progress: Progress | None = None, cancelled: Cancel | None = None
) -> IdList:
    """Read an open, unbuffered source to its end; raises IdFileError or Cancelled."""
    if job.form == Form.WORKBOOK:
        return _read_workbook(file, job, progress, cancelled)
    watched = io.BufferedReader(_Watched(file, job.size, progress, cancelled), _BLOCK)
    newline = None if job.delimiter is None else ""
    with io.TextIOWrapper(watched, encoding=job.encoding, newline=newline) as text:
        names = Names(job.module)
        collector = Collector(names.is_header)
        try:
            if job.form == Form.JSON:
                read_json(JsonText(text.read, job.source), collector, names)
                return collector.finish(job.source)
            if job.delimiter is None:
                _read_list(text, collector, job)
                return collector.finish(job.source)
            _read_table(text, collector, job, job.delimiter)
        except UnicodeDecodeError as fault:
            where = f"near the byte 0x{fault.object[fault.start]:02X}"
            raise undecodable(job.source, job.encoding, where) from None
        except OSError as fault:
            raise broken_off(job.source, fault) from None
        return collector.finish(f"{job.source}, column {job.name}")


def _read_workbook(
    file: IO[bytes], job: Job, progress: Progress | None, cancelled: Cancel | None
) -> IdList:
    def watch(done: int, total: int) -> None:
        if cancelled is not None and cancelled():
            raise Cancelled
        if progress is not None:
            progress(done, total)

    names = Names(job.module)
    collector = Collector(names.is_header)
    sheet = SheetIds(job.part, job.column, job.above, job.module_column)
    notes = sheet.read(Workbook(file, job.source, watch), collector, names)
    if job.mark and mark_of(sheet.header) != job.mark:
        raise _changed(job.source)
    return collector.finish(f"{job.source}, column {job.name}", notes)


def _changed(source: str) -> IdFileError:
    return IdFileError(
        "The file has changed",
        f"{source} has changed since its columns were read. Open it again.",
    )


def _read_list(text: IO[str], collector: Collector, job: Job) -> None:
    """Take whole lines a block at a time, so that memory does not grow with the source."""
    parts: list[str] = []
    line = 1
    while block := text.read(_BLOCK):
        head, newline, tail = block.rpartition("\n")
        if newline:
            lines = "".join((*parts, head)).split("\n")
            collector.lines(lines, line)
            line += len(lines)
            parts = []
        parts.append(tail)
        if len(parts) * _BLOCK > _LONGEST_LINE:
            raise IdFileError(
                "A line is too long",
                f"Line {line} of {job.source} has more than {_LONGEST_LINE:,} characters. "
                "Put each id on a line of its own.",
            )
    collector.lines("".join(parts).split("\n"), line)


def _read_table(text: TextIO, collector: Collector, job: Job, delimiter: str) -> None:
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_FIELD))
    begun, above = text.readline().lstrip("\ufeff"), 0
    if declared_delimiter(begun) is not None:
        begun, above = text.readline(), 1
    for _ in range(job.above):
        above += 1
        if begun.strip():
            collector.reject(above, begun, ABOVE_HEADER)
        begun = text.readline()
    rows = TableRows(TableLines(text, above, begun), delimiter)
    with _csv_faults(rows, job.source):
        header: Sequence[str] = [""] * job.width
        if job.mark:
            header = rows.first()
            if mark_of(header) != job.mark:
                raise _changed(job.source)
        rows.give(collector, Columns(header, job.column, job.module_column))


@contextmanager
def _csv_faults(rows: TableRows, source: str) -> Iterator[None]:
    try:
        yield
    except csv.Error as fault:
        what = printable(str(fault))
        raise IdFileError(
            "The table is broken",
            f"{source} is broken at or before line {rows.line} ({what}): a quote is missing or "
            "extra, or the file was cut off. Export it again.",
        ) from None
