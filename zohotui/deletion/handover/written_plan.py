"""A reviewed list as somebody wrote it down, for another person to carry out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from zohotui.deletion.model.outcome import Outcome
from zohotui.deletion.model.plan import Handed, Plan, Target
from zohotui.deletion.review import selection
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.zoho.records import Record

MOST_PLANNED = 100_000
"""Records of a plan: somebody has to read the list of them."""


class HandoverError(Exception):
    """A plan that cannot be written or opened; its text is a sentence for the admin."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A record of a plan, as it was seen when that was written."""

    id: int
    name: str
    owner: str
    modified: str
    """When it was changed last, as Zoho wrote it; empty if that was not told."""
    note: str = ""
    """What was said of it: that it was released, and why; or empty."""


@dataclass(frozen=True)
class WrittenPlan:
    """What is to be deleted, by whom it was chosen, and what was seen of it."""

    target: Target
    """The org, and the user who wrote it."""
    module: str
    """API name."""
    label: str
    at: float
    """When it was written, in seconds since the epoch."""
    reviewed: float
    """When its records were read."""
    source: str
    """Where the ids came from, in words."""
    records: tuple[Planned, ...]
    sha256: str = ""
    """Of its file, see plan_file.py; empty if it is in none."""

    @classmethod
    def of(cls, listed: ReviewedList, draft: Plan, at: float) -> WrittenPlan:
        """Write down what is ready of a list that was reviewed; raises HandoverError if it cannot.

        `draft`: a plan of the whole list; `at`: seconds since the epoch.
        """
        if not draft.target.zgid:
            raise HandoverError(
                "This sign-in may not read which org it opens, so nobody could tell whether the "
                "plan is for theirs. Sign in with ZohoCRM.org.READ."
            )
        if draft.by_value:
            raise HandoverError("A list of values has no ids, so it cannot be written as a plan.")
        if listed.began is None:
            raise HandoverError("Only a reviewed list can be written as a plan: [review] reads it.")
        places = selection.going(listed)
        if not places:
            raise HandoverError("No record of the list is ready, so there is nothing to write.")
        if len(places) > MOST_PLANNED:
            raise HandoverError(
                f"A plan holds up to {MOST_PLANNED:,} records, and {len(places):,} are ready. "
                "Make several lists of them."
            )
        return cls(
            target=draft.target,
            module=draft.module,
            label=draft.label,
            at=at,
            reviewed=listed.began,
            source=draft.source,
            records=tuple(_planned(listed, place) for place in places),
        )

    @cached_property
    def ids(self) -> frozenset[int]:
        """The ids of its records."""
        return frozenset(one.id for one in self.records)

    @cached_property
    def seen(self) -> Mapping[int, Record]:
        """What it shows of each record, by its id."""
        return {
            one.id: Record(str(one.id), one.name, one.owner, created="", modified=one.modified)
            for one in self.records
        }

    @property
    def handed(self) -> Handed:
        """What a run of it tells of it."""
        return Handed(self.target.user, self.target.user_id, self.at, self.sha256)

    def why_not_in(self, target: Target) -> str:
        """Say in a sentence why it is not for this org; empty if it is."""
        if self.target.same_org(target):
            return ""
        if not target.zgid:
            return (
                "The plan was not opened: this sign-in may not read which org it opens. Sign in "
                "with ZohoCRM.org.READ."
            )
        return (
            f"The plan was not opened: it is for another org, {self.target.words} "
            f"({self.target.zgid}). Sign in there."
        )


def _planned(listed: ReviewedList, place: int) -> Planned:
    record, outcome = listed.record(place), listed.rows.outcome(place)
    note = ": ".join(filter(None, (outcome.code, outcome.message)))
    if record is None:
        return Planned(listed.rows.ids[place], "", "", "", note)
    return Planned(listed.rows.ids[place], record.name, record.owner, record.modified, note)


@dataclass(frozen=True, slots=True)
class OpenedPlan:
    """A plan with what the owners of its records say to it."""

    written: WrittenPlan
    name: str
    """Of its file; printable."""
    held: Mapping[int, Outcome]
    """By id: what its owner keeps, or does not say clearly; and why."""
    path: Path
    kept: tuple[Path, ...]
    """The lists of owners that were named."""
    stamp: tuple[str, ...]
    """By which it is known whether any of these files has changed since."""

    def covers(self, ids: Iterable[int], module: str) -> bool:
        """Whether each of these ids is of the plan: then they are that, or a part of it."""
        return module == self.written.module and self.written.ids.issuperset(ids)
