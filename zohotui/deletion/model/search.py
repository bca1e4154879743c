"""Which rows a filter lets through, and which one holds a text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Final, Literal

from zohotui.deletion.model.outcome import Outcome, State, is_surprise
from zohotui.deletion.model.rows import Rows

Shown = State | Literal["surprises"]
"""What a filter lets through: one state, or whatever fared otherwise than its review said."""

SURPRISES: Final = "surprises"


def fits(rows: Rows, place: int, shown: Shown) -> bool:
    """Whether the id at this place is among those to be shown."""
    if shown == SURPRISES:
        return is_surprise(rows.outcome(place))
    return rows.state(place) is shown


def matching(rows: Rows, shown: Shown) -> Iterable[int]:
    """Return the places of those to be shown, in order."""
    return rows.any_like(is_surprise) if shown == SURPRISES else rows.places({State(shown)})


def find(
    rows: Rows, wanted: str, start: int = 0, *, named: Callable[[int], str] | None = None
) -> int | None:
    """Return the next place from `start` on, round the end, that holds the text.

    Looked for in the id, the state, the code, the message and the name that `named` tells of
    a place, without regard to case.
    """
    size, wanted = len(rows), wanted.lower()

    def tells(outcome: Outcome) -> bool:
        return wanted in f"{outcome.state} {outcome.code} {outcome.message}".lower()

    telling = rows.any_like(tells)
    index = bisect_left(telling, start)
    # The next one of them, round the end.
    nearest = next(iter(telling[index : index + 1] or telling[:1]), None)
    digits = wanted.isdigit()
    for place in chain(range(start, size), range(min(start, size))):
        if place == nearest or (digits and wanted in str(rows.ids[place])):
            return place
        if named and wanted in named(place).lower():
            return place
    return None
