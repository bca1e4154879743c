"""What happened to a run beside its batches, in words: for its receipt."""

from __future__ import annotations

from dataclasses import dataclass, field

from zohotui.deletion.model.events import (
    Braked,
    Compared,
    CutOff,
    Finished,
    Recorded,
    Released,
    Resolved,
    Restored,
    Restoring,
    Resumed,
    Saved,
    Verified,
)
from zohotui.deletion.model.levers import Cause

_TOGETHER: dict[type[Recorded], str] = {
    Resolved: "looked up what was in doubt",
    Verified: "looked whether what Zoho called deleted is away",
    Restoring: "asked Zoho to restore records",
    Restored: "told what became of restoring",
    Compared: "compared what is back with its saved copies",
}
"""Events that come a batch at a time, and what they are together."""

_CUT_OFF = {
    Cause.LINE: "the terminal was closed, or the line to it dropped",
    Cause.SIGNAL: "zohotui was told to end",
    Cause.SCREEN: "zohotui ended because of a fault",
}


@dataclass(slots=True)
class Entry:
    """Something that happened to a run beside its batches."""

    at: float | None
    """When it began, in seconds since the epoch."""
    words: str
    count: int = 0
    """How many ids it tells of; 0 for what is not about ids."""


@dataclass(slots=True)
class Timeline:
    """How a run went, in its order."""

    entries: list[Entry] = field(default_factory=list)
    _together: dict[type[Recorded], Entry] = field(default_factory=dict)

    def apply(self, event: Recorded) -> None:
        """Take in one event."""
        match event:
            case Braked(why):
                self._add(event, f"paused itself: {why}")
            case CutOff(by):
                self._add(event, f"cut off: {why_cut_off(by)}")
            case Resumed(tool):
                self._add(event, f"went on after it was cut off, by {tool}")
            case Finished(stopped):
                how = ": it was stopped, or closed for good" if stopped else ""
                self._add(event, f"ended{how}")
            case Saved(name, records):
                self._add(event, f"saved copies in {name}", records)
            case Released(released):
                self._add(event, "let held records go all the same", len(released))
            case (
                Resolved(places)
                | Verified(places)
                | Restoring(places)
                | Restored(places)
                | Compared(places)
            ):
                self._add_to(event, len(places))

    def _add(self, event: Recorded, words: str, count: int = 0) -> None:
        self._together.clear()
        self.entries.append(Entry(event.at, words, count))

    def _add_to(self, event: Recorded, count: int) -> None:
        """Add to the entry that the events of this kind make up together."""
        kind = type(event)
        if kind not in self._together:
            self._together[kind] = Entry(event.at, _TOGETHER[kind])
            self.entries.append(self._together[kind])
        self._together[kind].count += count


def why_cut_off(cause: str) -> str:
    """Say what ended the program in the middle of a run, as a clause."""
    return _CUT_OFF.get(Cause(cause), "") if cause in set(Cause) else "the program ended"
