"""What the run's thread does; it knows a function to post events with, and no widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from zohotui.deletion.afterwards import sweep as looking_up
from zohotui.deletion.afterwards.compare import compare
from zohotui.deletion.afterwards.undo import undo
from zohotui.deletion.journal.doubt import keep_doubt
from zohotui.deletion.journal.lock import locked, one_at_a_time
from zohotui.deletion.journal.replay import Replay, read_journal, replay
from zohotui.deletion.journal.saved_copies import snapshots_of
from zohotui.deletion.journal.snapshot import SnapshotError
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.events import (
    CutOff,
    Event,
    Finished,
    Release,
    Released,
    Resolving,
    Saved,
    Settled,
    Verifying,
)
from zohotui.deletion.model.levers import Control
from zohotui.deletion.model.outcome import AWAY, State
from zohotui.deletion.model.plan import Plan, PlanError
from zohotui.deletion.reads.work import Times, Work
from zohotui.deletion.review.guards import Guards, deleted_today
from zohotui.tui.leave_receipt import leave_receipt
from zohotui.tui.session import Session
from zohotui.tui.watched import WatchedRun
from zohotui.zoho.client import ZohoCRM


@dataclass(frozen=True, slots=True)
class Reread:
    """The journal was read anew under its lock: whatever was shown before may be out of date."""

    told: Replay


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something went wrong beside a run that is over, and has not touched it."""

    words: str


Post = Callable[[Event | Reread | Mishap], object]


def carry_out(
    watched: WatchedRun,
    crm: ZohoCRM,
    session: Session,
    post: Post,
    *,
    guards: Guards,
) -> None:
    """Journal and run a plan to its end, then look up what became of it, posting each event.

    Raises JournalError, LockedError or PlanError before anything is sent if there can be no
    journal, if another run is at work on the same module, or if it would be too many by now.
    """
    plan = watched.plan
    try:
        with (
            locked(session.locks, plan, session.clock),
            closing(_journal(plan, session, guards)) as journal,
        ):
            watched.journal = journal.path
            _take_along(watched, journal)
            _follow(watched, crm, journal, session, post=post)
    finally:
        _drop(watched)
        watched.ended.set()


def go_on(
    watched: WatchedRun, crm: ZohoCRM, session: Session, post: Post, *, confirmed: Plan
) -> None:
    """Carry out the rest of a run whose process died; raises as `carry_out`.

    `confirmed` holds exactly the ids that the sentence was typed for. If others are left by now,
    somebody has gone on with the run meanwhile, and nothing is sent.
    """
    try:
        with _reopened(_path(watched), watched.plan, session) as (journal, told):
            post(Reread(replay(journal.path)))
            _settle_here(watched, journal, told)
            left = [told.rows.ids[place] for place in told.rows.places([State.ENTERED])]
            if left != list(confirmed.ids):
                raise JournalError("The run has gone on elsewhere since it was shown.")
            _keep(watched, journal)
            if confirmed.said_right != told.plan.said_right:
                journal.said_right(confirmed.said_right)
            _follow(watched, crm, journal, session, post=post, before=told)
    finally:
        _drop(watched)
        watched.ended.set()


def _journal(plan: Plan, session: Session, guards: Guards) -> Journal:
    """Begin the journal, unless other runs began since the sentence was asked for."""
    if not guards.most_a_day:
        return Journal.create(session.journals, plan, clock=session.clock)
    # Of two programs the second counts the first one's journal.
    with one_at_a_time(session.locks, plan.target, session.clock):
        today = deleted_today(session.journals, plan.target, session.clock())
        if why := guards.too_many(len(plan.ids), today):
            raise PlanError(why)
        return Journal.create(session.journals, plan, clock=session.clock)


def _take_along(watched: WatchedRun, journal: Journal) -> None:
    """Note who was let go although it was held, and put the saved copies beside the journal."""
    try:
        if watched.listed and (released := watched.listed.released(watched.plan)):
            records = (
                Release(place, str(record_id), outcome.code, outcome.message)
                for place, record_id, outcome in released
            )
            journal.record(Released(tuple(records)))
        _keep(watched, journal)
    except JournalError:
        watched.rows.close()
        with suppress(JournalError):
            journal.record(Finished(stopped=True))
        raise


def _keep(watched: WatchedRun, journal: Journal) -> None:
    snapshot = watched.snapshot
    if snapshot is not None:
        try:
            # A file that is not there now may be copied back: its name stays its own.
            snapshot.belong_to(journal.path, [one.name for one in watched.saved])
            snapshot.close()
            saved = journal.record(Saved(snapshot.path.name, snapshot.count))
            watched.run.saved.append(saved)
        except SnapshotError as error:
            raise JournalError(str(error)) from None
        watched.snapshot = None


def _drop(watched: WatchedRun) -> None:
    """Erase the copies of what was not deleted after all."""
    if watched.snapshot is not None:
        watched.snapshot.discard()
        watched.snapshot = None


def look_up(watched: WatchedRun, crm: ZohoCRM, session: Session, post: Post) -> None:
    """Read what is left in doubt of a run that is over, or whose process died.

    Then look whether what is deleted lies where it should, and what is restored is as it was.
    """
    with _reopened(_path(watched), watched.plan, session) as (journal, _):
        post(Reread(replay(journal.path)))
        why = ""
        looking = looking_up.look_up(_work(watched, crm, journal, session))
        for event in looking:
            why = event.why if isinstance(event, Settled) else why
            post(event)
        saved = journal.run.saved or snapshots_of(journal.path)
        if saved and not why and not watched.control.abandoned:
            _compare(watched, crm, journal, session, post)
        # If the disk does not take it, the run is asked about once more.
        with suppress(JournalError):
            _end_if_settled(journal)
        # Nobody waits for its end: whoever leaves while it only reads goes at once.
        _receipt(watched, journal, session, post, control=None)


def bring_back(
    watched: WatchedRun,
    crm: ZohoCRM,
    session: Session,
    post: Post,
    *,
    confirmed: Sequence[int],
) -> None:
    """Restore what a run deleted, then compare it with its saved copies.

    Raises as `carry_out` before anything is sent, also if the places of what is away are not those
    that the sentence was typed for: somebody has gone on with the run meanwhile.
    """
    try:
        with _reopened(_path(watched), watched.plan, session) as (journal, told):
            away = list(told.rows.places(AWAY))
            # Rows of its own: what is undone is not the screen's to hold.
            post(Reread(replay(journal.path)))
            _settle_here(watched, journal, told)
            if away != list(confirmed):
                raise JournalError("The run has gone on elsewhere since it was shown.")
            why = ""
            for event in undo(told, _work(watched, crm, journal, session)):
                why = event.why if isinstance(event, Settled) else why
                post(event)
            _note_cut_off(watched.control, journal)
            # From here on it only reads, for which nobody needs to wait.
            watched.ended.set()
            if not why and not watched.control.stopped:
                _compare(watched, crm, journal, session, post)
            _receipt(watched, journal, session, post, control=watched.control)
    finally:
        watched.ended.set()


def _note_cut_off(control: Control, journal: Journal) -> None:
    """Note what ended the program in the middle of an undo, so that the next start asks."""
    if control.cut_off and journal.run.rows.count(*AWAY):
        with suppress(JournalError):
            journal.record(CutOff(control.cut_off))


def _compare(
    watched: WatchedRun, crm: ZohoCRM, journal: Journal, session: Session, post: Post
) -> None:
    for event in compare(journal.run, _work(watched, crm, journal, session)):
        post(event)


def _end_if_settled(journal: Journal) -> None:
    """End a run whose process died once nothing of it is left to be asked about."""
    if not journal.run.finished and not journal.run.rows.count(State.ENTERED, State.UNKNOWN):
        journal.record(Finished(stopped=False))


def close_for_good(path: Path, session: Session) -> tuple[Replay, str]:
    """End a run that was cut off: what never left is not sent, and nobody is asked again.

    Returns what is told now, and why there is no receipt of it, or nothing.
    """
    with _reopened(path, replay(path).plan, session) as (journal, told):
        if not told.finished or told.cut_off:
            journal.record(Finished(stopped=True))
        remark = leave_receipt(path, session.clock(), ids=len(told.rows))
    return replay(path), remark


def _follow(
    watched: WatchedRun,
    crm: ZohoCRM,
    journal: Journal,
    session: Session,
    *,
    post: Post,
    before: Replay | None = None,
) -> None:
    work = _work(watched, crm, journal, session)
    read = False
    for event in looking_up.run_and_look_up(watched.plan, work, before):
        if isinstance(event, Finished):
            # From here on it only reads, for which nobody needs to wait.
            watched.ended.set()
        post(event)
        if isinstance(event, Finished):
            # Not after reading alone: that takes its time, and whoever leaves does not wait.
            _receipt(watched, journal, session, post, control=watched.control)
        read = read or isinstance(event, Resolving | Verifying)
    if read:
        _receipt(watched, journal, session, post, control=None)


def _work(watched: WatchedRun, crm: ZohoCRM, journal: Journal, session: Session) -> Work:
    return Work(crm, journal, watched.control, Times(session.clock))


def _receipt(
    watched: WatchedRun, journal: Journal, session: Session, post: Post, *, control: Control | None
) -> None:
    ids = len(watched.plan.ids)
    if why := leave_receipt(journal.path, session.clock(), ids=ids, control=control):
        post(Mishap(why))


@contextmanager
def _reopened(path: Path, plan: Plan, session: Session) -> Iterator[tuple[Journal, Replay]]:
    """Read a run's journal under its lock, so that nobody writes to it meanwhile."""
    with locked(session.locks, plan, session.clock):
        read = read_journal(path)
        with closing(Journal.reopen(read, clock=session.clock)) as journal:
            keep_doubt(journal)
            yield journal, journal.run


def _settle_here(watched: WatchedRun, journal: Journal, told: Replay) -> None:
    """Let a run go on only where it was begun, or where the admin says that it is the only one.

    Raises JournalError if nobody has said so; else the next line of the journal says that it is
    here from now on.
    """
    how = told.home.moved_to(journal.home) if told.home else ""
    if how and not watched.alone:
        raise JournalError(
            f"The journal of this run was {how}. The run may be going on elsewhere, so nothing is "
            "sent."
        )
    if how:
        journal.settle_here()


def _path(watched: WatchedRun) -> Path:
    if watched.journal is None:
        raise JournalError("This run has no journal.")
    return watched.journal
