"""The runs of this and earlier sessions, told from the ends of their journals alone.

Of each journal only the first line, up to its ids, and the last line are read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from zohotui.deletion.journal.lines import end_of
from zohotui.deletion.journal.lock import holder
from zohotui.deletion.journal.plan_line import HEAD, NewerFormat, head_of
from zohotui.deletion.journal.writer import JournalError, file_name_of
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Target
from zohotui.files import is_locked

_ENDING = ".jsonl"

_TAIL = 16_384
"""Bytes from the end that are read first: most last lines are shorter."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One run as the list of runs shows it."""

    path: Path
    began: float
    """Seconds since the epoch."""
    target: Target
    module: str
    label: str
    count: int | None
    """How many ids it has; None if only the whole journal tells."""
    tally: Mapping[State, int] | None
    """How many ids are in each state; None for a run whose process died."""
    finished: bool
    asked_back: int = 0
    """How many an undo asked for that nobody has seen since, as far as the last line tells."""
    cut_off: bool = False
    """Whether something ended the program in the middle of it, or of an undo of it, and that was
    the last of it."""

    reason: str = ""
    """Why it was done, in the admin's words; empty if that is not told."""
    restores: bool = False
    """Whether it only restores what others deleted."""

    @property
    def asks(self) -> bool:
        """Whether its admin has to say what becomes of it."""
        return self.cut_off or not self.finished


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file among the journals that is none, or is damaged."""

    path: Path
    why: str

    def may_be_of(self, target: Target) -> float | None:
        """Return when it was begun in this org, by the name of its file; None if it was not.

        Without a whole first line nothing was ever sent.
        """
        moment, _, rest = self.path.name.partition("-")
        if not rest.startswith(file_name_of(target, "")):
            return None
        with suppress(OSError), self.path.open("rb") as file:
            if not file.readline().endswith(b"\n"):
                return None
        try:
            return datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
        except ValueError:
            return None


def history(folder: Path) -> list[Summary | Unreadable]:
    """Summarise every journal of a folder, the newest first.

    Raises JournalError if the folder cannot be read; one that is not there has no journals.
    """
    try:
        names = [entry.name for entry in os.scandir(folder) if entry.name.endswith(_ENDING)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise JournalError(f"The folder {folder} cannot be read: {error.strerror}.") from None
    # With its ending, the second journal of one second would count as older than the first.
    names.sort(key=lambda name: name.removesuffix(_ENDING), reverse=True)
    return [_summary(folder / name) for name in names]


def unfinished(folder: Path, locks: Path, target: Target) -> list[Summary]:
    """Return the runs of an org whose program ended in the middle, the newest first.

    A run at which some process is still at work, by its lock or its journal's, is not among them,
    nor one whose org could not be named: it may not be this one.
    """
    found = (one for one in history(folder) if isinstance(one, Summary) and one.asks)
    return [
        one
        for one in found
        if one.target.same_org(target)
        and not holder(locks, one.target, one.module)
        and not is_locked(one.path)
    ]


def left_in_doubt(folder: Path, target: Target) -> int:
    """Count the ids of an org whose runs have ended and whose fate nobody knows.

    They are unknown, or an undo asked for them and nobody has seen them since.
    """
    ended = (one for one in history(folder) if isinstance(one, Summary) and not one.asks)
    ours = (one for one in ended if one.target.same_org(target))
    return sum((one.tally or {}).get(State.UNKNOWN, 0) + one.asked_back for one in ours)


def org_names(folder: Path) -> Mapping[str, str]:
    """Tell what the org of each number was called in its newest run; without journals nothing."""
    try:
        runs = [one for one in history(folder) if isinstance(one, Summary)]
    except JournalError:
        return {}
    return {one.target.zgid: one.target.org for one in reversed(runs) if one.target.zgid}


def _summary(path: Path) -> Summary | Unreadable:
    try:
        # Anything else that can be opened may keep the one who reads it waiting for ever.
        if path.exists() and not path.is_file():
            return Unreadable(path, "it is not a file")
        with path.open("rb") as file:
            start, last = file.read(HEAD), last_line(file)
    except OSError as error:
        return Unreadable(path, f"it cannot be read: {error.strerror}")
    try:
        head, end = head_of(start), end_of(last)
    except NewerFormat:
        return Unreadable(path, "it was written by a newer zohotui")
    except (ValueError, ArithmeticError, KeyError, TypeError, AttributeError):
        return Unreadable(path, "it is not a complete journal of zohotui")
    return Summary(
        path=path,
        began=head.at,
        target=head.target,
        module=head.module,
        label=head.label,
        count=sum(end.tally.values()) if head.count is None and end.tally else head.count,
        tally=end.tally,
        finished=end.finished or head.restores,
        asked_back=end.asked_back,
        cut_off=end.cut_off,
        reason=head.reason,
        restores=head.restores,
    )


def last_line(file: BinaryIO) -> bytes:
    """Return the last whole line; of a journal that is nothing but its plan, an empty object."""
    end, size = file.seek(0, os.SEEK_END), _TAIL
    while True:
        start = max(0, end - size)
        file.seek(start)
        whole, newline, _ = file.read(end - start).rpartition(b"\n")
        _before, earlier, last = whole.rpartition(b"\n")
        if earlier:
            return last
        if start == 0:
            return b"{}" if newline else b""
        size *= 8
