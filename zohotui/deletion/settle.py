"""A run from its first request to the last thing that reading can tell of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing

from zohotui.deletion.control import Control
from zohotui.deletion.events import Event, Landed, Settled
from zohotui.deletion.journal import Journal, JournalError
from zohotui.deletion.outcomes import State
from zohotui.deletion.plan import Plan
from zohotui.deletion.replay import Replay, replay
from zohotui.deletion.resolve import is_open, resolve
from zohotui.deletion.run import run
from zohotui.zoho.client import ZohoCRM


def run_and_settle(
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
    """Carry a plan out, or go on with it (`before`), then read whatever is left in doubt.

    Each parameter as in `run` and `resolve`. Nothing is read once `control` is abandoned.
    """
    doubt = before is not None and bool(before.rows.any_like(is_open))
    lost_at: float | None = None
    running = run(plan, crm, journal, control, before=before, clock=clock, sleep=sleep)
    with closing(running) as events:
        for event in events:
            if isinstance(event, Landed):
                doubt = doubt or any(map(is_open, event.outcomes))
                if any(outcome.state is State.UNKNOWN for outcome in event.outcomes):
                    lost_at = clock()
            yield event
    if doubt and not control.abandoned:
        yield from settle(crm, journal, control, lost_at=lost_at, now=now, clock=clock, sleep=sleep)


def settle(
    crm: ZohoCRM,
    journal: Journal,
    control: Control,
    *,
    lost_at: float | None = None,
    now: Callable[[], float] = time.time,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] | None = None,
) -> Generator[Event]:
    """Read what became of the open ids of a journal's run."""
    try:
        told = replay(journal.path)
    except JournalError as error:
        yield Settled(str(error))
        return
    yield from resolve(
        told, crm, journal, control, lost_at=lost_at, now=now, clock=clock, sleep=sleep
    )
