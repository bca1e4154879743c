"""What our own CSV looks like, for those who write it and for those who read it back.

A cell that a spreadsheet would read as a formula has an apostrophe in front. So has one that begins
with apostrophes before such a sign: what was written can be told from what it was.
"""

from __future__ import annotations

from collections.abc import Sequence

OUTCOME_COLUMNS = ("State", "Code", "Message", "HTTP status", "What to do", "Answer")
"""What stands behind the first column, which has the ids or the values."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_GUARD = "'"


def guarded(cell: str) -> str:
    """Keep a spreadsheet from reading foreign text as a formula."""
    return _GUARD + cell if _is_formula(cell) else cell


def unguarded(cell: str) -> str:
    """Return what a cell was before it was guarded."""
    return cell[len(_GUARD) :] if cell.startswith(_GUARD) and _is_formula(cell) else cell


def is_own_header(header: Sequence[str]) -> bool:
    """Whether the columns of a table are those of our own CSV."""
    return tuple(header[1 : 1 + len(OUTCOME_COLUMNS)]) == OUTCOME_COLUMNS


def _is_formula(cell: str) -> bool:
    return cell.lstrip(_GUARD).startswith(_FORMULA_STARTS)
