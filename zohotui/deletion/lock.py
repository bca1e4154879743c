"""One run at a time per org and module: a lock file that names who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from zohotui.deletion.journal import file_name_of
from zohotui.deletion.plan import Plan
from zohotui.zoho.printable import printable

_LONGEST_NOTE = 1_000


class LockedError(Exception):
    """Another run holds the lock; its text is a sentence for the admin."""


@contextmanager
def locked(folder: Path, plan: Plan, clock: Callable[[], float]) -> Iterator[None]:
    """Hold the lock of a plan's org and module while the block runs.

    The kernel lets go of it when the process ends, however it ends, so a lock is never stale.
    Raises LockedError if another run holds it, or if the file cannot be kept.
    """
    path = folder / f"{file_name_of(plan)}.lock"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise LockedError(f"The lock {path} cannot be made: {error.strerror}.") from None
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(_who(descriptor, plan)) from None
        except OSError as error:
            raise LockedError(f"The lock {path} cannot be held: {error.strerror}.") from None
        _sign(descriptor, clock())
        yield
    finally:
        os.close(descriptor)


def _sign(descriptor: int, now: float) -> None:
    since = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    note = {"host": socket.gethostname(), "pid": os.getpid(), "since": since}
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(note).encode(), 0)


def _who(descriptor: int, plan: Plan) -> str:
    try:
        note = json.loads(os.pread(descriptor, _LONGEST_NOTE, 0))
        holder = f"process {note['pid']} on {note['host']}, since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        holder = "another process"
    return printable(
        f"Another zohotui is deleting {plan.label} of this org: {holder}. Wait for its end."
    )
