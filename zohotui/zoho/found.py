"""What an answer to a read of ids says: which of them are there, and whether that is all of it.

That a record is not there is only ever concluded from an answer that tells all of what was asked
for and nothing else; silence is no answer.

Source: zoho-api.md, "GET records" and "Recycle-bin API".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zohotui.zoho.errors import AnswerLost
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json

FOREIGN_ROWS = "FOREIGN_ROWS"
UNREADABLE_IDS = "UNREADABLE_IDS"
ROWS_TWICE = "ROWS_TWICE"
NOT_ALL_ROWS = "NOT_ALL_ROWS"
"""Codes of answers from which nothing is concluded."""

_SHOWN = 3
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that can be believed."""

    rows: Mapping[str, Json]
    """By id; only ids that were asked for."""
    more: bool
    """Whether there are more that it does not hold."""


def read_found(parsed: Mapping[str, Any], key: str, asked: Sequence[str]) -> Found:
    """Read the rows under `key` of the answer to a read of these ids.

    Raises AnswerLost, with one of the codes above, unless every row has a readable id that was
    asked for, none comes twice, and every other id is told to be away: by `info.more_records`,
    or because all of them are there.
    """
    wanted, rows = set(asked), dict[str, Json]()
    foreign: list[str] = []
    for row in parsed[key]:
        record_id = id_of(row)
        if not record_id:
            raise _lost(UNREADABLE_IDS, "has a row whose id cannot be read")
        if record_id not in wanted:
            foreign.append(printable(record_id, _LONGEST_ID))
        elif record_id in rows:
            raise _lost(ROWS_TWICE, f"has the record {record_id} twice")
        else:
            rows[record_id] = row
    if foreign:
        few = ", ".join(foreign[:_SHOWN])
        raise _lost(FOREIGN_ROWS, f"has records that were not asked for ({few})")
    info = parsed.get("info")
    info = info if isinstance(info, Mapping) else {}
    more = info.get("more_records")
    if len(rows) < len(wanted) and not _is_told(more, info.get("count"), len(rows)):
        raise _lost(NOT_ALL_ROWS, "does not say that it is complete")
    return Found(rows, more is True)


def find_all(read: Callable[[Sequence[str]], Found], ids: Sequence[str]) -> dict[str, Json]:
    """Read until each id is told to be there or not, however small Zoho's pages are.

    After a page that is not the last, the ids which it does not hold are asked for again: between
    two pages of one list a record may come or go, and another would be skipped.
    """
    found: dict[str, Json] = {}
    left = list(ids)
    while left:
        answer = read(left)
        found.update(answer.rows)
        if not answer.more:
            break
        if not answer.rows:
            raise _lost(NOT_ALL_ROWS, "says that there are more records, but has none of them")
        left = [record_id for record_id in left if record_id not in found]
    return found


def id_of(row: object) -> str:
    """Return the id of a row as a string of digits; empty if it has no such id."""
    value = row.get("id") if isinstance(row, Mapping) else None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and value.isascii() and value.isdigit() else ""


def _is_told(more: object, count: object, rows: int) -> bool:
    """Whether an answer says of itself that it is all, or that there is more."""
    if more is True:
        return True
    short = isinstance(count, int) and not isinstance(count, bool) and count > rows
    return more is False and not short


def _lost(code: str, how: str) -> AnswerLost:
    return AnswerLost(f"Zoho's answer {how}, so it is not used ({code}).", code=code, status=200)
