"""What is left on the terminal when the screen is gone: a line a run, and an exit code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from zohotui.deletion.model.outcome import (
    AWAY,
    State,
    is_alarming,
    is_left_over,
    is_surely_away,
)
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.exit_codes import ALL_DONE, LEFT_OVER

_OTHERS = (State.GONE, State.FAILED, State.UNKNOWN, State.NOT_SENT)

_LEFT_OUT = (State.HELD, State.MISSING)


class End(NamedTuple):
    """What became of a run."""

    plan: Plan
    rows: Rows
    alarm: str = ""
    """What must be told of it to the end, in sentences; empty if nothing must."""
    lasts: bool = False
    """Whether no later run answers that."""


def last_words(plan: Plan, rows: Rows, journal: Path | None, alarm: str = "") -> str:
    """One line that tells a run's end; what is verified counts as deleted.

    What an undo asked for, and nobody has seen since, does not. `alarm`: as of End.
    """
    away = rows.count(*AWAY) - rows.asked_back
    counts = [f"{away} {'not restored' if plan.restores else 'deleted'}"]
    counts += [f"{rows.count(state)} {state}" for state in _OTHERS if not plan.restores]
    counts += [f"{rows.count(state)} {state}" for state in _LEFT_OUT if rows.count(state)]
    if rows.count(State.RESTORED) or plan.restores:
        counts.append(f"{rows.count(State.RESTORED)} restored")
    if rows.asked_back:
        counts.append(f"{rows.asked_back} perhaps restored")
    parts = [f"{plan.label}: {', '.join(counts)}"]
    if alarm:
        parts.append(f"ATTENTION: {alarm}")
    # Without one nothing was sent: another run was at work, a guard forbade it, or the disk failed.
    return " · ".join([*parts, f"journal {journal}" if journal else "no journal was begun"])


def end_code(ends: Sequence[End]) -> int:
    """Tell the exit code of a session by its runs, in their order.

    A run that ended on a brake counts as left over, even if its ids are away, unless a later one
    of the session tried its ids again.
    """
    for number, end in enumerate(ends):
        later = (other for other in ends[number + 1 :] if _place(other.plan) == _place(end.plan))
        if end.alarm and (end.lasts or not any(_shares_ids(end, other) for other in later)):
            return LEFT_OVER
    return exit_code((end.plan, end.rows) for end in ends)


def _place(plan: Plan) -> tuple[str, ...]:
    return plan.target.api_domain, plan.target.zgid, plan.module


def _named(plan: Plan, ids: Iterable[int]) -> set[tuple[str, ...]]:
    """Name ids so that those of any two runs can be told apart.

    Where values are sent an id is only the number of a value, and another list has it as well.
    """
    where = _place(plan)
    if plan.by_value:
        values = plan.external
        return {(*where, plan.by_value, values[one]) for one in ids}
    return {(*where, str(one)) for one in ids}


def _at(plan: Plan, rows: Rows, places: Iterable[int]) -> set[tuple[str, ...]]:
    """Name the ids at these places."""
    return _named(plan, (rows.ids[place] for place in places))


def _shares_ids(one: End, other: End) -> bool:
    return not _named(one.plan, one.plan.ids).isdisjoint(_named(other.plan, other.plan.ids))


def exit_code(runs: Iterable[tuple[Plan, Rows]]) -> int:
    """Tell whether every id of every run is surely away in the end; a retry makes good for its ids.

    A restored record counts as left over, although somebody wanted it back: the one who reads the
    code asks whether the records of the list are away, and these are not. So does one that a later
    run of the session brings back, which has no list but that.
    """
    left: set[tuple[str, ...]] = set()
    lacking: set[tuple[str, ...]] = set()
    """What is still to be brought back."""
    before: list[Plan] = []
    for plan, rows in runs:
        if plan.restores:
            back = _at(plan, rows, rows.places([State.RESTORED]))
            lacking = (lacking - back) | _at(plan, rows, rows.places(AWAY))
            for other in before if back else ():
                left |= back & _named(other, other.ids)
            continue
        before.append(plan)
        if left:
            left -= _at(plan, rows, rows.any_like(is_surely_away))
        if not rows.all_away or rows.any_like(is_alarming):
            left |= _at(plan, rows, rows.any_like(is_left_over))
    return LEFT_OVER if left or lacking else ALL_DONE
