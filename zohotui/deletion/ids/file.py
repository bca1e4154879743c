"""Id lists from files and from standard input: what is in there, and the ids of one column."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from zohotui.deletion.ids.collector import split_line
from zohotui.deletion.ids.columns import (
    Column,
    Form,
    Names,
    Table,
    choose,
    columns_of,
    declared_delimiter,
    find_delimiter,
    is_for_owners,
    is_header_row,
    is_plain_list,
    is_tab_table,
    rows_of,
    title_lines,
)
from zohotui.deletion.ids.json_ids import begins_json, begins_plan, members_of
from zohotui.deletion.ids.json_text import JsonText
from zohotui.deletion.ids.reader import Cancel, Job, Progress, read_open
from zohotui.deletion.ids.sheets import inspect_workbook
from zohotui.deletion.ids.source import (
    ARCHIVE,
    STANDARD_INPUT,
    Cancelled,
    IdFileError,
    a_plan,
    broken_off,
    empty,
    encoding_of,
    opened,
    source_name,
)

if TYPE_CHECKING:
    from zohotui.deletion.ids.id_list import IdList

__all__ = ["Cancelled", "Column", "IdFileError", "Table", "inspect", "read_ids"]

_SAMPLE_BYTES = 1 << 18
_SAMPLE_LINES = 500
_COLUMN_SUFFIXES = (".csv", ".tsv")


def inspect(
    source: Path | bytes, module: Iterable[str] | None = None, *, name: str = STANDARD_INPUT
) -> Table:
    """Look at the beginning of a source: its encoding, columns, and which one holds the ids.

    `module` gives the names of the chosen module; without them a `Lead ID` cannot be told from
    another module's, so it is not clear. `name` is what bytes are called on the screen.
    Raises IdFileError. Source: zoho-api.md, "CSV exports".
    """
    name = source_name(source, name)
    with opened(source, name) as (file, size):
        try:
            sample = file.read(_SAMPLE_BYTES)
            if sample.startswith(ARCHIVE):
                return inspect_workbook(file, name, size, tuple(module or ()))
        except OSError as fault:
            raise broken_off(name, fault) from None
    encoding, text = encoding_of(sample, name, whole=len(sample) >= size)
    module = tuple(module or ())
    if begins_plan(text):
        raise a_plan(name)
    if begins_json(text):
        return _json_table(
            text, module, Table(name, encoding, None, (), None, "", has_header=False, size=size)
        )
    lines = _whole_lines(text.lstrip("\ufeff"), whole=len(sample) >= size)
    delimiter = declared_delimiter(lines[0]) if lines else None
    if delimiter is not None:
        lines = lines[1:]
    if not any(map(str.strip, lines)):
        raise empty(name)
    names = Names(module)
    above = title_lines(lines, delimiter, names)
    lines = lines[above:]
    blank = Table(
        name, encoding, None, (), None, "", has_header=False, size=size, above=above, module=module
    )
    return _describe(lines, delimiter or find_delimiter(lines), names, blank)


def _json_table(text: str, module: tuple[str, ...], blank: Table) -> Table:
    members = members_of(JsonText(io.StringIO(text).read, blank.source))
    own = any(map(Names(module).is_own, members))
    why = "It is JSON: each record's own id is read, not the ids inside it."
    return replace(
        blank,
        columns=(Column(0, "id", valid_share=float(own or not members)),),
        id_column=0,
        why=why if own or not members else "It is JSON, and no record seen has an id of its own.",
        module=module,
        header=members,
        form=Form.JSON,
    )


def _whole_lines(text: str, *, whole: bool) -> list[str]:
    """Part a beginning into lines without the last one, which may be cut; keep it if alone."""
    lines = list(io.StringIO(text, newline=""))
    return lines if whole or len(lines) < 2 else lines[:-1]  # noqa: PLR2004 - one line is alone


def _describe(lines: list[str], delimiter: str, names: Names, blank: Table) -> Table:
    rows = rows_of(lines, delimiter)
    if rows and is_for_owners(rows[0]):
        raise a_plan(blank.source)
    if rows and is_header_row(rows[0]):
        columns = columns_of(rows[0], rows[1:], names)
        column, why = choose(columns, rows[0], names)
        return replace(
            blank,
            delimiter=delimiter,
            columns=columns,
            id_column=column,
            why=why,
            has_header=True,
            header=tuple(rows[0]),
        )
    if _has_columns(lines, rows, blank.source):
        why = "There is no header that says which column has the record ids."
        return replace(blank, delimiter=delimiter, columns=columns_of(None, rows, names), why=why)
    return _plain_list(lines, names, blank)


def _has_columns(lines: list[str], rows: list[list[str]], source: str) -> bool:
    """Whether rows without a header are a table: other text in them, or a CSV in even columns."""
    if not rows or len(rows[0]) == 1:
        return False
    even = len(rows) > 1 and {len(row) for row in rows} == {len(rows[0])}
    table = source.lower().endswith(_COLUMN_SUFFIXES) or is_tab_table(lines)
    return not is_plain_list(lines) or (even and table)


def _plain_list(lines: list[str], names: Names, blank: Table) -> Table:
    entries = [[entry] for line in lines[:_SAMPLE_LINES] for entry in split_line(line)]
    columns = columns_of(None, entries or [[""]], names)
    found = columns[0].valid_share > 0
    why = "It is a plain list of ids." if found else "No entry seen is a record id."
    return replace(blank, columns=columns, id_column=0 if found else None, why=why)


def read_ids(
    source: Path | bytes,
    table: Table,
    column: int | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Cancel | None = None,
) -> IdList:
    """Read every id of one column, or of a plain list, as `inspect` described the source.

    Without `column` it is the table's own. `progress` is told bytes done and in all.
    Raises IdFileError and Cancelled, and ValueError if the column is not clear or not there.
    """
    job = job_for(table, column)
    with opened(source, table.source) as (file, size):
        check_same(table, size)
        return read_open(file, job, progress, cancelled)


def check_same(table: Table, size: int) -> None:
    """Refuse a source that is no longer the one that was inspected; raises IdFileError."""
    if size != table.size:
        raise IdFileError(
            f"{table.source} has changed",
            f"{table.source} has changed since it was opened. Open it again.",
        )


def job_for(table: Table, column: int | None) -> Job:
    """Say what to read; raises ValueError if the column is not clear or not there."""
    column = table.id_column if column is None else column
    if column is None or not 0 <= column < len(table.columns):
        raise ValueError(f"no such column: {column}")
    return Job.of(table, column)
