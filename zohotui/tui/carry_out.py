"""The thread that carries a plan out; it knows a function to post events with, and no widget."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from zohotui.deletion.events import Event
from zohotui.deletion.journal import Journal
from zohotui.deletion.run import run
from zohotui.tui.watched import WatchedRun
from zohotui.zoho.client import ZohoCRM


def carry_out(
    watched: WatchedRun, crm: ZohoCRM, folder: Path, post: Callable[[Event], object]
) -> None:
    """Journal and run a plan to its end, posting each event.

    Raises JournalError before anything is sent if there can be no journal.
    """
    try:
        with closing(Journal.create(folder, watched.plan)) as journal:
            watched.journal = journal.path
            for event in run(watched.plan, crm, journal, watched.control):
                post(event)
    finally:
        watched.ended.set()
