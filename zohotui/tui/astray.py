"""What must be shouted of a run: records that are not where they should be by Zoho's word."""

from __future__ import annotations

from zohotui.deletion.model.rows import Rows
from zohotui.tui.text import count

_WORDS = {
    "STILL_THERE_AFTER_SUCCESS": (
        "is STILL THERE although Zoho called it deleted.",
        "are STILL THERE although Zoho called them deleted.",
    ),
    "NOT_IN_BIN": (
        "is NEITHER in the module NOR in the Recycle Bin.",
        "are NEITHER in the module NOR in the Recycle Bin.",
    ),
    "BINNED_BEFORE": (
        "was in the Recycle Bin BEFORE this run asked for it.",
        "were in the Recycle Bin BEFORE this run asked for them.",
    ),
    "NOT_BACK": (
        "is NOT BACK in its module although Zoho called it restored.",
        "are NOT BACK in their module although Zoho called them restored.",
    ),
}


def astray(rows: Rows) -> str:
    """Say how many records are astray, and how to see which; empty if none is."""
    said, states = [], []
    for code, (one, several) in _WORDS.items():
        if places := _with_code(rows, code):
            number = len(places)
            said.append(f"{count(number, 'record')} {one if number == 1 else several}")
            states.append(rows.state(places[0]))
    if not said:
        return ""
    return f"{' '.join(said)} f shows which ({', '.join(states)}); the panel says what to do."


def _with_code(rows: Rows, code: str) -> list[int]:
    return rows.any_like(lambda outcome: outcome.code == code)
