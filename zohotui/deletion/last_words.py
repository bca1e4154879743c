"""What is left on the terminal when the screen is gone: a line a run, and an exit code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from zohotui.deletion.outcomes import AWAY, DONE, Outcome, State, maybe_back
from zohotui.deletion.plan import Plan
from zohotui.deletion.rows import Rows

_OTHERS = (State.GONE, State.FAILED, State.UNKNOWN, State.NOT_SENT)

_LEFT_OUT = (State.HELD, State.MISSING)

_NOT_ASKED_FOR = frozenset({"TAKEN_OUT", "MISSING", "ALREADY_BINNED"})
"""Codes of ids that a plan leaves out and that leave nothing to do: somebody did not want them to
go, or there is no such record."""

ALL_DONE, LEFT_OVER = 0, 1
"""Exit codes: every asked-for id is deleted or gone; some failed, are unknown or were not sent, or
were asked to be restored."""


def last_words(plan: Plan, rows: Rows, journal: Path | None) -> str:
    """One line that tells a run's end; what is verified counts as deleted.

    What an undo asked for, and nobody has seen since, does not.
    """
    counts = [f"{rows.count(*AWAY) - rows.asked_back} deleted"]
    counts += [f"{rows.count(state)} {state}" for state in _OTHERS]
    counts += [f"{rows.count(state)} {state}" for state in _LEFT_OUT if rows.count(state)]
    if rows.count(State.RESTORED):
        counts.append(f"{rows.count(State.RESTORED)} restored")
    if rows.asked_back:
        counts.append(f"{rows.asked_back} asked to be restored and not known yet")
    return f"{plan.label}: {', '.join(counts)} · journal {journal or 'could not be written'}"


def exit_code(runs: Iterable[tuple[Plan, Rows]]) -> int:
    """Tell whether every id of every run is surely away in the end; a retry makes good for its ids.

    A restored record counts as left over, although somebody wanted it back: whoever reads the
    code asks whether the records of the list are away, and these are not.
    """
    left: set[tuple[str, ...]] = set()
    for plan, rows in runs:
        where = plan.target.api_domain, plan.target.zgid, plan.module
        if left:
            left -= {(*where, str(rows.ids[place])) for place in rows.any_like(_surely_away)}
        if not rows.settled:
            left |= {(*where, str(rows.ids[place])) for place in rows.any_like(_left_over)}
    return LEFT_OVER if left else ALL_DONE


def _surely_away(outcome: Outcome) -> bool:
    return outcome.state in DONE and not maybe_back(outcome)


def _left_over(outcome: Outcome) -> bool:
    return not _surely_away(outcome) and outcome.code not in _NOT_ASKED_FOR
