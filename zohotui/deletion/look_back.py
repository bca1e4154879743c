"""What threads read of earlier runs, and the receipts that they write again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zohotui.deletion.jobs import Archive, leave_receipt
from zohotui.deletion.journal.differences_file import DifferencesError, renew_end
from zohotui.deletion.journal.doubt import doubt
from zohotui.deletion.journal.history import Summary, history, unfinished
from zohotui.deletion.journal.lock import holder
from zohotui.deletion.journal.receipt import Agreement, agreement
from zohotui.deletion.journal.replay import Replay, replay
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import differs
from zohotui.deletion.model.plan import Target

MOST_RENEWED = 100_000
"""Ids in all receipts that one start writes again: about a second. The next start goes on."""


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """A run read back from its journal."""

    journal: Path
    told: Replay
    doubt: str
    """What speaks against its journal, in sentences; empty if nothing does."""


def read_run(journal: Path) -> EarlierRun:
    """Read a run back, and doubt what its receipt speaks against; raises JournalError."""
    told = replay(journal)
    why = doubt(told, journal)
    return EarlierRun(journal, told, why)


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
        if run.told.course.cut_off or not run.told.finished:
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


def renew_derived(journal: Path, told: Replay, archive: Archive) -> str:
    """Write the receipt of one run if there is none, or if it is behind; end what differs likewise.

    A run at which somebody is at work ends its own. Returns why something could not be, or what
    speaks against it, in sentences. Raises JournalError if the journal cannot be read.
    """
    goes, rows = agreement(journal), told.rows
    behind = goes in {Agreement.NONE, Agreement.BEHIND}
    why = leave_receipt(journal, archive.clock()) if behind else ""
    if holder(archive.locks, told.plan.target, told.plan.module):
        return why
    differing = [rows.ids[place] for place in rows.any_like(differs)]
    try:
        return " ".join(filter(None, (why, renew_end(journal, told.head, differing))))
    except DifferencesError as error:
        return " ".join(filter(None, (why, str(error))))
