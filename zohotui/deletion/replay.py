"""A journal read back: the plan it began with and what became of each id."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from zohotui.deletion.chain import CHAINED, Checked, Fault, hash_of, unchained
from zohotui.deletion.course import Course
from zohotui.deletion.journal import FORMAT, JournalError
from zohotui.deletion.outcomes import ENTERED, LOST, Outcome, State
from zohotui.deletion.plan import LeftOut, Options, Plan, PlanError, Target
from zohotui.deletion.rows import Rows, spans
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.printable import printable


@dataclass(frozen=True, slots=True)
class Replay:
    """What a journal tells."""

    plan: Plan
    rows: Rows
    """A batch that was sent and never landed is `unknown` here, whatever happened to it."""
    finished: bool
    """Whether the run came to its end; if not, the process died in it."""
    torn: bool
    """Whether the last line was cut, as a crash leaves it."""
    size: int
    """Bytes of its whole lines."""
    sent: Mapping[int, float]
    """When each batch left last, by its number, in seconds since the epoch."""
    landed: Mapping[int, float]
    sizes: Mapping[int, int]
    """How many ids each batch carries."""
    course: Course
    """What happened to the run beside its batches."""
    head: str
    """Hash of the last whole line, see chain.py; empty if the journal has no chain."""

    @property
    def spent(self) -> frozenset[int]:
        """Numbers of the batches that have left and must never leave again."""
        return frozenset(self.sent)


def replay(path: Path) -> Replay:
    """Read a journal; raises JournalError with a sentence if it is none, or damaged or changed."""
    try:
        with path.open("rb") as file:
            return _replay(path, file)
    except OSError as error:
        raise JournalError(f"The journal {path} cannot be read: {error.strerror}.") from None


def _replay(path: Path, file: Iterable[bytes]) -> Replay:
    told: _Told | None = None
    fault_of, checked = unchained, Checked()
    size, line, rest = 0, b"", b""
    # A line at a time: the journal of a million ids is as large as all else in memory.
    for number, written in enumerate(file, 1):
        if not written.endswith(b"\n"):
            rest = written
            break
        size += len(written)
        line = written[:-1]
        entry = _parse(path, number, line) if told is None else None
        if entry is not None and _version(path, entry) >= CHAINED:
            fault_of = checked.fault
        _whole(path, fault_of(line))
        try:
            if told is None:
                told = _Told(path, entry or {})
            else:
                told.take(_parse(path, number, line))
        except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError):
            raise JournalError(_damaged(path, number)) from None
    if told is None:
        raise JournalError(f"The journal {path} is empty: its run never began.")
    head = hash_of(line)
    _whole(path, checked.fault_behind(rest) if head else None)
    told.close()
    return Replay(
        told.plan,
        told.rows,
        told.finished,
        torn=bool(rest),
        size=size,
        sent=told.sent,
        landed=told.landed,
        sizes=told.sizes,
        course=told.course,
        head=head,
    )


def _whole(path: Path, fault: Fault | None) -> None:
    if fault is not None:
        raise JournalError(f"{_damaged(path, fault.line)} Its chain breaks there: {fault.how}.")


_FOUND = ("resolved", "verified", "restored", "compared")
"""Lines that tell outcomes, each with its place in the plan."""


class _Told:
    """What the lines of a journal have told so far."""

    def __init__(self, path: Path, first: dict[str, Any]) -> None:
        self.course = Course.of(first)
        self.plan = _plan(path, first)
        self.rows = Rows.of(self.plan)
        self.finished = False
        self.sent: dict[int, float] = {}
        self.landed: dict[int, float] = {}
        self.sizes: dict[int, int] = {}
        self._away: dict[int, tuple[int, int]] = {}
        """Start and size of each batch that has left and not landed."""

    def take(self, entry: Mapping[str, Any]) -> None:
        self._take(entry)
        self.course.take(entry)

    def _take(self, entry: Mapping[str, Any]) -> None:
        if "sending" in entry:
            self._sending(int(entry["sending"]), int(entry["start"]), int(entry["count"]), entry)
        elif "returned" in entry:
            number = int(entry["returned"])
            start, count = self._away.pop(number)
            del self.sent[number], self.sizes[number]
            self.rows.set_all(start, count, ENTERED)
        elif "landed" in entry:
            number = int(entry["landed"])
            start, count = self._away.pop(number)
            self.landed[number] = _seconds(entry)
            _land(start, count, entry["outcomes"], self.rows)
        elif word := next((word for word in _FOUND if word in entry), ""):
            self._doubt()
            _resolve(entry[word], self.rows)
            # The line that ended the run may be one that the disk did not keep.
            self.finished = self.finished or entry.get("ended") is True
        elif "restoring" in entry:
            self._doubt()
            places = [int(place) for place in entry["places"]]
            _check(entry["restoring"], places, self.rows)
            self.rows.restoring(places)
        elif "resumed" in entry:
            self._doubt()
            self.finished = False
            self.rows.reopen()
        elif "finished" in entry:
            self._doubt()
            self.finished = True
            self.rows.close()

    def _sending(self, number: int, start: int, count: int, entry: Mapping[str, Any]) -> None:
        # A second time is well while it has not landed: a full disk may not have taken that it
        # came back.
        if number in self.landed:
            raise ValueError("a batch that has landed leaves no second time")
        self._away[number] = (start, count)
        self.sent[number], self.sizes[number] = _seconds(entry), count
        self.rows.sending(start, count)

    def _doubt(self) -> None:
        """Say of every batch that has not landed by now that it never will."""
        for start, count in self._away.values():
            self.rows.set_all(start, count, LOST)
        self._away.clear()

    def close(self) -> None:
        """Read no further."""
        self._doubt()
        if self.finished:
            self.rows.close()


def _seconds(entry: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(entry["at"]).timestamp()


def _resolve(groups: list[dict[str, Any]], rows: Rows) -> None:
    for group in groups:
        outcome = _outcome(group)
        _check(group["ids"], group["places"], rows)
        for start, count in spans(group["places"]):
            rows.set_all(start, count, outcome)


def _check(ids: list[str], places: list[int], rows: Rows) -> None:
    for record_id, place in zip(ids, places, strict=True):
        if str(rows.ids[place]) != record_id:
            raise ValueError("an id stands at another place than the plan's")


def _land(start: int, count: int, groups: list[dict[str, Any]], rows: Rows) -> None:
    if len(groups) == 1 and len(groups[0]["ids"]) == count:
        rows.set_all(start, count, _outcome(groups[0]))
        return
    places = {str(rows.ids[place]): place for place in range(start, start + count)}
    most, *others = sorted(groups, key=lambda group: len(group["ids"]), reverse=True)
    rows.set_all(start, count, _outcome(most))
    for group in others:
        outcome = _outcome(group)
        for record_id in group["ids"]:
            rows.set_all(places.pop(record_id), 1, outcome)
    if sorted(most["ids"]) != sorted(places):
        raise ValueError("each id of a batch has one fate")


def _outcome(group: Mapping[str, Any]) -> Outcome:
    answer = group.get("answer", "")
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return Outcome(
        State(group["state"]),
        printable(group.get("code", "")),
        printable(group.get("message", "")),
        group.get("status"),
        printable(text),
    )


def target_of(line: Mapping[str, Any]) -> Target:
    """Read the target of a journal's first line; raises KeyError, TypeError or ValueError."""
    texts = {name: printable(value) for name, value in dict(line["target"]).items()}
    environment = Environment(texts.pop("environment"))
    return Target(environment=environment, **texts)


def _version(path: Path, line: Mapping[str, Any]) -> int:
    version = line.get("journal")
    if not isinstance(version, int):
        raise JournalError(f"{path} is not a journal of zohotui.")
    if version > FORMAT:
        raise JournalError(
            f"The journal {path} was written by a newer zohotui ({line.get('tool')}). Use that."
        )
    return version


def _plan(path: Path, line: dict[str, Any]) -> Plan:
    try:
        plan = Plan(
            target=target_of(line),
            module=line["module"],
            label=printable(line["label"]),
            permanent=line["permanent"],
            ids=array("Q", map(int, line.pop("ids"))),
            options=Options(**line["options"]),
            source=printable(line["source"]),
            left_out=tuple(map(_left_out, line.get("left_out", ()))),
            reviewed=_reviewed(line),
            said_right=printable(line.get("said_right", "")),
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, PlanError):
        raise JournalError(_damaged(path, 1)) from None
    if plan.sha256 != line.get("sha256"):
        raise JournalError(f"The ids in {path} are not those that the run was confirmed with.")
    return plan


def _left_out(group: Mapping[str, Any]) -> LeftOut:
    outcome = _outcome(group)
    if outcome.state not in {State.HELD, State.MISSING}:
        raise ValueError("what is left out is held or missing")
    return outcome, tuple(map(int, group["ids"]))


def _reviewed(line: Mapping[str, Any]) -> float | None:
    at = line.get("reviewed")
    return None if at is None else datetime.fromisoformat(at).timestamp()


def _parse(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        entry = None
    if not isinstance(entry, dict):
        raise JournalError(_damaged(path, number))
    return entry


def _damaged(path: Path, line: int) -> str:
    return f"The journal {path} is damaged in line {line}."
