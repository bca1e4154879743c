"""What a command is, and what decides whether it makes sense at a moment."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Flag, auto

from textual.binding import Binding

from zohotui.tui.phase import Phase


class Where(Flag):
    """On which screens a command can be done."""

    LIST = auto()
    RUN = auto()
    RUNS = auto()
    """The history."""
    BOTH = LIST | RUN
    EVERYWHERE = LIST | RUN | RUNS


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What decides whether a command makes sense now, on one of the screens."""

    phase: Phase
    read_only: bool
    can_sign_in: bool
    typing: bool
    """Whether a text field has the focus."""
    rows: bool
    """Whether the table has any."""
    detail: bool
    """Whether a row is under the cursor."""
    rejected: bool = False
    """Whether the list holds entries that are not ids."""
    addressed: bool = False
    """Whether all addresses of the list name a module, and another one is chosen."""
    next_list: bool = False
    """Whether a list of another module waits, or the list names several."""
    in_list: bool = False
    """Whether the row under the cursor is of the list."""
    releasable: bool = False
    """Whether that row can be released, or it can be told why not."""
    resumable: bool = False
    """Whether the run that is shown was cut off and can be gone on with."""
    retryable: bool = False
    """Whether anything of it failed or was not sent."""
    resolvable: bool = False
    """Whether reading may tell more of any id of it."""
    undoable: bool = False
    """Whether anything that it deleted can be brought back."""
    remarked: bool = False
    """Whether an undo of it left something to be looked at."""


ALL = frozenset(Phase)
LIST_MAY_CHANGE = frozenset(phase for phase in Phase if phase.list_may_change)
FREE = frozenset({Phase.IDLE, Phase.VERIFYING})
"""Phases in which something else may begin; it ends verification, which can go on later."""
STEERED = frozenset({Phase.REVIEWING, Phase.RUNNING, Phase.PAUSED})


def always(_: Moment) -> bool:
    """Whatever there is."""
    return True


def not_typing(now: Moment) -> bool:
    """While no text field has the focus."""
    return not now.typing


def resumable(now: Moment) -> bool:
    """While a run is paused, or one that was cut off is shown."""
    return now.phase is Phase.PAUSED or (now.resumable and not now.read_only)


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done."""

    id: str
    """Stable name, for key maps."""
    key: str
    title: str
    """In the palette and in the help."""
    label: str
    """In the footer."""
    tooltip: str
    """One sentence."""
    where: Where = Where.BOTH
    phases: AbstractSet[Phase] = ALL
    possible: Callable[[Moment], bool] = always
    """Whether it makes sense now, in one of these phases."""
    shown: bool = True
    """Whether the footer has room for it."""
    at_once: bool = False
    """Whether it opens a field, so that the very next key must already go there."""

    @property
    def binding(self) -> Binding:
        """The key as Textual wants it."""
        return Binding(
            self.key,
            f"command({self.id!r})",
            self.label,
            show=self.shown,
            tooltip=self.tooltip,
            id=self.id,
            # Without priority a key bubbles up first, and those typed behind it are lost or
            # overtake it. No such command changes anything, let alone deletes.
            priority=self.at_once,
        )

    def makes_sense(self, now: Moment) -> bool:
        """Whether it can be done."""
        return now.phase in self.phases and self.possible(now)
