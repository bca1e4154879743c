"""Judges whether a program has rounded the ids of a list: nothing else here knows what that is.

A rounded list consists of fixed ids, see doubles.py, of which an honest one has few. So the share
of fixed ids is judged, for each writer by itself:

1. How improbable is that share, or a greater one, for ids that are drawn by lot? Chernoff's bound
   is never too small, so no such list is suspected more often than the limits below say.
2. Ids are not drawn by lot: those of one import often stand in regular steps. So a part of a list
   only counts if it is also improbable in the steps of the whole list, and among the ids of the
   list that end in the same zeros.
3. If all ids are fixed the admin is asked in any case: also ids that stand in steps may have been
   rounded, from steps to steps. `ROUNDED` is said only of what no steps explain: rounded ids are
   spread over all numbers that a writer writes, while ids in steps meet few of them. Ids in steps
   of the grain, or of 1,000, look as rounded ones do, and of them nothing certain can be said.

That entries repeat ids is a sign too, since rounding makes neighbours equal. Honest lists have
repeated entries as well, so it is told, and counts only where most of the entries are repeated.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from math import gcd, log
from random import Random
from typing import Any

from zohotui.deletion.ids.doubles import SIZES, FixedIds, Steps, Writer, written_as

_SAMPLE = 10_000
"""Ids of a size that are judged, drawn by lot; only if they look rounded all are counted."""

_LEAST_PART = 0.2
"""Smaller parts of a list that look rounded are no reason to ask."""

_FEWEST = 3
"""With fewer entries, repeated ones included, nothing can be known, and nobody is asked."""

_HINT = log(20)
"""How improbable it must be for a line in the confirmation: its negative logarithm."""

_ASK_IF_ALL = log(1_000)
"""The same for a question if all ids are fixed ..."""

_ASK_IF_SOME = log(1_000_000)
"""... if only a part of them is ..."""

_CERTAIN = log(1_000_000_000)
"""... and for saying that the list was rounded."""

_TRIALS = log(len(Writer))
"""For a question about a part: each writer has a chance of its own to look right."""


class Verdict(IntEnum):
    """What can be said of a list."""

    NOTHING = 0
    HINT = 1
    """Worth a line and no question: too few ids to tell it from chance."""
    UNCERTAIN = 2
    """Rounded, or made in steps; the admin must say that the list is right."""
    ROUNDED = 3
    """No honest list looks so; the admin must say that the list is right."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """What there is to say of a list whose ids a program may have rounded."""

    verdict: Verdict = Verdict.NOTHING
    writer: Writer = Writer.EXACT
    alike: int = 0
    """How many ids look rounded ..."""
    of: int = 0
    """... of how many: of the sizes that do, and never of ids that a double keeps."""
    one_in: int = 0
    """One honest id in this many looks so by chance."""
    grain: int = 0
    """Every id that looks rounded is a multiple of it."""
    steps: int = 0
    """Ids that were made in such steps look the same; 0 if steps do not explain it."""
    example: int = 0
    """The first id that looks rounded."""
    lowest: int = 0
    """The least and the greatest id that the example may have been."""
    highest: int = 0
    duplicates: int = 0
    """How many entries repeated an id."""
    part: str = ""
    """The source that looks rounded, where others were put together with it; printable."""

    @classmethod
    def of_json(cls, fields: dict[str, Any]) -> Rounding:
        """Take it from another process of this program, as a dictionary that JSON has carried."""
        verdict, writer = Verdict(fields["verdict"]), Writer(fields["writer"])
        return cls(**{**fields, "verdict": verdict, "writer": writer})

    @property
    def asks(self) -> bool:
        """Whether nothing may be deleted before the admin has said that the list is right."""
        return self.verdict >= Verdict.UNCERTAIN

    @property
    def words(self) -> str:
        """What was seen and what chance would give, as a sentence without its full stop."""
        ids = "id" if self.of == 1 else "ids"
        look = "looks" if self.alike == 1 else "look"
        source = f" from {self.part}" if self.part else ""
        seen = f"{self.alike:,} of {self.of:,} {ids}{source} {look} rounded {self._how}"
        return f"{seen}; by chance 1 in {self.one_in:,} would"

    @property
    def _how(self) -> str:
        match self.writer:
            case Writer.EXACT:
                return f"to multiples of {self.grain:,}"
            case Writer.SHORTEST:
                return "as JavaScript does it"
            case Writer.DIGITS_15:
                return "to 15 digits, as a spreadsheet does it"
            case _:
                return f"to {self.writer}"

    def of_part(self, source: str) -> Rounding:
        """Say the same of a list that others are put together with."""
        return self if self.part or not self.asks else replace(self, part=source)


def judged(ids: Sequence[int], duplicates: int = 0) -> Rounding:
    """Judge a list of different ids; `duplicates`: how many more entries repeated one."""
    groups = _by_size(ids)
    samples = [(low, _sample(group)) for low, group in groups]
    judgements = [
        _judge([_Sight.of(some, FixedIds.of(writer, low)) for low, some in samples], duplicates)
        for writer in (Writer if groups else ())
    ]
    # Of two writers that would have written the same, what is rarer by chance says more.
    best = max(judgements, key=lambda one: (one.verdict, one.improbable), default=_NONE)
    if best.verdict is Verdict.NOTHING:
        return Rounding()
    of_size = {sight.fixed_ids.low: sight.fixed_ids for sight in best.struck}
    whole = [_Sight.of(group, of_size[low]) for low, group in groups if low in of_size]
    return _told(best.verdict, whole, duplicates)


def worst(whole: Rounding, parts: Iterable[Rounding]) -> Rounding:
    """Choose what is said of lists that were put together: no part can hide among the others."""
    return whole if whole.asks else next((part for part in parts if part.asks), whole)


def _by_size(ids: Sequence[int]) -> list[tuple[int, Sequence[int]]]:
    """Part the ids that a double may lose: the least id of each size, and its ids in order."""
    if not ids:
        return []
    least, most = bisect_right(SIZES, min(ids)), bisect_right(SIZES, max(ids))
    if least == most:
        return [(SIZES[least - 1], ids)] if least else []
    groups: list[list[int]] = [[] for _ in range(len(SIZES) + 1)]
    for record_id in ids:
        groups[bisect_right(SIZES, record_id)].append(record_id)
    return [(low, group) for low, group in zip(SIZES, groups[1:], strict=True) if group]


def _sample(ids: Sequence[int]) -> Sequence[int]:
    """Draw by lot: in regular distances it would make steps of its own."""
    if len(ids) <= _SAMPLE:
        return ids
    places = Random(0).sample(range(len(ids)), _SAMPLE)  # noqa: S311 - no secret
    return [ids[place] for place in places]


@dataclass(frozen=True, slots=True)
class _Sight:
    """The ids of one size, and those among them that one writer would have left alone."""

    ids: Sequence[int]
    fixed_ids: FixedIds
    fixed: Sequence[int]

    @classmethod
    def of(cls, ids: Sequence[int], fixed_ids: FixedIds) -> _Sight:
        return cls(ids, fixed_ids, fixed_ids.among(ids))

    @property
    def all_fixed(self) -> bool:
        return len(self.fixed) == len(self.ids)

    @property
    def stands_out(self) -> bool:
        """Whether a part worth asking about looks rounded."""
        share, chance = len(self.fixed) / len(self.ids), self.fixed_ids.chance
        return self.all_fixed or share - chance >= _LEAST_PART * (1 - chance)

    @property
    def improbable(self) -> float:
        """How improbable this is for ids drawn by lot."""
        return _improbable(len(self.ids), len(self.fixed), self.fixed_ids.chance)

    @property
    def improbable_in_steps(self) -> float:
        """How improbable this is for ids in the steps of this list, or that end in its zeros."""
        number, like = len(self.fixed), self.fixed_ids
        in_steps = _improbable(len(self.ids), number, like.chance_in(Steps.of(self.ids)))
        if like.chance_of_multiples == 1:
            return in_steps
        multiples = len(like.multiples(self.ids))
        return min(in_steps, _improbable(multiples, number, like.chance_of_multiples))

    @property
    def improbable_at_all(self) -> float:
        """How improbable this is for honest ids of any kind, if all are fixed.

        Only fine ids count, and only if they are spread over what the writer writes.
        """
        like = self.fixed_ids
        possible, chance = like.chance_of_fine(Steps.of(self.ids))
        fine = list(filter(like.is_fine, self.fixed))
        spread = len({one % like.period for one in fine})
        if 2 * spread < min(len(fine), possible):
            return 0.0
        return _improbable(len(fine), len(fine), chance)


def _improbable(number: int, hits: int, chance: float) -> float:
    """Bound how improbable this many hits or more are: the negative logarithm, 0 if not at all.

    Chernoff's bound: it also holds for draws of different chances, if `chance` is their mean.
    """
    if hits <= number * chance:
        return 0.0
    share = hits / number
    missed = (1 - share) * log((1 - share) / (1 - chance)) if hits < number else 0.0
    return number * (share * log(share / chance) + missed)


@dataclass(frozen=True, slots=True)
class _Judgement:
    """What can be said for one writer."""

    verdict: Verdict
    improbable: float
    struck: tuple[_Sight, ...]
    """The sizes that look as this writer leaves them."""


_NONE = _Judgement(Verdict.NOTHING, 0.0, ())


def _judge(sights: Iterable[_Sight], duplicates: int) -> _Judgement:
    struck = tuple(sight for sight in sights if sight.stands_out)
    if not struck:
        return _NONE
    all_fixed = all(sight.all_fixed for sight in struck)
    improbable = least = sum(sight.improbable for sight in struck)
    if not all_fixed:
        least = min(improbable, sum(sight.improbable_in_steps for sight in struck))
    verdict = Verdict.HINT if least >= _HINT else Verdict.NOTHING
    number = sum(len(sight.fixed) for sight in struck)
    asks = _ASK_IF_ALL if all_fixed else _ASK_IF_SOME + _TRIALS
    if all_fixed and duplicates > number:
        # Hardly anybody lists each id twice, and many neighbours make one rounded id.
        asks = _HINT
    if number + duplicates >= _FEWEST and least >= asks:
        verdict = Verdict.UNCERTAIN
        at_all = sum(sight.improbable_at_all for sight in struck) if all_fixed else 0.0
        if at_all >= _TRIALS + _CERTAIN:
            verdict = Verdict.ROUNDED
    return _Judgement(verdict, improbable, struck)


def _told(verdict: Verdict, struck: Sequence[_Sight], duplicates: int) -> Rounding:
    first = struck[0]
    like, example = first.fixed_ids, first.fixed[0]
    number = sum(len(one.ids) for one in struck)
    expected = sum(one.fixed_ids.chance * len(one.ids) for one in struck)
    steps = Steps.of(_sample(first.ids))
    if len(struck) > 1 or like.chance_in(steps) < 1:
        steps = Steps(0, like.step if like.chance_of_multiples == 1 else 0)
    lowest, highest = written_as(example, like.writer)
    return Rounding(
        verdict,
        like.writer,
        sum(len(one.fixed) for one in struck),
        number,
        one_in=round(number / expected),
        grain=gcd(*(one.fixed_ids.step for one in struck)),
        steps=0 if verdict is Verdict.ROUNDED else steps.width,
        example=example,
        lowest=lowest,
        highest=highest,
        duplicates=duplicates,
    )
