"""What a run tells whoever watches it, in the order in which it is true."""

from __future__ import annotations

from dataclasses import dataclass

from zohotui.deletion.model.differences import Difference
from zohotui.deletion.model.outcome import Outcome
from zohotui.deletion.model.plan import Batch
from zohotui.zoho.records import Record


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch is in the journal and its request has left."""

    batch: Batch
    at: float
    """Seconds since the epoch, as in the journal."""


@dataclass(frozen=True, slots=True)
class Landed:
    """A batch has its outcomes, and they are in the journal."""

    batch: Batch
    outcomes: tuple[Outcome, ...]
    """One for each id of the batch, in the batch's order."""
    at: float | None
    """Seconds since the epoch, as in the journal; None if the disk failed to the very end."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A batch provably changed nothing and waits for another try."""

    batch: Batch
    why: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing leaves for so many seconds."""

    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Braked:
    """The run paused itself; it goes on or ends only when told to."""

    why: str
    sign_in: bool = False
    """Whether going on needs somebody to sign in first."""
    lasting: bool = False
    """Whether it is an alarm that going on does not settle: to be told to the end."""


@dataclass(frozen=True, slots=True)
class Paused:
    """Nothing more leaves, as asked."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Batches leave again."""


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing is in flight and nothing more will leave."""

    stopped: bool
    """Whether ids were left over because somebody stopped the run."""


@dataclass(frozen=True, slots=True)
class Resolving:
    """So many ids are read, because nobody knows yet what became of them."""

    count: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """Reading told what became of some ids, and it is in the journal."""

    places: tuple[int, ...]
    """Their places in the plan."""
    outcomes: tuple[Outcome, ...]
    """One for each of them."""


@dataclass(frozen=True, slots=True)
class Verifying:
    """So many deleted ids are looked for in the Recycle Bin."""

    count: int


@dataclass(frozen=True, slots=True)
class Verified:
    """Reading told whether some ids are deleted as Zoho said, and it is in the journal."""

    places: tuple[int, ...]
    """Their places in the plan."""
    outcomes: tuple[Outcome, ...]
    """One for each of them."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """So many deleted ids are looked for, to be brought back."""

    count: int


@dataclass(frozen=True, slots=True)
class Restoring:
    """Zoho is about to be asked to bring some records back, and it is in the journal."""

    places: tuple[int, ...]
    """Their places in the plan."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of some ids by an undo is known, and it is in the journal.

    Not all of them are back: each outcome says it.
    """

    places: tuple[int, ...]
    """Their places in the plan."""
    outcomes: tuple[Outcome, ...]
    """One for each of them."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Reading, or an undo, is over; nothing was deleted by it."""

    why: str = ""
    """Why it ended before each id was settled; empty if it did not."""
    alarm: bool = False
    """Whether that must be told to the end, whatever becomes of the ids."""


@dataclass(frozen=True, slots=True)
class Comparing:
    """So many restored records are read again, to be compared with their saved copies."""

    count: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Some restored records were compared with what was saved, and it is in the journal."""

    places: tuple[int, ...]
    """Their places in the plan."""
    outcomes: tuple[Outcome, ...]
    """One for each of them."""
    differences: tuple[Difference, ...] = ()
    """Those that are not as they were saved, with their values: these are in no journal."""


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
    """So many ids are read before anything is deleted."""

    count: int
    calls: int
    """Calls that reading them takes if none is repeated."""
    at: float
    """Seconds since the epoch: from here on the review ages."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Some ids were read; what is missing may be told of again, once more is known."""

    places: tuple[int, ...]
    """Their places in the list."""
    outcomes: tuple[Outcome, ...]
    """One for each of them: ready, held or missing."""
    records: tuple[Record | None, ...]
    """The same for what is shown of them; None for one that is missing."""


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


ReviewEvent = Reviewing | Reviewed | ReviewEnded | Waiting

Event = (
    Sent
    | Landed
    | Returned
    | Waiting
    | Braked
    | Paused
    | Resumed
    | Finished
    | Resolving
    | Resolved
    | Verifying
    | Verified
    | Undoing
    | Restoring
    | Restored
    | Settled
    | Comparing
    | Compared
    | ComparisonEnded
)
