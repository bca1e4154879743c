"""What a reviewed list comes to: totals, owners, creators, and what was changed lately."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from zohotui.deletion.review.figure_columns import Total
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.deletion.review.selection import going

RECENT_DAYS = 7
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class NamedTotal:
    """A sum, and the name of the record with the largest."""

    total: Total
    name: str


@dataclass(frozen=True, slots=True)
class Sums:
    """What would be deleted, summed up."""

    totals: tuple[NamedTotal, ...] = ()
    owners: Counter[str] | None = None
    """Records by the name of their owner; None if nothing was read."""
    creators: Counter[str] | None = None
    """The same for who created them."""
    recent: int = 0
    """Records that were changed in the last days."""


def sum_up(listed: ReviewedList, now: float) -> Sums:
    """Sum up what of a list would be deleted; nothing is read for it.

    `now`: seconds since the epoch by Zoho's clock. It may run in a thread while the list is held.
    """
    places = going(listed)
    if (seen := listed.seen) is None:
        return Sums()
    totals = []
    for total in seen.figures.totals(places):
        record = listed.record(total.place)
        totals.append(NamedTotal(total, record.name if record else ""))
    return Sums(
        tuple(totals),
        seen.details.owners(places),
        seen.figures.creators(places),
        seen.details.changed_since(places, now - RECENT_DAYS * _DAY),
    )
