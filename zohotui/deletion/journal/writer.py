"""The journal: one JSON-lines file a run, on disk before anything leaves and before it shows.

What each line says stands in line_kinds.py; that each is chained, in chain.py.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import zohotui
from zohotui.deletion.journal.chain import BEGIN, SIZE, Link, hash_of
from zohotui.deletion.journal.home import Home
from zohotui.deletion.journal.lines import as_json, asked, counts, group_of, iso, plan_pieces
from zohotui.deletion.journal.sole_writer import SoleWriter
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Batch, Plan, Target
from zohotui.deletion.model.timeline import Saved
from zohotui.files import cannot_lock, lock_holder, sync_folder

FORMAT = 3
"""Version of the file format; readers take every older one and refuse what is newer.

1 had neither `count` in its first line nor `resolved` and `resumed`. 2 had no chain; a journal that
began without one goes on without: half a chain would look like a whole one.
"""

Found = tuple[int, int, Outcome]
"""What was found out of one id: its place in the plan, the id and its outcome."""


class JournalError(Exception):
    """The journal cannot be written or read; its text is a sentence for the admin."""


class JournalTaken(JournalError):
    """Somebody else has changed the journal: this process must never write to it again."""


class Journal:
    """The journal of one run, open for appending.

    Only whole lines count: a line that the disk failed to take is cut off at once, or before the
    next if the disk does not let it.
    """

    def __init__(self, path: Path, descriptor: int, clock: Callable[[], float]) -> None:
        self.path = path
        self._descriptor = descriptor
        self._clock = clock
        self._sole = SoleWriter(path, descriptor)
        self._note: dict[str, Any] = {}
        """What the next line says beside what it is for."""
        self._size = 0
        self._torn = False
        self.clock_keys: Callable[[], Mapping[str, float]] = dict  # In every line, see skews.py.
        self._head = BEGIN
        """Hash of the last line, see chain.py; empty if the journal has no chain."""

    @classmethod
    def create(cls, folder: Path, plan: Plan, *, clock: Callable[[], float] = time.time) -> Journal:
        """Start the journal of a plan in a folder; raises JournalError if it cannot be kept."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path, descriptor = _new_file(folder, _name(plan, clock()))
        except OSError as error:
            raise JournalError(_sentence(folder, error)) from None
        journal = cls(path, descriptor, clock)
        try:
            journal._hold()
            tool, home = f"zohotui {zohotui.__version__}", journal.home.written
            head = {"journal": FORMAT, "tool": tool, "at": journal._now(), "home": home}
            journal._write(plan_pieces(plan, head))
            sync_folder(folder)
        except JournalError:
            journal.close()
            raise
        except OSError as error:
            journal.close()
            raise JournalError(_sentence(folder, error)) from None
        return journal

    @classmethod
    def reopen(cls, path: Path, size: int, *, clock: Callable[[], float] = time.time) -> Journal:
        """Go on with a journal that was read back; whoever does holds the lock of its plan.

        `size`: bytes of its whole lines. What stands behind them is the part of a line that was
        being written when a process died, and is cut off before the next line.
        """
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            descriptor = os.open(path, flags)
        except OSError as error:
            raise JournalError(_sentence(path, error)) from None
        journal = cls(path, descriptor, clock)
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
        """Where it lies."""
        return Home.of_file(os.fstat(self._descriptor))

    def settle_here(self) -> None:
        """Say in the next line that it goes on here: the admin has said so."""
        self._note["home"] = self.home.written

    def said_right(self, words: str) -> None:
        """Say in the next line that ids which look rounded are right: the admin has said so."""
        self._note["said_right"] = words

    def _hold(self) -> None:
        try:
            self._sole.hold()
        except BlockingIOError:
            who = lock_holder(self._descriptor)
            raise JournalError(
                f"The journal {self.path} is open in {who}. Wait for its end."
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

    def sending(self, batch: Batch) -> float:
        """Note that a batch is about to leave; return when, in seconds since the epoch."""
        now = self._clock()
        line = {"sending": batch.number, "at": iso(now)}
        self._append({**line, "start": batch.start, "count": len(batch.ids)}, leaves=True)
        return now

    def landed(
        self, batch: Batch, outcomes: Sequence[Outcome], foreign: Sequence[str] = ()
    ) -> float:
        """Note what became of a batch; return when, in seconds since the epoch.

        `foreign` are ids that were answered but never asked.
        """
        now = self._clock()
        line: dict[str, Any] = {"landed": batch.number, "at": iso(now)}
        if foreign:
            line["foreign"] = list(foreign)
        groups: dict[Outcome, list[str]] = {}
        for record_id, outcome in zip(batch.ids, outcomes, strict=True):
            groups.setdefault(outcome, []).append(str(record_id))
        line["outcomes"] = [group_of(outcome, ids) for outcome, ids in groups.items()]
        self._append(line)
        return now

    def returned(self, batch: Batch, why: str) -> None:
        """Note that a batch provably changed nothing."""
        self._append({"returned": batch.number, "at": self._now(), "why": why})

    def braked(self, why: str) -> None:
        """Note why the run paused itself."""
        self._append({"braked": why, "at": self._now()})

    def finished(self, tally: Mapping[State, int], *, stopped: bool, asked_back: int = 0) -> None:
        """Note the end and the sums; `asked_back` as of `resolved`."""
        line = {"finished": counts(tally), "stopped": stopped, "at": self._now()}
        self._append({**line, **asked(asked_back)})

    def cut_off(self, by: str, tally: Mapping[State, int], *, ended: bool, asked_back: int) -> None:
        """Note what ended the program, see Cause; the other parameters as of `resolved`."""
        line = {"cut_off": by, "at": self._now(), "tally": counts(tally), "ended": ended}
        self._append({**line, **asked(asked_back)})

    def resolved(
        self,
        found: Sequence[Found],
        tally: Mapping[State, int],
        *,
        ended: bool,
        asked_back: int = 0,
    ) -> None:
        """Note what reading told of open ids.

        `tally` is that of the whole run with these outcomes; `ended` says whether it is over;
        `asked_back`: how many ids an undo asked for that nobody has seen since.
        """
        self._found("resolved", found, tally, ended=ended, asked_back=asked_back)

    def verified(
        self,
        found: Sequence[Found],
        tally: Mapping[State, int],
        *,
        ended: bool,
        asked_back: int = 0,
    ) -> None:
        """Note what reading told of deleted ids; parameters as of `resolved`."""
        self._found("verified", found, tally, ended=ended, asked_back=asked_back)

    def restoring(
        self,
        places: Sequence[int],
        ids: Sequence[str],
        tally: Mapping[State, int],
        *,
        ended: bool,
        asked_back: int = 0,
    ) -> None:
        """Note that Zoho is about to be asked to restore the ids at these places.

        The other parameters as of `resolved`; to ask changes neither tally nor end.
        """
        line = {"restoring": list(ids), "places": list(places), "at": self._now()}
        self._append(
            {**line, "tally": counts(tally), "ended": ended, **asked(asked_back)}, leaves=True
        )

    def restored(
        self,
        found: Sequence[Found],
        tally: Mapping[State, int],
        *,
        ended: bool,
        asked_back: int = 0,
    ) -> None:
        """Note what an undo came to for some ids; parameters as of `resolved`."""
        self._found("restored", found, tally, ended=ended, asked_back=asked_back)

    def compared(
        self,
        found: Sequence[Found],
        tally: Mapping[State, int],
        *,
        ended: bool,
        asked_back: int = 0,
    ) -> None:
        """Note how restored ids compare with their saved copies; parameters as of `resolved`."""
        self._found("compared", found, tally, ended=ended, asked_back=asked_back)

    def _found(
        self,
        word: str,
        found: Sequence[Found],
        tally: Mapping[State, int],
        *,
        ended: bool,
        asked_back: int,
    ) -> None:
        groups: dict[Outcome, list[tuple[int, int]]] = {}
        for place, record_id, outcome in found:
            groups.setdefault(outcome, []).append((place, record_id))
        written = [
            {
                **group_of(outcome, [str(record_id) for _, record_id in members]),
                "places": [place for place, _ in members],
            }
            for outcome, members in groups.items()
        ]
        line = {word: written, "at": self._now(), "tally": counts(tally), "ended": ended}
        self._append({**line, **asked(asked_back)})

    def released(self, records: Sequence[tuple[int, int, Outcome]]) -> None:
        """Note which held records go all the same: place in the plan, id and outcome of each.

        The outcome's message tells for what reason, and why the record was held.
        """
        written = [
            {"id": str(record_id), "place": place, "code": outcome.code, "why": outcome.message}
            for place, record_id, outcome in records
        ]
        self._append({"released": written, "at": self._now()})

    def saved(self, name: str, records: int) -> Saved:
        """Note the name of the file beside the journal that holds copies of so many records."""
        now = self._clock()
        self._append({"saved": name, "records": records, "at": iso(now)})
        return Saved(name, records, now)

    def resumed(self) -> None:
        """Note that a run goes on whose process had died."""
        self._append({"resumed": f"zohotui {zohotui.__version__}", "at": self._now()})

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _now(self) -> str:
        return iso(self._clock())

    def _append(self, line: Mapping[str, Any], *, leaves: bool = False) -> None:
        """Write a line; `leaves`: a request leaves behind it, unless the file is changed by now."""
        self._write([as_json({**line, **self.clock_keys(), **self._note})[:-1]])
        self._note = {}
        if leaves:
            self._check(self._size)

    def _write(self, pieces: Iterable[bytes]) -> None:
        """Write one line, in pieces without its last brace, and wait until the disk has it."""
        size, link = 0, Link(self._head)
        self._check(self._size)
        try:
            self._cut_torn()
            self._torn = True
            for piece in link.close(pieces):
                size += len(piece)
                self._sole.tried = size, link.head
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
            _sync(self._descriptor)
        except OSError as error:
            # At once: to whoever reads it meanwhile, a receipt for one, the line would be whole.
            with suppress(OSError, JournalError):
                self._check(self._size)
                self._cut_torn()
            raise JournalError(_sentence(self.path, error)) from None
        self._torn = False
        self._size += size
        self._head = link.head

    def _cut_torn(self) -> None:
        """Cut off what the disk took of a line that does not count; raises OSError."""
        if self._torn:
            os.ftruncate(self._descriptor, self._size)
            self._torn = False


def _name(plan: Plan, seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"{moment}-{file_name_of(plan.target, plan.module)}"


def file_name_of(target: Target, module: str) -> str:
    """Name an org and a module so that any file system takes it."""
    org = re.sub(r"[^A-Za-z0-9]+", "-", target.zgid or target.org).strip("-")
    return f"{org[:40] or 'org'}-{module}"


def _new_file(folder: Path, name: str) -> tuple[Path, int]:
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
    for attempt in range(1, 1000):
        path = folder / (f"{name}.jsonl" if attempt == 1 else f"{name}-{attempt}.jsonl")
        try:
            return path, os.open(path, flags, 0o600)
        except FileExistsError:
            continue
    raise FileExistsError(17, "too many journals of this second", str(folder))


def _sync(descriptor: int) -> None:
    """Wait for the disk; macOS has no fdatasync."""
    getattr(os, "fdatasync", os.fsync)(descriptor)


def _sentence(path: Path, error: OSError) -> str:
    return f"The journal {path} cannot be written: {error.strerror or error}."
