"""What the run's thread does; it knows a function to post events with, and no widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from zohotui.deletion import looking_up
from zohotui.deletion.events import Event, Finished
from zohotui.deletion.journal import Journal, JournalError
from zohotui.deletion.lock import locked
from zohotui.deletion.outcomes import State
from zohotui.deletion.plan import Plan
from zohotui.deletion.replay import Replay, replay
from zohotui.deletion.undo import undo
from zohotui.tui.session import Session
from zohotui.tui.watched import WatchedRun
from zohotui.zoho.client import ZohoCRM


@dataclass(frozen=True, slots=True)
class Reread:
    """The journal was read anew under its lock: whatever was shown before may be out of date."""

    told: Replay


Post = Callable[[Event | Reread], object]


def carry_out(watched: WatchedRun, crm: ZohoCRM, session: Session, post: Post) -> None:
    """Journal and run a plan to its end, then look up what became of it, posting each event.

    Raises JournalError or LockedError before anything is sent if there can be no journal, or if
    another run is at work on the same module.
    """
    plan = watched.plan
    try:
        with (
            locked(session.locks, plan, session.clock),
            closing(Journal.create(session.journals, plan, clock=session.clock)) as journal,
        ):
            watched.journal = journal.path
            _follow(watched, crm, journal, session, post=post)
    finally:
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
            post(Reread(told))
            left = [told.rows.ids[place] for place in told.rows.places([State.ENTERED])]
            if left != list(confirmed.ids):
                raise JournalError("The run has gone on elsewhere since it was shown.")
            _follow(watched, crm, journal, session, post=post, before=told)
    finally:
        watched.ended.set()


def look_up(watched: WatchedRun, crm: ZohoCRM, session: Session, post: Post) -> None:
    """Read what is left in doubt of a run that is over, or whose process died.

    Then look whether what is deleted lies where it should.
    """
    with _reopened(_path(watched), watched.plan, session) as (journal, told):
        post(Reread(told))
        looking = looking_up.look_up(crm, journal, watched.control, now=session.clock)
        for event in looking:
            post(event)
        # If the disk does not take it, the run is asked about once more.
        with suppress(JournalError):
            _end_if_settled(journal)


def bring_back(watched: WatchedRun, crm: ZohoCRM, session: Session, post: Post) -> None:
    """Restore what a run deleted; raises as `carry_out` before anything is sent."""
    try:
        with _reopened(_path(watched), watched.plan, session) as (journal, told):
            post(Reread(told))
            # The rows that were shown are the screen's from here on.
            fresh = replay(journal.path)
            for event in undo(fresh, crm, journal, watched.control, now=session.clock):
                post(event)
    finally:
        watched.ended.set()


def _end_if_settled(journal: Journal) -> None:
    """End a run whose process died once nothing of it is left to be asked about."""
    told = replay(journal.path)
    if not told.finished and not told.rows.count(State.ENTERED, State.UNKNOWN):
        journal.finished(told.rows.tally, stopped=False)


def close_for_good(path: Path, session: Session) -> Replay:
    """End a run whose process died: what never left is not sent. Returns what is told now."""
    with _reopened(path, replay(path).plan, session) as (journal, told):
        if not told.finished:
            told.rows.close()
            journal.finished(told.rows.tally, stopped=True)
    return replay(path)


def _follow(
    watched: WatchedRun,
    crm: ZohoCRM,
    journal: Journal,
    session: Session,
    *,
    post: Post,
    before: Replay | None = None,
) -> None:
    running = looking_up.run_and_look_up(
        watched.plan, crm, journal, watched.control, before=before, now=session.clock
    )
    for event in running:
        if isinstance(event, Finished):
            # From here on it only reads, for which nobody needs to wait.
            watched.ended.set()
        post(event)


@contextmanager
def _reopened(path: Path, plan: Plan, session: Session) -> Iterator[tuple[Journal, Replay]]:
    """Read a run's journal under its lock, so that nobody writes to it meanwhile."""
    with locked(session.locks, plan, session.clock):
        told = replay(path)
        with closing(Journal.reopen(path, told.size, clock=session.clock)) as journal:
            yield journal, told


def _path(watched: WatchedRun) -> Path:
    if watched.journal is None:
        raise JournalError("This run has no journal.")
    return watched.journal
