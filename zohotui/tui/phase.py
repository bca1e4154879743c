"""What the main screen is doing, as one closed set."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """The value is the word that stands at the right of the band."""

    CONNECTING = "connecting"
    OFFLINE = "not connected"
    IDLE = "idle"
    CONFIRMING = "asking"
    RUNNING = "DELETING"
    PAUSED = "PAUSED"
    STOPPING = "stopping"

    @property
    def runs(self) -> bool:
        """Whether a run is under way, so that ids and module must stay as they are."""
        return self in {Phase.RUNNING, Phase.PAUSED, Phase.STOPPING}
