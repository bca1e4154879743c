"""The frozen plan: which ids of which module of which org go, and how."""

from __future__ import annotations

import hashlib
import unicodedata
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import lt

from zohotui.deletion.model.listing import Listing
from zohotui.deletion.model.outcome import Outcome
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.limits import DEFAULT_PARALLEL, MOST_IDS, MOST_PARALLEL
from zohotui.zoho.printable import MARK, printable
from zohotui.zoho.records import is_api_name, since

_SLICE = 10_000
LONGEST_REASON = 200
"""Characters of a reason."""

_BLANK = f"{MARK}\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that show nothing, and what stands for one that was made harmless."""

_LEAST_ID = 10**9
"""No record id is smaller."""


def reason_of(text: str) -> str:
    """Make a reason of what somebody has typed: one line, harmless, not too long.

    Empty if nothing of it can be seen: that is no reason.
    """
    reason = printable(" ".join(text.split()), LONGEST_REASON)
    return reason if any(map(_is_seen, reason)) else ""


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANK


LeftOut = tuple[Outcome, tuple[int, ...]]
"""Ids of a list that its plan leaves out, and why: held, or missing."""


def is_whole(value: object) -> bool:
    """Whether a value is a whole number, and not true or false."""
    return isinstance(value, int) and not isinstance(value, bool)


class PlanError(ValueError):
    """A plan that must not be carried out; its text is a sentence for the admin."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a plan may be carried out and nowhere else."""

    api_domain: str
    """https://www.zohoapis.eu."""
    location: str
    """The data centre's short name."""
    environment: Environment
    org: str
    """The org's name, or empty if the token may not read it."""
    zgid: str
    """The org's number, or empty."""
    user: str
    """Who deletes: name or e-mail address, or empty."""
    user_id: str = ""
    """The number of that user, or empty."""

    def same_org(self, other: Target) -> bool:
        """Whether both are one org for certain; one that could not be named is never."""
        here, there = ((one.zgid, one.api_domain, one.environment) for one in (self, other))
        return bool(self.zgid) and here == there

    @property
    def words(self) -> str:
        """One line that names the org so that it cannot be mistaken for another."""
        org = self.org or "ORG NOT KNOWN"
        parts = (org, self.environment.upper(), self.location.upper(), self.user)
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Handed:
    """The plan that somebody wrote down, and that the ids of a run are of."""

    by: str
    """Who wrote it: name or e-mail address, or empty."""
    by_id: str
    """The number of that user, or empty."""
    at: float
    """When, in seconds since the epoch."""
    sha256: str
    """Of its file, see plan_file.py."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """A stay in the Recycle Bin, as Zoho told it: by it a deletion is known from any other."""

    by: str
    """Name of the user who deleted the record, or empty."""
    by_id: str
    """The number of that user, or empty."""
    at: float | None
    """When, in seconds since the epoch; None if that was not told."""
    name: str = ""
    """What the record is called, or empty."""

    @property
    def since(self) -> str:
        """Say when and by whom, as the end of a clause."""
        return since(self.at, self.by)


@dataclass(frozen=True, slots=True)
class Options:
    """How a plan is carried out."""

    wf_trigger: bool = True
    """Whether workflow rules run on the deletes; Zoho's default. Source: the seed page."""
    batch_size: int = MOST_IDS
    """Ids a request carries, 1 to 100."""
    parallel: int = DEFAULT_PARALLEL
    """Requests under way at once, 1 to 10."""
    reserve: int = 0
    """API credits of the org that the run leaves to others, as far as Zoho tells."""

    def __post_init__(self) -> None:
        """Refuse what Zoho would refuse, and whatever is not of its type: it may be off a file."""
        if not isinstance(self.wf_trigger, bool):
            raise PlanError("Whether workflow rules run must be true or false.")
        if not all(map(is_whole, (self.batch_size, self.parallel, self.reserve))):
            raise PlanError("The batch size, requests at once and the reserve are whole numbers.")
        if self.reserve < 0:
            raise PlanError(f"The reserve of API credits must not be {self.reserve}.")
        if not 1 <= self.batch_size <= MOST_IDS:
            raise PlanError(f"The batch size must be 1 to {MOST_IDS}, not {self.batch_size}.")
        if not 1 <= self.parallel <= MOST_PARALLEL:
            raise PlanError(f"Requests at once must be 1 to {MOST_PARALLEL}, not {self.parallel}.")


@dataclass(frozen=True, slots=True)
class Batch:
    """The ids of one request: a slice of the plan."""

    number: int
    """Counts from 1."""
    start: int
    """Place of its first id in the plan, from 0."""
    ids: tuple[int, ...]


class _Checked(array):  # type: ignore[type-arg]  # no brackets before Python 3.12
    """Ids that a plan has copied and checked; nobody else holds them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the admin confirmed; a run can send nothing else, to nowhere else."""

    target: Target
    module: str
    """API name: Sales_Orders."""
    label: str
    """The module's plural label as shown: Sales Orders."""
    permanent: bool
    """Whether the module has no Recycle Bin."""
    ids: Sequence[int]
    options: Options = Options()
    source: str = ""
    """Where the ids came from, in words."""
    left_out: tuple[LeftOut, ...] = ()
    """What else was in the list; it is never sent."""
    reviewed: float | None = None
    """When its records were read, in seconds since the epoch; None if they were not."""
    said_right: str = ""
    """What looked rounded in a list that the admin said is right; empty if nothing did."""
    listings: tuple[Listing, ...] = ()
    """What in Zoho the ids were read from, if they were."""
    by_value: str = ""
    """API name of the external field whose values are sent in the place of ids; empty: ids are.

    Nobody has read those records, so their ids are not known: `ids` are then the numbers of the
    values in their list, counted from 1, and `listings` tells which value each is of.
    """
    reason: str = ""
    """Why it is done, in the admin's words: a ticket's number for one; empty: not given."""
    handed: Handed | None = None
    """The plan that somebody wrote down, if every id is of it; None if none is, or not all are."""
    deletions: Mapping[int, Deletion] = field(default_factory=dict)
    """Of a plan that restores what others deleted: for each of its ids, the deletion to be undone.

    Nothing can be deleted by it. Empty: it is a plan to delete.
    """
    singular: str = field(default="", compare=False)
    """What one record of the module is called, in this session only; empty: by the label."""

    def __post_init__(self) -> None:
        """Copy the ids, so that no one who holds them can change the plan."""
        if not is_api_name(self.module):
            raise PlanError("The module of the plan is not an API name.")
        if not isinstance(self.permanent, bool):
            raise PlanError("Whether the plan is permanent must be true or false.")
        if len(self.reason) > LONGEST_REASON or printable(self.reason) != self.reason:
            raise PlanError(f"The reason must be one line of up to {LONGEST_REASON} characters.")
        if self.by_value:
            self._check_values()
        if self.deletions and (self.by_value or set(self.ids) != set(self.deletions)):
            raise PlanError("A plan that restores names one deletion for each of its ids.")
        if isinstance(self.ids, _Checked):
            return
        frozen = _Checked("Q", self.ids)
        if not frozen:
            raise PlanError("There are no ids to delete.")
        # Most lists rise, and a set of a million ids takes a hundred megabytes.
        rising = all(map(lt, frozen, islice(frozen, 1, None)))
        if not (frozen[0] if rising else min(frozen)):
            raise PlanError("0 is not a record id.")
        if not rising and len(set(frozen)) != len(frozen):
            raise PlanError("An id is in the list twice.")
        object.__setattr__(self, "ids", frozen)

    def _check_values(self) -> None:
        """Make sure that each number is that of one value, and can be no record's id."""
        if not is_api_name(self.by_value):
            raise PlanError("The external field of the plan is not an API name.")
        external = self.external
        if not all(0 < number < _LEAST_ID and external.get(number) for number in self.ids):
            raise PlanError("A plan by values has a number without a value.")
        if len({external[number] for number in self.ids}) < len(self.ids):
            raise PlanError("A value is in the list twice.")

    @property
    def restores(self) -> bool:
        """Whether it restores what others deleted, and deletes nothing."""
        return bool(self.deletions)

    @property
    def first_deletion(self) -> float | None:
        """When others deleted the first of what it restores, by Zoho; None if that is not known."""
        return min((one.at for one in self.deletions.values() if one.at), default=None)

    @property
    def whose_values(self) -> str:
        """Say that nobody knows whose values would be sent; empty for ids, and if it is known."""
        if not self.by_value or self.target.user_id:
            return ""
        return (
            "Values can be sent only for a user who is known: each user may have values of their "
            "own. Zoho does not say who this sign-in is; sign in with ZohoCRM.users.READ."
        )

    @property
    def external(self) -> Mapping[int, str]:
        """Return the external values by which records were found, by their ids."""
        found = [one.values for one in self.listings if one.values]
        # Mostly it is one, and there may be a million in it.
        return found[0] if len(found) == 1 else dict(chain(*(one.items() for one in found)))

    @property
    def listed(self) -> int:
        """How many ids the list had of which it was made."""
        return len(self.ids) + sum(len(ids) for _, ids in self.left_out)

    @property
    def sentence(self) -> str:
        """What must be typed before anything is sent."""
        one = self.singular if len(self.ids) == 1 else ""
        return f"{self.short_sentence} {one or self.label}"

    @property
    def short_sentence(self) -> str:
        """The same without the module, for an org where a profile may allow that."""
        verb = "permanently delete" if self.permanent else "delete"
        return f"{verb} {len(self.ids)}"

    @property
    def sha256(self) -> str:
        """Fingerprint of the ids in their order, one a line, in hexadecimal."""
        digest = hashlib.sha256()
        for start in range(0, len(self.ids), _SLICE):
            joined = "\n".join(map(str, self.ids[start : start + _SLICE]))
            digest.update((f"\n{joined}" if start else joined).encode())
        return digest.hexdigest()

    @property
    def calls(self) -> int:
        """Delete requests that the plan takes if none is repeated."""
        rest = len(self.ids) - 1
        return 1 + -(-rest // self.options.batch_size)

    def batches(self) -> Iterator[Batch]:
        """Cut the ids into requests: first one record, the canary, then full batches."""
        start, number = 0, 1
        while start < len(self.ids):
            stop = start + (1 if start == 0 else self.options.batch_size)
            yield Batch(number, start, tuple(self.ids[start:stop]))
            start, number = stop, number + 1

    def span(self, number: int) -> tuple[int, int]:
        """Tell at which place a batch begins and how many ids it has; none if it is not there."""
        size = self.options.batch_size
        start, most = (0, 1) if number == 1 else (1 + (number - 2) * size, size)
        return start, max(0, min(most, len(self.ids) - start))

    def batch_number(self, place: int) -> int:
        """Tell which batch the id at this place of the plan belongs to."""
        return 1 if place == 0 else 2 + (place - 1) // self.options.batch_size
