"""The typed question of an undo: what comes back, and the sentence for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content

from zohotui.deletion.journal.saved_copies import lost_copies, snapshots_of
from zohotui.deletion.model.outcome import AWAY
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.keys.keymap import keys_at, with_keys
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.widgets.typed_question import Question, TypedQuestion, facts_of
from zohotui.tui.words.text import Fact, count, day, moment
from zohotui.zoho.limits import KEPT_DAYS, kept_until
from zohotui.zoho.zoho_clock import Skew

_NAME_WIDTH = 16
_MINUTE, _DAY = 60, 86_400
_MOST_USERS, _MOST_NAMED = 3, 200
"""Of how many users, and of how many records, the question tells."""


def _between(times: Sequence[float]) -> str:
    """Say from when until when it was, in this machine's time; empty if that is not known."""
    if not times:
        return ""
    first, last = min(times), max(times)
    return f", {moment(first)}" + (f" to {moment(last)}" if last - first >= _MINUTE else "")


@dataclass(frozen=True, slots=True)
class Rights:
    """What this session can bring back."""

    obstacle: str = ""
    """Why nothing can be restored, which stands in place of the sentence then."""
    caution: str = ""
    """Why perhaps nothing can."""
    skew: Skew | None = None
    """How far this machine's clock is from Zoho's; None if that is not known."""


class UndoQuestion(Dialog[bool]):
    """Answers whether the sentence was typed."""

    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("escape", "cancel", "Cancel"),
        Binding("pageup", "scroll_facts(-1)", "Up", show=False),
        Binding("pagedown", "scroll_facts(1)", "Down", show=False),
    ]

    def __init__(
        self, shown: ShownRun, name: str, clock: Callable[[], float], rights: Rights
    ) -> None:
        """Take the run, what it is called, and a clock of seconds since the epoch."""
        super().__init__()
        self._shown, self._name, self._clock, self._rights = shown, name, clock, rights
        self._number = shown.rows.count(*AWAY)

    def compose(self) -> ComposeResult:
        """Put what will come back above the sentence."""
        plan, restore = self._shown.plan, f"restore {self._number}"
        one = plan.singular if self._number == 1 else ""
        yield TypedQuestion(
            Question(
                title=f"Restore {count(self._number, 'record')} of {plan.label}?",
                facts=facts_of(self._facts()),
                sentences=(f"{restore} {one or plan.label}", f"{restore} {plan.label}"),
                environment=plan.target.environment,
                style="bold $text-warning",
                hint="Esc cancels",
                wrong="Nothing was restored.",
                obstacle=with_keys(self._rights.obstacle, keys_at(self)),
            )
        )

    @on(TypedQuestion.Typed)
    def typed(self) -> None:
        """Restore."""
        self.dismiss(True)

    def say(self, words: str, style: str = "$foreground 60%") -> None:
        """Show a line below the sentence."""
        self.query_one(TypedQuestion).say(words, style)

    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)

    def action_scroll_facts(self, pages: int) -> None:
        """Show what does not fit above the sentence."""
        # A key may come before it is there.
        for question in self.query(TypedQuestion):
            question.scroll_facts(pages)

    def _facts(self) -> list[Fact]:
        plan = self._shown.plan
        if plan.restores:
            return self._facts_of_others()
        by = f", by {plan.target.user}" if plan.target.user else ""
        return [
            ("Org", Content.styled(plan.target.words, "bold")),
            ("Module", self._module),
            ("Run", f"{self._name}: {count(self._number, 'record')} deleted{by}"),
            ("Possible", self._until()),
            ("Rights", Content.styled(self._rights.caution, "bold $text-warning")),
            ("Check", Content.styled(self._clocks(), "bold $text-warning")),
            ("Comes back", "what is in the Recycle Bin, with notes and attachments"),
            ("Untouched", "records deleted at other times or by others"),
            (
                "Afterwards",
                "restored records show `restored`; Zoho decides if workflow rules run",
            ),
            ("Compared", self._compared()),
        ]

    def _facts_of_others(self) -> list[Fact]:
        """Say who deleted what, and when."""
        plan = self._shown.plan
        return [
            ("Org", Content.styled(plan.target.words, "bold")),
            ("Module", self._module),
            ("Found", f"{self._number:,} in the Recycle Bin, of {self._name}"),
            *self._who_deleted(),
            ("Possible", self._until()),
            ("Rights", Content.styled(self._rights.caution, "bold $text-warning")),
            ("Comes back", "what is in the Recycle Bin, with notes and attachments"),
            ("Untouched", "records that are deleted again meanwhile, and all others"),
            ("Afterwards", "Zoho decides if workflow rules run; there is no copy to compare with"),
            ("Each", Content("\n").join(self._each())),
        ]

    def _who_deleted(self) -> list[Fact]:
        plan = self._shown.plan
        by_user: dict[str, list[float]] = {}
        for one in plan.deletions.values():
            times = by_user.setdefault(one.by or "an unnamed user", [])
            times.extend([one.at] if one.at is not None else [])
        counts = Counter(one.by or "an unnamed user" for one in plan.deletions.values())
        return [
            ("Deleted by", f"{name}: {number:,}{_between(by_user[name])}")
            for name, number in counts.most_common(_MOST_USERS)
        ]

    def _each(self) -> Iterator[Content]:
        """Name the records that are away, each with its deletion."""
        rows = self._shown.rows
        places = list(rows.places(AWAY))
        for place in places[:_MOST_NAMED]:
            one = self._shown.plan.deletions[rows.ids[place]]
            when = _between([one.at] if one.at is not None else [])
            name = Content(one.name).truncate(_NAME_WIDTH, ellipsis=True)
            by = f" · {one.by or 'an unnamed user'}{when}"
            yield Content.assemble(f"{rows.ids[place]} ", name, (by, "$foreground 60%"))
        if (more := len(places) - _MOST_NAMED) > 0:
            yield Content(f"and {more:,} more")

    @property
    def _module(self) -> str:
        plan = self._shown.plan
        return plan.label if plan.label == plan.module else f"{plan.label} ({plan.module})"

    def _compared(self) -> str:
        journal, saved = self._shown.journal, self._shown.run.saved
        lost = (
            with_keys(lost_copies(journal, saved, self._clock()), keys_at(self)) if journal else ""
        )
        if journal and snapshots_of(journal, saved):
            words = "field by field with its saved copy; differences are listed"
            return f"{words}. {lost}" if lost else words
        return lost or "with nothing: no copies were saved before the run"

    def _clocks(self) -> str:
        words = self._rights.skew.words if self._rights.skew else ""
        return f"This machine's clock is {words}" if words else ""

    def _until(self) -> Content:
        """Say how long the Recycle Bin still has the records."""
        first = self._shown.run.first_deleted(self._rights.skew)
        if first is None:
            return Content("while the records are in Zoho's Recycle Bin (60 days)")
        end = kept_until(first)
        now = self._clock() - (self._rights.skew.ahead if self._rights.skew else 0.0)
        left = int((end - now) // _DAY)
        if left < 0:
            return Content.styled(
                f"probably too late: Zoho empties its Recycle Bin after {KEPT_DAYS} days", "bold"
            )
        return Content(f"until {day(end)}, {count(left, 'day')} left")
