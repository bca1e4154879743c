"""Files that are their owner's alone and last: nothing else in zohotui writes one.

A file is made and nobody else's is taken (`create_new`, `create_whole`, `create_named`), grows at
its end (`append`, `cut`), or is replaced whole (`replace_whole`). What returns is on the disk.

Network shares and old FUSE file systems cannot do all of it. What can be done without is left out;
what cannot is an OSError, and the way out is another folder.
"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
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

_PATIENCE = 10.0
"""Seconds to wait until another lets go of a folder: a receipt of a million ids takes a few."""

_NAP = 0.05
"""Seconds between two looks."""

_OURS = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW


class NotWritten(Exception):
    """A file that the admin named cannot be written; its text is a sentence for the admin."""


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


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, unless it is there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def create_new(path: Path) -> int:
    """Make a file that is only its owner's, open to append to; raises FileExistsError."""
    return os.open(path, _OURS | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)


def create_first(paths: Iterable[Path]) -> tuple[Path, int]:
    """Make the first of these that is not there yet, as `create_new`."""
    path = None
    for path in paths:
        with suppress(FileExistsError):
            return path, create_new(path)
    raise FileExistsError(errno.EEXIST, "too many files of this name", str(path))


def open_to_append(path: Path, *, make: bool = False) -> int:
    """Open a file to append to; `make`: make it if it is not there."""
    return os.open(path, _OURS | os.O_APPEND | (os.O_CREAT if make else 0), 0o600)


def open_lock(path: Path, *, make: bool = True) -> int:
    """Open a file that is only locked and signed; `make`: make it if it is not there."""
    return os.open(path, _OURS | (os.O_CREAT if make else 0), 0o600)


def sign(descriptor: int, note: bytes) -> None:
    """Let a small file hold this and nothing else; whether that lasts does not matter."""
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, note, 0)


def append(descriptor: int, pieces: Iterable[bytes]) -> None:
    """Write at the end of an open file, and wait until the disk has it.

    Raises OSError, and a part may stand there then: `cut` takes it away.
    """
    for piece in pieces:
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    sync(descriptor)


def cut(descriptor: int, size: int) -> None:
    """Take away what stands behind this many bytes."""
    os.ftruncate(descriptor, size)


def sync(descriptor: int) -> None:
    """Wait until the disk has what stands in a file; macOS has no fdatasync."""
    getattr(os, "fdatasync", os.fsync)(descriptor)


@contextmanager
def create_whole(path: Path) -> Iterator[TextIO]:
    """Make a file and let the block write it; raises FileExistsError.

    If the block or the disk fails, there is no file; raises OSError.
    """
    descriptor = create_new(path)
    try:
        with _written(descriptor) as file:
            yield file
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def new_path(named: Path, *endings: str) -> Path:
    """Return the full path of a new file that the admin named; raises NotWritten.

    `endings`: those that its name may have, each with its dot.
    """
    try:
        path = named.expanduser().absolute()
    except RuntimeError:
        raise NotWritten(f"{named}: there is no such user.") from None
    if path.suffix.lower() not in endings:
        allowed = " or ".join(filter(None, (", ".join(endings[:-1]), endings[-1])))
        raise NotWritten(f"{path.name}: the name must end in {allowed}.")
    if "\0" in str(path):
        raise NotWritten("A file name cannot have a zero byte.")
    return path


@contextmanager
def create_named(path: Path) -> Iterator[TextIO]:
    """Make a file as `create_whole` does, where the admin wants it; raises NotWritten."""
    try:
        with create_whole(path) as file:
            yield file
    except FileExistsError:
        raise NotWritten(f"{path} exists already. Choose another name.") from None
    except OSError as error:
        raise NotWritten(f"{path} cannot be written: {error.strerror}.") from None


@contextmanager
def replace_whole(path: Path, *, mode: int | None = None, alone: bool = False) -> Iterator[TextIO]:
    """Let the block write what takes the place of the file at `path` once it is on the disk.

    If the block or the disk fails, the file that was there stays as it was; raises OSError. `mode`:
    what others may do at most, see `keep_from_others`. `alone`: nobody else writes it meanwhile, so
    what an earlier one left half written is taken away.
    """
    part, descriptor = _part_alone(path) if alone else _part(path)
    try:
        with _written(descriptor) as file:
            if mode is not None:
                keep_from_others(descriptor, mode)
            yield file
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(path.parent)


def _part(path: Path) -> tuple[Path, int]:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    return Path(name), descriptor


def _part_alone(path: Path) -> tuple[Path, int]:
    part = path.with_name(f".{path.name}.part")
    with suppress(FileNotFoundError):
        part.unlink()
    return part, create_new(part)


@contextmanager
def _written(descriptor: int) -> Iterator[TextIO]:
    # A lone surrogate, of a file's name that is no UTF-8, must not stop the writing.
    with os.fdopen(
        descriptor, "w", encoding="utf-8", errors="backslashreplace", newline=""
    ) as file:
        yield file
        file.flush()
        os.fsync(descriptor)


def rename(path: Path, wanted: Path) -> None:
    """Give a file another name in the same folder, for good."""
    path.rename(wanted)
    sync_folder(wanted.parent)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep everybody else who asks out of a folder, where its file system knows locks.

    Raises OSError if somebody does not let go of it for too long.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _take_turn(descriptor, time.monotonic() + _PATIENCE)
        yield
    finally:
        os.close(descriptor)


def _take_turn(descriptor: int, last: float) -> None:
    # Not a lock that blocks: who holds it may have been stopped by ctrl+z, for ever.
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= last:
                why = "another zohotui is writing there. If ctrl+z stopped it, fg continues it"
                raise OSError(errno.EAGAIN, why) from None
            time.sleep(_NAP)
        except OSError:
            return
        else:
            return


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
    """Whether another has the lock of a file; not so if there is none, or if it cannot be told."""
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
            f"The file system of {path.parent} has no locks ({error.strerror}), so two "
            f"programs could delete at the same time. {ELSEWHERE}"
        )
    return f"The lock {path} cannot be held: {error.strerror}. {ELSEWHERE}"
