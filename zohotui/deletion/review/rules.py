"""Rules that protect records by what their fields hold, like `Amount > 0`.

Read strictly: a rule that says something else than was meant would protect nothing, in silence.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json

MOST_DAYS = 3_650
_LONGEST = 200
_SHOWN = 60
_DAY = 86_400.0

_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_PARTS = re.compile(r"([^=<>!~]*)([=<>!~]+)(.*)", re.DOTALL)
_RECENT = re.compile(r"(modified|created) in the last (\S+) days?", re.ASCII | re.IGNORECASE)
_RECENT_BEGUN = re.compile(r"(modified|created)(?: |$)", re.ASCII | re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_SEPARATED = re.compile(r"[+-]?[0-9.,' ]*[0-9][0-9.,' ]*", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_QUOTES = ("'", '"')

_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_COMPARISONS = ("=", "!=", *_ORDER)
_TIMES = {"modified": "Modified_Time", "created": "Created_Time"}


class RuleError(ValueError):
    """A text that is no rule; the error's own text is a sentence that names what is wrong."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field compared with a value."""

    text: str
    """The rule as it was written."""
    field: str
    """API name: Closing_Date."""
    comparison: str
    """One of =, !=, >, >=, <, <=."""
    value: str

    def hit(self, record: Json, now: float) -> str:
        """Say why the record is protected; empty if it is not, or has no such field.

        What holds a value that cannot be compared is protected: nobody knows if it is meant.
        """
        del now
        if self.field not in record:
            return ""
        held = record[self.field]
        if self.comparison in _ORDER:
            return self._in_order(held)
        alike = self._is(held)
        return self.text if alike is (self.comparison == "=") else ""

    def _is(self, held: object) -> bool:
        if isinstance(held, list | tuple):
            return any(map(self._is, held))
        if isinstance(held, Mapping):
            return any(self._is(held[key]) for key in ("name", "id", "email") if key in held)
        if isinstance(held, bool):
            return self.value.casefold() == str(held).casefold()
        if held is None:
            return False
        number, wanted = _number(held), _number(self.value)
        if number is not None and wanted is not None:
            return number == wanted
        return str(held).strip().casefold() == self.value.casefold()

    def _in_order(self, held: object) -> str:
        if held is None or held == "":
            return ""
        measure = _number if _number(self.value) is not None else _date
        mine, wanted = measure(held), measure(self.value)
        if mine is None:
            return f"{self.text}: {self.field} has no value that can be compared"
        return self.text if _ORDER[self.comparison](mine, wanted) else ""


@dataclass(frozen=True, slots=True)
class Recent:
    """A record that was modified or created not long ago."""

    text: str
    field: str
    """Modified_Time or Created_Time."""
    days: int

    def hit(self, record: Json, now: float) -> str:
        """Say why the record is protected; empty if it is not. `now`: seconds since the epoch."""
        if self.field not in record:
            return ""
        try:
            moment = datetime.fromisoformat(str(record[self.field]))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            return f"{self.text}: {self.field} has no time"
        return self.text if moment.timestamp() >= now - self.days * _DAY else ""


Rule = Comparison | Recent


def parse_rule(text: str) -> Rule:
    """Read one rule; raises RuleError.

    `FIELD = VALUE` with !=, >, >=, < and <= as well, where FIELD is an API name and VALUE a text,
    a number (1000.5) or a date (2026-11-20), in quotes or without; or `modified in the last N
    days`, or `created` likewise.
    """
    plain = " ".join(text.split())
    if not plain:
        raise RuleError("An empty rule protects nothing.")
    if len(plain) > _LONGEST or not plain.isprintable():
        raise _fault(plain, f"a rule is one line of at most {_LONGEST} printable characters")
    parts = _PARTS.fullmatch(plain)
    if _RECENT_BEGUN.match(plain) and parts is None:
        return _recent(plain)
    if parts is None:
        raise _fault(plain, f"it has no comparison; use one of {', '.join(_COMPARISONS)}")
    field, comparison, value = (part.strip() for part in parts.groups())
    _check_field(plain, field)
    if comparison not in _COMPARISONS:
        there = ", ".join(_COMPARISONS)
        raise _fault(plain, f"{comparison} is not a comparison; use one of {there}")
    return Comparison(plain, field, comparison, _value(plain, comparison, value))


def _check_field(rule: str, field: str) -> None:
    if not field:
        raise _fault(rule, "a rule begins with the API name of a field, like Amount")
    if not _FIELD.fullmatch(field):
        hint = re.sub(r"\W+", "_", field)
        like = f", perhaps {hint}" if _FIELD.fullmatch(hint) else ""
        raise _fault(rule, f"{printable(field, _SHOWN)} is not an API name of a field{like}")


def _value(rule: str, comparison: str, value: str) -> str:
    quoted = len(value) > 1 and value[0] in _QUOTES and value[-1] == value[0]
    if quoted and value[0] not in value[1:-1]:
        value = value[1:-1].strip()
    elif re.search("[=<>]", value):
        raise _fault(rule, "it has two comparisons; write two rules, each protects on its own")
    elif value.startswith(_QUOTES):
        raise _fault(rule, "a quote is not closed, or not where the value ends")
    elif _SEPARATED.fullmatch(value) and not _NUMBER.fullmatch(value):
        raise _fault(rule, "numbers are written without separators, like 1000.5")
    if not value:
        raise _fault(rule, f"there is no value after {comparison}")
    if comparison in _ORDER and _number(value) is None and _date(value) is None:
        what = "a number, like 1000.5, or a date, like 2026-11-20"
        raise _fault(rule, f"{comparison} needs {what}, not {printable(value, _SHOWN)}")
    return value


def _recent(plain: str) -> Recent:
    found = _RECENT.fullmatch(plain)
    if found is None:
        raise _fault(plain, "write it like: modified in the last 7 days")
    days = found[2]
    if not (days.isascii() and days.isdigit()) or not 1 <= int(days[:9]) <= MOST_DAYS:
        raise _fault(plain, f"days are a whole number from 1 to {MOST_DAYS}")
    return Recent(plain, _TIMES[found[1].lower()], int(days[:9]))


def _fault(rule: str, why: str) -> RuleError:
    return RuleError(f"{printable(rule, _SHOWN)!r} is not a rule: {why}.")


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or (isinstance(value, float) and not isfinite(value)):
        return None
    if isinstance(value, int | float):
        return Decimal(str(value)) if abs(value) < 1e300 else None  # noqa: PLR2004 - str() of more digits may be refused
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


def _date(value: object) -> date | None:
    if not isinstance(value, str) or not _DATE.match(value):
        return None
    try:
        # A moment counts as the day that Zoho shows it on.
        whole = value if len(value) == len("2026-11-20") else datetime.fromisoformat(value)
        return date.fromisoformat(whole) if isinstance(whole, str) else whole.date()
    except ValueError:
        return None
