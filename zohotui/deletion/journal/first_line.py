"""The first line of a journal read by slices: in one piece, a million ids are larger than all else.

What is read so is what zohotui writes, to the letter; of everything else it says nothing, and the
line is read whole, by `plan_line` as well. Both tell the same of every line that both read.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from dataclasses import dataclass
from typing import Any, BinaryIO

from zohotui.deletion.journal.chain import CHAINED, Digest, begun, hash_of
from zohotui.deletion.journal.lines import parse
from zohotui.deletion.journal.plan_line import HEAD, IDS, ReadIds, version_of

_SLICE = 262_144
"""Bytes that are read at once."""

_BETWEEN = b'","'
_END = b'"]'
_BEHIND = (b",", b"}")
"""What may follow a member."""


@dataclass(frozen=True, slots=True)
class FirstLine:
    """A first line; the file is behind it."""

    entry: dict[str, Any]
    """The line without its ids."""
    ids: ReadIds
    size: int
    """Bytes of it, with its line end."""
    digest: Digest
    """Of all that its chain is of but for `end`."""
    end: bytes
    """What stands behind the ids, with its chain, without its line end."""


def read_first(file: BinaryIO) -> FirstLine | None:
    """Read it from a file that is at its beginning; None if it is not as zohotui writes it now."""
    before, mark, rest = file.read(HEAD).partition(IDS)
    slices = _Slices()
    slices.digest.update(before + mark)
    # A line end is a space to JSON: with one before the ids this is not the first line.
    left = _taken(slices, rest, file) if mark and b"\n" not in before else None
    if left is None:
        return None
    place = file.tell() - left
    file.seek(place)
    written = file.readline()
    end = written.removesuffix(b"\n")
    if end.removeprefix(_END)[:1] not in _BEHIND:
        return None
    try:
        # By itself the part before the ids is an object too: so they stand in no other one.
        parse(before + b"}")
        entry = parse(before + end.removeprefix(_END))
        chained = version_of(entry) >= CHAINED and hash_of(end)
    except (ValueError, TypeError):
        return None
    if end == written or not chained or "ids" in entry:
        return None
    ids = ReadIds(slices.ids, slices.fingerprint.hexdigest())
    return FirstLine(entry, ids, place + len(written), slices.digest, end)


def _taken(slices: _Slices, rest: bytes, file: BinaryIO) -> int | None:
    """Take all ids; return how many bytes behind them have been read, None if one is odd.

    `rest`: what has been read of them already.
    """
    while (bracket := rest.find(b"]")) < 0:
        size = rest.rfind(_BETWEEN) + len(_BETWEEN)
        more = file.read(_SLICE)
        if size < len(_BETWEEN) or not more or not slices.take(rest[:size]):
            return None
        rest = rest[size:] + more
    ids = rest[: bracket + 1].removesuffix(_END)
    return len(rest) - len(ids) if slices.take(ids + _BETWEEN, last=True) else None


class _Slices:
    """What has been read of the ids."""

    def __init__(self) -> None:
        self.ids = array("Q")
        self.digest = begun()
        self.fingerprint = hashlib.sha256()
        """That of a plan: of its ids, one a line."""

    def take(self, text: bytes, *, last: bool = False) -> bool:
        """Take ids, each with what stands between two; False if one is not as it is written."""
        lines = text.replace(_BETWEEN, b"\n")
        if b"\n" in text or lines.startswith(b"\n") or lines.translate(None, b"0123456789\n"):
            return False
        try:
            # As numbers in JSON, of which none begins with a zero: to split texts and take each
            # for a number takes longer.
            self.ids += array("Q", json.loads(b"[%b]" % lines[:-1].replace(b"\n", b",")))
        except (ValueError, OverflowError):
            return False
        self.digest.update(text[: -len(_BETWEEN)] if last else text)
        self.fingerprint.update(lines[:-1] if last else lines)
        return True
