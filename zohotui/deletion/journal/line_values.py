"""The values in the lines of a journal, read strictly: of the right type and in range, or not.

A chain is no signature, so whoever may write the file may have written anything into it. Each
function takes a value as JSON gave it and returns it as it is used; it raises ValueError, TypeError
or KeyError for whatever zohotui never writes. Keys that are not known are left alone: a later
zohotui may have added them.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zohotui.deletion.journal.home import Home
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import LeftOut, Options, Plan, Target, is_whole
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.printable import printable
from zohotui.zoho.records import is_api_name

MOST = 2**63
"""No number in a journal is larger, but for ids."""

_LATEST = 250_000_000_000.0
"""Seconds since the epoch that every time zone has a date for."""

_STATUS = (100, 999)
"""What an HTTP status can be."""

LANDED = frozenset({State.DELETED, State.FAILED, State.UNKNOWN})
"""What an answer can say of an id."""

FOUND = LANDED | {State.GONE, State.VERIFIED, State.RESTORED}
"""What can be known of an id whose request has left."""

DOUBTED = FOUND | {State.ENTERED, State.NOT_SENT}
"""What can turn out to be unknown: a journal may have lost its end."""

_LEFT_OUT = frozenset({State.HELD, State.MISSING})


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
    when = datetime.fromisoformat(text(value))
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


def check_end(entry: Mapping[str, Any]) -> None:
    """Take the values of the line that ends a run, of which none is needed."""
    tally(entry["finished"])
    flag(entry["stopped"])
    whole(entry.get("asked_back", 0))


def check_sums(entry: Mapping[str, Any]) -> bool:
    """Take the sums of a line behind the deletes; return whether the run was over by then."""
    tally(entry["tally"])
    whole(entry.get("asked_back", 0))
    return flag(entry["ended"])


def check_remark(entry: Mapping[str, Any]) -> None:
    """Take the values of a line that tells of no ids, or of a kind that is not known."""
    if "braked" in entry:
        text(entry["braked"])
    if "saved" in entry:
        text(entry["saved"])
        whole(entry["records"])


def outcome(group: Mapping[str, Any], states: frozenset[State]) -> Outcome:
    """Take what happened to a group of ids, in one of these states."""
    state, status, answer = State(group["state"]), group.get("status"), group.get("answer", "")
    if state not in states:
        raise ValueError("no such line tells of this state")
    if not isinstance(answer, str | dict):
        raise TypeError("an answer was expected")
    return Outcome(
        state,
        text(group.get("code", "")),
        text(group.get("message", "")),
        None if status is None else whole(status, *_STATUS),
        printable(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)),
    )


def target(value: object) -> Target:
    """Take the org of a plan."""
    if not isinstance(value, dict):
        raise TypeError("an org was expected")
    parts = {name: text(part) for name, part in value.items()}
    return Target(environment=Environment(parts.pop("environment")), **parts)


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a journal without its ids."""

    version: int
    at: float
    """When the run began, in seconds since the epoch."""
    target: Target
    module: str
    label: str
    permanent: bool
    options: Options
    source: str
    reviewed: float | None
    count: int | None
    """How many ids follow; None in the first format."""
    home: Home | None

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Head:
        """Take every value; raises PlanError too, for options that no run can have."""
        text(line.get("tool", ""))
        if not is_api_name(line["module"]):
            raise ValueError("the API name of a module was expected")
        reviewed, count = line.get("reviewed"), line.get("count")
        return cls(
            version=whole(line["journal"], 1),
            at=moment(line["at"]),
            target=target(line["target"]),
            module=text(line["module"]),
            label=text(line["label"]),
            permanent=flag(line["permanent"]),
            options=Options(**line["options"]),
            source=text(line["source"]),
            reviewed=None if reviewed is None else moment(reviewed),
            count=None if count is None else whole(count, 1),
            home=Home.of(line["home"]) if "home" in line else None,
        )

    def plan(self, line: Mapping[str, Any]) -> Plan:
        """Put the ids of the same line to it; raises PlanError if it is no plan."""
        plan = Plan(
            self.target,
            self.module,
            self.label,
            self.permanent,
            record_ids(line["ids"]),
            self.options,
            self.source,
            tuple(map(_left_out, entries(line.get("left_out", [])))),
            self.reviewed,
            text(line.get("said_right", "")),
        )
        others = [record_id for _, ids in plan.left_out for record_id in ids]
        apart = set(others)
        if len(apart) < len(others) or not apart.isdisjoint(plan.ids):
            raise ValueError("an id stands twice in the list")
        return plan


def _left_out(group: Mapping[str, Any]) -> LeftOut:
    return outcome(group, _LEFT_OUT), tuple(record_ids(group["ids"]))
