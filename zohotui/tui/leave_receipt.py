"""The receipt at the end of a job: whatever becomes of it, the run's result stays as it is."""

from __future__ import annotations

from pathlib import Path

from zohotui.deletion.journal.receipt import ReceiptError, write_receipt
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.levers import Control

MOST_WHEN_LEAVING = 20_000
"""Ids that a receipt may have if somebody waits for the program's end: a fifth of a second."""


def leave_receipt(journal: Path, now: float, *, ids: int, control: Control | None = None) -> str:
    """Write the receipt of a run; return why there is none, as a sentence, or nothing.

    Whoever calls has told everybody that nothing is in flight.
    """
    if control is not None and control.abandoned and ids > MOST_WHEN_LEAVING:
        return "The receipt was left for later: h opens the run and writes it."
    try:
        write_receipt(journal, now)
    except (JournalError, ReceiptError) as error:
        return str(error)
    return ""
