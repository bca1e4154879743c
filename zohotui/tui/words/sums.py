"""The sums of a list in a few lines: what the question of a deletion tells of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from textual.content import Content

from zohotui.deletion.review.sums import RECENT_DAYS, NamedTotal, Sums
from zohotui.tui.words.text import Fact
from zohotui.zoho.printable import printable

_LINE = 56
"""Cells of a line of facts, at 80 columns, with some to spare for wide letters."""

_LONGEST_NAME = 20
_NOBODY = "not known"


def sums_facts(sums: Sums) -> list[Fact]:
    """Tell the most in at most four lines: money and numbers, owners, creators."""
    first, _ = _parted(sums.totals)
    return [
        ("Sums", " · ".join(first)),
        ("Owners", _shares(sums.owners)),
        ("Created", f"by {told}" if (told := _shares(sums.creators)) else ""),
    ]


def more_sums(sums: Sums) -> str:
    """Tell what found no room among the first lines; empty if everything did."""
    return " · ".join(_parted(sums.totals)[1])


def recently(sums: Sums) -> str:
    """Say how many records were changed lately; empty if none was."""
    return f"{sums.recent:,} in the last {RECENT_DAYS} days" if sums.recent else ""


def _parted(totals: Sequence[NamedTotal]) -> tuple[list[str], list[str]]:
    """Put totals into words: those of the first two lines, and the rest."""
    told = list(map(_told, totals))
    room, first = 2 * _LINE, 0
    while first < len(told) and (room := room - _cells(told[first]) - 3) >= 0:
        first += 1
    return told[:first], told[first:]


def _told(named: NamedTotal) -> str:
    total = named.total
    label = total.field.replace("_", " ")
    currency = f" {total.currency}" if total.currency else ""
    words = f"{label} {plain(total.total)}{currency}"
    if total.largest == total.total:
        return words
    whose = f" ({printable(named.name, _LONGEST_NAME)})" if named.name else ""
    return f"{words}, largest {plain(total.largest)}{whose}"


def plain(number: Decimal) -> str:
    """Write a number with all its digits and no idle zero: 48,200.5."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _shares(counted: Counter[str] | None) -> str:
    """Name the first few with their counts, in one line; the rest is added up."""
    if not counted:
        return ""
    shares = [
        (f"{printable(name, _LONGEST_NAME) or _NOBODY} {count:,}", count)
        for name, count in _ranked(counted)
    ]
    told: list[str] = []
    while shares and _cells(", ".join([*told, shares[0][0]])) <= _LINE - 13 * (len(shares) > 1):
        told.append(shares.pop(0)[0])
    if shares:
        told.append(f"{len(shares):,} others {sum(count for _, count in shares):,}")
    return ", ".join(told)


def _ranked(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _cells(text: str) -> int:
    """Return how wide a text is: letters of some scripts take two cells."""
    return Content(text).cell_length
