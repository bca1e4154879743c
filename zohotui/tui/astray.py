"""What must be shouted of a run: records that are not where they should be by Zoho's word."""

from __future__ import annotations

from zohotui.deletion.outcomes import State
from zohotui.deletion.rows import Rows
from zohotui.tui.text import count


def astray(rows: Rows) -> str:
    """Say how many records are astray, and how to see which; empty if none is."""
    there = rows.any_like(lambda outcome: outcome.code == "STILL_THERE_AFTER_SUCCESS")
    nowhere = rows.any_like(lambda outcome: outcome.code == "NOT_IN_BIN")
    sentences = []
    if there:
        are, them = _words(len(there))
        sentences.append(
            f"{count(len(there), 'record')} {are} STILL THERE although Zoho called {them} deleted: "
            f"f shows {them} under {State.FAILED}."
        )
    if nowhere:
        are, them = _words(len(nowhere))
        sentences.append(
            f"{count(len(nowhere), 'record')} {are} NEITHER in the module NOR in the Recycle Bin: "
            f"f shows {them} under {rows.state(nowhere[0])}."
        )
    return " ".join([*sentences, "The panel says what to do."]) if sentences else ""


def _words(number: int) -> tuple[str, str]:
    return ("is", "it") if number == 1 else ("are", "them")
