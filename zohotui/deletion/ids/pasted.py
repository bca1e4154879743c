"""Id lists from text that was typed or pasted; never guesses which numbers are record ids."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from zohotui.deletion.ids.collector import Collector
from zohotui.deletion.ids.columns import (
    LINES_ABOVE_HEADER,
    Names,
    choose,
    columns_of,
    find_header,
    is_for_owners,
    is_tab_table,
    module_column,
    rows_of,
)
from zohotui.deletion.ids.entry import Refusal, begins_markup
from zohotui.deletion.ids.id_list import (
    REJECTED_SHOWN,
    IdList,
    Origin,
    Rejected,
    merge,
)
from zohotui.deletion.ids.invisible import one_kind_of_line_end
from zohotui.deletion.ids.json_ids import begins_json, begins_plan, read_json
from zohotui.deletion.ids.json_text import JsonText
from zohotui.deletion.ids.source import IdFileError, a_plan
from zohotui.zoho.printable import printable

__all__ = ["REJECTED_SHOWN", "IdList", "Origin", "Rejected", "merge", "parse_text"]


def parse_text(
    text: str,
    source: str = "typed ids",
    *,
    names: Iterable[str] = (),
) -> IdList:
    """Read ids with any mix of line ends, commas, semicolons, blanks, tabs and quotes about them.

    `names` are those of the chosen module (api name, singular and plural label): under a header
    they tell its own `Lead ID` from another module's. A pasted table gives the column that its
    header names; if none is clear every row is rejected. Ids on a line with other text are
    rejected, too. Source: zoho-api.md, "Record ids, exports, URLs".
    """
    lines = one_kind_of_line_end(text.lstrip("\ufeff")).split("\n")
    known = Names(names)
    collector = Collector(known.is_header)
    if begins_markup(text):
        collector.lines(lines)
        return collector.finish(source)
    if begins_json(text):
        return _parse_json("\n".join(lines), source, known)
    # Only the beginning is looked at: a header further down ends the list (see Collector).
    header = find_header(lines[:LINES_ABOVE_HEADER], known)
    if header is None and is_tab_table(lines):
        why = "Its columns have no header."
        return _reject_all(lines, collector, 1, why).finish(source)
    if header is None:
        collector.lines(lines)
        return collector.finish(source)
    place, delimiter = header
    collector.lines(lines[:place])
    below, line = lines[place:], 1 + place
    if delimiter is None:
        why = "Its columns are not clear."
        return _reject_all(below, collector, line, why).finish(source)
    column, why = _parse_table(below, delimiter, collector, line, known)
    if why:
        # What it took before the fault came to light does not count.
        collector = Collector(known.is_header)
        collector.lines(lines[:place])
        _reject_all(below, collector, line, why)
    return collector.finish(f"{source}, column {column}" if column else source)


def _parse_json(text: str, source: str, names: Names) -> IdList:
    collector = Collector(names.is_header)
    try:
        if begins_plan(text):
            raise a_plan("it")
        read_json(JsonText(io.StringIO(text).read, "It"), collector, names)
    except IdFileError as fault:
        # What was taken before the fault came to light does not count.
        collector = Collector(names.is_header)
        collector.reject(1, text, Refusal("JSON", f"is JSON. {fault}"))
    return collector.finish(source)


def _parse_table(
    lines: Sequence[str], delimiter: str, collector: Collector, first_line: int, names: Names
) -> tuple[str, str]:
    """Read a table whose header is the first line; return the column, or why it is not clear."""
    rows = rows_of(lines, delimiter)
    if rows and is_for_owners(rows[0]):
        return "", "It belongs to a plan: zohotui --plan FILE opens that."
    columns = columns_of(rows[0], rows[1:], names) if rows else ()
    column, why = choose(columns, rows[0], names) if rows else (None, "Its header is broken.")
    if column is None:
        return "", why
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=delimiter, strict=True)
    offset = first_line - 1
    try:
        header = next(reader)
        collector.rows(reader, header, column, offset, module_column(header, column))
    except csv.Error as fault:
        why = f"It is broken at line {offset + reader.line_num} ({printable(str(fault))})."
        return "", why
    return columns[column].name, ""


def _reject_all(lines: Sequence[str], collector: Collector, first_line: int, why: str) -> Collector:
    refusal = Refusal(
        "column not clear",
        f"is in a table. {why} Paste only the column of record ids, or open it as a file",
    )
    for number, line in enumerate(lines, first_line):
        if line.strip():
            collector.reject(number, line, refusal)
    return collector
