"""The thread that carries a plan out; it knows a function to post events with, and no widget."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from zohotui.deletion.events import Event
from zohotui.deletion.journal import Journal
from zohotui.deletion.lock import locked
from zohotui.deletion.run import run
from zohotui.tui.session import Session
from zohotui.tui.watched import WatchedRun
from zohotui.zoho.client import ZohoCRM


def carry_out(
    watched: WatchedRun, crm: ZohoCRM, session: Session, post: Callable[[Event], object]
) -> None:
    """Journal and run a plan to its end, posting each event.

    Raises JournalError or LockedError before anything is sent if there can be no journal, or if
    another run is at work on the same module.
    """
    plan, clock = watched.plan, session.clock
    try:
        with (
            locked(session.journals.parent / "locks", plan, clock),
            closing(Journal.create(session.journals, plan, clock=clock)) as journal,
        ):
            watched.journal = journal.path
            for event in run(plan, crm, journal, watched.control):
                post(event)
    finally:
        watched.ended.set()
