"""What records hold that can be summed up, in columns: numbers, their currency, and who made them.

Sums are exact: a number is kept as Zoho wrote it, in decimals. What is in different currencies is
never added together.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from zohotui.deletion.model.figures import Figures

MOST_FIELDS = 8
"""Fields of a list that are summed up."""

_SCALE = 10_000
_NONE, _ODD = -(2**63), -(2**63) + 1
_MOST = 2**62


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

    def put(self, place: int, number: Decimal | None) -> None:
        self.odd.pop(place, None)
        scaled = None if number is None else number * _SCALE
        if scaled is None or number is None:
            self.packed[place] = _NONE
        elif scaled == scaled.to_integral_value() and abs(scaled) < _MOST:
            self.packed[place] = int(scaled)
        else:
            self.packed[place] = _ODD
            self.odd[place] = number

    def get(self, place: int) -> Decimal | None:
        packed = self.packed[place]
        if packed == _NONE:
            return None
        return self.odd[place] if packed == _ODD else Decimal(packed) / _SCALE


class Columns:
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

    def totals(self, places: Iterable[int]) -> list[Total]:
        """Add up the fields, each currency by itself; fields of which all are 0 are left out."""
        wanted = list(places)
        return [
            total
            for name, column in self._columns.items()
            for total in self._of(name, column, wanted)
            if total.total or total.largest
        ]

    def _of(self, name: str, column: _Column, places: Iterable[int]) -> Iterable[Total]:
        sums: dict[str, Decimal] = {}
        largest: dict[str, tuple[Decimal, int]] = {}
        split = self._money is None or name in self._money
        for place in places:
            number = column.get(place)
            if number is None:
                continue
            currency = self._currencies.get(place) if split else ""
            sums[currency] = sums.get(currency, Decimal()) + number
            if currency not in largest or number > largest[currency][0]:
                largest[currency] = number, place
        for currency, total in sums.items():
            yield Total(name, currency, total, *largest[currency])

    def creators(self, places: Iterable[int]) -> Counter[str]:
        """Count the records of each user who created some; "" is nobody known."""
        return self._creators.count(places)


class _Names:
    """A name a record, each name kept once."""

    def __init__(self, size: int) -> None:
        self._numbers = array("I", bytes(4 * size))
        self._names = [""]
        self._number_of = {"": 0}

    def put(self, place: int, name: str) -> None:
        number = self._number_of.setdefault(name, len(self._names))
        if number == len(self._names):
            self._names.append(name)
        self._numbers[place] = number

    def get(self, place: int) -> str:
        return self._names[self._numbers[place]]

    def count(self, places: Iterable[int]) -> Counter[str]:
        counted = Counter(self._numbers[place] for place in places)
        return Counter({self._names[number]: count for number, count in counted.items()})
