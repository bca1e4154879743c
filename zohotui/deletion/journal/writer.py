"""The journal: one JSON-lines file a run, on disk before anything leaves and before it shows.

It records events: lines.py says how each stands in its line, chain.py that each line is chained.
The one who has the journal open holds the truth of its run: what its lines tell, and nothing else.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import zohotui
from zohotui.deletion.journal.chain import BEGIN, SIZE, Link, hash_of
from zohotui.deletion.journal.journal_file import JournalFile
from zohotui.deletion.journal.lines import (
    as_json,
    as_written,
    skew_as_written,
    to_line,
)
from zohotui.deletion.journal.plan_line import plan_line
from zohotui.deletion.journal.sole_writer import SoleWriter
from zohotui.deletion.model.events import (
    Begun,
    CutOff,
    Finished,
    FoundOut,
    Landed,
    Recorded,
    Restoring,
    Resumed,
    Sent,
)
from zohotui.deletion.model.home import Home
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Plan, Target
from zohotui.deletion.model.run_state import RunState, Sums
from zohotui.files import (
    append,
    cannot_lock,
    create_first,
    cut,
    lock_holder,
    make_folder,
    open_to_append,
    sync_folder,
)
from zohotui.zoho.zoho_clock import ZohoClock

_Event = TypeVar("_Event", bound=Recorded)


class JournalError(Exception):
    """The journal cannot be written or read; its text is a sentence for the admin."""


class JournalTaken(JournalError):
    """Somebody else has changed the journal: this process must never write to it again."""


class Journal:
    """The journal of one run, open for appending.

    Only whole lines count: a line that the disk failed to take is cut off at once, or before the
    next if the disk does not let it.
    """

    def __init__(
        self, path: Path, descriptor: int, clock: Callable[[], float], run: RunState
    ) -> None:
        self.path = path
        self.run = run
        """What its lines tell; what is in flight is `sending` in it. Only the journal writes it."""
        self.zoho_clock: ZohoClock | None = None
        """Each line tells how far this machine's clock is from it; None if that is not known."""
        self._descriptor = descriptor
        self._clock = clock
        self._sole = SoleWriter(path, descriptor)
        self._settles_here = False
        """Whether the next line says that the run goes on here."""
        self._said_right = ""
        """What the line by which the run goes on says of ids that look rounded."""
        self._size = 0
        self._torn = False
        self._head = BEGIN
        """Hash of the last line, see chain.py; empty if the journal has no chain."""
        self._met: dict[State, None] = {}
        """States of the plan's ids in the order in which they came up."""

    @classmethod
    def create(cls, folder: Path, plan: Plan, *, clock: Callable[[], float] = time.time) -> Journal:
        """Start the journal of a plan in a folder; raises JournalError if it cannot be kept."""
        try:
            make_folder(folder)
            path, descriptor = create_first(_paths(folder, _name(plan, clock())))
        except OSError as error:
            raise JournalError(_sentence(folder, error)) from None
        journal = cls(path, descriptor, clock, RunState(plan))
        try:
            journal._hold()
            begun = Begun(plan, this_tool(), at=as_written(clock()), home=journal.home)
            journal._write(plan_line(begun))
            journal.run.apply(begun)
            journal._met.update(dict.fromkeys(outcome.state for outcome, _ in plan.left_out))
            sync_folder(folder)
        except (JournalError, OSError) as error:
            journal.close()
            if not isinstance(error, JournalTaken):
                # Nothing was sent, and without its plan it would stand in the history for ever.
                with suppress(OSError):
                    path.unlink()
            if isinstance(error, JournalError):
                raise
            raise JournalError(_sentence(folder, error)) from None
        return journal

    @classmethod
    def reopen(cls, read: JournalFile, *, clock: Callable[[], float] = time.time) -> Journal:
        """Go on with a journal that was read back; the one who does holds the lock of its plan.

        What stands behind its whole lines is the part of a line that was being written when a
        process died, and is cut off before the next line.
        """
        path, size = read.path, read.size
        try:
            descriptor = open_to_append(path)
        except OSError as error:
            raise JournalError(_sentence(path, error)) from None
        journal = cls(path, descriptor, clock, read.run)
        try:
            journal._hold()
            journal._check(size)
            last = os.pread(descriptor, SIZE, max(0, size - SIZE - 1))
            journal._size, journal._torn = size, os.fstat(descriptor).st_size > size
        except JournalError:
            journal.close()
            raise
        except OSError as error:
            journal.close()
            raise JournalError(_sentence(path, error)) from None
        journal._head = hash_of(last)
        return journal

    @property
    def head(self) -> str:
        """Hash of the last line; empty if the journal has no chain."""
        return self._head

    @property
    def home(self) -> Home:
        """Where it is."""
        return Home.of_file(os.fstat(self._descriptor))

    def settle_here(self) -> None:
        """Say in the next line that it goes on here: the admin has said so."""
        self._settles_here = True

    def said_right(self, words: str) -> None:
        """Say, when the run goes on, that ids which look rounded are right: the admin has said so.

        `words`: why they look so.
        """
        self._said_right = words

    def _hold(self) -> None:
        try:
            self._sole.hold()
        except BlockingIOError:
            who = lock_holder(self._descriptor)
            raise JournalError(
                f"The journal {self.path} is open in {who}. Wait until that has ended."
            ) from None
        except OSError as error:
            raise JournalError(cannot_lock(self.path, error)) from None

    def _check(self, size: int) -> None:
        try:
            why = self._sole.trouble(size)
        except OSError as error:
            raise JournalError(_sentence(self.path, error)) from None
        if why:
            raise JournalTaken(why)

    def record(self, event: _Event) -> _Event:
        """Write an event down and take it into the run; return it as its line tells it.

        What says that a request leaves is on disk when this returns, and the file is then this
        program's alone. Raises JournalError if it is not; the run is as before then.
        """
        event = replace(
            event,
            at=as_written(self._clock()),
            skew=skew_as_written(self.zoho_clock.skew) if self.zoho_clock else None,
            home=self.home if self._settles_here else None,
        )
        if isinstance(event, FoundOut):
            event = replace(event, ended=self.run.finished)
        if isinstance(event, Resumed):
            event = replace(event, said_right=self._said_right)
        line = to_line(event, self._sums, self.run.rows.ids)
        self._write([as_json(line)[:-1]])
        self._settles_here = False
        if isinstance(event, Sent | Restoring):
            self._check(self._size)
        self.run.apply(event)
        self._meet(event)
        return event

    def _meet(self, event: Recorded) -> None:
        match event:
            case Landed(_, outcomes):
                self._met.update(dict.fromkeys(map(attrgetter("state"), outcomes)))
            case Resumed():
                self._met = dict.fromkeys(self.run.rows.tally)
                self._met.pop(State.ENTERED, None)
            case _:
                pass

    def _sums(self, event: Recorded) -> Sums:
        sums = self.run.sums_with(event)
        if not isinstance(event, Finished | CutOff):
            return sums
        # A script may show the sums at the end as they stand there: in the order of the answers.
        order = (*self._met, *sums.tally)
        return replace(sums, tally={state: sums.tally.get(state, 0) for state in order})

    def tells_no_more(self) -> bool:
        """Whether a reader finds nothing in the file but its whole lines; mends that if it can."""
        with suppress(OSError, JournalError):
            self._check(self._size)
            self._cut_torn()
        return not self._torn

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, pieces: Iterable[bytes]) -> None:
        """Write one line, in pieces without its last brace, and wait until the disk has it."""
        size, link = 0, Link(self._head)

        def tried(pieces: Iterable[bytes]) -> Iterator[bytes]:
            nonlocal size
            for piece in pieces:
                size += len(piece)
                self._sole.tried = size, link.head
                yield piece

        self._check(self._size)
        try:
            self._cut_torn()
            self._torn = True
            append(self._descriptor, tried(link.close(pieces)))
        except OSError as error:
            # At once: to a reader meanwhile, a receipt for one, the line would be whole.
            self.tells_no_more()
            raise JournalError(_sentence(self.path, error)) from None
        self._torn = False
        self._size += size
        self._head = link.head

    def _cut_torn(self) -> None:
        """Cut off what the disk took of a line that does not count; raises OSError."""
        if self._torn:
            cut(self._descriptor, self._size)
            self._torn = False


def this_tool() -> str:
    """Name this program and its version, as a journal does."""
    return f"zohotui {zohotui.__version__}"


def _name(plan: Plan, seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{moment}-{file_name_of(plan.target, plan.module)}"


def file_name_of(target: Target, module: str) -> str:
    """Name an org and a module so that any file system takes it."""
    org = re.sub(r"[^A-Za-z0-9]+", "-", target.zgid or target.org).strip("-")
    return f"{org[:40] or 'org'}-{module}"


def _paths(folder: Path, name: str) -> Iterator[Path]:
    """Yield the names that the journals of one second have."""
    yield folder / f"{name}.jsonl"
    yield from (folder / f"{name}-{number}.jsonl" for number in range(2, 1000))


def _sentence(path: Path, error: OSError) -> str:
    return f"The journal {path} cannot be written: {error.strerror or error}."
