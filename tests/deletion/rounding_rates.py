"""Prints how often lists are held for looking rounded, by kind and length; run it by hand.

python -m tests.deletion.rounding_rates [LISTS]: so many short lists (100) of each kind and org,
and fewer long ones.
"""

from __future__ import annotations

import sys
from collections import Counter
from random import Random

from tests.deletion.rounding_families import (
    HONEST,
    LOOK_ROUNDED,
    PREFIXES,
    Family,
    dense,
    rounded,
    sparse,
)
from zohotui.deletion.ids.doubles import Writer
from zohotui.deletion.ids.rounding import Verdict, judged

LENGTHS = (1, 3, 5, 20, 100, 1_000, 10_000)


def after(writer: Writer, family: Family) -> Family:
    """Round what a family makes."""

    def make(draw: Random, first: int, number: int) -> list[int]:
        return rounded(family(draw, first, number), writer)

    return make


def rates(family: Family, number: int, lists: int, orgs: list[int]) -> Counter[Verdict]:
    """Judge lists of one kind and length, those of all orgs together."""
    draw = Random(f"{number}")
    return Counter(
        judged(ids, number - len(ids)).verdict
        for first in orgs
        for ids in (family(draw, first, number) for _ in range(lists))
    )


def print_table(title: str, families: dict[str, Family], lists: int, digits: str) -> None:
    """Print a line a kind: held, of them said to be rounded, and those with a hint only."""
    orgs = [first for name, first in PREFIXES.items() if name.startswith(digits)]
    print(
        f"\n{title}\n{'held / called rounded / hint, in %':42}"
        + "".join(f"{n:>18,}" for n in LENGTHS)
    )
    for name, family in families.items():
        line = f"{name:42}"
        for number in LENGTHS:
            found = rates(family, number, max(1, lists * 100 // (number + 99)), orgs)
            total = found.total()
            held = found[Verdict.UNCERTAIN] + found[Verdict.ROUNDED]
            parts = (held, found[Verdict.ROUNDED], found[Verdict.HINT])
            line += f"{' / '.join(f'{100 * part / total:.3g}' for part in parts):>18}"
        print(line, flush=True)


def main(lists: int) -> None:
    """Print all tables."""
    after_rounding = {
        f"{writer}, {kind}": after(writer, family)
        for writer in Writer
        for kind, family in (("sparse", sparse), ("dense", dense))
    }
    for digits in ("18", "19", "17", "16"):
        print(f"\n== ids of {digits} digits")
        print_table("honest", HONEST, lists, digits)
        print_table("honest, but as rounding leaves them", LOOK_ROUNDED, lists, digits)
        print_table("rounded", after_rounding, lists, digits)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
