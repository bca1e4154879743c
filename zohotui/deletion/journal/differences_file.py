"""The file beside a run's journal that holds what an undo did not bring back as it was saved.

Text to read, with values of records in it, so it is for nobody else. Each piece is on the disk,
whole or not at all, before the journal tells that its records differ. Each comparison begins and
ends with the journal's last hash, by which it is known whether the two agree. Where a process died
before its end, that is written when the run is opened. Values that are lost cannot be written
again: the journal has none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from enum import Enum, auto
from pathlib import Path

from zohotui.deletion.ids.entry import MOST_DIGITS
from zohotui.deletion.journal.chain import hash_of
from zohotui.deletion.model.codes import Code
from zohotui.files import append, cut, open_to_append, sync_folder
from zohotui.zoho.printable import printable

ENDING = ".differences.txt"

_MOST_READ = 2_000_000
"""Bytes that are read to be shown."""


_HASH = re.compile(r"Last hash of the journal: ([0-9a-f]{64})$")
_ID = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}$", re.ASCII)


class Standing(Enum):
    """How the file goes with its journal."""

    NONE = auto()
    """There is none: nothing differed, or it is as old as copies that are erased."""
    WHOLE = auto()
    BEHIND = auto()
    """It names every record that differs, but a process died before it wrote the last end."""
    LACKS = auto()
    """It does not name every record that differs by the journal."""
    AHEAD = auto()
    """It was ended with a hash that is not in the journal."""


class DifferencesError(Exception):
    """The file cannot be written or read; its text is a sentence for the admin."""


def differences_of(journal: Path) -> Path:
    """Name the file that goes with a journal."""
    return journal.with_name(journal.name.removesuffix(".jsonl") + ENDING)


def add_differences(path: Path, lines: Sequence[str]) -> None:
    """Write lines behind what stands there; raises DifferencesError, and adds nothing then."""
    content = "".join(f"{printable(line)}\n" for line in lines).encode()
    try:
        fresh = not path.exists()
        descriptor = open_to_append(path, make=True)
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


def last_words(head: str) -> list[str]:
    """Return what ends a comparison, or begins it; `head`: the journal's last hash, or nothing."""
    return [*([f"Last hash of the journal: {head}"] if head else []), ""]


def standing(journal: Path, differing: Collection[int]) -> Standing:
    """Hold the file to its journal and to the ids that differ by that; both are only read.

    A file that was written before it carried a hash is held to the ids alone. Raises
    DifferencesError if either cannot be read.
    """
    path, noted, missing = differences_of(journal), "", set(differing)
    if not path.is_file():
        return Standing.NONE
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if found := _HASH.match(line):
                    noted = found[1]
                # What is indented is a field or a value.
                elif _ID.match(line):
                    missing.discard(int(line))
        if noted and (ended := _ended(journal, noted)) is not Standing.WHOLE:
            return Standing.LACKS if missing and ended is Standing.BEHIND else ended
    except OSError as error:
        raise DifferencesError(
            f"{path} cannot be compared with its journal: {error.strerror}."
        ) from None
    return Standing.LACKS if missing else Standing.WHOLE


def _ended(journal: Path, noted: str) -> Standing:
    """Say whether more was found to differ behind the line with this hash."""
    told = Standing.AHEAD
    with journal.open("rb") as file:
        for line in file:
            if told is Standing.AHEAD:
                told = Standing.WHOLE if hash_of(line[:-1]) == noted else told
            elif line.startswith(b'{"compared"') and f'"{Code.DIFFERS}"'.encode() in line:
                return Standing.BEHIND
    return told


def renew_end(journal: Path, head: str, differing: Collection[int]) -> str:
    """Write the end that a process did not come to; say what else is wrong with the file, if any.

    `head`: the journal's last hash. Raises DifferencesError if the file cannot be read or written.
    """
    path = differences_of(journal)
    match standing(journal, differing):
        case Standing.BEHIND:
            add_differences(path, ["", *last_words(head)])
        case Standing.LACKS:
            return (
                f"{path} does not name every record that differs from its saved copy: it was "
                "changed, or lost its end. The rows name the fields that differ: [find] "
                "finds DIFFERS."
            )
        case Standing.AHEAD:
            return f"{path} has more than its journal: one of the two was changed. Keep both."
        case _:
            pass
    return ""


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
        append(descriptor, [content])
    except OSError:
        cut(descriptor, size)
        raise
