"""What must be shouted of a run: records that are not where they should be by Zoho's word."""

from __future__ import annotations

from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.rows import Rows
from zohotui.tui.text import count


def astray(rows: Rows) -> str:
    """Say how many records are astray, and how to see which; empty if none is."""
    said, states = [], []
    for code in Code:
        if code.astray and (places := _with_code(rows, code)):
            number = len(places)
            said.append(f"{count(number, 'record')} {code.astray[number > 1]}")
            states.append(rows.state(places[0]))
    if not said:
        return ""
    return f"{' '.join(said)} f shows which ({', '.join(states)}); the panel says what to do."


def _with_code(rows: Rows, code: str) -> list[int]:
    return rows.any_like(lambda outcome: outcome.code == code)
