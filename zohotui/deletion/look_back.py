"""What threads read of earlier runs, and the receipts that they write again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zohotui.deletion.jobs import Archive, leave_receipt
from zohotui.deletion.journal.differences_file import DifferencesError, renew_end
from zohotui.deletion.journal.doubt import doubt
from zohotui.deletion.journal.history import Summary, history, unfinished
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.lock import holder
from zohotui.deletion.journal.receipt import Agreement, agreement
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import differs
from zohotui.deletion.model.plan import Target

MOST_RENEWED = 100_000
"""Ids in all receipts that one start writes again: about a second. The next start goes on."""


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run read back from its journal."""

    read: JournalFile
    doubt: str
    """What speaks against its journal, in sentences; empty if nothing does."""


def read_run(journal: Path) -> EarlierRun:
    """Read a run back, and doubt what its receipt speaks against; raises JournalError."""
    read = read_journal(journal)
    return EarlierRun(read, doubt(read.run, journal))


def cut_off_runs(archive: Archive, target: Target) -> tuple[list[EarlierRun], list[str]]:
    """Return the runs of an org that were cut off, the newest first, and what could not be read.

    Raises JournalError if the folder cannot be read.
    """
    runs, faults = [], []
    for one in unfinished(archive.journals, archive.locks, target):
        try:
            run = read_run(one.path)
        except JournalError as error:
            faults.append(str(error))
            continue
        # It may have come to its end since its last line was read.
        if run.read.run.cut_off or not run.read.run.finished:
            runs.append(run)
    return runs, faults


def renew_receipts(archive: Archive, target: Target, leaving: Callable[[], bool]) -> str:
    """Write again what receipts are behind their journals, and those of cut-off runs of an org.

    Runs at which somebody is at work are left out. Ends early once `leaving`. Returns why the
    first of those that could not be written was not, as a sentence, or nothing.
    """
    faults: list[str] = []
    left = MOST_RENEWED
    for one in history(archive.journals):
        if not isinstance(one, Summary) or holder(archive.locks, one.target, one.module):
            continue
        if leaving() or left <= 0:
            break
        try:
            goes = agreement(one.path)
            ours = one.asks and one.target.same_org(target)
            if goes is Agreement.BEHIND or (goes is Agreement.NONE and ours):
                left -= one.count or 0
                faults.append(leave_receipt(one.path, archive.clock()))
        except JournalError as error:
            faults.append(str(error))
    return next(filter(None, faults), "")


def renew_derived(read: JournalFile, archive: Archive) -> str:
    """Write the receipt of one run if there is none, or if it is behind; end what differs likewise.

    A run at which somebody is at work ends its own. Returns why something could not be, or what
    speaks against it, in sentences. Raises JournalError if the journal cannot be read.
    """
    journal, plan, rows = read.path, read.run.plan, read.run.rows
    behind = agreement(journal) in {Agreement.NONE, Agreement.BEHIND}
    why = leave_receipt(journal, archive.clock()) if behind else ""
    if holder(archive.locks, plan.target, plan.module):
        return why
    differing = [rows.ids[place] for place in rows.any_like(differs)]
    try:
        return " ".join(filter(None, (why, renew_end(journal, read.head, differing))))
    except DifferencesError as error:
        return " ".join(filter(None, (why, str(error))))
