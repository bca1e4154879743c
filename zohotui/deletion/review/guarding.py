"""What the guards of a profile do in one review: how many records each holds, and which hold none.

A guard that names owners or tags which no record had is checked against the users of the org and
the tags of the module: one that is neither is most likely a typo, and protects nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from zohotui.deletion.model.events import GuardTold, ReviewEvent
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.reads.reads import Job, Take
from zohotui.deletion.review.guards import Guards, held_by, is_foreign
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.people import tags, users
from zohotui.zoho.records import Json


@dataclass
class Guarding:
    """Judges records by the guards, and counts."""

    guards: Guards
    typos: list[str] = field(default_factory=list)
    """Which owners and tags the org does not have, in sentences."""
    unchecked: list[str] = field(default_factory=list)
    """What could not be looked up for that, in sentences."""
    _matched: Counter[str] = field(default_factory=Counter)
    _alone: Counter[str] = field(default_factory=Counter)

    def judge(
        self, entry: Json, whose: tuple[int, int | None], now: float, otherwise: Outcome
    ) -> Outcome:
        """Say why a record is held; `otherwise`: what would be said of it without guards.

        `whose`: its id, and what the ids of the org begin with, None if that is not known; `now`:
        seconds since the epoch.
        """
        hits = self.guards.hits(entry, whose[0], now)
        names = {hit.guard for hit in hits}
        self._matched.update(names)
        if len(names) == 1 and not is_foreign(*whose) and otherwise.state is State.READY:
            self._alone.update(names)
        return held_by(hits, *whose) or otherwise

    def checks(
        self, crm: ZohoCRM, module: str, seen: Collection[str]
    ) -> Iterator[Job[ReviewEvent]]:
        """Ask for users and tags where a guard names some that no record had: a call each.

        `seen`: the fields that records carried; of others it is known that they protect nothing.
        """
        owners = self.guards.idle_owners(self._matched) if "Owner" in seen else []
        names = self.guards.idle_tags(self._matched) if "Tag" in seen else []
        if owners:
            yield self._check(lambda: self.guards.strangers(owners, users(crm)), "users")
        if names:
            yield self._check(
                lambda: self.guards.unused_tags(names, tags(crm, module), module), "tags"
            )

    def _check(self, find: Callable[[], list[str]], what: str) -> Job[ReviewEvent]:
        def read() -> Take[ReviewEvent]:
            found = find()

            def take() -> Iterator[ReviewEvent]:
                self.typos += found
                yield from ()

            return take

        def refused(error: ZohoError) -> Iterator[ReviewEvent]:
            words = f"The {what} of the org could not be read, so guards may have typos."
            self.unchecked.append(f"{words} {error.detail}")
            yield from ()

        return Job(read, refused)

    @property
    def told(self) -> tuple[GuardTold, ...]:
        """What each guard has done so far."""
        return tuple(
            GuardTold(one, self._matched[one], self._alone[one]) for one in self.guards.labels
        )
