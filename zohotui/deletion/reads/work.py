"""What every step of a deletion works with: the org, the journal, the levers and the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.levers import Levers
from zohotui.zoho.client import ZohoCRM


@dataclass(frozen=True, slots=True)
class Times:
    """How the time is told and waited out."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch, as in the journal."""
    clock: Callable[[], float] = time.monotonic
    """Seconds from anywhere; never set back."""
    sleep: Callable[[float], None] | None = None
    """Waits this many seconds; None: until they are over or a lever that matters is pulled."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a run, and all that reads or restores after it, works with."""

    crm: ZohoCRM
    journal: Journal
    levers: Levers
    times: Times = field(default_factory=Times)

    def tell_skews(self) -> None:
        """Let each line of the journal say from now on how far the clock is off."""
        self.journal.zoho_clock = self.crm.clock
