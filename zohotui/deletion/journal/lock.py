"""One run at a time per org and module, by a lock file that names who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from zohotui.deletion.journal.writer import file_name_of
from zohotui.deletion.model.plan import Plan, Target, is_whole
from zohotui.files import ELSEWHERE, cannot_lock, lock, make_folder, open_lock, sign
from zohotui.zoho.printable import printable

_LONGEST_NOTE = 1_000

_LOOKS = (0.01, 0.03, 0.1)
"""Seconds after which a lock is tried again: to look who holds it takes it for a moment."""

_TURNS = (0.05,) * 200
"""The same for a lock that is held only while a journal begins: that of a million ids takes its
time."""


class LockedError(Exception):
    """Another run holds the lock; its text is a sentence for the admin."""


@contextmanager
def locked(folder: Path, plan: Plan, clock: Callable[[], float]) -> Iterator[None]:
    """Hold the lock of a plan's org and module while the block runs.

    The kernel lets go of it when the process ends, however it ends, so a lock is never stale.
    Raises LockedError if another run holds it, or if the file cannot be kept.
    """
    path = _path(folder, plan.target, plan.module)
    with _kept(path, clock, _LOOKS, partial(_sentence, plan)):
        yield


@contextmanager
def one_at_a_time(folder: Path, target: Target, clock: Callable[[], float]) -> Iterator[None]:
    """Hold an org's own lock for the moment in which a run is counted and its journal begins.

    Waits for its turn; raises LockedError if that does not come, or if the file cannot be kept.
    """
    # No module has an empty name.
    with _kept(_path(folder, target, ""), clock, _TURNS, _busy):
        yield


@contextmanager
def _kept(
    path: Path,
    clock: Callable[[], float],
    pauses: Sequence[float],
    sentence: Callable[[str], str],
) -> Iterator[None]:
    descriptor = _opened(path)
    try:
        try:
            lock(descriptor, pauses)
        except BlockingIOError:
            raise LockedError(sentence(printable(_who(descriptor)))) from None
        except OSError as error:
            raise LockedError(cannot_lock(path, error)) from None
        # It holds unsigned as well; a full disk must not end what needs no disk.
        with suppress(OSError):
            _sign(descriptor, clock())
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    try:
        make_folder(path.parent)
        return open_lock(path)
    except OSError as error:
        why = f"The lock {path} cannot be made: {error.strerror}. {ELSEWHERE}"
        raise LockedError(why) from None


def _sign(descriptor: int, now: float) -> None:
    since = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    note = {"host": socket.gethostname(), "pid": os.getpid(), "since": since}
    sign(descriptor, json.dumps(note).encode())


def _path(folder: Path, target: Target, module: str) -> Path:
    return folder / f"{file_name_of(target, module)}.lock"


def holder(folder: Path, target: Target, module: str) -> str:
    """Say who is at work on a module of an org; empty if nobody is."""
    try:
        descriptor = open_lock(_path(folder, target, module), make=False)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return printable(_who(descriptor))
    finally:
        os.close(descriptor)
    return ""


def occupied(folder: Path, plan: Plan) -> str:
    """Say in a sentence why a plan cannot be carried out now; empty if it can.

    Another run is at work where it is to go, or its lock cannot be had at all.
    """
    path = _path(folder, plan.target, plan.module)
    try:
        descriptor = _opened(path)
    except LockedError as error:
        return str(error)
    try:
        # Shared: who only looks keeps out nobody else who looks.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _sentence(plan, printable(_who(descriptor)))
    except OSError as error:
        return cannot_lock(path, error)
    finally:
        os.close(descriptor)
    return ""


def _sentence(plan: Plan, who: str) -> str:
    return f"Another zohotui is deleting {plan.label} in this org: {who}. Wait until it has ended."


def _busy(who: str) -> str:
    return f"Another zohotui is starting a run in this org: {who}. Try again in a moment."


def _who(descriptor: int) -> str:
    try:
        note = json.loads(os.pread(descriptor, _LONGEST_NOTE, 0))
        pid, host, since = note["pid"], note["host"], note["since"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return "another process"
    if not is_whole(pid) or not isinstance(host, str) or not isinstance(since, str):
        return "another process"
    return f"process {pid} on {host}, since {since}"
