"""The first line of a journal: the confirmed plan with all its ids, written and read back."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from zohotui.deletion.journal import line_values as values
from zohotui.deletion.journal.lines import FORMAT, as_json, group_of, home_part, iso, parse
from zohotui.deletion.model.events import Begun
from zohotui.deletion.model.home import Home
from zohotui.deletion.model.listing import Kind, Listing, Miss, Unresolved
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Deletion, Handed, LeftOut, Options, Plan, Target
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.records import is_api_name

HEAD = 65_536
"""Bytes in which the ids must have begun; only a path can make what stands before them long."""

IDS = b',"ids":["'
"""Begins the ids. No text in the line can hold it: JSON escapes the quotes of texts."""

_RESTORES = ":restore"
"""Behind the module of a plan that restores."""

_LEFT_OUT = frozenset({State.HELD, State.MISSING})
_SLICE = 10_000


@dataclass(frozen=True, slots=True)
class ReadIds:
    """The ids of a first line, read from its text."""

    numbers: array[int]
    sha256: str
    """As of `Plan.sha256`."""


class NewerFormat(ValueError):
    """A newer zohotui has written this."""


class OtherIds(ValueError):
    """The ids of a first line are not those that its fingerprint is of."""


def plan_line(begun: Begun) -> Iterator[bytes]:
    """Yield the plan's line, its ids a slice at a time: a million are twenty megabytes.

    As of every line that is written, the last brace is left to its chain.
    """
    plan = begun.plan
    head = {
        "journal": FORMAT,
        "tool": begun.tool,
        "at": iso(begun.at or 0.0),
        **home_part(begun.home),
        "target": asdict(plan.target),
        # With its field or purpose it is no API name: a zohotui that does not know them refuses the
        # journal, and will not take ids that are to be restored for a run that goes on.
        "module": _named(plan),
        "label": plan.label,
        "permanent": plan.permanent,
        "options": asdict(plan.options),
        "source": plan.source,
        "reviewed": None if plan.reviewed is None else iso(plan.reviewed),
        **({"said_right": plan.said_right} if plan.said_right else {}),
        **({"reason": plan.reason} if plan.reason else {}),
        **({"handed": _handed_line(plan.handed)} if plan.handed else {}),
        "sha256": plan.sha256,
        "count": len(plan.ids),
    }
    before = as_json(head)[:-1] + IDS
    for start in range(0, len(plan.ids), _SLICE):
        joined = '","'.join(map(str, plan.ids[start : start + _SLICE]))
        if start + _SLICE < len(plan.ids):
            yield before + (joined + '","').encode()
        else:
            yield before + (joined + '"]').encode() + _behind(plan)
        before = b""


def _named(plan: Plan) -> str:
    if plan.restores:
        return f"{plan.module}{_RESTORES}"
    return f"{plan.module}.{plan.by_value}" if plan.by_value else plan.module


def _behind(plan: Plan) -> bytes:
    """Give what stands behind the ids, where heads need not read."""
    return _left_out(plan) + _listings(plan) + _deletions(plan)


def _deletions(plan: Plan) -> bytes:
    """Tell which deletions by others are to be undone."""
    if not plan.restores:
        return b""
    groups: dict[Deletion, list[str]] = {}
    for record_id in plan.ids:
        groups.setdefault(plan.deletions[record_id], []).append(str(record_id))
    told = [
        {**asdict(one), "at": None if one.at is None else iso(one.at), "ids": ids}
        for one, ids in groups.items()
    ]
    return b',"deletions":' + as_json(told)


def _deletions_of(line: Mapping[str, Any]) -> dict[int, Deletion]:
    found: dict[int, Deletion] = {}
    for group in values.entries(line.get("deletions", [])):
        told = {key: values.text(group[key]) for key in ("by", "by_id", "name")}
        at = None if group["at"] is None else values.moment(group["at"])
        found.update(dict.fromkeys(values.record_ids(group["ids"]), Deletion(at=at, **told)))
    return found


def _left_out(plan: Plan) -> bytes:
    """Tell what the plan leaves out: behind the ids, where heads need not read."""
    if not plan.left_out:
        return b""
    groups = [group_of(outcome, list(map(str, ids))) for outcome, ids in plan.left_out]
    return b',"left_out":' + as_json(groups)


def _listings(plan: Plan) -> bytes:
    """Tell what in Zoho the ids were read from; behind them too, for it may name each of them."""
    if not plan.listings:
        return b""
    return b',"listings":' + as_json([_listing_line(one) for one in plan.listings])


def _handed_line(handed: Handed) -> dict[str, str]:
    return {**asdict(handed), "at": iso(handed.at)}


def _handed_of(value: object) -> Handed:
    """Take which plan, that somebody wrote down, the ids are of."""
    if not isinstance(value, dict):
        raise TypeError("a plan was expected")
    told = {key: values.text(value[key]) for key in ("by", "by_id", "sha256")}
    return Handed(at=values.moment(value["at"]), **told)


def _listing_line(one: Listing) -> dict[str, Any]:
    beside = {
        "note": one.note,
        "values": {str(record_id): value for record_id, value in one.values.items()},
        "unresolved": [asdict(each) for each in one.unresolved],
    }
    told = {key: value for key, value in beside.items() if value}
    return {"from": one.kind, "module": one.module, "name": one.name, "at": iso(one.at), **told}


def _listing_of(line: Mapping[str, Any]) -> Listing:
    found = line.get("values", {})
    if not isinstance(found, dict):
        raise TypeError("values by ids were expected")
    ids = values.record_ids(list(found))
    missed = values.entries(line.get("unresolved", []))
    return Listing(
        kind=Kind(line["from"]),
        module=values.text(line["module"]),
        name=values.text(line["name"]),
        at=values.moment(line["at"]),
        values=dict(zip(ids, map(values.text, found.values()), strict=True)),
        unresolved=tuple(
            Unresolved(values.text(one["value"]), Miss(one["miss"]), values.text(one["why"]))
            for one in missed
        ),
        note=values.text(line.get("note", "")),
    )


def version_of(entry: Mapping[str, Any]) -> int:
    """Return the format that a first line names; raises TypeError if it names none."""
    version = entry.get("journal")
    if not isinstance(version, int) or isinstance(version, bool):
        raise TypeError("the number of a format was expected")
    return version


def begun_of(entry: dict[str, Any], ids: ReadIds | None = None) -> Begun:
    """Read a first line, and let go of its ids: the texts of a million are larger than all else.

    `ids`: those that stood in it, if they have been read. Raises OtherIds, PlanError, or as
    of_line.
    """
    head = Head.of(entry)
    plan = head.plan(entry, ids.numbers if ids else values.record_ids(entry.pop("ids")))
    if (ids.sha256 if ids else plan.sha256) != entry.get("sha256"):
        raise OtherIds
    if head.count not in {None, len(plan.ids)}:
        raise ValueError("the number of ids is another than it was")
    return Begun(plan, head.tool, at=head.at, home=head.home)


def head_of(start: bytes) -> Head:
    """Read a first line but for its ids, of which at least the first must stand in `start`.

    Raises NewerFormat, PlanError, or as of_line.
    """
    before, ids, _ = start.partition(IDS)
    first = parse(before + b"}" if ids else b"")
    if version_of(first) > FORMAT:
        raise NewerFormat
    return Head.of(first)


def target_of(value: object) -> Target:
    """Take the org of a plan, and its user."""
    if not isinstance(value, dict):
        raise TypeError("an org was expected")
    parts = {name: values.text(part) for name, part in value.items()}
    return Target(environment=Environment(parts.pop("environment")), **parts)


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a journal without its ids."""

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
    tool: str
    """Name and version of the program; empty if that is not told."""
    by_value: str = ""
    """The external field whose values were sent in the place of ids, if they were."""
    reason: str = ""
    """Why it was done, in the admin's words; empty if that is not told."""
    handed: Handed | None = None
    """The plan that somebody wrote down, if the run was of one."""
    restores: bool = False
    """Whether it restores what others deleted."""

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> Head:
        """Take every value; raises PlanError too, for options that no run can have."""
        name = values.text(line["module"])
        restores = name.endswith(_RESTORES)
        name = name.removesuffix(_RESTORES)
        module, _, by_value = name.partition(".")
        named = [module, by_value] if "." in name else [module]
        if not all(map(is_api_name, named)):
            raise ValueError("the API name of a module was expected")
        values.whole(line["journal"], 1)
        reviewed, count = line.get("reviewed"), line.get("count")
        return cls(
            at=values.moment(line["at"]),
            target=target_of(line["target"]),
            module=module,
            by_value=by_value,
            label=values.text(line["label"]),
            permanent=values.flag(line["permanent"]),
            options=Options(**line["options"]),
            source=values.text(line["source"]),
            reviewed=None if reviewed is None else values.moment(reviewed),
            count=None if count is None else values.whole(count, 1),
            home=values.home(line["home"]) if "home" in line else None,
            tool=values.text(line.get("tool", "")),
            reason=values.text(line.get("reason", "")),
            handed=_handed_of(line["handed"]) if "handed" in line else None,
            restores=restores,
        )

    def plan(self, line: Mapping[str, Any], ids: array[int]) -> Plan:
        """Put the rest of the same line to it; raises PlanError if it is no plan."""
        plan = Plan(
            self.target,
            self.module,
            self.label,
            self.permanent,
            ids,
            self.options,
            self.source,
            tuple(map(_left_out_of, values.entries(line.get("left_out", [])))),
            self.reviewed,
            values.text(line.get("said_right", "")),
            tuple(map(_listing_of, values.entries(line.get("listings", [])))),
            self.by_value,
            self.reason,
            self.handed,
            _deletions_of(line),
        )
        if plan.restores is not self.restores:
            raise ValueError("what others deleted is there in a plan that restores, and no other")
        others = [record_id for _, ids in plan.left_out for record_id in ids]
        apart = set(others)
        if len(apart) < len(others) or (apart and not apart.isdisjoint(plan.ids)):
            raise ValueError("an id is in the list twice")
        return plan


def _left_out_of(group: Mapping[str, Any]) -> LeftOut:
    return values.outcome(group, _LEFT_OUT), tuple(values.record_ids(group["ids"]))
