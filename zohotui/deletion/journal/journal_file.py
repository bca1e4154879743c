"""What was read of one journal: the run that it tells of, and its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zohotui.deletion.model.run_state import RunState


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A journal as it was when it was read."""

    path: Path
    run: RunState
    size: int
    """Bytes of its whole lines."""
    torn: bool
    """Whether the last line was cut, as a crash leaves it."""
    head: str
    """Hash of the last whole line, see chain.py; empty if the journal has no chain."""
    sha256: str
    """That of its whole lines, in hexadecimal; empty if the chain tells as much."""
