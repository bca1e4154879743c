"""What a journal tells besides the fate of each id: who wrote it, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from zohotui.deletion.model.levers import Cause
from zohotui.zoho.printable import printable

_COUNTED = {
    "resolved": "looked up what was in doubt",
    "verified": "looked whether what Zoho called deleted is away",
    "restoring": "asked Zoho to restore records",
    "restored": "told what became of restoring",
    "compared": "compared what is back with its saved copies",
}
"""Lines that come a batch at a time, and what they are together."""

_CUT_OFF = {
    Cause.LINE: "the terminal was closed, or the line to it dropped",
    Cause.SIGNAL: "zohotui was told to end",
    Cause.SCREEN: "zohotui ended because of a fault",
}

_ENDED = "ended"
_STOPPED = "ended: it was stopped, or closed for good"


@dataclass(slots=True)
class Step:
    """Something that happened to a run beside its batches."""

    at: str
    """When it began, as the journal has it: ISO 8601, UTC; empty if that is not told."""
    words: str
    count: int = 0
    """How many ids it tells of; 0 for what is not about ids."""


@dataclass(frozen=True, slots=True)
class Released:
    """A held record that went all the same."""

    place: int
    """Its place in the plan, from 0."""
    record_id: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Saved:
    """Copies of records that a run took along."""

    name: str
    """That of their file beside the journal."""
    records: int
    at: float
    """When that was written down, in seconds since the epoch."""


@dataclass(slots=True)
class Course:
    """How a run went, in the order of its journal; every text is printable."""

    tool: str = ""
    """Name and version of the program that began it."""
    began: str = ""
    """ISO 8601, UTC, as every time here."""
    ended: str = ""
    """When the last line was written."""
    lines: int = 0
    steps: list[Step] = field(default_factory=list)
    released: list[Released] = field(default_factory=list)
    saved: list[Saved] = field(default_factory=list)
    """The files with copies of its records, the first part's first."""
    foreign: list[str] = field(default_factory=list)
    """Ids that Zoho answered although they were never sent."""
    alarms: list[str] = field(default_factory=list)
    """Why it paused itself where going on settles nothing, as sentences."""
    brake: str = ""
    """Why it paused itself last, as a sentence; empty if it has sent more since."""
    said_right: str = ""
    """What the admin said is right although it looks rounded, when the run went on."""
    cut_off: str = ""
    """What ended the program in the middle, see Cause; empty unless that was the last of it."""
    _alarming: bool = False
    """Whether a pause would be for ids that were answered and never sent."""
    _together: dict[str, Step] = field(default_factory=dict)

    @classmethod
    def of(cls, first: Mapping[str, Any]) -> Course:
        """Begin with the first line of a journal."""
        at = _text(first.get("at"))
        return cls(tool=_text(first.get("tool")), began=at, ended=at, lines=1)

    def take(self, entry: Mapping[str, Any]) -> None:
        """Take in a further line; raises TypeError, KeyError or ValueError if it makes no sense."""
        self.lines += 1
        self.said_right = _text(entry.get("said_right")) or self.said_right
        self.ended = at = _text(entry.get("at"))
        self.cut_off = ""
        # What a line is stands first in it.
        word = next(iter(entry), "")
        self._heed(word, entry)
        match word:
            case "braked":
                self._braked(at, _text(entry["braked"]))
            case "cut_off":
                self.cut_off = _text(entry["cut_off"])
                self._step(at, f"cut off: {why_cut_off(self.cut_off)}")
            case "resumed":
                self._step(at, f"went on after it was cut off, by {_text(entry['resumed'])}")
            case "finished":
                self._step(at, _STOPPED if entry.get("stopped") is True else _ENDED)
            case "restoring":
                self._counted("restoring", at, len(entry["restoring"]))
            case "resolved" | "verified" | "restored" | "compared":
                self._counted(word, at, sum(len(group["ids"]) for group in entry[word]))
            case "saved":
                seconds = datetime.fromisoformat(at).timestamp()
                self.saved.append(Saved(_text(entry["saved"]), int(entry["records"]), seconds))
                self._step(at, f"saved copies in {self.saved[-1].name}", self.saved[-1].records)
            case "released":
                self.released += map(_released, entry["released"])
                self._step(at, "let held records go all the same", len(entry["released"]))

    def _heed(self, word: str, entry: Mapping[str, Any]) -> None:
        """Follow whether a pause would be an alarm: nothing else makes an undo pause itself."""
        match word:
            case "landed" if "foreign" in entry:
                self._alarming = True
                self.foreign += map(_text, entry["foreign"])
            case "restoring":
                self._alarming = True
            case "sending":
                self._alarming, self.brake = False, ""

    @property
    def lasting(self) -> list[str]:
        """Say what must be told to the end, whatever becomes of the ids."""
        if self.alarms or not self.foreign:
            return self.alarms
        few = ", ".join(self.foreign[:3])
        return [f"Zoho's answers spoke of ids that were never sent: {few}. Look them up."]

    def _braked(self, at: str, why: str) -> None:
        self._step(at, f"paused itself: {why}")
        if self._alarming:
            self.alarms.append(why)
        else:
            self.brake = why

    def _step(self, at: str, words: str, count: int = 0) -> None:
        self._together.clear()
        self.steps.append(Step(at, words, count))

    def _counted(self, word: str, at: str, count: int) -> None:
        """Add to the step that the lines of this kind make up together."""
        if word not in self._together:
            self._together[word] = Step(at, _COUNTED[word])
            self.steps.append(self._together[word])
        self._together[word].count += count


def why_cut_off(cause: str) -> str:
    """Say what ended the program in the middle of a run, as a clause."""
    return _CUT_OFF.get(Cause(cause), "") if cause in set(Cause) else "the program ended"


def _released(record: Mapping[str, Any]) -> Released:
    words = (_text(record[name]) for name in ("id", "code", "why"))
    return Released(int(record["place"]), *words)


def _text(value: object) -> str:
    return printable(str("" if value is None else value))
