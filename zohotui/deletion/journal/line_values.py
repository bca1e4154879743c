"""The values in the lines of a journal, read strictly: of the right type and in range, or not.

A chain is no signature, so the one who may write the file may have written anything into it. Each
function takes a value as JSON gave it and returns it as it is used; it raises ValueError, TypeError
or KeyError for whatever zohotui never writes. Keys that are not known are left alone: a later
zohotui may have added them.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from zohotui.deletion.model.home import Home
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import is_whole
from zohotui.zoho.printable import printable
from zohotui.zoho.zoho_clock import Skew

MOST = 2**63
"""No number in a journal is larger, but for ids."""

_LATEST = 250_000_000_000.0
"""Seconds since the epoch that every time zone has a date for."""

_CLOCK = 4e9
"""Seconds: more than a century is no clock."""

_STATUS = (100, 999)
"""What an HTTP status can be."""


def whole(value: object, least: int = 0, most: int = MOST) -> int:
    """Take a whole number in this range; true and false are none."""
    if isinstance(value, int) and is_whole(value) and least <= value <= most:
        return value
    raise ValueError(f"a whole number from {least} to {most} was expected")


def text(value: object) -> str:
    """Take a text; it is printable from here on."""
    if isinstance(value, str):
        return printable(value)
    raise TypeError("a text was expected")


def flag(value: object) -> bool:
    """Take true or false."""
    if isinstance(value, bool):
        return value
    raise TypeError("true or false was expected")


def moment(value: object) -> float:
    """Take a moment in ISO 8601 with its time zone; return seconds since the epoch."""
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    when = datetime.fromisoformat(value)
    seconds = when.timestamp()
    if when.tzinfo is None or not 0 <= seconds < _LATEST:
        raise ValueError("a moment in UTC was expected")
    return seconds


def entries(value: object) -> list[dict[str, Any]]:
    """Take a list of objects."""
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return value
    raise TypeError("a list of objects was expected")


def texts(value: object) -> list[str]:
    """Take a list of texts, as they are: for ids, which are compared with those of the plan."""
    # As quick as can be: there may be a million of them.
    if isinstance(value, list) and set(map(type, value)) <= {str}:
        return value
    raise TypeError("a list of texts was expected")


def record_ids(value: object) -> array[int]:
    """Take a list of record ids, each a text of digits just as zohotui writes a number."""
    ids = texts(value)
    digits = "".join(ids)
    # The smallest text is one with a zero in front, or an empty one, if there is any.
    if ids and not (digits.isascii() and digits.isdigit() and min(ids) >= "1"):
        raise ValueError("ids of digits were expected")
    return array("Q", map(int, ids))


def tally(value: object) -> dict[State, int]:
    """Take how many ids are in each state."""
    if not isinstance(value, dict):
        raise TypeError("sums were expected")
    return {State(name): whole(count) for name, count in value.items()}


def home(value: object) -> Home:
    """Take a host and the number of a file of it."""
    if not isinstance(value, dict):
        raise TypeError("a host and a file were expected")
    host, inode = value.get("host"), value.get("inode")
    if not isinstance(host, str):
        raise TypeError("the name of a host was expected")
    return Home(printable(host, 255), whole(inode, 0, 2**64 - 1))


def skew(ahead: object, within: object) -> Skew:
    """Take how far a clock was off, and by how much that may be wrong, in seconds."""
    found = Skew(_seconds(ahead), _seconds(within))
    if found.within < 0:
        raise ValueError("a skew is not less than exact")
    return found


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("a number of seconds was expected")
    if not abs(value) <= _CLOCK:
        raise ValueError("no clock is a century wrong")
    return float(value)


def outcome(group: Mapping[str, Any], states: frozenset[State]) -> Outcome:
    """Take what happened to a group of ids, in one of these states."""
    state, status, answer = State(group["state"]), group.get("status"), group.get("answer", "")
    if state not in states:
        raise ValueError("no such line is possible for this state")
    if not isinstance(answer, str | dict):
        raise TypeError("an answer was expected")
    return Outcome(
        state,
        text(group.get("code", "")),
        text(group.get("message", "")),
        None if status is None else whole(status, *_STATUS),
        printable(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)),
    )
