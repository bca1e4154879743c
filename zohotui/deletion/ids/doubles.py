"""What programs make of ids that they read as floating-point numbers, and what they leave alone.

A floating-point number here is an IEEE double, which keeps 53 bits: up to 2**53 no id is lost,
above it only multiples of a power of two are kept, the *grain*: 2 from 2**53 on, 64 for ids like
555123000000100003, 512 and 1024 for most ids of 19 digits. What a program then writes is one of a
few things, see `Writer`: of that id 555123000000100032, 555123000000100030 or 555123000000100000.
Each of them is *fixed*: read and written the same way once more, it stays as it is. Of honest ids
about one in a grain is fixed by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat
from math import gcd, lcm
from operator import sub

SIZES = tuple(
    sorted({*(2**bits for bits in range(53, 65)), *(10**digits for digits in range(16, 20))})
)
"""Between two of them ids have the same grain and the same number of digits."""


class Writer(StrEnum):
    """How a program writes a double that it has read from an id."""

    EXACT = "exact"
    """Its exact value: Python's int(float(x)), pandas' astype, C's %.0f, awk, BigInt(Number(x))."""
    SHORTEST = "shortest"
    """The fewest digits that are read as the same double, then zeros: JavaScript, jq until 1.6."""
    DIGITS_17 = "17 digits"
    """17 digits, then zeros: %.17g. Up to 10**17 the same as `EXACT`."""
    DIGITS_16 = "16 digits"
    DIGITS_15 = "15 digits"
    """Spreadsheets. Source: zoho-api.md, "CSV exports"."""


_KEPT_DIGITS = {Writer.DIGITS_17: 17, Writer.DIGITS_16: 16, Writer.DIGITS_15: 15}


def written(record_id: int, writer: Writer) -> int:
    """Return what a program makes of an id that it reads as a double and writes back."""
    double = int(float(record_id))
    if writer is Writer.EXACT:
        return double
    if writer is Writer.SHORTEST:
        return _shortest(double, len(str(double)))
    return round(double, min(0, _KEPT_DIGITS[writer] - len(str(double))))


def _shortest(double: int, most_zeros: int) -> int:
    near = (round(double, -zeros) for zeros in range(most_zeros, -1, -1))
    return next(number for number in near if float(number) == double)


def written_as(record_id: int, writer: Writer) -> tuple[int, int]:
    """Return the least and the greatest id that a program writes as this one, which is fixed.

    A spreadsheet may also put zeros in place of digits without rounding: up to there, then.
    """
    grain = _grain(record_id)
    low = high = int(float(record_id))
    while written(low - grain, writer) == record_id:
        low -= grain
    while written(high + grain, writer) == record_id:
        high += grain
    low, high = low - grain // 2, high + grain // 2
    # Half-way between two doubles the one with the even mantissa is taken.
    low += written(low, writer) != record_id
    high -= written(high, writer) != record_id
    if writer is Writer.DIGITS_15:
        high = max(high, record_id + 10 ** (len(str(record_id)) - 15) - 1)
    return low, high


def _grain(record_id: int) -> int:
    return 1 << max(0, record_id.bit_length() - 53)


@dataclass(frozen=True, slots=True)
class Steps:
    """The regular steps in which ids stand."""

    start: int
    width: int
    """0 if there is one id alone."""

    @classmethod
    def of(cls, ids: Sequence[int]) -> Steps:
        """Find the widest steps in which all of them stand."""
        return cls(ids[0], gcd(*map(sub, ids, repeat(ids[0]))))


@dataclass(frozen=True, slots=True)
class FixedIds:
    """The ids of one size that a writer leaves alone: a set that repeats for ever."""

    writer: Writer
    low: int
    """The least id of this size."""
    grain: int
    period: int
    residues: frozenset[int]
    step: int
    """All are multiples of it."""

    @classmethod
    def of(cls, writer: Writer, low: int) -> FixedIds:
        """Write each double of one period."""
        grain, digits = _grain(low), len(str(low))
        cut = 10 ** max(0, digits - _KEPT_DIGITS.get(writer, digits))
        if writer is Writer.EXACT or cut > grain:
            step = max(grain, cut)
            return cls(writer, low, grain, step, frozenset({0}), step)
        if writer is Writer.SHORTEST:
            # Of a power of ten above the grain no two multiples are near the same double. The
            # mantissas are even and odd in turn.
            zeros = len(str(grain))
            period = lcm(2 * grain, 10**zeros)
        else:
            # Half-way between two numbers of this many digits the even one is taken.
            zeros, period = 0, lcm(grain, 20 * cut)
        base = (low // period + 2) * period
        residues = frozenset(
            (_shortest(double, zeros) if zeros else written(double, writer)) % period
            for double in range(base, base + period, grain)
        )
        return cls(writer, low, grain, period, residues, gcd(period, *residues))

    def among(self, ids: Sequence[int]) -> list[int]:
        """Choose the ids that are fixed; one division is enough for nearly all honest ones."""
        period, residues = self.period, self.residues
        multiples = self.multiples(ids)
        if self.chance_of_multiples == 1:
            return multiples
        return [one for one in multiples if one % period in residues]

    def multiples(self, ids: Sequence[int]) -> list[int]:
        """Choose the ids that are multiples of the step."""
        step = self.step
        return [one for one in ids if not one % step]

    @property
    def chance(self) -> float:
        """Give the share of all ids of this size that are fixed."""
        return len(self.residues) / self.period

    @property
    def chance_of_multiples(self) -> float:
        """Give the share of the multiples of the step that are fixed."""
        return len(self.residues) * self.step / self.period

    def chance_in(self, steps: Steps) -> float:
        """Give the share of the ids in such steps that are fixed; of one id alone all or none."""
        common = gcd(steps.width, self.period)
        met = sum((residue - steps.start) % common == 0 for residue in self.residues)
        return met * common / self.period

    def is_fine(self, record_id: int) -> bool:
        """Whether a multiple of the step is none of ten steps, nor of the grain.

        Honest ids that are made in steps of a round number, in tens or in bits, are not fine.
        """
        return bool(record_id % (10 * self.step) and record_id % self.grain)

    def chance_of_fine(self, steps: Steps) -> tuple[int, float]:
        """Say how many residues are fine and in such steps, and which share of such ids is fixed.

        A share of 1 if there are none.
        """
        common = gcd(steps.width, self.period)
        start = steps.start % common
        if common % self.step or start % self.step:
            return 0, 1.0
        honest = sum(map(self.is_fine, range(start, self.period, common)))
        met = sum(self.is_fine(one) and (one - start) % common == 0 for one in self.residues)
        return met, met / honest if honest else 1.0
