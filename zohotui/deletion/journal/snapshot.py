"""The saved copies of records before they go: gzip JSON lines beside the journal of their run.

Line 1 says what the file is and what it does not contain; then a line a record, as Zoho gave it.
Every batch is on the disk before it counts, so a file that a crash cut short gives back all whole
lines, here and with `zcat`. Old ones are purged, by their names and when they were written; nothing
else ever is.
"""

from __future__ import annotations

import json
import os
import re
import stat
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import zohotui
from zohotui.deletion.journal import differences_file
from zohotui.deletion.journal.writer import file_name_of
from zohotui.deletion.model.plan import Target
from zohotui.files import append, create_first, make_folder, rename, sync_folder
from zohotui.zoho.limits import KEPT_DAYS
from zohotui.zoho.records import Json

ENDING = ".snapshot.jsonl.gz"
FORMAT = 1
_GZIP = 31
"""zlib's name for its largest window with a gzip head around it."""

_CHUNK = 65_536
_MOST_AT_ONCE = 1 << 20
"""Bytes that are unpacked at once: a damaged file must not fill the memory."""

_HEAD = ("tool", "at", "org", "zgid", "environment", "module", "read", "lacks")
"""Keys of the first line, all of them texts."""

_LONGEST_LINE = 64 << 20
"""Bytes; no record is larger, and a file that says otherwise must not fill the memory."""

_DAY = 86_400.0
_UNCONFIRMED_DAYS = 2
"""Days after which no review can count any more, whatever the profile says."""

_REVIEW = ".review"
_NAME = re.compile(
    r"(\d{8}T\d{6}Z)-[A-Za-z0-9-]+-[A-Za-z][A-Za-z0-9_]*(?:-\d+)?"
    rf"(?:(?:\.\d+|\.review)?{re.escape(ENDING)}|{re.escape(differences_file.ENDING)})",
    re.ASCII,
)
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What JSON leaves as it is and a terminal acts on."""


_MORE = tuple(f".{number}" for number in range(2, 1000))
"""What stands in the name of the second snapshot of a run, of the third, and so on."""


class SnapshotError(Exception):
    """A snapshot cannot be kept or read; its text is a sentence for the admin."""


def lacks(*, whole: bool) -> str:
    """Say what a snapshot does not contain; `whole` if records were read one by one.

    Source: zoho-api.md, "GET records".
    """
    if whole:
        return (
            "Not in the saved copies: files, notes, e-mails and other related records, and the "
            "rest of a very long subform."
        )
    return (
        "Not in the saved copies: subform rows and line items, multi-select and multi-user "
        "lookups, rich text beyond 500 characters, files, notes, e-mails and other related records."
    )


class Snapshot:
    """A snapshot that is being written, by one thread.

    It belongs to a review until `belong_to` gives it to a run. Every method raises SnapshotError
    if the disk does not take it, and from then on always: what stands there is still readable.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.count = 0
        """Records that are on the disk."""
        self.size = 0
        """Bytes of the file."""
        self._descriptor = descriptor
        self._packer = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
        self._broken = ""
        self._erased = False
        self._ending = threading.RLock()
        """Two may end it at once: the one who wrote it, and the one who leaves."""

    @classmethod
    def create(
        cls,
        folder: Path,
        target: Target,
        module: str,
        *,
        whole: bool,
        clock: Callable[[], float] = time.time,
    ) -> Snapshot:
        """Start one in the folder of the journals; `whole`: records are read one by one."""
        now = clock()
        moment = datetime.fromtimestamp(now, UTC)
        name = f"{moment:%Y%m%dT%H%M%SZ}-{file_name_of(target, module)}"
        try:
            make_folder(folder)
            path, descriptor = create_first(_paths(folder, name))
        except OSError as error:
            raise SnapshotError(_sentence(folder, error)) from None
        snapshot = cls(path, descriptor)
        head = {
            "snapshot": FORMAT,
            "tool": f"zohotui {zohotui.__version__}",
            "at": moment.isoformat(timespec="milliseconds"),
            "org": target.org,
            "zgid": target.zgid,
            "environment": target.environment,
            "module": module,
            "read": "one by one" if whole else "as lists",
            "lacks": lacks(whole=whole),
        }
        try:
            snapshot._write([head])
            sync_folder(folder)
        except OSError as error:
            snapshot.discard()
            raise SnapshotError(_sentence(path, error)) from None
        except SnapshotError:
            snapshot.discard()
            raise
        return snapshot

    def add(self, records: Sequence[Json]) -> None:
        """Save some records, and return when the disk has them."""
        if records:
            self._write(records)
            self.count += len(records)

    def belong_to(self, journal: Path, taken: Sequence[str] = ()) -> None:
        """Take the name that goes with the journal of a run; no file is ever replaced.

        A run that was resumed has a second one: `snapshots_of` finds them all. `taken`: the names
        of files that the journal tells of, there or not.
        """
        stem = journal.name.removesuffix(".jsonl")
        names = (f"{stem}{number}{ENDING}" for number in ("", *_MORE))
        paths = (journal.with_name(name) for name in names if name not in taken)
        wanted = next(path for path in paths if not (path.exists() or path.is_symlink()))
        try:
            # Nobody else makes a file of this name: the one who does holds the lock of the run.
            rename(self.path, wanted)
        except OSError as error:
            raise SnapshotError(_sentence(wanted, error)) from None
        self.path = wanted

    def close(self) -> None:
        """End the file; one that was not ended can be read all the same."""
        with self._ending:
            if self._descriptor < 0:
                return
            try:
                if not self._broken:
                    self._put(self._packer.flush(zlib.Z_FINISH))
            finally:
                os.close(self._descriptor)
                self._descriptor = -1

    def discard(self) -> None:
        """Erase the file, once: the review came to nothing, and its name may be another's soon."""
        with suppress(SnapshotError):
            self.close()
        with self._ending, suppress(OSError):
            if not self._erased:
                self._erased = True
                self.path.unlink()

    def _write(self, lines: Sequence[Json]) -> None:
        try:
            text = b"".join(map(_line, lines))
        except (RecursionError, ValueError, TypeError) as error:
            raise SnapshotError(f"A record cannot be written as JSON: {error}.") from None
        with self._ending:
            if self._broken or self._descriptor < 0:
                raise SnapshotError(self._broken or f"The snapshot {self.path} is closed.")
            # A sync flush ends at a byte, so everything up to here can be unpacked by itself.
            self._put(self._packer.compress(text) + self._packer.flush(zlib.Z_SYNC_FLUSH))

    def _put(self, packed: bytes) -> None:
        try:
            append(self._descriptor, [packed])
        except OSError as error:
            # What was packed and not written is lost to the packer: nothing may follow it.
            self._broken = _sentence(self.path, error)
            raise SnapshotError(self._broken) from None
        self.size += len(packed)


def read_snapshot(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the head of a snapshot, then its records; a tail that was cut off is left out.

    Raises SnapshotError for what is no snapshot, and at the place where one is damaged.
    """
    lines = _lines(path)
    head = next(lines, None)
    version = head.get("snapshot") if head else None
    if head is None or not isinstance(version, int) or isinstance(version, bool):
        raise SnapshotError(f"{path} is not a snapshot of zohotui.")
    if version > FORMAT:
        raise SnapshotError(f"The snapshot {path} was written by a newer zohotui. Use that.")
    if version < 1 or not all(isinstance(head.get(key, ""), str) for key in _HEAD):
        raise SnapshotError(f"The snapshot {path} is damaged in line 1.")
    yield head
    yield from lines


def is_of_review(name: str) -> bool:
    """Whether a snapshot belongs to a review that was not confirmed, or not yet."""
    return name.endswith(_REVIEW + ENDING)


def purge(folder: Path, now: float) -> list[str]:
    """Erase the snapshots that are older than KEPT_DAYS; return their names.

    A file is as old as the time in its name or as its last change, whichever is later. What was
    saved of one run, with what was written of records that differ, goes together: a run that was
    resumed has old and new copies under one name. Those of a review that nobody confirmed, left
    behind by a process that died, go after two days. Only regular files that are named so: whatever
    else the folder holds stays. `now`: seconds since the epoch. If by that no run has left
    anything for so long, nothing is erased: more likely the clock is wrong, and the next run
    tells. A folder that is not there has none.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return []
    try:
        old = _older(descriptor, now)
        return [name for name in old if _erase(name, descriptor)]
    finally:
        os.close(descriptor)


def _older(folder: int, now: float) -> list[str]:
    groups: dict[tuple[str, bool], list[str]] = {}
    newest: dict[tuple[str, bool], float] = {}
    latest = 0.0
    for name, written in _written(folder).items():
        made = _made(name)
        if made is None and not name.endswith(".jsonl"):
            continue
        latest = max(latest, written)
        if made is not None:
            group = name.partition(".")[0], is_of_review(name)
            groups.setdefault(group, []).append(name)
            newest[group] = max(newest.get(group, 0.0), made, written)
    if latest < now - KEPT_DAYS * _DAY:
        return []
    old: list[str] = []
    for (stem, of_review), names in groups.items():
        kept = _UNCONFIRMED_DAYS if of_review else KEPT_DAYS
        if newest[stem, of_review] < now - kept * _DAY:
            old += names
    return sorted(old)


def _written(folder: int) -> dict[str, float]:
    """Tell when each regular file was changed last."""
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            # It may be another's, and gone by now.
            with suppress(OSError):
                if entry.is_file(follow_symlinks=False):
                    found[entry.name] = entry.stat(follow_symlinks=False).st_mtime
    return found


def _made(name: str) -> float | None:
    """Tell the time in the name of a snapshot or of what goes with it; None for another file."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        made = datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return made.timestamp()


def _erase(name: str, folder: int) -> bool:
    try:
        if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            return False
        os.unlink(name, dir_fd=folder)
    except OSError:
        return False
    return True


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_whole_lines(path), 1):
        try:
            entry = None if line is None else json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        if not isinstance(entry, dict):
            raise SnapshotError(f"The snapshot {path} is damaged in line {number}.")
        yield entry


def _whole_lines(path: Path) -> Iterator[bytes | None]:
    """Yield each line that has its end; None in place of one that is too long."""
    parts: list[bytes] = []
    for piece in _unpacked(path):
        first, *others = piece.split(b"\n")
        parts.append(first)
        if others:
            yield b"".join(parts)
            yield from others[:-1]
            parts = [others[-1]]
        if sum(map(len, parts)) > _LONGEST_LINE:
            yield None


def _unpacked(path: Path) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        with path.open("rb") as file:
            while not unpacker.eof:
                packed = unpacker.unconsumed_tail or file.read(_CHUNK)
                if not packed:
                    break
                yield unpacker.decompress(packed, _MOST_AT_ONCE)
            yield unpacker.flush()
    except OSError as error:
        raise SnapshotError(f"The snapshot {path} cannot be read: {error.strerror}.") from None
    except zlib.error:
        raise SnapshotError(f"The snapshot {path} is damaged.") from None


def _line(entry: Mapping[str, Any]) -> bytes:
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    safe = _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    # A lone surrogate becomes what JSON calls it: \udc80.
    return safe.encode(errors="backslashreplace") + b"\n"


def _paths(folder: Path, name: str) -> Iterator[Path]:
    """Yield the names that the snapshots of one second have."""
    numbers = ("", *(f"-{number}" for number in range(2, 1000)))
    return (folder / f"{name}{number}{_REVIEW}{ENDING}" for number in numbers)


def _sentence(path: Path, error: OSError) -> str:
    return f"The snapshot {path} cannot be written: {error.strerror or error}."
