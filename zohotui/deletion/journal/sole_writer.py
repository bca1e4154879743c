"""Whether a journal is still written by this process alone, asked before each of its lines.

Its lock keeps out every zohotui that asks; a journal on a share, or whose folder was copied back,
may meet one that does not. Then the file is not as this process left it: nothing may follow.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from zohotui.deletion.journal.chain import hash_of
from zohotui.files import lock

_LOOKS = (0.01, 0.03, 0.1)
"""Seconds after which a lock is tried again: to look who holds it takes it for a moment."""


@dataclass
class SoleWriter:
    """Watches one open journal."""

    path: Path
    descriptor: int
    tried: tuple[int, str] = (0, "")
    """Bytes and hash of the line that is being written: the disk may have taken a part of it."""
    _why: str = ""

    def hold(self) -> None:
        """Take the journal's lock until it is closed; raises OSError if it cannot be had."""
        lock(self.descriptor, _LOOKS)

    def trouble(self, size: int) -> str:
        """Say what somebody has done to the file, as a sentence; empty if nobody has.

        `size`: bytes of its whole lines, as this process wrote or read them. What was found once
        holds for good. Raises OSError if the disk cannot tell.
        """
        what = "" if self._why else self._change(size)
        if what:
            self._why = (
                f"The journal {self.path} {what}. Another zohotui may be working on it. "
                "Nothing more is written to it or sent."
            )
        return self._why

    def _change(self, size: int) -> str:
        ours = os.fstat(self.descriptor)
        try:
            there = self.path.lstat()
        except FileNotFoundError:
            return "was erased or moved away"
        if (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino):
            return "was replaced by another file"
        if ours.st_size < size:
            return "has become shorter"
        if ours.st_size > size and not self._is_own(size, ours.st_size):
            return "has lines that this program did not write"
        return ""

    def _is_own(self, size: int, end: int) -> bool:
        """Whether what stands behind the whole lines is no more than a part of a line of ours."""
        length, head = self.tried
        rest = os.pread(self.descriptor, end - size, size)
        whole = rest.find(b"\n") + 1
        return not whole or (whole == len(rest) == length and hash_of(rest[:-1]) == head)
