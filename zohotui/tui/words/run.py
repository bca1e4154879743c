"""What is said of a run, by what is known of it: alarms, remarks, one row in full, why it ended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from zohotui.deletion.journal.lock import LockedError
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.events import ComparisonEnded
from zohotui.deletion.model.listing import external_of
from zohotui.deletion.model.outcome import AWAY, RETRIED, State, restored_words
from zohotui.deletion.model.plan import PlanError
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.run_state import RunState
from zohotui.tui.keys.phase import Phase
from zohotui.tui.words.detail import Detail
from zohotui.tui.words.text import count
from zohotui.zoho.records import Record


def alarm_of(run: RunState) -> str:
    """Say what must be told of a run to the end, in sentences; empty if nothing must."""
    said = [*run.lasting, run.brake]
    if run.unjournaled:
        lost = count(run.unjournaled, "outcome")
        said.append(f"The journal is missing {lost}. Export the results now.")
    return " ".join(filter(None, dict.fromkeys(said)))


def shout_of(run: RunState) -> str:
    """Say what nobody may overlook in its rows and beside them; empty if there is nothing."""
    return " ".join(filter(None, (alarm_of(run), astray(run.rows))))


def alarms_at_the_end(run: RunState, trouble: str, mishap: str) -> str:
    """Say what nobody may overlook at its end, in sentences, and none of them twice.

    `trouble`: what its last step ended by; `mishap`: what went wrong beside it.
    """
    shout = shout_of(run)
    more = (one for one in dict.fromkeys((trouble, mishap)) if one not in shout)
    return " ".join(filter(None, (shout, *more)))


def astray(rows: Rows) -> str:
    """Say how many records are not where they should be by Zoho's word, and how to see which.

    Empty if none is.
    """
    said, states = [], []
    for code in Code:
        if code.astray and (places := _with_code(rows, code)):
            number = len(places)
            said.append(f"{count(number, 'record')} {code.astray[number > 1]}")
            states.append(rows.state(places[0]))
    if not said:
        return ""
    return (
        f"{' '.join(said)} [filter] shows which ({', '.join(states)}); the panel says what to do."
    )


def sum_of(run: RunState) -> str:
    """Say in one line what became of a run that is over, and what to do next."""
    rows, asked = run.rows, len(run.plan.ids)
    if run.plan.restores:
        told = " · ".join(restored_words(rows.tally, rows.asked_back))
        return f"{told}, of {count(asked, 'record')} that others deleted."
    away, verified = rows.count(*AWAY), rows.count(State.VERIFIED)
    parts = [f"{away:,} of {asked:,} deleted"]
    if verified:
        parts.append("all verified" if verified == away else f"{verified:,} verified")
    others = (State.GONE, State.FAILED, State.UNKNOWN, State.NOT_SENT, State.RESTORED)
    parts += [f"{rows.count(state):,} {state}" for state in others if rows.count(state)]
    ways = ["[details] shows why"] if rows.count(State.GONE, State.FAILED, State.UNKNOWN) else []
    ways += ["[retry] retries"] if rows.count(*RETRIED) else []
    return f"{' · '.join(parts)}. {', '.join(ways)}{'.' if ways else ''}".strip()


def _with_code(rows: Rows, code: str) -> list[int]:
    return rows.any_like(lambda outcome: outcome.code == code)


def remark_on(comparison: ComparisonEnded | None, differing: int) -> str:
    """Say what is to be known of what an undo brought back; empty if nothing is.

    `comparison`: what comparing came to in this session; `differing`: restored records that are
    not as they were saved.
    """
    said = [comparison.found] if comparison is not None else []
    if differing and (comparison is None or comparison.differing != differing):
        said.append(f"Not as saved: {count(differing, 'restored record')} of this run.")
    return " ".join([*said, *(["[differences] shows them."] if differing else [])])


def landed_at(run: RunState, place: int) -> float | None:
    """Tell when Zoho's answer for the id at this place came; None if none did."""
    sent = place < len(run.plan.ids)
    return run.landed.get(run.plan.batch_number(place)) if sent else None


def detail_of(run: RunState, place: int, record: Record | None) -> Detail:
    """Tell all about the id at this place; `record`: what the review showed of it."""
    plan, record_id = run.plan, run.rows.ids[place]
    outcome, found_by = run.rows.outcome(place), external_of(plan.listings, record_id)
    bare = Detail(
        record_id,
        outcome,
        record=record,
        external=found_by,
        reason=plan.reason,
        by_value=bool(plan.by_value),
        state=run.rows.word(outcome.state),
    )
    if place >= len(plan.ids):
        return bare
    number = plan.batch_number(place)
    size = run.sizes.get(number)
    if outcome.state in {State.ENTERED, State.NOT_SENT} or size is None:
        return bare
    carried = count(size, "value" if plan.by_value else "id")
    request = f"DELETE {plan.module}, batch {number}, {carried}"
    if outcome.state is State.RESTORED:
        # What Zoho said is of another request by now.
        request = f"restored; before that {request}"
    sent, landed = run.sent.get(number), run.landed.get(number)
    return replace(bare, request=request, sent=sent, landed=landed)


def why_it_ended(error: BaseException | None, phase: Phase, journal: Path | None) -> str:
    """Say in sentences what has not been done because of an error, or may have been.

    `phase`: what was being done when the error came.
    """
    undoing = phase is Phase.UNDOING
    if isinstance(error, JournalError | LockedError | PlanError):
        done = "looked up" if phase.reads else "restored" if undoing else "sent"
        return f"{error} Nothing was {done}."
    fault = f"a fault in zohotui ({type(error).__name__})"
    if undoing:
        return f"Restoring ended by {fault}. [undo] looks again and goes on."
    if phase.reads:
        return f"Looking up ended by {fault}. Nothing was sent. [resolve] looks again."
    return (
        f"The run ended by {fault}. Requests in flight are unknown; the journal has the "
        f"rest: {journal}"
    )
