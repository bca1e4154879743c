"""Which rows a table shows, and in which order: all, or those that a filter lets through.

An index counts what is shown, from the top; a place counts the rows themselves; a rank counts all
rows in the order that they are sorted in.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.search import Shown, fits, matching


class ShownRows:
    """The places of some rows in an order, without a copy of a row."""

    def __init__(
        self, rows: Rows, only: Shown | None = None, order: Sequence[int] | None = None
    ) -> None:
        """Take the rows and what alone is shown of them, None for all.

        `order`: all places, sorted; None for the order of the list. It stays as it is, whatever
        becomes of the rows: nothing jumps about under the cursor.
        """
        self.rows, self.only, self.order = rows, only, order
        self._ranks = None if order is None else array("I", bytes(4 * len(order)))
        if order is not None and self._ranks is not None:
            for rank, place in enumerate(order):
                self._ranks[place] = rank
        self._filtered: array[int] | None = None
        if only is not None:
            found = matching(rows, only)
            self._filtered = array("I", found if order is None else sorted(map(self._rank, found)))

    def _rank(self, place: int) -> int:
        ranks = self._ranks
        # A list grows only as another list.
        return place if ranks is None or place >= len(ranks) else ranks[place]

    @property
    def ranks(self) -> Sequence[int]:
        """The rank of each row that is shown, rising."""
        return range(len(self.rows)) if self._filtered is None else self._filtered

    @property
    def places(self) -> Sequence[int]:
        """The place of each row that is shown."""
        order = self.order
        return self.ranks if order is None else [order[rank] for rank in self.ranks]

    def __len__(self) -> int:
        """How many rows are shown."""
        return len(self.ranks)

    def at(self, index: int) -> int | None:
        """Return the place of the row with this index; None if there is none."""
        ranks = self.ranks
        if not 0 <= index < len(ranks):
            return None
        return ranks[index] if self.order is None else self.order[ranks[index]]

    def index_of(self, place: int) -> int | None:
        """Return the index of the row at a place; None if the filter hides it."""
        index = self.nearest(place)
        return index if self.at(index) == place else None

    def nearest(self, place: int) -> int:
        """Return the index of the row at a place, or of the first one shown behind it."""
        return bisect_left(self.ranks, self._rank(place))

    def follow(self, spans: Sequence[tuple[int, int]]) -> None:
        """Follow the filter through (start, count) spans, without looking at all rows again."""
        shown, only = self._filtered, self.only
        if shown is None or only is None:
            return
        for start, count in spans:
            if self._ranks is None:
                low = bisect_left(shown, start)
                high = bisect_left(shown, start + count, low)
                fitting = (p for p in range(start, start + count) if fits(self.rows, p, only))
                shown[low:high] = array("I", fitting)
            else:
                for place in range(start, start + count):
                    self._follow_one(shown, place, fits(self.rows, place, only))

    def _follow_one(self, shown: array[int], place: int, is_fitting: bool) -> None:
        rank = self._rank(place)
        index = bisect_left(shown, rank)
        there = index < len(shown) and shown[index] == rank
        if is_fitting and not there:
            shown.insert(index, rank)
        elif there and not is_fitting:
            del shown[index]
