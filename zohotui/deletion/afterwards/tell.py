"""Writing down what was found after a run: the only place from which those lines come.

An event is on disk before anybody is told of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Compared, Resolved, Restored, Restoring, Verified
from zohotui.deletion.model.outcome import Outcome, maybe_back

Told = Resolved | Verified | Restored | Compared | Restoring


def tell(told: Replay, journal: Journal, event: Told) -> Told:
    """Take an event into the rows of a run and into its journal, and return it.

    Raises JournalError if the disk does not take it: then it is not to be told.
    """
    rows = told.rows
    if isinstance(event, Restoring):
        known = sum(maybe_back(rows.outcome(place)) for place in event.places)
        open_ = rows.asked_back + len(event.places) - known
        ids = [str(rows.ids[place]) for place in event.places]
        journal.restoring(event.places, ids, rows.tally, ended=told.finished, asked_back=open_)
        rows.apply(event)
        return event
    rows.apply(event)
    write = {
        Resolved: journal.resolved,
        Verified: journal.verified,
        Restored: journal.restored,
        Compared: journal.compared,
    }[type(event)]
    places = zip(event.places, event.outcomes, strict=True)
    found = [(place, rows.ids[place], outcome) for place, outcome in places]
    write(found, rows.tally, ended=told.finished, asked_back=rows.asked_back)
    return event


def halves(found: Mapping[int, Outcome]) -> tuple[tuple[int, ...], tuple[Outcome, ...]]:
    """Part what was found as an event holds it: places, and an outcome for each."""
    return tuple(found), tuple(found.values())
