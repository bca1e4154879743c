"""Where a journal was written: by its host and its file, so that a copy of it is known for one.

A journal that was copied, or restored from a backup, tells of a run that may still be going on
where the other one is. Only an admin can know that it is not.
"""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass

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

    def moved_to(self, now: Home) -> str:
        """Say how a journal came from here to where it is now, as a clause; empty if it did not."""
        if now == self:
            return ""
        if now.host != self.host:
            return f"begun on {self.host or 'a machine without a name'}, not on this machine"
        return "copied or restored from a backup since it was begun"
