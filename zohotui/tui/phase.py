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
    """The run is over, and what became of the ids in doubt is being read."""
    VERIFYING = "verifying"
    """Nothing is in doubt, and whether the deleted is deleted is being read: nobody need wait."""
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
    def settled(self) -> bool:
        """Whether ids and module may change: nothing runs, is read or confirmed."""
        return not self.runs and self not in {Phase.REVIEWING, Phase.CONFIRMING}

    @property
    def may_switch(self) -> bool:
        """Whether another org may be opened: nobody works with the one that is open."""
        return self in {Phase.CONNECTING, Phase.OFFLINE, Phase.IDLE}

    def allows(self, action: str) -> bool:
        """Whether a command makes sense in this phase; most do in all of them."""
        return self in _PHASES.get(action, _ALL)


BEFORE_THE_SENTENCE = frozenset({"end_review", "more", "fewer"})
"""Commands while something leads to the sentence: whose letters may be typed already."""

_ALL = frozenset(Phase)
_SETTLED = frozenset(phase for phase in Phase if phase.settled)
_FREE = frozenset({Phase.IDLE, Phase.VERIFYING})
"""Phases in which something else may begin; it ends verification, which can go on later."""
_PHASES = {
    "addressed": _SETTLED,
    "end_review": {Phase.REVIEWING},
    "open": _SETTLED,
    "clear": _SETTLED,
    "connect": {Phase.IDLE, Phase.OFFLINE},
    "profile": {Phase.IDLE, Phase.OFFLINE},
    "sign_in": {Phase.IDLE, Phase.OFFLINE, Phase.PAUSED},
    "review": _FREE,
    "delete": _FREE,
    "take_out": {Phase.IDLE},
    "take_out_all": {Phase.IDLE},
    "release": {Phase.IDLE},
    "retry": _FREE,
    "pause": {Phase.RUNNING},
    "resume": {Phase.PAUSED, Phase.IDLE},
    "more": {Phase.REVIEWING, Phase.RUNNING, Phase.PAUSED},
    "fewer": {Phase.REVIEWING, Phase.RUNNING, Phase.PAUSED},
    "stop": {
        Phase.REVIEWING,
        Phase.RUNNING,
        Phase.PAUSED,
        Phase.READING,
        Phase.VERIFYING,
        Phase.UNDOING,
    },
    "undo": _FREE,
    "resolve": {Phase.IDLE},
    "history": _FREE | {Phase.OFFLINE},
    "export": _ALL - {Phase.REVIEWING, Phase.CONFIRMING},
}
