"""What a row of the table of codes holds, and what a code means for the program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto

from zohotui.zoho.restoring import SCHEDULED


class Trait(Flag):
    """What a code means beside its words."""

    NONE = 0
    DOUBTFUL = auto()
    """Its words say that nothing is certain, so they hold where the fate is unknown."""
    OPEN = auto()
    """Of what failed: reading may tell more."""
    ANSWER_LOST = auto()
    """The answer to the delete was lost, so what is in the Recycle Bin may be this run's doing."""
    UNPROVEN = auto()
    """Looking again may tell more of what Zoho called deleted."""
    SURPRISE = auto()
    """A record that was found ready did not simply go, whatever its state is called."""
    ALARM = auto()
    """The record is away, and Zoho has not told the truth of it."""
    DONE_WITH = auto()
    """A plan leaves it out and nothing is left to do: an admin did not want it to go, or there is
    no such record."""
    NEVER_RETRIED = auto()
    """A retry leaves it: it was deleted and is back, and somebody may have meant that."""
    NEVER_RELEASED = auto()
    """It is held for what no reason of an admin overrules."""
    ASKED_BACK = auto()
    """An undo has asked for it, even if Zoho said no."""
    MAYBE_BACK = auto()
    """An undo has asked for it, and it may be back by now or not."""
    COMPARED = auto()
    """What was restored has been compared with its saved copy, as far as there is one."""
    DIFFERENT = auto()
    """And it is not as it was saved."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table; what each stands for is told at Code, which is made of it."""

    code: str
    brief: str
    meaning: str
    remedy: str
    traits: Trait = Trait.NONE
    astray: tuple[str, str] | None = None


OF_ZOHO = {
    "INTERNAL_ERROR": Trait.DOUBTFUL,
    "INVALID_DATA": Trait.OPEN,
    SCHEDULED: Trait.ASKED_BACK | Trait.MAYBE_BACK,
}
"""Codes of Zoho's own from which more follows than the state of the id; words: zoho/advice.py."""
