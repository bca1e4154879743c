"""What records hold that can be summed up, in columns: numbers, their currency, and who made them.

Sums are exact: a number is kept as Zoho wrote it, in decimals. What is in different currencies is
never added together.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from zohotui.deletion.model.figures import Figures, Number

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

    def totals(self, places: Iterable[int]) -> list[Total]:
        """Add up the fields, each currency by itself; fields of which all are 0 are left out."""
        wanted = array("I", places)
        return [
            total
            for name, column in self._columns.items()
            for total in self._of(name, column, wanted)
            if total.total or total.largest
        ]

    def _of(self, name: str, column: _Column, places: Sequence[int]) -> Iterator[Total]:
        split = self._money is None or name in self._money
        by_currency = self._currencies.parted(places) if split else {"": places}
        for currency, alike in by_currency.items():
            there = [(column.packed[place], place) for place in alike]
            even = [one for one in there if one[0] > _ODD]
            odd = [(column.odd[place], place) for packed, place in there if packed == _ODD]
            if not even and not odd:
                continue
            with localcontext() as context:
                context.prec = _DIGITS
                total = Decimal(sum(packed for packed, _ in even)) / _SCALE
                total = sum((number for number, _ in odd), total)
            highest = max(even, default=None, key=lambda one: one[0])
            candidates = [*odd, *([(column.get(highest[1]), highest[1])] if highest else [])]
            yield Total(name, currency, total, *max(candidates, key=lambda one: one[0]))

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

    def parted(self, places: Sequence[int]) -> dict[str, Sequence[int]]:
        """Return the places of each name."""
        used = set(map(self._numbers.__getitem__, places))
        if len(used) == 1:
            return {self._names[used.pop()]: places}
        return {
            self._names[number]: [place for place in places if self._numbers[place] == number]
            for number in sorted(used)
        }

    def count(self, places: Iterable[int]) -> Counter[str]:
        counted = Counter(self._numbers[place] for place in places)
        return Counter({self._names[number]: count for number, count in counted.items()})
