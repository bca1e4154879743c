"""A journal read back: the plan it began with and what became of each id."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zohotui.deletion.journal import line_values as values
from zohotui.deletion.journal.chain import CHAINED, Checked, Fault, hash_of, unchained
from zohotui.deletion.journal.home import Home
from zohotui.deletion.journal.skews import Skews
from zohotui.deletion.journal.writer import FORMAT, JournalError
from zohotui.deletion.model.outcome import AWAY, ENTERED, LOST, State
from zohotui.deletion.model.plan import Plan, PlanError
from zohotui.deletion.model.rows import Rows, spans
from zohotui.deletion.model.timeline import Course
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
    sha256: str
    """That of its whole lines, in hexadecimal; empty if the chain tells as much."""
    home: Home | None
    """Where it was written last, as far as it tells; None if it was begun before that was told."""
    skews: Skews = field(default_factory=Skews)
    """How far the clock of those times was from Zoho's."""

    @property
    def spent(self) -> frozenset[int]:
        """Numbers of the batches that must never leave again.

        They have left; or something is known of an id of theirs, though nothing tells when it left.
        """
        numbers, end = set(self.sent), len(self.plan.ids)
        for start, count, outcome in self.rows.alike():
            if start < end and outcome.state is not State.ENTERED:
                last = self.plan.batch_number(min(start + count, end) - 1)
                numbers.update(range(self.plan.batch_number(start), last + 1))
        return frozenset(numbers)


def replay(path: Path) -> Replay:
    """Read a journal; raises JournalError with a sentence if it is none, or damaged or changed."""
    try:
        with path.open("rb") as file:
            return _replay(path, file)
    except OSError as error:
        raise JournalError(f"The journal {path} cannot be read: {error.strerror}.") from None


def _replay(path: Path, file: Iterable[bytes]) -> Replay:
    told: _Told | None = None
    fault_of, checked, digest = unchained, Checked(), hashlib.sha256()
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
        if fault_of is unchained:
            digest.update(written)
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
        sha256="" if head else digest.hexdigest(),
        home=told.home,
        skews=told.skews,
    )


def _whole(path: Path, fault: Fault | None) -> None:
    if fault is not None:
        raise JournalError(f"{_damaged(path, fault.line)} Its chain breaks there: {fault.how}.")


class _Told:
    """What the lines of a journal have told so far."""

    def __init__(self, path: Path, first: dict[str, Any]) -> None:
        self.plan, self.home = _plan(path, first)
        self.course = Course.of(first)
        self.rows = Rows.of(self.plan)
        self.finished = False
        self.sent: dict[int, float] = {}
        self.landed: dict[int, float] = {}
        self.sizes: dict[int, int] = {}
        self.skews = Skews()
        self._away: dict[int, tuple[int, int]] = {}
        """Start and size of each batch that has left and not landed."""

    def take(self, entry: Mapping[str, Any]) -> None:
        at = values.moment(entry["at"])
        self._take(entry, at)
        values.text(entry.get("said_right", ""))
        if "home" in entry:
            self.home = Home.of(entry["home"])
        self.course.take(entry)
        self.skews.take(entry)

    def _take(self, entry: Mapping[str, Any], at: float) -> None:
        # What a line is stands first in it.
        match next(iter(entry)):
            case "sending":
                self._sending(values.whole(entry["sending"], 1), entry, at)
            case "returned":
                values.text(entry["why"])
                number = values.whole(entry["returned"], 1)
                start, count = self._away.pop(number)
                del self.sent[number], self.sizes[number]
                self.rows.set_all(start, count, ENTERED)
            case "landed":
                values.texts(entry.get("foreign", []))
                number = values.whole(entry["landed"], 1)
                start, count = self._away.pop(number)
                self.landed[number] = at
                _land(start, count, values.entries(entry["outcomes"]), self.rows)
            case "resolved" | "verified" | "restored" | "compared" | "restoring" as word:
                self._doubt()
                self._afterwards(word, entry)
            case "resumed":
                values.text(entry["resumed"])
                self._doubt()
                self.finished = False
                self.rows.reopen()
            case "finished":
                values.check_end(entry)
                self._doubt()
                self.finished = True
                self.rows.close()
            case "cut_off":
                values.text(entry["cut_off"])
                values.check_sums(entry)
            case "released":
                self._released(values.entries(entry["released"]))
            case _:
                values.check_remark(entry)

    def _sending(self, number: int, entry: Mapping[str, Any], at: float) -> None:
        start = values.whole(entry["start"])
        count = values.whole(entry["count"], 1)
        if (start, count) != self.plan.span(number):
            raise ValueError("the plan has no such batch")
        # A second time is well while it has not landed: a full disk may not have taken that it
        # came back.
        if self.finished or (number in self.sent and number not in self._away):
            raise ValueError("a batch that has landed leaves no second time")
        self._away[number] = (start, count)
        self.sent[number], self.sizes[number] = at, count
        self.rows.sending(start, count)

    def _afterwards(self, word: str, entry: Mapping[str, Any]) -> None:
        ended = values.check_sums(entry)
        if word == "restoring":
            self.rows.restoring(self._places(entry["places"], entry["restoring"], AWAY))
            return
        for group in values.entries(entry[word]):
            self._find(group)
        # The line that ended the run may be one that the disk did not keep.
        self.finished = self.finished or ended

    def _find(self, group: Mapping[str, Any]) -> None:
        outcome = values.outcome(group, values.FOUND)
        # What was never sent can be doubted, and nothing else can be known of it.
        states = values.DOUBTED if outcome.state is State.UNKNOWN else values.FOUND
        places = self._places(group["places"], group["ids"], states)
        for start, count in spans(places):
            self.rows.set_all(start, count, outcome)

    def _places(
        self, places: object, ids: object, states: frozenset[State] = frozenset(State)
    ) -> Sequence[int]:
        """Take places in the plan, each of an id that a line names and that is in such a state."""
        if not isinstance(places, list):
            raise TypeError("a list of places was expected")
        last = len(self.plan.ids) - 1
        for record_id, place in zip(values.texts(ids), places, strict=True):
            if str(self.rows.ids[values.whole(place, 0, last)]) != record_id:
                raise ValueError("an id stands at another place than the plan's")
            if self.rows.state(place) not in states:
                raise ValueError("nothing of the kind can be known of this id")
        return places

    def _released(self, records: Sequence[Mapping[str, Any]]) -> None:
        for record in records:
            values.text(record["code"])
            values.text(record["why"])
            self._places([record["place"]], [record["id"]])

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


def _land(start: int, count: int, groups: Sequence[Mapping[str, Any]], rows: Rows) -> None:
    ids = list(map(str, rows.ids[start : start + count]))
    if len(groups) == 1 and groups[0]["ids"] == ids:
        rows.set_all(start, count, values.outcome(groups[0], values.LANDED))
        return
    places = dict(zip(ids, range(start, start + count), strict=True))
    most, *others = sorted(groups, key=lambda group: len(values.texts(group["ids"])), reverse=True)
    rows.set_all(start, count, values.outcome(most, values.LANDED))
    for group in others:
        outcome = values.outcome(group, values.LANDED)
        for record_id in group["ids"]:
            rows.set_all(places.pop(record_id), 1, outcome)
    if sorted(most["ids"]) != sorted(places):
        raise ValueError("each id of a batch has one fate")


def _version(path: Path, line: Mapping[str, Any]) -> int:
    version = line.get("journal")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise JournalError(f"{path} is not a journal of zohotui.")
    if version > FORMAT:
        raise JournalError(
            f"The journal {path} was written by a newer zohotui ({_tool(line)}). Use that."
        )
    return version


def _tool(line: Mapping[str, Any]) -> str:
    return printable(str(line.get("tool")), 60)


def _plan(path: Path, line: dict[str, Any]) -> tuple[Plan, Home | None]:
    try:
        head = values.Head.of(line)
        plan = head.plan(line)
        # Not kept: the texts of a million ids are larger than all else.
        del line["ids"]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, PlanError):
        raise JournalError(_damaged(path, 1)) from None
    if plan.sha256 != line.get("sha256"):
        raise JournalError(f"The ids in {path} are not those that the run was confirmed with.")
    if head.count not in {None, len(plan.ids)}:
        raise JournalError(_damaged(path, 1))
    return plan, head.home


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
