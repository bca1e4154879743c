"""The texts of a journal's lines as zohotui writes them; line_values.py reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan

_MOST_BRACKETS = 100
"""No answer with more is kept as an object: deep nesting could not be read back."""
_SLICE = 10_000


def counts(tally: Mapping[State, int]) -> dict[str, int]:
    """Give the sums of a run, by the names of the states."""
    return {state.value: count for state, count in tally.items() if count}


def asked(asked_back: int) -> dict[str, int]:
    """Give how many ids an undo asked for that nobody has seen since, if there are any."""
    return {"asked_back": asked_back} if asked_back else {}


def as_json(line: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Write a line without its line end."""
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    # A lone surrogate (of a path that is no UTF-8) becomes what JSON calls it: \udc80.
    return text.encode(errors="backslashreplace")


def iso(seconds: float) -> str:
    """Write a moment, in seconds since the epoch, as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def group_of(outcome: Outcome, ids: list[str]) -> dict[str, Any]:
    """Give the ids of one outcome."""
    fields = {key: value for key, value in asdict(outcome).items() if value not in {"", None}}
    brackets = outcome.answer.count("[") + outcome.answer.count("{")
    if outcome.answer.startswith("{") and brackets <= _MOST_BRACKETS:
        # As an object it can be read in a pager; what would not come back the same (a
        # shortened one, another's way of writing JSON) stays a string.
        with suppress(ValueError):
            parsed = json.loads(outcome.answer)
            if json.dumps(parsed, ensure_ascii=False) == outcome.answer:
                fields["answer"] = parsed
    return {**fields, "ids": ids}


def _plan_line(plan: Plan, head: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **head,
        "target": asdict(plan.target),
        "module": plan.module,
        "label": plan.label,
        "permanent": plan.permanent,
        "options": asdict(plan.options),
        "source": plan.source,
        "reviewed": None if plan.reviewed is None else iso(plan.reviewed),
        **({"said_right": plan.said_right} if plan.said_right else {}),
        "sha256": plan.sha256,
        "count": len(plan.ids),
    }


def plan_pieces(plan: Plan, head: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield the plan's line, its ids a slice at a time: a million are twenty megabytes.

    `head` says what the line is, who wrote it, when and where. As of every line that is written,
    the last brace is left to its chain.
    """
    before = as_json(_plan_line(plan, head))[:-1] + b',"ids":["'
    for start in range(0, len(plan.ids), _SLICE):
        joined = '","'.join(map(str, plan.ids[start : start + _SLICE]))
        if start + _SLICE < len(plan.ids):
            yield before + (joined + '","').encode()
        else:
            yield before + (joined + '"]').encode() + _left_out(plan)
        before = b""


def _left_out(plan: Plan) -> bytes:
    """Tell what the plan leaves out: behind the ids, where heads need not read."""
    if not plan.left_out:
        return b""
    groups = [group_of(outcome, list(map(str, ids))) for outcome, ids in plan.left_out]
    return b',"left_out":' + as_json(groups)
