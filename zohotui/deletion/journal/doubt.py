"""What follows from a receipt that knows of more than its journal: the journal was cut short.

What such a journal calls never sent may have been sent. So it is `unknown`, to be looked up by
reading, and the run is not gone on with.
"""

from __future__ import annotations

from pathlib import Path

from zohotui.deletion.journal.receipt import Agreement, agreement, receipt_of, sums_in
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import Resolved
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.rows import spans
from zohotui.deletion.model.run_state import RunState

_AT_ONCE = 10_000
"""Ids in one line of the journal."""

MAYBE_SENT = Outcome(
    State.UNKNOWN,
    Code.JOURNAL_CUT_SHORT,
    "the receipt of the run has more than its journal, so this id may have been sent",
)


def doubt(told: RunState, journal: Path) -> str:
    """Doubt what a journal calls never sent, if its receipt knows of lines that it lacks.

    The ids become `unknown` in `told`. Returns what the receipt tells, in sentences for the admin;
    nothing if it does not speak against the journal. Raises JournalError if that cannot be read.
    """
    if agreement(journal) is not Agreement.AHEAD:
        return ""
    for start, count in spans(list(told.rows.places([State.ENTERED]))):
        told.rows.set_all(start, count, MAYBE_SENT)
    tells = sums_in(receipt_of(journal)) or "cannot be read"
    return (
        "The journal of this run has lost its end, or was changed: its receipt has more. "
        f"Receipt: {tells}. Ids missing in the journal may have been sent."
    )


def keep_doubt(journal: Journal) -> str:
    """Doubt in the same way, and write it down: from then on the journal itself calls them unknown.

    Raises JournalError if the disk does not take it.
    """
    told = journal.run
    left = list(told.rows.places([State.ENTERED]))
    why = doubt(told, journal.path)
    for start in range(0, len(left) if why else 0, _AT_ONCE):
        places = tuple(left[start : start + _AT_ONCE])
        journal.record(Resolved(places, (MAYBE_SENT,) * len(places)))
    return why
