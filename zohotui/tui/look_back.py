"""What threads read of earlier runs, and the receipts that they write again; it knows no widget."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from zohotui.deletion.journal.differences_file import DifferencesError, renew_end
from zohotui.deletion.journal.doubt import doubt
from zohotui.deletion.journal.history import Summary, history, unfinished
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.lock import holder
from zohotui.deletion.journal.receipt import Agreement, ReceiptError, agreement, write_receipt
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import differs
from zohotui.deletion.model.plan import Target
from zohotui.tui.session import Session
from zohotui.tui.watched import WatchedRun

MOST_RENEWED = 100_000
"""Ids in all receipts that one start writes again: about a second. The next start goes on."""


def read_run(journal: Path) -> tuple[WatchedRun, JournalFile]:
    """Read a run back, and doubt what its receipt speaks against; raises JournalError."""
    read = read_journal(journal)
    why = doubt(read.run, journal)
    watched = WatchedRun.of(read.run, journal, time.monotonic)
    watched.doubt = why
    return watched, read


def cut_off_runs(session: Session, target: Target) -> tuple[list[WatchedRun], list[str]]:
    """Return the runs of an org that were cut off, the newest first, and what could not be read.

    Raises JournalError if the folder cannot be read.
    """
    runs, faults = [], []
    for one in unfinished(session.journals, session.locks, target):
        try:
            watched, _ = read_run(one.path)
        except JournalError as error:
            faults.append(str(error))
            continue
        # It may have come to its end since its last line was read.
        if watched.cut_off or not watched.finished:
            runs.append(watched)
    return runs, faults


def renew_receipts(session: Session, target: Target, leaving: Callable[[], bool]) -> str:
    """Write again what receipts are behind their journals, and those of cut-off runs of an org.

    Runs at which somebody is at work are left out. Ends early once `leaving`. Returns why the
    first of those that could not be written was not, as a sentence, or nothing.
    """
    faults: list[str] = []
    left = MOST_RENEWED
    for one in history(session.journals):
        if not isinstance(one, Summary) or holder(session.locks, one.target, one.module):
            continue
        if leaving() or left <= 0:
            break
        try:
            goes = agreement(one.path)
            ours = one.asks and one.target.same_org(target)
            if goes is Agreement.BEHIND or (goes is Agreement.NONE and ours):
                left -= one.count or 0
                faults.append(_written(one.path, session))
        except JournalError as error:
            faults.append(str(error))
    return next(filter(None, faults), "")


def renew_derived(read: JournalFile, session: Session) -> str:
    """Write the receipt of one run if there is none, or if it is behind; end what differs likewise.

    A run at which somebody is at work ends its own. Returns why something could not be, or what
    speaks against it, in sentences. Raises JournalError if the journal cannot be read.
    """
    journal, plan, rows = read.path, read.run.plan, read.run.rows
    goes = agreement(journal)
    why = _written(journal, session) if goes in {Agreement.NONE, Agreement.BEHIND} else ""
    if holder(session.locks, plan.target, plan.module):
        return why
    differing = [rows.ids[place] for place in rows.any_like(differs)]
    try:
        return " ".join(filter(None, (why, renew_end(journal, read.head, differing))))
    except DifferencesError as error:
        return " ".join(filter(None, (why, str(error))))


def _written(journal: Path, session: Session) -> str:
    try:
        write_receipt(journal, session.clock())
    except ReceiptError as error:
        return str(error)
    return ""
