"""Guards of a profile: records that are held however often they stand in a list, and limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import Outcome, State, is_never_released
from zohotui.deletion.model.plan import Target
from zohotui.deletion.review.rules import Rule, RuleError, parse_rule
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json

_SERIAL = 10**12
_LONGEST_REASON = 200
_FEWEST_LETTERS = 3
_WENT = (State.DELETED, State.VERIFIED, State.RESTORED)
_MAY_GO = (State.ENTERED, State.READY, State.SENDING)


class GuardSettings(Protocol):
    """What guards are made from, as a profile holds it; 0 and an empty list mean none."""

    @property
    def name(self) -> str:
        """What the profile is called."""

    @property
    def most_records_a_run(self) -> int:
        """Records that one run may delete."""

    @property
    def most_records_a_day(self) -> int:
        """Records that all runs of a day may delete."""

    @property
    def protected_ids(self) -> Sequence[str]:
        """Record ids."""

    @property
    def protected_owners(self) -> Sequence[str]:
        """Names, e-mail addresses or ids of users."""

    @property
    def protected_tags(self) -> Sequence[str]:
        """Names of tags."""

    @property
    def protected_if(self) -> Sequence[str]:
        """Rules as text."""


class GuardError(ValueError):
    """A profile's guards cannot be understood; the text is a sentence that names the profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What a profile protects."""

    most_a_run: int = 0
    most_a_day: int = 0
    ids: frozenset[int] = frozenset()
    owners: frozenset[str] = frozenset()
    """Without regard to case."""
    tags: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()

    @classmethod
    def of(cls, profile: GuardSettings) -> Guards:
        """Make the guards of a profile; raises GuardError for a rule that is none."""
        try:
            return cls(
                most_a_run=profile.most_records_a_run,
                most_a_day=profile.most_records_a_day,
                ids=frozenset(map(int, profile.protected_ids)),
                owners=frozenset(map(_alike, profile.protected_owners)),
                tags=frozenset(map(_alike, profile.protected_tags)),
                rules=tuple(map(parse_rule, profile.protected_if)),
            )
        except RuleError as error:
            raise GuardError(f"The profile {profile.name}, protected_if: {error}") from None

    @property
    def fields(self) -> frozenset[str]:
        """API names of the fields without which these guards see nothing."""
        names = {rule.field for rule in self.rules}
        names |= {"Owner"} if self.owners else set()
        return frozenset(names | ({"Tag"} if self.tags else set()))

    def held(
        self, record: Json, record_id: int, org_prefix: int | None, now: float
    ) -> Outcome | None:
        """Say why a record is held, with every reason there is; None if no guard is hit.

        `org_prefix`: what the ids of the org begin with, None if that is not known; `now`:
        seconds since the epoch.
        """
        reasons = [*self._reasons(record, record_id, now)]
        code = Code.PROTECTED if reasons else Code.OTHER_ORG_PREFIX
        if is_foreign(record_id, org_prefix):
            reasons.append(foreign_words(record_id, org_prefix))
        return Outcome(State.HELD, code, "; ".join(reasons)) if reasons else None

    def _reasons(self, record: Json, record_id: int, now: float) -> Iterable[str]:
        if record_id in self.ids:
            yield "its id is protected"
        if self.owners and (owner := _owner(record.get("Owner"), self.owners)):
            yield f"records of {owner} are protected"
        for tag in _tags(record.get("Tag")):
            if _alike(tag) in self.tags:
                yield f"the tag {printable(tag, 40)} is protected"
        for rule in self.rules:
            if reason := rule.hit(record, now):
                yield f"protected: {reason}"

    def unseen(self, seen: Iterable[str]) -> list[str]:
        """Say which guards saw nothing, where records carried these fields and no others."""
        there = set(seen)
        told = [
            f"{rule.text!r} protects nothing here: no record shows a field {rule.field}."
            for rule in self.rules
            if rule.field not in there
        ]
        if self.owners and "Owner" not in there:
            told.append("Protected owners protect nothing here: no record shows its owner.")
        if self.tags and "Tag" not in there:
            told.append("Protected tags protect nothing here: no record shows its tags.")
        return told

    def too_many(self, count: int, today: Today) -> str:
        """Say why a run of this many records may not begin; empty if it may."""
        if self.most_a_run and count > self.most_a_run:
            return (
                f"Limit: {self.most_a_run} records per run (most_records_a_run). This run "
                f"would have {count:,}."
            )
        if not self.most_a_day or count + today.most <= self.most_a_day:
            return ""
        open_runs = f" (perhaps {today.uncertain:,} more)" if today.uncertain else ""
        return (
            f"Limit: {self.most_a_day} records per day in this org (most_records_a_day). "
            f"Deleted today: {today.deleted:,}{open_runs}. This run would have {count:,}."
        )


def check_profiles(profiles: Mapping[str, GuardSettings]) -> None:
    """Raise GuardError for the first profile whose guards cannot be understood."""
    for profile in profiles.values():
        Guards.of(profile)


@dataclass(frozen=True, slots=True)
class Today:
    """How many records of an org went today, as far as the journals of this machine tell."""

    deleted: int = 0
    uncertain: int = 0
    """Ids of runs that died or are still at work and may have gone, or go yet."""

    @property
    def most(self) -> int:
        """How many can have gone at the most."""
        return self.deleted + self.uncertain


def deleted_today(journals: Path, target: Target, now: float) -> Today:
    """Count what the runs of an org that began today have deleted; also what came back since.

    Only the first and the last line of each journal are read. The day is this machine's. Raises
    JournalError if the folder cannot be read.
    """
    today = datetime.fromtimestamp(now).astimezone().date()
    deleted = uncertain = 0
    for one in history(journals):
        if not isinstance(one, Summary) or not _same_place(one.target, target):
            continue
        if datetime.fromtimestamp(one.began).astimezone().date() != today:
            continue
        if one.tally is None:
            uncertain += one.count or 0
        else:
            deleted += sum(one.tally.get(state, 0) for state in _WENT)
            uncertain += one.tally.get(State.UNKNOWN, 0)
            if not one.finished:
                # It can be gone on with, and nobody asks this question of it again.
                uncertain += sum(one.tally.get(state, 0) for state in _MAY_GO)
    return Today(deleted, uncertain)


def release(outcome: Outcome, reason: str) -> Outcome:
    """Let a held record go after all, for a reason in words; raises ValueError without one."""
    words = " ".join(reason.split())
    if outcome.state is not State.HELD:
        raise ValueError("Only a held record can be released.")
    if is_never_released(outcome):
        raise ValueError("The address of this record is of another module or org: it stays held.")
    if sum(map(str.isalpha, words)) < _FEWEST_LETTERS:
        raise ValueError("Say in a few words why this record may be deleted.")
    message = f"{printable(words, _LONGEST_REASON)} (was {outcome.code}: {outcome.message})"
    return replace(outcome, state=State.READY, code=Code.RELEASED, message=message)


def prefix_of(record_id: int) -> int:
    """Return what every id of an org begins with: all but the last twelve digits.

    Source: zoho-api.md, "Record ids, exports, URLs", "Format".
    """
    return record_id // _SERIAL


def org_prefix(user_id: str) -> int | None:
    """Tell an org's prefix by the id of one of its users; None if that is not known."""
    if not (user_id.isascii() and user_id.isdigit()):
        return None
    return prefix_of(int(user_id)) or None


def is_foreign(record_id: int, prefix: int | None) -> bool:
    """Whether an id looks as if it came from another org than the one with this prefix."""
    return prefix is not None and prefix_of(record_id) != prefix


def foreign_words(record_id: int, prefix: int | None) -> str:
    """Say how a foreign id can be told."""
    return f"the id begins with {prefix_of(record_id)}, ids of this org with {prefix}"


def _same_place(one: Target, other: Target) -> bool:
    """Whether two targets are one org; orgs that could not be named are told by their address."""
    here, there = ((t.api_domain, t.environment, t.zgid) for t in (one, other))
    return here == there


def _alike(text: str) -> str:
    return " ".join(text.split()).casefold()


def _owner(owner: object, protected: frozenset[str]) -> str:
    """Return the name of an owner who is among the protected, or empty."""
    if not isinstance(owner, Mapping):
        return ""
    texts = [str(owner[key]) for key in ("name", "email", "id") if owner.get(key)]
    if not any(_alike(text) in protected for text in texts):
        return ""
    return printable(texts[0], 60)


def _tags(tags: object) -> Iterable[str]:
    if not isinstance(tags, Sequence) or isinstance(tags, str):
        return
    for tag in tags:
        name = tag.get("name") if isinstance(tag, Mapping) else tag
        if isinstance(name, str):
            yield name
