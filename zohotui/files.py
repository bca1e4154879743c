"""What the disk is asked for beyond reading and writing: that a name lasts, that a file is ours.

Network shares and old FUSE file systems cannot do all of it. What can be done without is left out;
what cannot is an OSError, and the way out is another folder.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

_NO_FOLDER_SYNC = frozenset(
    {errno.EINVAL, errno.EBADF, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
)
"""How a file system says that it knows no fsync of a folder; its names last without it or never."""

_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP})

_NO_MODES = frozenset({errno.EPERM, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
_OTHERS = 0o077

ELSEWHERE = "ZOHOTUI_HOME can name a folder on a local disk instead."
"""The way out if a file system cannot do what is needed."""


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, not only what stands in the files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)


@contextmanager
def replace_whole(path: Path) -> Iterator[TextIO]:
    """Write a text that takes the place of the file at `path` once it is on the disk.

    If the block or the disk fails, the file that was there stays as it was; raises OSError. One
    writer at a time: what an earlier one left half written is taken away.
    """
    part = path.with_name(f".{path.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(part, flags, 0o600)
    try:
        # A lone surrogate, of a file's name that is no UTF-8, must not stop the writing.
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(path.parent)


def keep_from_others(descriptor: int, mode: int = 0o600) -> None:
    """Give an open file this mode; raises OSError if others could do more with it than that.

    Some file systems have no modes: there it is well if theirs is no wider.
    """
    try:
        os.fchmod(descriptor, mode)
    except OSError as error:
        if error.errno not in _NO_MODES:
            raise
    if os.fstat(descriptor).st_mode & _OTHERS & ~mode:
        why = f"its file system cannot keep others from reading it. {ELSEWHERE.rstrip('.')}"
        raise OSError(errno.EPERM, why)


def lock(descriptor: int, pauses: Sequence[float] = ()) -> None:
    """Take the lock of an open file for as long as it is open; the kernel lets go at its end.

    `pauses`: seconds to wait before each further try. Raises BlockingIOError if another has it.
    """
    for pause in pauses:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(pause)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_locked(path: Path) -> bool:
    """Whether another has the lock of a file; not so if there is none, or if nobody can tell."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def lock_holder(descriptor: int) -> str:
    """Name the process that has the lock of an open file, where the system tells: Linux does."""
    found = os.fstat(descriptor)
    file = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    try:
        locks = [line.split() for line in Path("/proc/locks").read_text("ascii").splitlines()]
    except (OSError, ValueError):
        locks = []
    # 1: FLOCK ADVISORY WRITE 4711 fd:01:131084 0 EOF
    holders = (one[4] for one in locks if file in one[5:6] and one[1:2] == ["FLOCK"])
    return next(
        (f"process {pid}" for pid in holders if pid.isdigit() and int(pid)), "another zohotui"
    )


def cannot_lock(path: Path, error: OSError) -> str:
    """Say in a sentence why a lock cannot be taken, and the way out."""
    if error.errno in _NO_LOCKS:
        return (
            f"The file system of {path.parent} has no locks ({error.strerror}), so two programs "
            f"could delete at once. {ELSEWHERE}"
        )
    return f"The lock {path} cannot be held: {error.strerror}. {ELSEWHERE}"
