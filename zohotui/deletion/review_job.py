"""What a thread does to review a list: it reads the records, saves them, and posts what it tells.

1. The saved copies are begun, unless the profile wants none.
2. Each event of the review is posted; `Saved` comes just before the `ReviewEnded` of a whole one.
3. A review that is not whole, or that nobody wants any more, leaves no copies behind.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from zohotui.deletion.jobs import Archive
from zohotui.deletion.journal.snapshot import Snapshot
from zohotui.deletion.model.events import ReviewEnded, ReviewEvent, Reviewing
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.reads.work import Times
from zohotui.deletion.review.guards import Guards, org_prefix
from zohotui.deletion.review.missing import USUAL_MODULES
from zohotui.deletion.review.review import LastReview, ReviewRequest, review
from zohotui.zoho.client import ZohoCRM


@dataclass(frozen=True, slots=True)
class Saved:
    """The review is whole, and so are the saved copies of what it read."""

    seconds_a_call: float | None
    """None if that cannot be told."""


Post = Callable[[ReviewEvent | Saved], object]


@dataclass(eq=False)
class ReviewJob:
    """One review of a list, and what its thread shares with all others."""

    draft: Plan
    """A plan of the whole list, of which the review makes the one that is confirmed."""
    skip: frozenset[int]
    """Places of the ids that are not read."""
    crm: ZohoCRM
    archive: Archive
    guards: Guards
    copies: str
    """What is saved of each record: `off`, `fields` or `full`, as the profile says."""
    levers: Levers = field(default_factory=Levers)
    snapshot: Snapshot | None = None
    """The saved copies once all of them are; the list's from then on."""

    def do(self, last_review: LastReview | None, post: Post) -> None:
        """Review in this thread, posting each event; `last_review`: what the last one saw.

        Raises SnapshotError if the copies cannot be begun, GuardError if the profile's guards
        cannot be understood.
        """
        snapshot = self._begun()
        draft = self.draft
        request = ReviewRequest(
            draft.ids,
            draft.module,
            guards=self.guards,
            prefix=org_prefix(draft.target.user_id),
            last_review=last_review,
            whole=self.copies == "full",
            keep=snapshot.add if snapshot else None,
            elsewhere=USUAL_MODULES,
            skip=self.skip,
            permanent=draft.permanent,
            parallel=draft.options.parallel,
        )
        whole = False
        calls, began = 0, time.monotonic()
        parallel = draft.options.parallel
        try:
            for event in review(request, self.crm, self.levers, Times(self.archive.clock)):
                if isinstance(event, Reviewing):
                    calls = event.calls
                if isinstance(event, ReviewEnded) and not event.why:
                    if self.levers.abandoned:
                        break
                    whole, self.snapshot = True, snapshot
                    seconds = (time.monotonic() - began) * parallel / max(calls, 1)
                    post(Saved(seconds if calls > parallel else None))
                post(event)
        finally:
            # The one who abandons it after this finds the copies with it.
            if snapshot and (not whole or self.levers.abandoned):
                snapshot.discard()

    def _begun(self) -> Snapshot | None:
        if self.copies == "off":
            return None
        return Snapshot.create(
            self.archive.journals,
            self.draft.target,
            self.draft.module,
            whole=self.copies == "full",
            clock=self.archive.clock,
        )
