"""Columns of whole numbers, a number a row: each as wide as its largest, for most are small."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence

_SLICE = 10_000

_KINDS = "BHIQ"
"""Of an array: one, two, four and eight bytes a number."""


def zeros(size: int) -> array[int]:
    """Return a column of this many zeros, which is widened as larger ones come."""
    return array(_KINDS[0], bytes(size))


def wide_enough(column: array[int], number: int) -> array[int]:
    """Return a column that can take this number too: the same, or a wider one that is as it was.

    Raises OverflowError for a number below 0, or of more than eight bytes.
    """
    if 0 <= number < 1 << 8 * column.itemsize:
        return column
    for kind in _KINDS:
        if 0 <= number < 1 << 8 * array(kind).itemsize:
            return array(kind, column)
    raise OverflowError(f"{number} does not fit into a column")


def slices(places: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut places into parts of which each takes so short that the other threads do not notice."""
    for start in range(0, len(places), _SLICE):
        yield places[start : start + _SLICE]
