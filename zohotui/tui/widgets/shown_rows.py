"""Which rows a table shows: all of a list or a run, or those that a filter lets through.

An index counts what is shown, from the top; a place counts the rows themselves.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.search import Shown, fits, matching


class ShownRows:
    """The places of some rows, in order, without a copy of a row."""

    def __init__(self, rows: Rows, only: Shown | None = None) -> None:
        """Take the rows and what alone is shown of them, None for all."""
        self.rows, self.only = rows, only
        self._filtered = None if only is None else array("I", matching(rows, only))

    @property
    def places(self) -> Sequence[int]:
        """The place of each row that is shown."""
        return range(len(self.rows)) if self._filtered is None else self._filtered

    def __len__(self) -> int:
        """How many rows are shown."""
        return len(self.places)

    def at(self, index: int) -> int | None:
        """Return the place of the row with this index; None if there is none."""
        places = self.places
        return places[index] if 0 <= index < len(places) else None

    def index_of(self, place: int) -> int | None:
        """Return the index of the row at a place; None if the filter hides it."""
        index = self.nearest(place)
        return index if self.at(index) == place else None

    def nearest(self, place: int) -> int:
        """Return the index of the row at a place, or of the first one shown behind it."""
        return bisect_left(self.places, place)

    def follow(self, spans: Sequence[tuple[int, int]]) -> None:
        """Follow the filter through (start, count) spans, without looking at all rows again."""
        shown, only = self._filtered, self.only
        if shown is None or only is None:
            return
        for start, count in spans:
            low = bisect_left(shown, start)
            high = bisect_left(shown, start + count, low)
            fitting = (p for p in range(start, start + count) if fits(self.rows, p, only))
            shown[low:high] = array("I", fitting)
