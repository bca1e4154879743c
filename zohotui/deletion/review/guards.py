"""Guards of a profile: records that are held however often they stand in a list, and limits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from zohotui.deletion.journal.history import Unreadable, history
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import Outcome, State, is_never_released
from zohotui.deletion.model.plan import Plan, Target
from zohotui.deletion.review.rules import Rule, RuleError, parse_rule
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json, User

_SERIAL = 10**12
_LONGEST_REASON = 200
_FEWEST_LETTERS = 3
_WENT = (State.DELETED, State.VERIFIED, State.RESTORED)
_MAY_GO = (State.ENTERED, State.READY, State.SENDING)


_IDS, _OWNERS, _TAGS, _RULES = (
    "protected_ids",
    "protected_owners",
    "protected_tags",
    "protected_if",
)
"""The settings, as a profile calls them."""

_SHOWN = 60


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
    def four_eyes_above(self) -> int:
        """Records above which a run needs a plan that another user wrote."""

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


@dataclass(frozen=True, slots=True)
class Hit:
    """One guard that a record hits."""

    guard: str
    """The setting, and of several values the one that hits: `protected_tags: Keep`."""
    words: str
    """Why the record is held, as a clause."""


def held_by(hits: Sequence[Hit], record_id: int, org_prefix: int | None) -> Outcome | None:
    """Say why a record is held, with every reason there is; None if there is none."""
    reasons = list(dict.fromkeys(hit.words for hit in hits))
    code = Code.PROTECTED if reasons else Code.OTHER_ORG_PREFIX
    if is_foreign(record_id, org_prefix):
        reasons.append(foreign_words(record_id, org_prefix))
    return Outcome(State.HELD, code, "; ".join(reasons)) if reasons else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What a profile protects."""

    most_a_run: int = 0
    most_a_day: int = 0
    four_eyes_above: int = 0
    ids: frozenset[int] = frozenset()
    owners: frozenset[str] = frozenset()
    """Without regard to case."""
    tags: frozenset[str] = frozenset()
    rules: tuple[Rule, ...] = ()
    spelled: Mapping[str, str] = field(default_factory=dict)
    """Owners and tags as the profile writes them."""

    @classmethod
    def of(cls, profile: GuardSettings) -> Guards:
        """Make the guards of a profile; raises GuardError for a rule that is none."""
        try:
            return cls(
                most_a_run=profile.most_records_a_run,
                most_a_day=profile.most_records_a_day,
                four_eyes_above=profile.four_eyes_above,
                ids=frozenset(map(int, profile.protected_ids)),
                owners=frozenset(map(_alike, profile.protected_owners)),
                tags=frozenset(map(_alike, profile.protected_tags)),
                rules=tuple(map(parse_rule, profile.protected_if)),
                spelled={
                    _alike(text): printable(text, _SHOWN)
                    for text in (*profile.protected_owners, *profile.protected_tags)
                },
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
        return held_by(self.hits(record, record_id, now), record_id, org_prefix)

    def hits(self, record: Json, record_id: int, now: float) -> list[Hit]:
        """Tell every guard that a record hits. `now`: seconds since the epoch."""
        return list(self._hits(record, record_id, now))

    def _hits(self, record: Json, record_id: int, now: float) -> Iterable[Hit]:
        if record_id in self.ids:
            yield Hit(_IDS, f"{_IDS}: its id is protected")
        if self.owners:
            texts = _texts(record.get("Owner"))
            for one in dict.fromkeys(map(_alike, texts)):
                if one in self.owners:
                    words = f"{_OWNERS}: records of {printable(texts[0], _SHOWN)} are protected"
                    yield Hit(self._label(_OWNERS, one), words)
        for tag in _tags(record.get("Tag")):
            if (one := _alike(tag)) in self.tags:
                words = f"{_TAGS}: the tag {printable(tag, _SHOWN)} is protected"
                yield Hit(self._label(_TAGS, one), words)
        for rule in self.rules:
            if reason := rule.hit(record, now):
                yield Hit(f"{_RULES}: {rule.text}", f"{_RULES}: {reason}")

    def _label(self, setting: str, one: str) -> str:
        return f"{setting}: {self.spelled.get(one, one)}"

    @property
    def labels(self) -> list[str]:
        """Name each guard that there is, as hits do."""
        return [
            *([_IDS] if self.ids else []),
            *(self._label(_OWNERS, one) for one in sorted(self.owners)),
            *(self._label(_TAGS, one) for one in sorted(self.tags)),
            *(f"{_RULES}: {rule.text}" for rule in self.rules),
        ]

    def idle_owners(self, matched: Collection[str]) -> list[str]:
        """Return the protected owners that no record had; `matched`: labels of hits."""
        return [one for one in sorted(self.owners) if self._label(_OWNERS, one) not in matched]

    def idle_tags(self, matched: Collection[str]) -> list[str]:
        """Return the protected tags that no record had; `matched`: labels of hits."""
        return [one for one in sorted(self.tags) if self._label(_TAGS, one) not in matched]

    def strangers(self, idle: Iterable[str], users: Iterable[User]) -> list[str]:
        """Say which of these owners are no users of the org, in sentences."""
        known = {_alike(text) for user in users for text in (user.name, user.email, user.id)}
        return [
            f"No user of this org is called {self.spelled.get(one, one)}. Check {_OWNERS} for a "
            "typo."
            for one in idle
            if one not in known
        ]

    def unused_tags(self, idle: Iterable[str], tags: Iterable[str], module: str) -> list[str]:
        """Say which of these tags the module does not have, in sentences."""
        known = set(map(_alike, tags))
        return [
            f"No tag of {module} is called {self.spelled.get(one, one)}. Check {_TAGS} for a typo."
            for one in idle
            if one not in known
        ]

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

    def blind_to(self, plan: Plan) -> str:
        """Say in sentences why these guards cannot see what a plan deletes; empty if they can.

        Ids are all that is known of records that nobody read, and of values not even they.
        """
        if not (self.ids and plan.by_value):
            return ""
        return (
            "The profile protects records by their ids (protected_ids), and it is not known which "
            "records these values are of."
        )

    def one_pair_of_eyes(self, plan: Plan) -> str:
        """Say in sentences why nobody else has seen this plan who must; empty if all is well.

        It is a handshake and not a lock: whoever writes a plan's file can write any user into it.
        """
        most, handed = self.four_eyes_above, plan.handed
        if not most or len(plan.ids) <= most:
            return ""
        rule = f"Four eyes: a run of more than {most:,} (four_eyes_above) needs a plan that another"
        if handed is None:
            return (
                f"{rule} user of this org wrote. This list of {len(plan.ids):,} is not from a "
                "plan. zohotui --plan FILE opens one."
            )
        if not plan.target.user_id:
            return (
                f"{rule} user wrote, and Zoho does not say who you are. Sign in with "
                "ZohoCRM.users.READ."
            )
        if not handed.by_id:
            return f"{rule} user wrote, and this plan does not say who wrote it."
        if handed.by_id == plan.target.user_id:
            return f"{rule} user wrote, and you wrote this one yourself. Another user must open it."
        return ""


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
    JournalError if the folder cannot be read, or a journal that may be of a run of this day.
    """
    today = datetime.fromtimestamp(now).astimezone().date()
    deleted = uncertain = 0
    for one in history(journals):
        if isinstance(one, Unreadable):
            began = one.may_be_of(target)
        else:
            began = one.began if _same_place(one.target, target) else None
        if began is None or datetime.fromtimestamp(began).astimezone().date() != today:
            continue
        if isinstance(one, Unreadable):
            raise JournalError(
                f"It is not known how many records were deleted today: {one.path}: {one.why}. "
                "Without that file the limit does not count its run."
            )
        if one.restores:
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
        raise ValueError(f"It stays held: {outcome.message}.")
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


def _texts(owner: object) -> list[str]:
    """Return what an owner may be called: name, e-mail address and id."""
    if not isinstance(owner, Mapping):
        return []
    return [str(owner[key]) for key in ("name", "email", "id") if owner.get(key)]


def _tags(tags: object) -> Iterable[str]:
    if not isinstance(tags, Sequence) or isinstance(tags, str):
        return
    for tag in tags:
        name = tag.get("name") if isinstance(tag, Mapping) else tag
        if isinstance(name, str):
            yield name
