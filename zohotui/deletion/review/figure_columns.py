"""What records hold that can be summed up, in columns: numbers, their currency, and who made them.

Sums are exact: a number is kept as Zoho wrote it, in decimals. What is in different currencies is
never added together.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from itertools import compress

from zohotui.deletion.model.figures import Figures, Number
from zohotui.deletion.model.narrow import slices, wide_enough, zeros

MOST_FIELDS = 8
"""Fields of a list that are summed up."""

_SCALE = 10_000
_NONE, _ODD = -(2**63), -(2**63) + 1
_MOST, _EXACT = 2**62, 2**53
_DIGITS = 60
"""Of a sum: more than any number of numbers here can have."""


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of one field, in one currency."""

    field: str
    currency: str
    """Code of the currency; empty where records have none, or the field is no money."""
    total: Decimal
    largest: Decimal
    place: int
    """That of the record with the largest."""


@dataclass(slots=True)
class _Column:
    """One field of all records: whole numbers of ten-thousandths, and what is none."""

    packed: array[int]
    odd: dict[int, Decimal] = field(default_factory=dict)

    def put(self, place: int, number: Number | None) -> None:
        self.odd.pop(place, None)
        packed = _NONE if number is None else _packed(number)
        self.packed[place] = packed
        if packed == _ODD:
            self.odd[place] = Decimal(str(number))

    def get(self, place: int) -> Decimal:
        packed = self.packed[place]
        return self.odd[place] if packed == _ODD else Decimal(packed) / _SCALE


def _packed(number: Number) -> int:
    """Return ten-thousandths, or what says that it is no whole number of these."""
    if isinstance(number, float):
        scaled = round(number * _SCALE)
        # So many digits a float holds for certain, so it is the number that Zoho wrote.
        return scaled if abs(scaled) < _EXACT and scaled / _SCALE == number else _ODD
    scaled = int(number * _SCALE)
    return scaled if scaled == number * _SCALE and abs(scaled) < _MOST else _ODD


class FigureColumns:
    """The figures of the records of a list, by their places in it. Written by one thread."""

    def __init__(self, size: int, money: frozenset[str] | None = None) -> None:
        """Make room; `money`: the fields that are known to hold it, None if kinds are not known."""
        self._size, self._money = size, money
        self._columns: dict[str, _Column] = {}
        self._currencies = _Names(size)
        self._creators = _Names(size)

    def put(self, place: int, figures: Figures) -> None:
        """Keep what one record holds."""
        for name in figures.numbers:
            if name not in self._columns and len(self._columns) < MOST_FIELDS:
                self._columns[name] = _Column(array("q", [_NONE]) * self._size)
        for name, column in self._columns.items():
            column.put(place, figures.numbers.get(name))
        self._currencies.put(place, figures.currency)
        self._creators.put(place, figures.creator)

    def totals(self, places: Sequence[int]) -> list[Total]:
        """Add up the fields, each currency by itself; fields of which all are 0 are left out."""
        return [
            total
            for name, column in self._columns.items()
            for total in self._of(name, column, places)
            if total.total or total.largest
        ]

    def _of(self, name: str, column: _Column, places: Sequence[int]) -> Iterator[Total]:
        split = self._money is None or name in self._money
        sums: dict[int, _Sum] = {}
        for some in slices(places):
            parts = self._currencies.parted(some) if split else {0: some}
            for currency, alike in parts.items():
                sums.setdefault(currency, _Sum()).add(column, alike)
        for currency, one in sorted(sums.items()):
            if one.largest is not None:
                yield Total(name, self._currencies.name(currency), one.total, *one.largest)

    def creators(self, places: Sequence[int]) -> Counter[str]:
        """Count the records of each user who created some; "" is nobody known."""
        return self._creators.count(places)


@dataclass(slots=True)
class _Sum:
    """What a field comes to in one currency."""

    packed: int = 0
    odd: Decimal = Decimal(0)
    most: tuple[Decimal, int] | None = None
    """The largest of what is packed, and its place; None if there is none."""
    most_odd: tuple[Decimal, int] | None = None

    def add(self, column: _Column, places: Sequence[int]) -> None:
        """Add the numbers at some more places."""
        there = array("q", map(column.packed.__getitem__, places))
        even = there if min(there) > _ODD else array("q", filter(_ODD.__lt__, there))
        if even:
            self.packed += sum(even)
            largest = max(even)
            if self.most is None or Decimal(largest) / _SCALE > self.most[0]:
                self.most = Decimal(largest) / _SCALE, places[there.index(largest)]
        if column.odd and _ODD in there:
            for place, packed in zip(places, there, strict=True):
                if packed == _ODD:
                    self._add_odd(column.odd[place], place)

    def _add_odd(self, number: Decimal, place: int) -> None:
        with localcontext() as context:
            context.prec = _DIGITS
            self.odd += number
        if self.most_odd is None or number > self.most_odd[0]:
            self.most_odd = number, place

    @property
    def total(self) -> Decimal:
        """All of them together."""
        with localcontext() as context:
            context.prec = _DIGITS
            return Decimal(self.packed) / _SCALE + self.odd

    @property
    def largest(self) -> tuple[Decimal, int] | None:
        """The largest number, and its place; None if there is no number."""
        candidates = [one for one in (self.most_odd, self.most) if one is not None]
        return max(candidates, key=lambda one: one[0], default=None)


class _Names:
    """A name a record, each name kept once."""

    def __init__(self, size: int) -> None:
        self._numbers = zeros(size)
        self._names = [""]
        self._number_of = {"": 0}

    def put(self, place: int, name: str) -> None:
        number = self._number_of.setdefault(name, len(self._names))
        if number == len(self._names):
            self._names.append(name)
            self._numbers = wide_enough(self._numbers, number)
        self._numbers[place] = number

    def name(self, number: int) -> str:
        return self._names[number]

    def parted(self, places: Sequence[int]) -> dict[int, Sequence[int]]:
        """Return the places of each name, by the number of that."""
        numbers = array(self._numbers.typecode, map(self._numbers.__getitem__, places))
        used = set(numbers)
        if len(used) == 1:
            return {used.pop(): places}
        return {one: list(compress(places, map(one.__eq__, numbers))) for one in used}

    def count(self, places: Sequence[int]) -> Counter[str]:
        counted = Counter[int]()
        for some in slices(places):
            counted.update(map(self._numbers.__getitem__, some))
        return Counter({self._names[number]: count for number, count in counted.items()})
