"""Whether a disk can keep a run, tried before anything is read: too late is after the sentence."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from zohotui.files import ELSEWHERE, append, cannot_lock, create_new, lock, make_folder, rename

_OTHERS = 0o077


def disk_trouble(folder: Path) -> str:
    """Do in the folder of the journals what a run does there; say in a sentence what fails.

    That is to make a file that only its owner can read, write to it, wait for the disk, lock it and
    give it another name. Empty if all of it works. Nothing stays behind.
    """
    first, last = (folder / f".check-{os.getpid()}{end}" for end in ("", ".part"))
    try:
        make_folder(folder)
        for left in (first, last):
            left.unlink(missing_ok=True)
        try:
            return _try(first, last)
        finally:
            for left in (first, last):
                with suppress(OSError):
                    left.unlink()
    except OSError as error:
        why = error.strerror or error
        return f"The folder {folder} cannot be used for the journal of a run: {why}. {ELSEWHERE}"


def _try(first: Path, last: Path) -> str:
    descriptor = create_new(first)
    try:
        append(descriptor, [b"x"])
        try:
            lock(descriptor)
        except OSError as error:
            return cannot_lock(first, error)
        open_to_others = os.fstat(descriptor).st_mode & _OTHERS
    finally:
        os.close(descriptor)
    rename(first, last)
    if open_to_others and first.parent.stat().st_mode & _OTHERS:
        return (
            f"Other users can read what is written to {first.parent}: its file system does "
            f"not prevent it. {ELSEWHERE}"
        )
    return ""
