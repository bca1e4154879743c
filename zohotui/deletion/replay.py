"""A journal read back: the plan it began with and what became of each id."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zohotui.deletion.journal import FORMAT, JournalError
from zohotui.deletion.outcomes import ENTERED, LOST, Outcome, State
from zohotui.deletion.plan import Options, Plan, PlanError, Target
from zohotui.deletion.rows import Rows
from zohotui.zoho.datacentre import Environment


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


def replay(path: Path) -> Replay:
    """Read a journal; raises JournalError with a sentence if it is none or is damaged."""
    try:
        *lines, rest = path.read_bytes().split(b"\n")
    except OSError as error:
        raise JournalError(f"The journal {path} cannot be read: {error.strerror}.") from None
    if not lines:
        raise JournalError(f"The journal {path} is empty: its run never began.")
    plan = _plan(path, _parse(path, 1, lines[0]))
    rows, finished = Rows(plan.ids), False
    batches: dict[int, tuple[int, int]] = {}
    for number, line in enumerate(lines[1:], 2):
        entry = _parse(path, number, line)
        try:
            _apply(entry, batches, rows)
        except (KeyError, TypeError, ValueError, IndexError, OverflowError):
            raise JournalError(_damaged(path, number)) from None
        finished = finished or "finished" in entry
    for start, count in batches.values():
        rows.set_all(start, count, LOST)
    if finished:
        rows.close()
    return Replay(plan, rows, finished, torn=bool(rest))


def _apply(entry: Mapping[str, Any], batches: dict[int, tuple[int, int]], rows: Rows) -> None:
    if "sending" in entry:
        start, count = int(entry["start"]), int(entry["count"])
        batches[int(entry["sending"])] = (start, count)
        rows.sending(start, count)
    elif "returned" in entry:
        start, count = batches.pop(int(entry["returned"]))
        rows.set_all(start, count, ENTERED)
    elif "landed" in entry:
        start, count = batches.pop(int(entry["landed"]))
        _land(start, count, entry["outcomes"], rows)


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
    return Outcome(
        State(group["state"]),
        group.get("code", ""),
        group.get("message", ""),
        group.get("status"),
        answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False),
    )


def _plan(path: Path, line: dict[str, Any]) -> Plan:
    version = line.get("journal")
    if not isinstance(version, int):
        raise JournalError(f"{path} is not a journal of zohotui.")
    if version > FORMAT:
        raise JournalError(
            f"The journal {path} was written by a newer zohotui ({line.get('tool')}). Use that."
        )
    try:
        target = dict(line["target"])
        target["environment"] = Environment(target["environment"])
        plan = Plan(
            target=Target(**target),
            module=line["module"],
            label=line["label"],
            permanent=line["permanent"],
            ids=array("Q", map(int, line.pop("ids"))),
            options=Options(**line["options"]),
            source=line["source"],
        )
    except (KeyError, TypeError, ValueError, OverflowError, PlanError):
        raise JournalError(_damaged(path, 1)) from None
    if plan.sha256 != line.get("sha256"):
        raise JournalError(f"The ids in {path} are not those that the run was confirmed with.")
    return plan


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
