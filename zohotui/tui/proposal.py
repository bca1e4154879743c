"""What will be deleted, in words: all that an admin reads before the sentence is typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textual.content import Content

from zohotui.deletion.ids.pasted import IdList
from zohotui.deletion.ids.rounding import Rounding, Verdict
from zohotui.deletion.journal.snapshot import Snapshot, lacks
from zohotui.deletion.model.codes import Code, brief, ours
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.review.selection import ReviewSummary
from zohotui.deletion.review.sums import Sums
from zohotui.deletion.review.workflow import DeleteRules
from zohotui.tui.keys.keymap import STANDARD, KeyMap, with_keys
from zohotui.tui.words.rules import rules_facts, uncovered
from zohotui.tui.words.sums import more_sums, recently, sums_facts
from zohotui.tui.words.text import (
    Fact,
    clock,
    count,
    day,
    duration,
    in_bytes,
    in_local_time,
    local,
    moment,
)
from zohotui.zoho.limits import kept_until
from zohotui.zoho.records import Module
from zohotui.zoho.zoho_clock import Skew

SHOWN_NAMES = 5
_NAME_WIDTH = 28


def _since_planned(outcome: Outcome) -> str:
    """Say what has become of a record since its plan was written that it cannot be deleted."""
    if outcome.state is State.MISSING:
        return "gone since"
    words = {
        Code.KEPT: "kept by an owner",
        Code.KEEP_UNCLEAR: "not decided by an owner",
        Code.CHANGED: "changed since",
        Code.TAKEN_OUT: "taken out",
    }
    code = ours(outcome.code)
    return words.get(code, "held") if code else "held"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Ids that deserve a second look."""

    words: str
    """How many, why, and two of them."""

    @classmethod
    def about(cls, ids: Sequence[int], why: str) -> Doubt | None:
        """Put the doubt into words; None if there are no such ids."""
        if not ids:
            return None
        return cls(f"{count(len(ids), 'id')} {why}: {', '.join(map(str, ids[:2]))}")


@dataclass(frozen=True, slots=True)
class Copies:
    """The saved copies of what will go."""

    folder: Path
    size: int
    """Bytes."""
    number: int
    lacks: str
    """What they do not contain, as a sentence."""

    @classmethod
    def of(cls, snapshot: Snapshot, *, whole: bool) -> Copies:
        """Describe a snapshot."""
        folder = snapshot.path.parent
        return cls(folder, snapshot.size, snapshot.count, lacks(whole=whole))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan and what the admin must know before it becomes a run."""

    plan: Plan
    recycle_bin: bool | None
    """Whether the module has one; None if the org did not say."""
    duplicates: int = 0
    rejected: int = 0
    unresolved: int = 0
    """Values that were asked for and name no single record."""
    rounding: Rounding | None = None
    """Whether the ids look rounded; None if nobody has judged them."""
    odd: Doubt | None = None
    short: Doubt | None = None
    origin: str = ""
    """Where the ids come from if from an earlier run, in words that go on after their number."""
    last_time: str = ""
    """What Zoho said of them in the run that is retried; empty if it refused none of them."""
    calls_left: int | None = None
    """Delete requests that are left of a run that has begun; its options are not to be changed."""
    of_plan: str | None = None
    """SHA-256 of the plan that its run was of, if that plan is not open: nothing holds then what
    owners keep and what has changed since it was written. None if its run was of none."""
    findings: ReviewSummary | None = None
    """What the review told; None before it, and where nothing could be read."""
    unread: str = ""
    """Why nothing could be read, as a sentence; empty if it was read."""
    copies: Copies | None = None
    undo_trouble: str = ""
    """What this sign-in or user cannot bring back, as a sentence; empty if nothing."""
    sums: Sums = field(default_factory=Sums)
    """What would be deleted, summed up."""
    rules: DeleteRules | None = None
    """Which workflow rules run on the deletes; None if nobody asked."""
    needs_reason: bool = False
    """Whether the profile wants a reason before the sentence counts."""
    brief: bool = False
    """Whether the sentence need not name the module; never in production."""
    keys: KeyMap = STANDARD
    """Those in force."""
    skew: Skew | None = None
    """How far this machine's clock is from Zoho's; None if that is not known."""

    @classmethod
    def of(cls, plan: Plan, ids: IdList, module: Module) -> Proposal:
        """Propose to delete a list from a module."""
        return cls(
            plan,
            module.recycle_bin,
            ids.duplicates,
            ids.rejected_count,
            len(ids.unresolved),
            ids.rounding,
            Doubt.about(ids.unlike, "shorter or longer than the others, perhaps cut off"),
            Doubt.about(ids.short, "unusually short"),
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What may be typed, in any case of letters; the first is what is asked for."""
        plan = self.plan
        full = (plan.sentence, f"{plan.short_sentence} {plan.label}")
        return (plan.short_sentence, *full) if self.brief else full

    @property
    def takes_reason(self) -> bool:
        """Whether a reason may be given: that of a run which has begun stands in its journal."""
        return self.calls_left is None

    def facts(self, credits_left: int | None, now: float) -> list[Fact]:
        """Say everything, what matters most first. `now`: seconds since the epoch."""
        plan = self.plan
        label = plan.label if plan.label == plan.module else f"{plan.label} ({plan.module})"
        facts: list[Fact] = [
            ("Org", Content.styled(plan.target.words, "bold")),
            ("Module", label),
            ("Values" if plan.by_value else "Ids", self._ids()),
            ("Held back", self._held_back()),
            ("Plan", self._handed()),
            ("Four eyes", self._eyes()),
            ("Guards", self._guards()),
            *self._checks(),
            ("Expected", self._expected()),
            ("Last time", self._last_time()),
            ("Undo", self._undo(now)),
            *rules_facts(self.rules, plan.label),
            *sums_facts(self.sums),
            *self._records(),
            ("Reason", "" if self.takes_reason else self.plan.reason),
            ("Included", "notes, attachments and subform rows of each record"),
            ("Saved", self._saved()),
            ("Requests", self._calls(credits_left)),
            ("Left out", self._left_out()),
            ("More sums", more_sums(self.sums)),
            ("Switch", uncovered(self.rules)),
        ]
        if self.findings:
            facts += [("Review", words) for words in self.findings.unknown]
        return [fact for fact in facts if fact[1]]

    def _ids(self) -> str:
        number, all_of_them = len(self.plan.ids), self.plan.listed
        what = "value" if self.plan.by_value else "id"
        words = count(number, what)
        if number < all_of_them:
            words = f"{number:,} of {count(all_of_them, what)}"
        return (
            f"{words} {self.origin}"
            if self.origin
            else f"{words} · {in_local_time(self.plan.source)}"
        )

    @property
    def wants_its_plan(self) -> str:
        """Say that more of a run waits for the plan of that run; empty if it does not.

        Its owners may have written since that they keep a record.
        """
        if self.of_plan is None:
            return ""
        return (
            "That run was of a plan. Start zohotui with --plan and its file: it asks for what is "
            "left, and holds what its owners keep by now. Nothing was sent."
        )

    def _handed(self) -> Content | str:
        """Say of which plan the list is, and what has become of that: in one line of words."""
        handed = self.plan.handed
        if handed is None:
            return ""
        left = Counter[str]()
        for outcome, ids in self.plan.left_out:
            left[_since_planned(outcome)] += len(ids)
        told = [f"{len(self.plan.ids):,} as planned"]
        told += [f"{number:,} {what}" for what, number in left.items()]
        by = f"{handed.by or 'an unnamed user'}, {moment(handed.at)}"
        return Content.assemble((" · ".join(told), "bold"), f" · by {by}")

    def _eyes(self) -> str:
        """Say whether two people have seen it, as far as its plan says."""
        me, handed = self.plan.target.user_id, self.plan.handed
        if handed is None or not (me and handed.by_id) or me == handed.by_id:
            return ""
        return "another user wrote it: a handshake, not a lock. No server checks that"

    def _held_back(self) -> Content | str:
        by_state: dict[str, Counter[str]] = {}
        for outcome, ids in self.plan.left_out:
            by_state.setdefault(outcome.state, Counter())[outcome.code] += len(ids)
        parts = []
        for state, codes in by_state.items():
            why = ", ".join(f"{number:,} {brief(code)}" for code, number in codes.most_common())
            parts.append(f"{codes.total():,} {state} ({why})")
        return Content.styled(" · ".join(parts), "bold $text-warning") if parts else ""

    def _guards(self) -> str:
        """Say which guards hit, and what would be deleted without each."""
        told = self.findings.guards if self.findings else ()
        hit = sorted((one for one in told if one.matched), key=lambda one: -one.matched)
        parts = [
            f"{one.guard} holds {one.matched:,}"
            + (f" ({one.alone:,} ready without it)" if one.alone else "")
            for one in hit
        ]
        if idle := [one.guard for one in told if not one.matched]:
            parts.append(f"no match: {', '.join(idle)}")
        return " · ".join(parts)

    def _checks(self) -> list[Fact]:
        doubts: list[Fact] = []
        if not self.plan.target.zgid:
            words = "THE ORG IS NOT KNOWN: this sign-in may not read it"
            doubts.append(("Check", Content.styled(words, "bold $text-error")))
        if self.unread:
            words = (
                f"NOT REVIEWED: these records were not read, and no copy is saved. {self.unread}"
            )
            doubts.append(("Check", Content.styled(words, "bold $text-error")))
        if self.skew and self.skew.words:
            words = f"This machine's clock is {self.skew.words}"
            doubts.append(("Check", Content.styled(words, "bold $text-warning")))
        unguarded = self.findings.unguarded if self.findings else ()
        doubts += [("Check", Content.styled(one, "bold $text-warning")) for one in unguarded]
        doubted = [self._rounded(), *(doubt.words for doubt in (self.odd, self.short) if doubt)]
        doubts += [("Check", Content.styled(one, "bold $text-warning")) for one in doubted if one]
        return doubts

    def _rounded(self) -> str:
        rounding = self.rounding
        if self.plan.said_right:
            missing = self.findings.missing.total() if self.findings else 0
            verb = "is" if missing == 1 else "are"
            sign = f" {missing:,} {verb} missing, as rounded ids often are." if missing else ""
            return f"{self.plan.said_right}. You said the ids are right.{sign}"
        if rounding is None or rounding.verdict is Verdict.NOTHING:
            return ""
        return f"{rounding.words}. The first is {rounding.example}"

    def _expected(self) -> Content | str:
        found = self.findings
        if found is None:
            return ""
        some = "it" if found.ready == 1 else "some"
        refuses = f"refuses {some} again" if self.last_time else f"refuses {some}"
        parts = [f"{found.ready:,} deleted, unless Zoho {refuses}"]
        if found.converted:
            leads = count(found.converted, "converted lead")
            parts.append(f"{leads}: contact, account and deal stay")
        if found.released:
            parts.append(f"including {count(found.released, 'held record')} that you released")
        return " · ".join(parts)

    def _last_time(self) -> Content | str:
        if not self.last_time:
            return ""
        words = f"{self.last_time}. What has not changed since will be refused again"
        return Content.styled(words, "bold $text-warning")

    def _undo(self, now: float) -> Content:
        if self.recycle_bin is None:
            return Content.styled("not known: the org did not say if it has a Recycle Bin", "bold")
        if self.plan.permanent:
            words = "PERMANENT: this module has no Recycle Bin"
            return Content.styled(words, "bold $text-error")
        by_zoho = now - self.skew.ahead if self.skew else now
        until = day(kept_until(by_zoho))
        if self.undo_trouble:
            trouble = (with_keys(self.undo_trouble, self.keys), "bold $text-warning")
            return Content.assemble(f"restorable until {until}. ", trouble)
        them = "it" if len(self.plan.ids) == 1 else "them"
        restores = with_keys(f"[undo] restores {them}", self.keys)
        return Content(f"restorable until {until}: {restores}")

    def _records(self) -> list[Fact]:
        found = self.findings
        if found is None:
            return []
        oldest, newest = local(found.oldest)[:10], local(found.newest)[:10]
        dates = oldest if oldest == newest else f"{oldest} … {newest}"
        changed = f"read {clock(found.at)}"
        if oldest:
            lately = recently(self.sums)
            changed = " · ".join(filter(None, (f"last changed {dates}", lately, changed)))
        lines = [Content(changed)]
        for record in found.few:
            name = Content(record.name or record.id).truncate(_NAME_WIDTH, ellipsis=True, pad=True)
            owner = Content.styled(
                f"  owner {record.owner}" if record.owner else "", "$foreground 60%"
            )
            lines.append(Content.assemble(name, owner))
        return [("Records", Content("\n").join(lines))]

    def _saved(self) -> Content | str:
        copies = self.copies
        if copies is None:
            words = "no copies: the profile has snapshot = off"
            return "" if self.unread else Content.styled(words, "bold $text-warning")
        records = count(copies.number, "record")
        return f"{records}, {in_bytes(copies.size)}, in {copies.folder}. {copies.lacks}"

    def _calls(self, credits_left: int | None) -> Content:
        """Say how many requests it takes, how long, and what Zoho said of the credits they cost."""
        options, found = self.plan.options, self.findings
        calls = self.plan.calls if self.calls_left is None else self.calls_left
        words = Content(f"{calls:,}")
        if calls > 1:
            first = "1 record first, then" if self.calls_left is None else "one first, then"
            words += f": {first} up to {options.batch_size} each, {options.parallel} at once"
        if found and found.seconds_a_call and calls > options.parallel:
            seconds = calls * found.seconds_a_call / options.parallel
            words += f"; {duration(seconds)} if they are as slow as the reads"
        if credits_left is None:
            return words
        scarce = credits_left - calls < options.reserve
        reserve = f", {options.reserve:,} in reserve" if options.reserve else ""
        left = f"{credits_left:,} API credits left{reserve}"
        if scarce:
            return Content.assemble(words, "; ", (f"only {left}", "bold $text-warning"))
        return words + f"; {left}"

    def _left_out(self) -> str:
        parts = []
        if self.duplicates:
            parts.append(count(self.duplicates, "duplicate"))
        if self.rejected:
            parts.append(f"{count(self.rejected, 'entry', 'entries')} not an id")
        if self.unresolved:
            parts.append(f"{count(self.unresolved, 'value')} without one record")
        return " · ".join(parts)
