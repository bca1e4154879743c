"""What happens to a run, as events: RunState makes of them what is known of it.

*Recorded* events are the run. Each is one line of its journal, on disk before anybody is told, and
read back it is the same event. *Passing* events tell what is done or waited for meanwhile; no
journal has them, and nothing that is known of an id rests on them.

The order of recorded events, which RunState.check holds a journal to:

    journal   = Begun  session*
    session   = deleting | looking | undoing | comparing | closing
    deleting  = [Resumed] [Released] [Saved] (batch | Braked)* [CutOff | Finished]
    batch     = Sent (Landed | Returned)           several at once, each answered once
    looking   = (Resolved | Verified)*
    undoing   = (Restoring Restored* [Braked] | Restored)* [CutOff]
    comparing = Compared*
    closing   = Finished

Only what is not finished is deleted from, and only the first session does so without Resumed. A
process may die behind any event: what was Sent by then and neither Landed nor Returned is unknown.
Each session but the first begins with that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from zohotui.deletion.model.differences import Difference
from zohotui.deletion.model.figures import Figures
from zohotui.deletion.model.home import Home
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Batch, Plan
from zohotui.zoho.records import Record
from zohotui.zoho.zoho_clock import Skew

LANDED: Final = frozenset({State.DELETED, State.FAILED, State.UNKNOWN})
"""What an answer can say of an id."""

FOUND: Final = LANDED | {State.GONE, State.VERIFIED, State.RESTORED}
"""What can be known of an id whose request has left."""


UNTOLD: Final = "untold"
"""Stands for the id of a user whom Zoho does not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What each line of a journal tells beside what it is for."""

    at: float | None = None
    """Seconds since the epoch; None for what is told although no disk has taken it."""
    skew: Skew | None = None
    """How far this machine's clock was off; None where no answer had told."""
    home: Home | None = None
    """Where the run was begun, or goes on from here; None if the line does not say."""


@dataclass(frozen=True, slots=True)
class Begun(Recorded):
    """A plan was confirmed, and its run can begin."""

    plan: Plan
    tool: str
    """Name and version of the program; empty if that is not told."""


@dataclass(frozen=True, slots=True)
class Release:
    """One held record that is deleted although it was held."""

    place: int
    """Its place in the plan."""
    record_id: str
    code: str
    why: str
    """For what reason, and why the record was held."""


@dataclass(frozen=True, slots=True)
class Released(Recorded):
    """Held records were let go, each with a reason."""

    records: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class Saved(Recorded):
    """Copies of this many records are beside the journal."""

    name: str
    """Name of their file."""
    records: int


@dataclass(frozen=True, slots=True)
class Resumed(Recorded):
    """A run goes on whose process had died."""

    tool: str
    """Name and version of the program."""
    said_right: str = ""
    """Why its ids look rounded, where the admin has said that they are right."""


@dataclass(frozen=True, slots=True)
class Sent(Recorded):
    """A batch is in the journal and its request leaves."""

    batch: Batch
    by: str = ""
    """The id of the user who sends it, or UNTOLD; empty for the one who confirmed the plan."""


@dataclass(frozen=True, slots=True)
class Landed(Recorded):
    """A batch has its outcomes."""

    batch: Batch
    outcomes: tuple[Outcome, ...]
    """One for each id of the batch, in the batch's order."""
    foreign: tuple[str, ...] = ()
    """Ids that the answer spoke of and that were never asked for."""


@dataclass(frozen=True, slots=True)
class Returned(Recorded):
    """A batch provably changed nothing and waits for another try."""

    batch: Batch
    why: str


@dataclass(frozen=True, slots=True)
class Braked(Recorded):
    """The run paused itself; it goes on or ends only when told to."""

    why: str
    sign_in: bool = field(default=False, compare=False)
    """Whether going on needs somebody to sign in first; no journal has it."""


@dataclass(frozen=True, slots=True)
class CutOff(Recorded):
    """Something ended the program in the middle of a run or of an undo."""

    by: str
    """What did, see levers.Cause; another word if a later zohotui wrote it."""


@dataclass(frozen=True, slots=True)
class Finished(Recorded):
    """Nothing is in flight and nothing more will leave."""

    stopped: bool
    """Whether ids were left over because somebody stopped the run."""


@dataclass(frozen=True, slots=True)
class Resolved(Recorded):
    """Reading told what became of some ids of which that was not known."""

    places: tuple[int, ...]
    """Their places in the plan."""
    outcomes: tuple[Outcome, ...]
    """One for each of them."""
    ended: bool = field(default=False, kw_only=True)
    """Whether the run was over by then: no line of its own may tell that."""


@dataclass(frozen=True, slots=True)
class Verified(Recorded):
    """Reading told whether some ids are deleted as Zoho said."""

    places: tuple[int, ...]
    """Their places in the plan."""
    outcomes: tuple[Outcome, ...]
    """One for each of them."""
    ended: bool = field(default=False, kw_only=True)
    """As of Resolved."""


@dataclass(frozen=True, slots=True)
class Restoring(Recorded):
    """Zoho is about to be asked to bring some records back."""

    places: tuple[int, ...]
    """Their places in the plan."""


@dataclass(frozen=True, slots=True)
class Restored(Recorded):
    """What became of some ids by an undo is known.

    Not all of them are back: each outcome says it.
    """

    places: tuple[int, ...]
    """Their places in the plan."""
    outcomes: tuple[Outcome, ...]
    """One for each of them."""
    ended: bool = field(default=False, kw_only=True)
    """As of Resolved."""


@dataclass(frozen=True, slots=True)
class Compared(Recorded):
    """Some restored records were compared with what was saved."""

    places: tuple[int, ...]
    """Their places in the plan."""
    outcomes: tuple[Outcome, ...]
    """One for each of them."""
    differences: tuple[Difference, ...] = field(default=(), compare=False)
    """Those that are not as they were saved, with their values: these are in no journal."""
    ended: bool = field(default=False, kw_only=True)
    """As of Resolved."""


@dataclass(frozen=True, slots=True)
class Remark(Recorded):
    """A line of a kind that is not known: a later zohotui may have written it."""


FoundOut = Resolved | Verified | Restored | Compared
"""What became of ids by what was done after their deletes."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing leaves for this many seconds."""

    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Paused:
    """Nothing more leaves, as asked."""


@dataclass(frozen=True, slots=True)
class Unpaused:
    """Batches leave again."""


@dataclass(frozen=True, slots=True)
class Resolving:
    """This many ids are read, because nobody knows yet what became of them."""

    count: int


@dataclass(frozen=True, slots=True)
class Verifying:
    """This many deleted ids are looked for in the Recycle Bin."""

    count: int


@dataclass(frozen=True, slots=True)
class Undoing:
    """This many deleted ids are looked for, to be brought back."""

    count: int


@dataclass(frozen=True, slots=True)
class StepEnded:
    """Reading, or an undo, is over; nothing was deleted by it."""

    why: str = ""
    """Why it ended before each id was settled; empty if it did not."""
    alarm: bool = False
    """Whether that must be told to the end, whatever becomes of the ids."""


@dataclass(frozen=True, slots=True)
class Comparing:
    """This many restored records are read again, to be compared with their saved copies."""

    count: int


@dataclass(frozen=True, slots=True)
class ComparisonEnded:
    """Comparing is over, or there was nothing to compare with."""

    found: str
    """What it came to, in sentences."""
    lacks: str = ""
    """What the saved copies do not contain, in a sentence."""
    differing: int = 0
    """Records that are not as they were saved."""
    why: str = ""
    """Why it ended before each record was compared; empty if it did not."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """This many ids are read before anything is deleted."""

    count: int
    calls: int
    """Calls that reading them takes if none is repeated."""
    at: float
    """Seconds since the epoch: from here on the review ages."""
    money: frozenset[str] | None = None
    """API names of the fields that hold money; None if the kinds of fields are not known."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Some ids were read; what is missing may be told of again, once more is known."""

    places: tuple[int, ...]
    """Their places in the list."""
    outcomes: tuple[Outcome, ...]
    """One for each of them: ready, held or missing."""
    records: tuple[Record | None, ...]
    """The same for what is shown of them; None for one that is missing."""
    figures: tuple[Figures, ...] = ()
    """The same for what of them can be summed up; empty if they are missing."""


@dataclass(frozen=True, slots=True)
class GuardTold:
    """What one guard of the profile did in a review."""

    guard: str
    """The setting, and of several values the one: `protected_tags: Keep`."""
    matched: int
    """Records that it held."""
    alone: int
    """Those of them that would be ready without it."""


@dataclass(frozen=True, slots=True)
class ReviewEnded:
    """Reading is over."""

    why: str = ""
    """Why it ended before each id was read, as a sentence; empty if it did not."""
    unknown: tuple[str, ...] = ()
    """What the review could not know, and what else is to be known of it, in sentences."""
    forbidden: bool = False
    """Whether the reason is that this sign-in may not read the module at all."""
    unguarded: tuple[str, ...] = ()
    """Which guards of the profile have protected nothing, in sentences."""
    guards: tuple[GuardTold, ...] = ()
    """What each guard of the profile did."""


ReviewEvent = Reviewing | Reviewed | ReviewEnded | Waiting

Passing = (
    Waiting
    | Paused
    | Unpaused
    | Resolving
    | Verifying
    | Undoing
    | StepEnded
    | Comparing
    | ComparisonEnded
)

Event = Recorded | Passing
