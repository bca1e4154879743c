"""Which rows differ once something has happened to a run."""

from __future__ import annotations

from zohotui.deletion.model.events import (
    Compared,
    Event,
    Landed,
    Resolved,
    Restored,
    Restoring,
    Returned,
    Sent,
    Verified,
)
from zohotui.deletion.model.rows import spans


def changed_by(event: Event) -> list[tuple[int, int]]:
    """Return the spans of rows that an event changes."""
    match event:
        case Sent(batch) | Landed(batch) | Returned(batch):
            return [(batch.start, len(batch.ids))]
        case (
            Resolved(places)
            | Verified(places)
            | Restored(places)
            | Restoring(places)
            | Compared(places)
        ):
            return list(spans(places))
        case _:
            return []
