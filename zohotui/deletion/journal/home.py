"""Where a journal was written: by its host and its file, so that a copy of it is known for one.

A journal that was copied, or restored from a backup, tells of a run that may still be going on
where the other one is. Only an admin can know that it is not.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zohotui.zoho.printable import printable


@dataclass(frozen=True, slots=True)
class Home:
    """One journal file on one host."""

    host: str
    """Name of the machine; empty if it has none."""
    inode: int
    """Number of the file in its file system: a copy has another."""

    @classmethod
    def of_file(cls, found: os.stat_result) -> Home:
        """Name a file of this machine."""
        return cls(printable(platform.node(), 255), found.st_ino)

    @classmethod
    def of(cls, value: object) -> Home:
        """Read what a journal says; raises TypeError or ValueError if that is not right."""
        if not isinstance(value, dict):
            raise TypeError("a host and a file were expected")
        host, inode = value.get("host"), value.get("inode")
        if not isinstance(host, str) or not isinstance(inode, int) or isinstance(inode, bool):
            raise TypeError("a host and the number of a file were expected")
        if not 0 <= inode < 2**64:
            raise ValueError("no file has this number")
        return cls(printable(host, 255), inode)

    @property
    def written(self) -> Mapping[str, Any]:
        """The same for a journal's line."""
        return {"host": self.host, "inode": self.inode}

    def moved_to(self, now: Home) -> str:
        """Say how a journal came from here to where it is now, as a clause; empty if it did not."""
        if now == self:
            return ""
        if now.host != self.host:
            return f"begun on {self.host or 'a machine without a name'}, not on this machine"
        return "copied or restored from a backup since it was begun"


def moved(home: Home | None, journal: Path | None) -> str:
    """Say how a journal came to where it is now, as a clause.

    Empty if it did not move, or if that cannot be told; a journal without a `home` never does.
    """
    if home is None or journal is None:
        return ""
    try:
        return home.moved_to(Home.of_file(journal.stat()))
    except OSError:
        return ""
