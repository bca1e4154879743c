"""The thread that carries a plan out; it knows a function to post events with, and no widget."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from zohotui.deletion.events import Event
from zohotui.deletion.journal import Journal
from zohotui.deletion.run import run
from zohotui.tui.session import Session
from zohotui.tui.watched import WatchedRun


def carry_out(watched: WatchedRun, session: Session, post: Callable[[Event], object]) -> None:
    """Journal and run a plan to its end, posting each event.

    Raises JournalError before anything is sent if there can be no journal.
    """
    try:
        with closing(
            Journal.create(session.journals, watched.plan, clock=session.clock)
        ) as journal:
            watched.journal = journal.path
            for event in run(watched.plan, session.crm, journal, watched.control):
                post(event)
    finally:
        watched.ended.set()
