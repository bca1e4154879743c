"""Lists of ids as honest programs make them, and what programs that round make of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from random import Random

from zohotui.deletion.ids.doubles import Writer, written
from zohotui.sandbox import Sandbox

PREFIXES = {
    "16 digits": 9_123 * 10**12,
    "17 digits": 41_040 * 10**12,
    "18 digits, grain 16": 123_456 * 10**12,
    "18 digits, grain 64": 410_405 * 10**12,
    "18 digits, grain 128": 725_767 * 10**12,
    "19 digits, grain 256": 1_418_411 * 10**12,
    "19 digits, grain 512": 3_477_061 * 10**12,
    "19 digits, grain 1,024": 4_876_876 * 10**12,
}
"""The first id of orgs of all sizes; a grain is the distance of two doubles."""

Family = Callable[[Random, int, int], list[int]]
"""Makes so many different ids of an org: what to draw with, the org's first id, how many."""


def sparse(draw: Random, first: int, number: int) -> list[int]:
    """Draw ids from all over the org."""
    return draw.sample(range(first, first + 10**10), number)


def in_sequence(draw: Random, first: int, number: int) -> list[int]:
    """Make ids that follow one another."""
    start = first + draw.randrange(10**9)
    return list(range(start, start + number))


def dense(draw: Random, first: int, number: int) -> list[int]:
    """Make ids of which neighbours are left out now and then."""
    start = first + draw.randrange(10**9)
    return sorted(draw.sample(range(start, start + 4 * number), number))


def in_steps(width: int, *, end: int | None = None) -> Family:
    """Make ids in steps of a width, beginning anywhere or at a multiple and this much."""

    def make(draw: Random, first: int, number: int) -> list[int]:
        start = first + draw.randrange(10**9)
        if end is not None:
            start += -start % width + end
        return list(range(start, start + width * number, width))

    return make


def some_of(family: Family) -> Family:
    """Choose every third id of a family by lot."""

    def make(draw: Random, first: int, number: int) -> list[int]:
        return draw.sample(family(draw, first, 3 * number), number)

    return make


def both(one: Family, other: Family) -> Family:
    """Put two imports of an org together."""

    def make(draw: Random, first: int, number: int) -> list[int]:
        ids = [*one(draw, first, number // 2), *other(draw, first + 2 * 10**10, number)]
        return list(dict.fromkeys(ids))[:number]

    return make


def two_orgs(draw: Random, first: int, number: int) -> list[int]:
    """Draw ids from an org, and from another of another size."""
    other = draw.choice([one for one in PREFIXES.values() if one != first])
    return [*sparse(draw, first, number - number // 3), *sparse(draw, other, number // 3)]


def of_practice_org(draw: Random, _first: int, number: int) -> list[int]:
    """Choose ids of the practice org, which steps as Zoho does."""
    there = _practice_ids()
    return draw.sample(there, min(number, len(there)))


@cache
def _practice_ids() -> tuple[int, ...]:
    return tuple(int(one) for ids in Sandbox().sample_ids().values() for one in ids)


HONEST: dict[str, Family] = {
    "anywhere": sparse,
    "in sequence": in_sequence,
    "dense": dense,
    "two orgs": two_orgs,
    "the practice org's": of_practice_org,
    "steps of 2, even": in_steps(2, end=0),
    "steps of 8 from 0": in_steps(8, end=0),
    "steps of 10 from 0": in_steps(10, end=0),
    "steps of 8, some of them": some_of(in_steps(8, end=0)),
    "steps of 10 from 0, and anywhere": both(in_steps(10, end=0), sparse),
    "steps of 100 from 1": in_steps(100, end=1),
    "steps of 1,000 from 1": in_steps(1_000, end=1),
    "steps of 1,000 from 1, and in sequence": both(in_steps(1_000, end=1), in_sequence),
}
"""Lists that nobody should be asked about: what rounding leaves looks otherwise."""

LOOK_ROUNDED: dict[str, Family] = {
    "steps of 16 from 0": in_steps(16, end=0),
    "steps of 32 from 0": in_steps(32, end=0),
    "steps of 64 from 0": in_steps(64, end=0),
    "steps of 64 from 0, some of them": some_of(in_steps(64, end=0)),
    "steps of 100 from 0": in_steps(100, end=0),
    "steps of 640 from 0": in_steps(640, end=0),
    "steps of 1,000 from 0": in_steps(1_000, end=0),
    "steps of 1,000 from 0, some of them": some_of(in_steps(1_000, end=0)),
    "steps of 1,024 from 0": in_steps(1_024, end=0),
    "steps of 10,000 from 0": in_steps(10_000, end=0),
    "steps of 100 from 0 and of 640": both(in_steps(100, end=0), in_steps(640, end=0)),
    "steps of 1,000 from 0, and anywhere": both(in_steps(1_000, end=0), sparse),
}
"""Honest lists that a program might have rounded: it may be asked, and never said."""


def rounded(ids: Sequence[int], writer: Writer) -> list[int]:
    """Return what a program leaves of a list, without what has become equal."""
    return list(dict.fromkeys(written(one, writer) for one in ids))
