"""What one record holds that can be summed up, exactly as Zoho wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite

from zohotui.zoho.records import Json, text

_SUMMED = frozenset({"currency", "double", "integer", "bigint"})
"""Kinds of fields of which a sum means something. Source: zoho-api.md, "Fields metadata"."""

_NEVER_SUMMED = frozenset({"Exchange_Rate", "Probability"})
"""Fields of Zoho's own that are numbers of which no sum means anything."""

_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,15})?", re.ASCII)
_MOST = 2**62


@dataclass(frozen=True, slots=True)
class Figures:
    """What one record holds that can be summed up."""

    numbers: Mapping[str, Decimal]
    """By the API name of the field."""
    currency: str
    """Code of the record's currency, as EUR; empty if it has none."""
    creator: str
    """Name of the user who created it, or empty."""

    @classmethod
    def of(cls, entry: Json, kinds: Mapping[str, str]) -> Figures:
        """Read a record; `kinds`: the kinds of its fields by API name, empty if not known."""
        creator = entry.get("Created_By")
        numbers = {
            name: _number(value, kinds.get(name))
            for name, value in entry.items()
            if _is_summed(name, kinds)
        }
        return cls(
            {name: number for name, number in numbers.items() if number is not None},
            text(entry.get("Currency"), 10),
            text(creator.get("name")) if isinstance(creator, Mapping) else "",
        )


def money_in(kinds: Mapping[str, str]) -> frozenset[str] | None:
    """Name the fields that hold money; None if the kinds of fields are not known."""
    return frozenset(name for name in kinds if kinds[name] == "currency") if kinds else None


def _is_summed(name: str, kinds: Mapping[str, str]) -> bool:
    if name in _NEVER_SUMMED or name == "id" or name.startswith("$"):
        return False
    return not kinds or kinds.get(name) in _SUMMED


def _number(value: object, kind: str | None) -> Decimal | None:
    if isinstance(value, bool) or (isinstance(value, float) and not isfinite(value)):
        return None
    if isinstance(value, int | float):
        return Decimal(str(value)) if abs(value) < _MOST else None
    # A text is a number only where the org says that the field holds numbers.
    numeral = kind is not None and isinstance(value, str) and _NUMBER.fullmatch(value)
    return Decimal(str(value)) if numeral else None
