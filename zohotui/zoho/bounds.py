"""How much is taken of what comes from outside: bytes, seconds, values, depth, digits.

The bounds are far above the largest answers of Zoho's. What exceeds one is no answer at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

_MEGABYTE = 1_000_000

MOST_DEPTH = 64
"""Objects and lists inside each other; a record with subforms has five."""

MOST_VALUES = 2_000_000
"""Values in one answer; 100 records of 500 fields with lookups have fewer than 200,000."""

_NESTS = frozenset({dict, list})
"""What JSON has of values inside each other, as exactly these types."""

MOST_DIGITS = 15
"""Digits of a number in a header; no count of credits has that many."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one answer may take."""

    silence: float
    """Seconds without a byte."""
    whole: float
    """Seconds from the asking to the last byte."""
    size: int
    """Bytes of its body, unpacked."""


READING = Bounds(silence=20, whole=120, size=64 * _MEGABYTE)
"""Of 100 records with all their fields; texts may have 32,000 letters each."""

CHANGING = Bounds(silence=120, whole=120, size=4 * _MEGABYTE)
"""Of a delete or a restore, up to 200 short items.

To give up waiting leaves a fate unknown, so that takes long.
"""

SIGNING_IN = Bounds(silence=20, whole=30, size=_MEGABYTE)
"""Of the accounts server, a few lines."""


def json_of(body: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Parse JSON that keeps to the bounds; raises ValueError for anything else."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise ValueError("it has too many values")
    try:
        parsed = json.loads(body)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    level = [parsed] if type(parsed) in _NESTS else []
    for _ in range(MOST_DEPTH):
        level = [
            value
            for outer in level
            for value in (outer.values() if type(outer) is dict else outer)
            if type(value) in _NESTS
        ]
        if not level:
            return parsed
    raise ValueError("it is nested too deeply")


def whole_number(text: str) -> int | None:
    """Read a number of a header; None if it is none, or longer than any that makes sense."""
    plain = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
    return int(text) if plain else None
