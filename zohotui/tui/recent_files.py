"""The files of ids that were opened last, over all sessions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from zohotui.config.errors import ConfigError
from zohotui.config.private_files import read_private, write_private

KEPT = 5
"""This many are offered."""

_FILE = "recent-files.json"


@dataclass(frozen=True, slots=True)
class RecentFiles:
    """Their names, in a private file; without it nothing is offered, and nothing else is lost."""

    folder: Path
    """Where the file is kept."""

    def read(self) -> list[Path]:
        """Return them, the last one first."""
        try:
            names = json.loads(read_private(self.folder / _FILE) or b"[]")
        except (ConfigError, ValueError, RecursionError):
            return []
        if not isinstance(names, list):
            return []
        return [Path(name) for name in names if isinstance(name, str) and name][:KEPT]

    def remember(self, path: Path) -> None:
        """Put a file in front."""
        path = path.absolute()
        paths = [path, *(one for one in self.read() if one != path)]
        try:
            write_private(self.folder / _FILE, json.dumps(list(map(str, paths[:KEPT]))).encode())
        except ConfigError:
            return
