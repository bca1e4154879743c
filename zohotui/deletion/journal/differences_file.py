"""The file beside a run's journal that holds what an undo did not bring back as it was saved.

Text to read, with values of records in it, so it is for nobody else. Each piece is on the disk,
whole or not at all, before the journal tells that its records differ.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from zohotui.files import sync_folder
from zohotui.zoho.printable import printable

ENDING = ".differences.txt"

_MOST_READ = 2_000_000
"""Bytes that are read to be shown."""


class DifferencesError(Exception):
    """The file cannot be written or read; its text is a sentence for the admin."""


def differences_of(journal: Path) -> Path:
    """Name the file that goes with a journal."""
    return journal.with_name(journal.name.removesuffix(".jsonl") + ENDING)


def add_differences(path: Path, lines: Sequence[str]) -> None:
    """Write lines behind what stands there; raises DifferencesError, and adds nothing then."""
    content = "".join(f"{printable(line)}\n" for line in lines).encode()
    flags = os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        fresh = not path.exists()
        descriptor = os.open(path, flags, 0o600)
        try:
            _append(descriptor, content)
        finally:
            os.close(descriptor)
        if fresh:
            sync_folder(path.parent)
    except OSError as error:
        raise DifferencesError(
            f"What differs cannot be written to {path}: {error.strerror or error}."
        ) from None


def read_differences(path: Path) -> list[str]:
    """Return the lines of the file, the first two megabytes of them; raises DifferencesError."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_READ)
            left = path.stat().st_size - len(content)
    except OSError as error:
        raise DifferencesError(f"{path} cannot be read: {error.strerror or error}.") from None
    lines = [
        printable(line) for line in content.decode(errors="replace").removesuffix("\n").split("\n")
    ]
    return [*lines, f"and {left:,} bytes more, in {path}"] if left > 0 else lines


def _append(descriptor: int, content: bytes) -> None:
    size = os.fstat(descriptor).st_size
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        # macOS has no fdatasync.
        getattr(os, "fdatasync", os.fsync)(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise
