"""A run from its first request to the last thing that reading can tell of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing

from zohotui.deletion.afterwards.resolve import resolve
from zohotui.deletion.afterwards.verify import verify
from zohotui.deletion.journal.doubt import keep_doubt
from zohotui.deletion.journal.replay import Replay
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.events import Event, Landed, Settled
from zohotui.deletion.model.levers import Control
from zohotui.deletion.model.outcome import Outcome, State, is_open, is_unproven
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.run.run import run
from zohotui.zoho.client import ZohoCRM


def run_and_look_up(
    plan: Plan,
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    before: Replay | None = None,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Carry a plan out, or go on with it (`before`), then look up what became of its ids.

    Each parameter as in `run` and `look_up`. Nothing is read once `control` is abandoned.
    """
    worth_it = before is not None and bool(before.rows.any_like(_tells_more))
    lost_at = landed_at = None
    running = run(plan, crm, journal, control, before=before, clock=clock, sleep=sleep)
    with closing(running) as events:
        for event in events:
            if isinstance(event, Landed):
                landed_at = clock()
                worth_it = worth_it or any(map(_tells_more, event.outcomes))
                if any(outcome.state is State.UNKNOWN for outcome in event.outcomes):
                    lost_at = landed_at
            yield event
    if worth_it and not control.abandoned:
        yield from look_up(
            *(crm, journal, control),
            lost_at=lost_at,
            landed_at=landed_at,
            spares_reserve=True,
            now=now,
            clock=clock,
            sleep=sleep,
        )


def look_up(
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    lost_at: float | None = None,
    landed_at: float | None = None,
    spares_reserve: bool = False,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Read what became of the open ids of a journal's run, then whether the deleted ones are so.

    Each parameter as in `resolve` and `verify`. What is deleted is not looked for if the open ids
    could not be read to the end.
    """
    try:
        told = journal.run
        told.end_flights()
        keep_doubt(journal)
    except JournalError as error:
        yield Settled(str(error))
        return
    why = ""
    if told.rows.any_like(is_open):
        resolving = resolve(
            told, crm, journal, control, lost_at=lost_at, now=now, clock=clock, sleep=sleep
        )
        with closing(resolving) as events:
            for event in events:
                why = event.why if isinstance(event, Settled) else why
                yield event
    if not why and not control.abandoned:
        yield from verify(
            *(told, crm, journal, control),
            landed_at=landed_at,
            spares_reserve=spares_reserve,
            now=now,
            clock=clock,
            sleep=sleep,
        )


def _tells_more(outcome: Outcome) -> bool:
    """Whether reading may tell more of an id than its request has."""
    return is_unproven(outcome) or is_open(outcome)
