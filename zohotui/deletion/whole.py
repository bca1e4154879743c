"""A file that is there as a whole or not at all, and that only its owner can read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from zohotui.files import sync_folder


@contextmanager
def put_in_place(path: Path) -> Iterator[TextIO]:
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
