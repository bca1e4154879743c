"""What a command is, and what decides whether it makes sense at a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import Flag, auto

from textual.binding import Binding

from zohotui.tui.keys.phase import Phase


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
    receipt: bool = False
    """Whether the run that is shown has a receipt."""
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
UNASKED = ALL - {Phase.CONFIRMING}
"""While no question is about to open: a letter of its sentence, typed early, opens no dialog."""

STEERED = frozenset({Phase.REVIEWING, Phase.RUNNING, Phase.PAUSED})


def always(_: Moment) -> bool:
    """Whatever there is."""
    return True


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
    why: str = ""
    """What is said where it does not; empty if the phase or the lack of a row does."""
    shown: bool = True
    """Whether the footer names it."""
    changes: bool = False
    """Whether a read-only session refuses it."""
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

    @property
    def keys(self) -> tuple[str, ...]:
        """All its keys, as Textual names them."""
        return tuple(self.key.split(","))

    def makes_sense(self, now: Moment) -> bool:
        """Whether it can be done."""
        return now.phase in self.phases and self.possible(now)

    def why_not(self, now: Moment) -> str:
        """Say why it cannot be done now, in a sentence; commands in it are named as `[stop]`."""
        if now.phase not in self.phases and now.phase is not Phase.IDLE:
            return _MEANWHILE[now.phase]
        if now.read_only and self.changes:
            return "This session is read-only: nothing can be changed in it."
        if now.phase in self.phases:
            return self.why or "There is no row to do this with."
        return self.why or _MEANWHILE[now.phase]


_MEANWHILE = {
    Phase.CONNECTING: "The org has not answered yet. [connect] tries again, [sign_in] signs in.",
    Phase.OFFLINE: "There is no connection to an org yet. [connect] tries again, [sign_in] signs "
    "in.",
    Phase.IDLE: "Nothing is running.",
    Phase.REVIEWING: "Records are being read: [stop] stops that.",
    Phase.CONFIRMING: "A question about this list is about to open.",
    Phase.RUNNING: "A run is in progress: [pause] pauses it, [stop] stops it.",
    Phase.PAUSED: "The run is paused: [resume] goes on, [stop] stops it.",
    Phase.STOPPING: "The run is stopping: requests in flight are answered first.",
    Phase.READING: "Ids are being looked up: [stop] stops that.",
    Phase.VERIFYING: "Deletions are being verified: [stop] stops that.",
    Phase.UNDOING: "Records are being restored: [stop] stops that.",
}
"""What is said of a command that must wait for the end of something."""


def meanwhile(phase: Phase) -> str:
    """Return what is said of a command that must wait for the end of this."""
    return _MEANWHILE[phase]


def is_dimmed(here: Mapping[str, Command], wanted: str, offers: Callable[[str], bool]) -> bool:
    """Whether the footer names a command that cannot be done now.

    Of several with one key it names the one that can be done, or else the first.
    """
    command = here[wanted]
    same_key = [one for one in here.values() if one.key == command.key]
    idle = Phase.IDLE in command.phases
    first = command.shown and idle and command is same_key[0]
    return first and not any(offers(one.id) for one in same_key)


def why_none(here: Iterable[Command], now: Moment) -> str:
    """Say why none of the commands of one key can be done now; empty if there are none.

    The one whose phase it is knows best.
    """
    commands = sorted(here, key=lambda one: now.phase not in one.phases)
    return commands[0].why_not(now) if commands else ""


def where_else(key: str, elsewhere: Iterable[Command], way_to_runs: str) -> str:
    """Say where a key works that none of a screen's commands has; empty if nowhere.

    `elsewhere`: the commands that have it; `way_to_runs`: how a run is reached from there.
    """
    places = [one.where for one in elsewhere]
    if not places:
        return ""
    if any(Where.RUN in where for where in places):
        return f"{key} works on a run: {way_to_runs}."
    return f"{key} works on the list: Esc leads back to it."
