"""What the main screen is doing, as one closed set."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """The value is the word that stands at the right of the band."""

    CONNECTING = "connecting"
    OFFLINE = "not connected"
    IDLE = "idle"
    REVIEWING = "reviewing"
    """The records of the list are being read; nothing is deleted."""
    CONFIRMING = "asking"
    RUNNING = "DELETING"
    PAUSED = "PAUSED"
    STOPPING = "stopping"
    READING = "looking up"
    """The run is over, and what became of its unknown ids is being read."""
    VERIFYING = "verifying"
    """No id is unknown, and the deletions are being verified: nobody need wait."""
    UNDOING = "RESTORING"
    """The run is over, and what it deleted is being brought back."""

    @property
    def changes(self) -> bool:
        """Whether requests that change something may be under way."""
        return self.runs or self is Phase.UNDOING

    @property
    def reads(self) -> bool:
        """Whether what became of a run's ids is being read."""
        return self in {Phase.READING, Phase.VERIFYING}

    @property
    def runs(self) -> bool:
        """Whether a run is under way."""
        return self in {Phase.RUNNING, Phase.PAUSED, Phase.STOPPING}

    @property
    def list_may_change(self) -> bool:
        """Whether ids and module may change: nothing runs, is read or confirmed."""
        return not self.runs and self not in {Phase.REVIEWING, Phase.CONFIRMING}

    @property
    def may_switch(self) -> bool:
        """Whether another org may be opened: nobody works with the one that is open."""
        return self in {Phase.CONNECTING, Phase.OFFLINE, Phase.IDLE}
