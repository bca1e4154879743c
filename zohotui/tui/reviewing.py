"""What the review's thread does: reads a list, saves what it reads, and posts what it tells."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from zohotui.config.profiles import Account
from zohotui.config.settings import Profile
from zohotui.deletion.journal.snapshot import Snapshot
from zohotui.deletion.model.events import Reviewed, ReviewEnded, ReviewEvent, Reviewing, Waiting
from zohotui.deletion.model.levers import Control
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.reads.work import Times
from zohotui.deletion.review.guards import Guards, org_prefix
from zohotui.deletion.review.missing import USUAL_MODULES
from zohotui.deletion.review.review import Before, ReviewRequest, review
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.session import Session
from zohotui.tui.widgets.run_status import Progress


@dataclass(frozen=True, slots=True)
class Saved:
    """The review is whole, and so are the saved copies of what it read."""

    seconds_a_call: float | None
    """None if that cannot be told."""


Post = Callable[[ReviewEvent | Saved], object]


@dataclass(eq=False)
class Look:
    """A review that is under way, as the screen follows it."""

    listed: ReviewedList
    draft: Plan
    """A plan of the whole list, of which the review makes the one that is confirmed."""
    then: Callable[[], None] | None = None
    """What comes after it if it is whole; None: nothing does."""
    control: Control = field(default_factory=Control)
    read: int = 0
    """How many ids have been told of."""
    trouble: str = ""
    told_early: bool = False
    """Whether it was said that the sentence is asked for later."""
    snapshot: Snapshot | None = None
    """The saved copies once all of them are; the list's from then on."""

    def follow(self, event: ReviewEvent) -> None:
        """Take in one event."""
        self.listed.follow(event)
        match event:
            case Waiting(_, why):
                self.trouble = why
            case Reviewed(places):
                self.trouble = ""
                # What is missing is told of again once more is known.
                self.read = min(self.read + len(places), self.listed.to_read)
            case _:
                pass

    @property
    def progress(self) -> Progress:
        """How far it is."""
        total = self.listed.to_read
        parallel = self.control.parallel or self.draft.options.parallel
        asks = self.then is not None
        return Progress(self.read, total, 0.0, None, self.trouble, parallel, asks)


def look_over(
    look: Look, before: Before | None, account: Account, session: Session, post: Post
) -> None:
    """Review a list, posting each event; `before`: what an earlier review of it saw.

    Raises SnapshotError if the copies cannot be begun, GuardError if the profile's guards cannot
    be understood. What was saved is erased again unless the review is whole and still wanted.
    """
    draft, profile = look.draft, account.profile
    guards = Guards.of(profile)
    snapshot = _begun(draft, profile, session)
    request = ReviewRequest(
        look.listed.rows.ids,
        draft.module,
        guards=guards,
        prefix=org_prefix(draft.target.user_id),
        before=before,
        whole=profile.snapshot == "full",
        keep=snapshot.add if snapshot else None,
        elsewhere=USUAL_MODULES,
        skip=look.listed.misplaced,
        permanent=draft.permanent,
        parallel=draft.options.parallel,
    )
    whole = False
    calls, began = 0, time.monotonic()
    try:
        for event in review(request, account.crm, look.control, Times(session.clock)):
            if isinstance(event, Reviewing):
                calls = event.calls
            if isinstance(event, ReviewEnded) and not event.why:
                if look.control.abandoned:
                    break
                whole, look.snapshot = True, snapshot
                seconds = (time.monotonic() - began) * draft.options.parallel / max(calls, 1)
                post(Saved(seconds if calls > draft.options.parallel else None))
            post(event)
    finally:
        # Whoever abandons it after this finds the copies with it.
        if snapshot and (not whole or look.control.abandoned):
            snapshot.discard()


def _begun(draft: Plan, profile: Profile, session: Session) -> Snapshot | None:
    if profile.snapshot == "off":
        return None
    return Snapshot.create(
        session.journals,
        draft.target,
        draft.module,
        whole=profile.snapshot == "full",
        clock=session.clock,
    )
