"""What a run tells whoever watches it, in the order in which it is true."""

from __future__ import annotations

from dataclasses import dataclass

from zohotui.deletion.outcomes import Outcome
from zohotui.deletion.plan import Batch


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
class Settled:
    """Reading is over; nothing was deleted by it."""

    why: str = ""
    """Why it ended before each id was settled; empty if it did not."""


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
    | Settled
)
