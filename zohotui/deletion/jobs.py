"""What a thread does to a run: lock → journal → engine → receipt. It knows no screen.

1. A job posts the events of the engine in the order in which they are true, all from one thread.
2. A job at an earlier run posts `Reread` first: what its journal tells under the lock.
3. `over` is set as soon as nothing is in flight and nothing more will leave, whatever ended it.
4. A receipt is left after the last request that changes something, and after reading. What goes
   wrong with it is posted as a `Mishap` and touches nothing else.
5. A job touches nothing that a screen shows: what follows the events makes rows of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from zohotui.deletion.afterwards import sweep
from zohotui.deletion.afterwards.compare import compare
from zohotui.deletion.afterwards.undo import undo
from zohotui.deletion.journal.doubt import keep_doubt
from zohotui.deletion.journal.lock import locked, one_at_a_time
from zohotui.deletion.journal.receipt import ReceiptError, write_receipt
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.saved_copies import snapshots_of
from zohotui.deletion.journal.snapshot import Snapshot, SnapshotError
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.events import (
    CutOff,
    Event,
    Finished,
    Release,
    Released,
    Resolving,
    Saved,
    StepEnded,
    Verifying,
)
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import AWAY, State
from zohotui.deletion.model.plan import Plan, PlanError
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.work import Times, Work
from zohotui.deletion.review.guards import Guards, deleted_today
from zohotui.zoho.client import ZohoCRM

MOST_WHEN_LEAVING = 20_000
"""Ids that a receipt may have if somebody waits for the program's end: a fifth of a second."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the runs are kept, and the clock that dates them."""

    journals: Path
    clock: Callable[[], float] = time.time
    """Seconds since the epoch."""

    @property
    def locks(self) -> Path:
        """Folder of the locks."""
        return self.journals.parent / "locks"


@dataclass(frozen=True, slots=True)
class Reread:
    """The journal was read under its lock: whatever was shown before may be out of date."""

    run: RunState


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something went wrong beside a run that is over, and has not touched it."""

    words: str


JobEvent = Event | Reread | Mishap

Post = Callable[[JobEvent], object]


@dataclass(eq=False)
class Job:
    """One piece of work at one run, and what its thread shares with all others."""

    work: Callable[[Job, Post], None]
    """One of the jobs below, with all that it needs besides."""
    crm: ZohoCRM
    archive: Archive
    journal: Path | None = None
    """That of the run; of a new one it is known as soon as it is begun."""
    levers: Levers = field(default_factory=Levers)
    over: threading.Event = field(default_factory=threading.Event)
    """Set once nothing is in flight and nothing more will leave."""

    def do(self, post: Post) -> None:
        """Do it in this thread, posting each event; raises what the job raises."""
        try:
            self.work(self, post)
        finally:
            self.over.set()

    def at(self, journal: Journal) -> Work:
        """Put together what the engine works with."""
        return Work(self.crm, journal, self.levers, Times(self.archive.clock))

    @property
    def path(self) -> Path:
        """The journal of a run that has one; raises JournalError if it has none."""
        if self.journal is None:
            raise JournalError("This run has no journal.")
        return self.journal


def run_job(
    job: Job,
    post: Post,
    *,
    plan: Plan,
    guards: Guards,
    released: tuple[Release, ...],
    copies: Snapshot | None,
) -> None:
    """Journal and run a plan to its end, then look up what became of it.

    `released`: what is deleted although it was held; `copies`: what the review saved, which the run
    keeps. Raises JournalError, LockedError or PlanError before anything is sent if there can be no
    journal, if another run is at work on the same module, or if it would be too many by now.
    """
    archive = job.archive
    with (
        _erased_at_the_end(copies) as erased,
        locked(archive.locks, plan, archive.clock),
        closing(_begun(plan, archive, guards)) as journal,
    ):
        job.journal = journal.path
        _take_along(journal, released, copies, post)
        erased.pop_all()
        _run_to_the_end(job, plan, journal, post)


def resume_job(
    job: Job,
    post: Post,
    *,
    confirmed: Plan,
    copies: Snapshot | None,
    alone: bool,
) -> None:
    """Carry out the rest of a run whose process died; raises as `run_job`.

    `confirmed` holds exactly the ids that the sentence was typed for. If others are left by now,
    somebody has gone on with the run meanwhile, and nothing is sent. `alone`: whether the admin has
    said that nobody else is at work with that run.
    """
    with (
        _erased_at_the_end(copies) as erased,
        _reopened(job.path, confirmed, job.archive) as journal,
    ):
        run = journal.run
        # What is shown is the screen's; what the journal tells is this job's.
        post(Reread(replay(journal.path)))
        _settle_here(journal, alone=alone)
        left = [run.rows.ids[place] for place in run.rows.places([State.ENTERED])]
        if left != list(confirmed.ids):
            raise JournalError("Another zohotui has gone on with this run since it was shown.")
        _keep(copies, journal, post)
        if confirmed.said_right != run.plan.said_right:
            journal.said_right(confirmed.said_right)
        erased.pop_all()
        _run_to_the_end(job, run.plan, journal, post, earlier_run=run)


def look_up_job(job: Job, post: Post, *, plan: Plan) -> None:
    """Read what is unknown of a run that is over, or whose process died.

    Then look whether what is deleted is where it should be, and what is restored is as it was.
    """
    # Nobody waits for its end: leaving while it only reads takes no time.
    job.over.set()
    with _reopened(job.path, plan, job.archive) as journal:
        post(Reread(replay(journal.path)))
        why = ""
        for event in sweep.look_up(job.at(journal)):
            why = event.why if isinstance(event, StepEnded) else why
            post(event)
        saved = journal.run.saved or snapshots_of(journal.path)
        if saved and not why and not job.levers.abandoned:
            _compare(job, journal, post)
        # If the disk does not take it, the run is asked about once more.
        with suppress(JournalError):
            _end_if_settled(journal)
        _receipt(job, journal, len(plan.ids), post, leaving=False)


def undo_job(job: Job, post: Post, *, plan: Plan, confirmed: Sequence[int], alone: bool) -> None:
    """Restore what a run deleted, then compare it with its saved copies.

    Raises as `run_job` before anything is sent, also if the places of what is away are not those
    that the sentence was typed for: somebody has gone on with the run meanwhile. `alone` as of
    `resume_job`.
    """
    with _reopened(job.path, plan, job.archive) as journal:
        away = list(journal.run.rows.places(AWAY))
        post(Reread(replay(journal.path)))
        _settle_here(journal, alone=alone)
        if away != list(confirmed):
            raise JournalError("Another zohotui has gone on with this run since it was shown.")
        _restore(job, journal, post)


def restore_job(job: Job, post: Post, *, plan: Plan) -> None:
    """Journal a plan that restores what others deleted, and restore that; raises as `run_job`.

    If the process dies in it, `undo_job` goes on with the same journal.
    """
    archive = job.archive
    with (
        locked(archive.locks, plan, archive.clock),
        closing(Journal.create(archive.journals, plan, clock=archive.clock)) as journal,
    ):
        job.journal = journal.path
        _restore(job, journal, post)


def _restore(job: Job, journal: Journal, post: Post) -> None:
    why, plan = "", journal.run.plan
    for event in undo(journal.run, job.at(journal)):
        why = event.why if isinstance(event, StepEnded) else why
        post(event)
    _note_cut_off(job.levers, journal)
    # From here on it only reads, for which nobody needs to wait.
    job.over.set()
    # Of what others deleted there are no copies.
    if not why and not job.levers.stopped and not plan.restores:
        _compare(job, journal, post)
    _receipt(job, journal, len(plan.ids), post, leaving=True)


def close_for_good(path: Path, archive: Archive) -> tuple[RunState, str]:
    """End a run that was cut off: what never left is not sent, and nobody is asked again.

    Returns what is told now, and why there is no receipt of it, or nothing.
    """
    with _reopened(path, replay(path).plan, archive) as journal:
        if not journal.run.finished or journal.run.cut_off:
            journal.record(Finished(stopped=True))
        remark = leave_receipt(path, archive.clock())
    return replay(path), remark


def leave_receipt(journal: Path, now: float, *, ids: int = 0, leaving: bool = False) -> str:
    """Write the receipt of a run; return why there is none, as a sentence, or nothing.

    The caller has told everybody that nothing is in flight. `leaving`: whether somebody waits
    for the program's end, for which a receipt of many `ids` is left for later.
    """
    if leaving and ids > MOST_WHEN_LEAVING:
        return "The receipt was not written: [history] opens the run and writes it."
    try:
        write_receipt(journal, now)
    except (JournalError, ReceiptError) as error:
        return str(error)
    return ""


def _begun(plan: Plan, archive: Archive, guards: Guards) -> Journal:
    """Begin the journal, unless a guard forbids it; other runs may have begun since the question.

    Raises PlanError, or as Journal.create.
    """
    if why := guards.blind_to(plan) or guards.one_pair_of_eyes(plan):
        raise PlanError(why)
    if not guards.most_a_day:
        return Journal.create(archive.journals, plan, clock=archive.clock)
    # Of two programs the second counts the first one's journal.
    with one_at_a_time(archive.locks, plan.target, archive.clock):
        today = deleted_today(archive.journals, plan.target, archive.clock())
        if why := guards.too_many(len(plan.ids), today):
            raise PlanError(why)
        return Journal.create(archive.journals, plan, clock=archive.clock)


def _take_along(
    journal: Journal, released: tuple[Release, ...], copies: Snapshot | None, post: Post
) -> None:
    """Note what is deleted although it was held, and put the saved copies beside the journal."""
    try:
        if released:
            post(journal.record(Released(released)))
        _keep(copies, journal, post)
    except JournalError:
        with suppress(JournalError):
            post(journal.record(Finished(stopped=True)))
        raise


def _keep(copies: Snapshot | None, journal: Journal, post: Post) -> None:
    """Put the saved copies beside the journal."""
    if copies is None:
        return
    try:
        # A file that is not there now may be copied back: its name stays its own.
        copies.belong_to(journal.path, [one.name for one in journal.run.saved])
        copies.close()
    except SnapshotError as error:
        raise JournalError(str(error)) from None
    post(journal.record(Saved(copies.path.name, copies.count)))


def _erased_at_the_end(copies: Snapshot | None) -> ExitStack:
    """Erase the copies of what was not deleted after all, unless the run has taken them along."""
    erased = ExitStack()
    if copies is not None:
        erased.callback(copies.discard)
    return erased


def _run_to_the_end(
    job: Job, plan: Plan, journal: Journal, post: Post, *, earlier_run: RunState | None = None
) -> None:
    read = False
    for event in sweep.run_and_look_up(plan, job.at(journal), earlier_run):
        if isinstance(event, Finished):
            # From here on it only reads, for which nobody needs to wait.
            job.over.set()
        post(event)
        if isinstance(event, Finished):
            # Not after reading alone: that takes its time, and the one who leaves does not wait.
            _receipt(job, journal, len(plan.ids), post, leaving=True)
        read = read or isinstance(event, Resolving | Verifying)
    if read:
        _receipt(job, journal, len(plan.ids), post, leaving=False)


def _receipt(job: Job, journal: Journal, ids: int, post: Post, *, leaving: bool) -> None:
    """Leave the receipt; `leaving`: whether somebody may be waiting for the program's end."""
    if not journal.tells_no_more():
        # It would tell of a line that the journal may not have later.
        post(Mishap("The disk fails: the receipt was not written. The next start writes it."))
        return
    waited_for = leaving and job.levers.abandoned
    if why := leave_receipt(journal.path, job.archive.clock(), ids=ids, leaving=waited_for):
        post(Mishap(why))


def _note_cut_off(levers: Levers, journal: Journal) -> None:
    """Note what ended the program in the middle of an undo, so that the next start asks."""
    if levers.cut_off and journal.run.rows.count(*AWAY):
        with suppress(JournalError):
            journal.record(CutOff(levers.cut_off))


def _compare(job: Job, journal: Journal, post: Post) -> None:
    for event in compare(journal.run, job.at(journal)):
        post(event)


def _end_if_settled(journal: Journal) -> None:
    """End a run whose process died once nothing of it is left to be asked about."""
    if not journal.run.finished and not journal.run.rows.count(State.ENTERED, State.UNKNOWN):
        journal.record(Finished(stopped=False))


@contextmanager
def _reopened(path: Path, plan: Plan, archive: Archive) -> Iterator[Journal]:
    """Read a run's journal under its lock, so that nobody writes to it meanwhile."""
    with locked(archive.locks, plan, archive.clock):
        read = read_journal(path)
        with closing(Journal.reopen(read, clock=archive.clock)) as journal:
            keep_doubt(journal)
            yield journal


def _settle_here(journal: Journal, *, alone: bool) -> None:
    """Let a run go on only where it was begun, or where the admin says that it is the only one.

    Raises JournalError if nobody has said so; else the next line of the journal says that it is
    here from now on.
    """
    home = journal.run.home
    how = home.moved_to(journal.home) if home else ""
    if how and not alone:
        raise JournalError(
            f"The journal of this run was {how}. Another zohotui may be working on it, so "
            "nothing is sent."
        )
    if how:
        journal.settle_here()
