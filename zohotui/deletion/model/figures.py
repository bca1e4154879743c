"""What one record holds that can be summed up, exactly as Zoho wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from zohotui.zoho.records import Json, text

Number = int | float | Decimal
"""A number as Zoho wrote it."""

_SUMMED = frozenset({"currency", "double", "integer", "bigint"})
"""Kinds of fields of which a sum means something. Source: zoho-api.md, "Fields metadata"."""

_NEVER_SUMMED = frozenset({"id", "Exchange_Rate", "Probability"})
"""Fields of Zoho's own of which no sum means anything."""

_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,15})?", re.ASCII)
_MOST = 2**62
"""Numbers beyond it are left out: no record of Zoho's holds any."""

_NUMBERS = frozenset({int, float})
"""Types of numbers as JSON has them; true and false are none."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one record holds that can be summed up."""

    numbers: Mapping[str, Number]
    """By the API name of the field."""
    currency: str
    """Code of the record's currency, as EUR; empty if it has none."""
    creator: str
    """Name of the user who created it, or empty."""

    @classmethod
    def of(cls, entry: Json, kinds: Mapping[str, str]) -> Figures:
        """Read a record; `kinds`: the kinds of its fields by API name, empty if not known."""
        creator = entry.get("Created_By")
        return cls(
            _numbers(entry, kinds),
            text(entry.get("Currency"), 10),
            text(creator.get("name")) if isinstance(creator, Mapping) else "",
        )


def _numbers(entry: Json, kinds: Mapping[str, str]) -> dict[str, Number]:
    # By their types first: most of what a record holds is text, and there may be a million records.
    found = [(name, value) for name, value in entry.items() if type(value) in _NUMBERS]
    if not kinds:
        return {name: number for name, number in found if _means_something(name, number)}
    summed = {name: number for name, number in found if kinds.get(name) in _SUMMED}
    for name, kind in kinds.items():
        value = entry.get(name)
        if kind in _SUMMED and isinstance(value, str) and _NUMBER.fullmatch(value):
            summed[name] = Decimal(value)
    return {name: number for name, number in summed.items() if _means_something(name, number)}


def _means_something(name: str, number: Number) -> bool:
    if name in _NEVER_SUMMED or name.startswith("$"):
        return False
    return -_MOST < number < _MOST


def money_in(kinds: Mapping[str, str]) -> frozenset[str] | None:
    """Name the fields that hold money; None if the kinds of fields are not known."""
    return frozenset(name for name in kinds if kinds[name] == "currency") if kinds else None
