"""The lines of a journal: how an event stands in one, and is read back.

With plan_line.py, for the first line, this is the only place that knows the format; first_line.py
and batch_lines.py read the same of the longest line and of the most frequent ones, but sooner. What
each kind of line says stands in line_kinds.py; line_values.py reads the values strictly; chain.py
adds to each line the chain, and checks it. Formats 1 to 3 are read, and 3 is written. 1 had neither
`count` in its first line nor `resolved` and `resumed`. 2 had no chain; a journal that began without
one goes on without: half a chain would look like a whole one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby, islice
from types import MappingProxyType
from typing import Any, Final, TypedDict

from zohotui.deletion.journal import line_values as values
from zohotui.deletion.model.events import (
    FOUND,
    LANDED,
    Braked,
    Compared,
    CutOff,
    Finished,
    FoundOut,
    Landed,
    Recorded,
    Release,
    Released,
    Remark,
    Resolved,
    Restored,
    Restoring,
    Resumed,
    Returned,
    Saved,
    Sent,
    Verified,
)
from zohotui.deletion.model.home import Home
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Batch, Plan
from zohotui.deletion.model.run_state import Sums
from zohotui.zoho.printable import printable
from zohotui.zoho.zoho_clock import Skew

FORMAT: Final = 3
"""Version of what is written; readers take every older one and refuse what is newer."""

_FOUND_OUT: Final[dict[type[FoundOut], str]] = {
    Resolved: "resolved",
    Verified: "verified",
    Restored: "restored",
    Compared: "compared",
}
_KINDS = {word: kind for kind, word in _FOUND_OUT.items()}

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_NONE: Final[Mapping[int, Batch]] = MappingProxyType({})

_OUTCOME: Final = tuple(one.name for one in fields(Outcome))

_KEPT = 100
"""Answers that are remembered as objects: a run has a handful of them."""

_MOST_BRACKETS = 100
"""No answer with more is kept as an object: deep nesting could not be read back."""


@dataclass(frozen=True, slots=True)
class End:
    """What the last line alone tells of a run."""

    tally: Mapping[State, int] | None
    """How many ids are in each state; None if it does not tell."""
    finished: bool
    asked_back: int
    cut_off: bool


def as_json(line: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Write a line without its line end."""
    text = _ENCODER.encode(line)
    # A lone surrogate (of a path that is no UTF-8) becomes what JSON calls it: \udc80.
    return text.encode(errors="backslashreplace")


def parse(line: bytes) -> dict[str, Any]:
    """Read a line without its line end; raises ValueError if it is none."""
    try:
        entry = json.loads(line)
    except RecursionError:
        entry = None
    if not isinstance(entry, dict):
        raise ValueError("an object was expected")  # noqa: TRY004 - no line of ours, like no JSON
    return entry


def as_written(seconds: float) -> float:
    """Return a moment as it will be read back: in whole milliseconds."""
    return values.moment(iso(seconds))


def skew_as_written(skew: Skew | None) -> Skew | None:
    """Return how far a clock is off as it will be read back: in tenths of a second."""
    if skew is None:
        return None
    return Skew(round(skew.ahead, 1), math.ceil(skew.within * 10) / 10)


def iso(seconds: float) -> str:
    """Write a moment, in seconds since the epoch, as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def home_part(home: Home | None) -> dict[str, Any]:
    """Give what a line says of where it is, if it does."""
    return {} if home is None else {"home": {"host": home.host, "inode": home.inode}}


def to_line(
    event: Recorded, sums: Callable[[Recorded], Sums], ids: Sequence[int]
) -> dict[str, Any]:
    """Write an event that has its moment; a Begun has a line of its own, see plan_line.py.

    `sums` counts for a line that tells them, `ids` are those of the run's rows.
    """
    at, skew = {"at": iso(event.at or 0.0)}, event.skew
    match event:
        case Sent() | Landed() | Returned():
            line = _batch_line(event, at)
        case Resolved() | Verified() | Restored() | Compared():
            line = {_FOUND_OUT[type(event)]: _groups(event, ids), **at, **_behind(sums(event))}
        case Restoring(places):
            named = [str(ids[place]) for place in places]
            line = {"restoring": named, "places": list(places), **at, **_behind(sums(event))}
        case Finished(stopped):
            told = sums(event)
            line = {"finished": _tally(told), "stopped": stopped, **at, **_asked(told)}
        case CutOff(by):
            line = {"cut_off": by, **at, **_behind(sums(event))}
        case _:
            line = _other_line(event, at)
    clock = {} if skew is None else {"skew": skew.ahead, "skew_within": skew.within}
    return {**line, **clock, **home_part(event.home)}


def _batch_line(event: Sent | Landed | Returned, at: Mapping[str, str]) -> dict[str, Any]:
    match event:
        case Sent(batch, by):
            user = {"by": by} if by else {}
            return {"sending": batch.number, **at, **_span(batch), **user}
        case Landed():
            return _landed_line(event, at)
        case Returned(batch, why):
            return {"returned": batch.number, **at, "why": why}


def _span(batch: Batch) -> dict[str, int]:
    return {"start": batch.start, "count": len(batch.ids)}


def _other_line(event: Recorded, at: Mapping[str, str]) -> dict[str, Any]:
    """Write an event that tells neither of a batch nor of sums."""
    match event:
        case Braked(why):
            return {"braked": why, **at}
        case Released(records):
            told = [
                {"id": one.record_id, "place": one.place, "code": one.code, "why": one.why}
                for one in records
            ]
            return {"released": told, **at}
        case Saved(name, records):
            return {"saved": name, "records": records, **at}
        case Resumed(tool, said_right):
            said = {"said_right": said_right} if said_right else {}
            return {"resumed": tool, **at, **said}
        case _:
            raise TypeError(f"no line is written for {type(event).__name__}")


def _landed_line(event: Landed, at: Mapping[str, str]) -> dict[str, Any]:
    foreign = {"foreign": list(event.foreign)} if event.foreign else {}
    if len(event.batch.ids) != len(event.outcomes):
        raise ValueError("each id of a batch has one outcome")
    groups: dict[Outcome, list[str]] = {}
    rest = iter(event.batch.ids)
    # What fares alike mostly stands together, and to compare takes less than to hash.
    for outcome, alike in groupby(event.outcomes):
        groups.setdefault(outcome, []).extend(map(str, islice(rest, len(list(alike)))))
    told = [group_of(outcome, ids) for outcome, ids in groups.items()]
    return {"landed": event.batch.number, **at, **foreign, "outcomes": told}


def _groups(event: FoundOut, ids: Sequence[int]) -> list[dict[str, Any]]:
    groups: dict[Outcome, list[int]] = {}
    for place, outcome in zip(event.places, event.outcomes, strict=True):
        groups.setdefault(outcome, []).append(place)
    return [
        {**group_of(outcome, [str(ids[place]) for place in places]), "places": places}
        for outcome, places in groups.items()
    ]


def group_of(outcome: Outcome, ids: list[str]) -> dict[str, Any]:
    """Give the ids of one outcome."""
    told = ((name, getattr(outcome, name)) for name in _OUTCOME)
    line = {name: value for name, value in told if value not in {"", None}}
    if (answer := _as_object(outcome.answer)) is not None:
        line["answer"] = answer
    return {**line, "ids": ids}


@lru_cache(_KEPT)
def _as_object(answer: str) -> Mapping[str, Any] | None:
    """Read an answer that can stand as an object, which can be read in a pager.

    None for what would not come back the same: a shortened one, another's way of writing JSON.
    """
    brackets = answer.count("[") + answer.count("{")
    if answer.startswith("{") and brackets <= _MOST_BRACKETS:
        with suppress(ValueError):
            parsed: dict[str, Any] = json.loads(answer)
            if json.dumps(parsed, ensure_ascii=False) == answer:
                return parsed
    return None


def _behind(sums: Sums) -> dict[str, Any]:
    """Give the sums of a line behind the deletes."""
    return {"tally": _tally(sums), "ended": sums.ended, **_asked(sums)}


def _tally(sums: Sums) -> dict[str, int]:
    return {state.value: count for state, count in sums.tally.items() if count}


def _asked(sums: Sums) -> dict[str, int]:
    return {"asked_back": sums.asked_back} if sums.asked_back else {}


def end_of(line: bytes) -> End:
    """Read what a last line tells of its run; raises as of_line."""
    entry = parse(line)
    sums = entry.get("finished", entry.get("tally"))
    return End(
        tally=None if sums is None else values.tally(sums),
        finished="finished" in entry or values.flag(entry.get("ended", False)),
        asked_back=values.whole(entry.get("asked_back", 0)),
        cut_off="cut_off" in entry,
    )


def of_line(entry: Mapping[str, Any], plan: Plan, flights: Mapping[int, Batch] = _NONE) -> Recorded:
    """Read a line behind the first; `flights` are batches that need not be cut from the plan again.

    Raises AttributeError, KeyError, TypeError, ValueError or OverflowError for what zohotui never
    writes. Whether the event can follow upon those before it is for RunState.check to say.
    """
    skew = values.skew(entry["skew"], entry.get("skew_within", 0.0)) if "skew" in entry else None
    home = values.home(entry["home"]) if "home" in entry else None
    beside = _Beside(at=values.moment(entry["at"]), skew=skew, home=home)
    # What a line is stands first in it.
    match next(iter(entry)):
        case "sending" | "landed" | "returned" as word:
            number = values.whole(entry[word], 1)
            batch = flights.get(number) or batch_of(number, plan)
            return _batch_event(word, entry, batch, beside)
        case "resolved" | "verified" | "restored" | "compared" as word:
            return _found_out(_KINDS[word], entry, plan, beside)
        case "restoring":
            _behind_of(entry)
            places = _places(entry["places"], entry["restoring"], plan)
            return Restoring(tuple(places), **beside)
        case "finished":
            values.tally(entry["finished"])
            values.whole(entry.get("asked_back", 0))
            return Finished(values.flag(entry["stopped"]), **beside)
        case "cut_off":
            _behind_of(entry)
            return CutOff(values.text(entry["cut_off"]), **beside)
        case word:
            return _other(word, entry, plan, beside)


class _Beside(TypedDict):
    """What each line tells beside what it is for."""

    at: float
    skew: Skew | None
    home: Home | None


def batch_of(number: int, plan: Plan) -> Batch:
    """Cut a batch from its plan; one that it has not is empty."""
    start, count = plan.span(number)
    return Batch(number, start, tuple(plan.ids[start : start + count]))


def _batch_event(
    word: str, entry: Mapping[str, Any], batch: Batch, beside: _Beside
) -> Sent | Landed | Returned:
    if word == "landed":
        return _landed(batch, entry, beside)
    if word == "returned":
        return Returned(batch, values.text(entry["why"]), **beside)
    start, count = values.whole(entry["start"]), values.whole(entry["count"], 1)
    if (start, count) != (batch.start, len(batch.ids)):
        raise ValueError("the plan has no such batch")
    return Sent(batch, values.text(entry.get("by", "")), **beside)


def _landed(batch: Batch, entry: Mapping[str, Any], beside: _Beside) -> Landed:
    ids, groups = list(map(str, batch.ids)), values.entries(entry["outcomes"])
    outcomes = [values.outcome(group, LANDED) for group in groups]
    foreign = tuple(map(printable, values.texts(entry["foreign"]))) if "foreign" in entry else ()
    if len(groups) == 1 and groups[0]["ids"] == ids:
        return Landed(batch, tuple(outcomes) * len(ids), foreign, **beside)
    fates: dict[str, Outcome] = {}
    named = 0
    for group, outcome in zip(groups, outcomes, strict=True):
        few = values.texts(group["ids"])
        fates.update(dict.fromkeys(few, outcome))
        named += len(few)
    if named != len(ids):
        raise ValueError("each id of a batch has one outcome")
    return Landed(batch, tuple(map(fates.__getitem__, ids)), foreign, **beside)


def _found_out(
    kind: type[FoundOut], entry: Mapping[str, Any], plan: Plan, beside: _Beside
) -> FoundOut:
    places: list[int] = []
    outcomes: list[Outcome] = []
    for group in values.entries(entry[_FOUND_OUT[kind]]):
        few = _places(group["places"], group["ids"], plan)
        places += few
        outcomes += [values.outcome(group, FOUND)] * len(few)
    return kind(tuple(places), tuple(outcomes), ended=_behind_of(entry), **beside)


def _places(places: object, ids: object, plan: Plan) -> list[int]:
    """Take places in the plan, each of an id that the line names."""
    if not isinstance(places, list):
        raise TypeError("a list of places was expected")
    last = len(plan.ids) - 1
    for record_id, place in zip(values.texts(ids), places, strict=True):
        if str(plan.ids[values.whole(place, 0, last)]) != record_id:
            raise ValueError("an id is at another place than in the plan")
    return places


def _other(word: str, entry: Mapping[str, Any], plan: Plan, beside: _Beside) -> Recorded:
    """Read a line that tells neither of a batch nor of sums."""
    match word:
        case "braked":
            return Braked(values.text(entry["braked"]), **beside)
        case "resumed":
            said_right = printable(values.text(entry.get("said_right", "")))
            return Resumed(values.text(entry["resumed"]), said_right, **beside)
        case "released":
            told = values.entries(entry["released"])
            return Released(tuple(_release(one, plan) for one in told), **beside)
        case "saved":
            return Saved(values.text(entry["saved"]), values.whole(entry["records"]), **beside)
        case _:
            return Remark(**beside)


def _release(record: Mapping[str, Any], plan: Plan) -> Release:
    (place,) = _places([record["place"]], [record["id"]], plan)
    return Release(place, record["id"], values.text(record["code"]), values.text(record["why"]))


def _behind_of(entry: Mapping[str, Any]) -> bool:
    """Take the sums of a line behind the deletes; return whether the run was over by then."""
    values.tally(entry["tally"])
    values.whole(entry.get("asked_back", 0))
    return values.flag(entry["ended"])
