"""The chain through the lines of a journal: each ends with a hash of itself and of all before it.

A line {"sending":1,…} is written {"sending":1,…,"chain":"HASH"}, where HASH is the SHA-256, in
hexadecimal, of the line before's HASH and this line up to `,"chain"`. Before the first line stands
the text BEGIN. So no line can be changed, removed, put in or moved without breaking the chain.

That shows accidents, and edits by one who does not compute the rest again. It is no signature, for
there is no secret in it, and a journal that lost lines at its end is still a chain: only a last
hash that was noted elsewhere proves the whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

BEGIN = "zohotui journal"
"""Stands in the place of a hash before the first line."""

CHAINED = 3
"""Format of the first journals with a chain; older ones have none, to their very end."""

_KEY = b',"chain":"'
_HASH = 64
SIZE = len(_KEY) + _HASH + len(b'"}')
"""Bytes of a line's chain, with the brace that closes the line."""


class Digest(Protocol):
    """A SHA-256 under way."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take in what follows."""

    def hexdigest(self) -> str:
        """Tell it as it is by now, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first line that is not as it was written."""

    line: int
    """Counts from 1."""
    how: str
    """What is wrong with it, to follow `line 5:`."""


class Link:
    """A line that is being written: closes it, with a chain if the journal has one."""

    def __init__(self, before: str) -> None:
        """Take the hash of the line before, or BEGIN; empty if the journal has no chain."""
        self._before = before
        self.head = ""
        """Hash of this line once all of it has been given out; empty if there is no chain."""

    def close(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield a line that comes without its last brace, whole and with its line end."""
        digest, last = hashlib.sha256(self._before.encode()), b""
        for piece in pieces:
            if last:
                yield last
            digest.update(piece)
            last = piece
        self.head = digest.hexdigest() if self._before else ""
        yield last + (_end(self.head) if self.head else b"}") + b"\n"


def _end(head: str) -> bytes:
    return b'%b%b"}' % (_KEY, head.encode())


def hash_of(line: bytes) -> str:
    """Return the hash at the end of a line without its line end; empty if there is none."""
    end = line[-SIZE:]
    whole = len(end) == SIZE and end.startswith(_KEY) and end.endswith(b'"}')
    return end[len(_KEY) : -2].decode("ascii", "replace") if whole else ""


def is_chained(version: int, lines: Iterable[bytes]) -> bool:
    """Whether a journal of this format must have a chain, or has one although it need not."""
    return version >= CHAINED or any(map(hash_of, lines))


def broken(lines: Sequence[bytes], rest: bytes = b"") -> Fault | None:
    """Find the first line where the chain breaks; None if it holds to the end.

    `lines` come without their line ends, and `rest` is what stands behind the last one: the part
    of a line that a crash left. That is no fault.
    """
    checked = Checked()
    faults = map(checked.fault, lines)
    return next(filter(None, faults), None) or checked.fault_behind(rest)


class Checked:
    """The lines of a chained journal, checked one after the other."""

    def __init__(self) -> None:
        self._before = BEGIN
        self._lines = 0

    def fault(self, line: bytes, before: Digest | None = None) -> Fault | None:
        """Check the next line, which comes without its line end.

        `before`: see `begun`; of a long first line, whose end alone is `line` then.
        """
        self._lines += 1
        head = _computed(self._before, line, before)
        if line[-SIZE:] != _end(head):
            return Fault(self._lines, _CHANGED if hash_of(line) else _BARE)
        self._before = head
        return None

    def fault_behind(self, rest: bytes) -> Fault | None:
        """Check the part of a line behind the last: a whole one there was changed."""
        tail = rest[:-1]
        if tail and tail[-SIZE:] == _end(_computed(self._before, tail)):
            return Fault(self._lines + 1, "its line end was changed")
        return None


def unchained(line: bytes) -> Fault | None:
    """Check a line of a format that has no chain; one that bears one is of a changed journal."""
    return Fault(1, _BARE) if hash_of(line) else None


def begun() -> Digest:
    """Begin to compute the hash of a first line, which must be told all of it but for its end."""
    return hashlib.sha256(BEGIN.encode())


def _computed(before: str, line: bytes, digest: Digest | None = None) -> str:
    digest = digest or hashlib.sha256(before.encode())
    digest.update(memoryview(line)[:-SIZE])
    return digest.hexdigest()


_BARE = "its chain is missing at its end"
_CHANGED = "it was changed, or a line before it was changed, removed, put in or moved"
