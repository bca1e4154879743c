"""The typed confirmation of an undo: what comes back, and the sentence for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from zohotui.deletion.journal.saved_copies import lost_copies, snapshots_of
from zohotui.deletion.journal.snapshot import KEPT_DAYS
from zohotui.deletion.model.outcome import AWAY
from zohotui.tui.dialogs import delete_question as confirm
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.text import Fact, count
from zohotui.tui.watched import WatchedRun
from zohotui.tui.widgets.facts import Facts
from zohotui.zoho.zoho_clock import Skew

_HINT = "Esc cancels · PgDn: read on"
_FRAME = 3
"""Lines of the frame, and of the gap above the foot."""


class ConfirmUndo(Dialog[bool]):
    """Answers whether the sentence was typed."""

    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("escape", "cancel", "Cancel"),
        Binding("pageup", "scroll_facts(-1)", "Up", show=False),
        Binding("pagedown", "scroll_facts(1)", "Down", show=False),
    ]

    def __init__(
        self,
        watched: WatchedRun,
        name: str,
        clock: Callable[[], float],
        *,
        obstacle: str = "",
        caution: str = "",
        skew: Skew | None = None,
    ) -> None:
        """Take the run, what it is called, and a clock of seconds since the epoch.

        `obstacle`: why nothing can be restored, which then stands in place of the sentence;
        `caution`: why perhaps nothing can; `skew`: how far that clock is from Zoho's, if known.
        """
        super().__init__()
        self._skew = skew
        self._obstacle, self._caution = obstacle, caution
        self._watched = watched
        self._name = name
        self._clock = clock
        self._number = watched.rows.count(*AWAY)

    @property
    def sentence(self) -> str:
        """What must be typed, to the letter."""
        return f"restore {self._number} {self._watched.plan.label}"

    def compose(self) -> ComposeResult:
        """Put what will come back above the sentence."""
        plan = self._watched.plan
        with Vertical(id="confirm", classes=f"dialog -{plan.target.environment}") as dialog:
            number = count(self._number, "record")
            dialog.border_title = Content(f"Restore {number} of {plan.label}?")
            with VerticalScroll(id="facts", can_focus=False):
                yield Facts(self._facts(), label_width=11)
            with Vertical(id="foot"):
                if self._obstacle:
                    yield Static(Content.styled(self._obstacle, "bold $text-error"), id="obstacle")
                else:
                    yield Static(
                        Content.assemble(
                            "Type  ", (self.sentence, "bold $text-warning"), "  and press Enter"
                        )
                    )
                    yield confirm.Sentence(id="sentence", disabled=True)
                yield Static(_HINT, id="hint")

    def on_mount(self) -> None:
        """Take no keys until those typed ahead have run dry."""
        if not self._obstacle:
            self.set_timer(confirm.ARM_AFTER, self._arm)

    def on_resize(self) -> None:
        """Keep the foot in sight, however many lines its words take at this width."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        foot = self.query_one("#foot").size.height
        self.query_one("#facts").styles.max_height = max(1, self.size.height - _FRAME - foot)

    def _arm(self) -> None:
        sentence = self.query_one(confirm.Sentence)
        sentence.disabled = False
        sentence.focus()

    @on(Input.Submitted, "#sentence")
    def submitted(self, event: Input.Submitted) -> None:
        """Go on only if the sentence is right to the letter."""
        event.stop()
        if self.app.screen is not self:
            return
        if event.value == self.sentence:
            self.dismiss(True)
        else:
            self.say("That is not the sentence; nothing was restored.", "bold $text-error")

    @on(confirm.Sentence.Pasted)
    def refuse_paste(self) -> None:
        """Want the sentence typed."""
        self.say("Type the sentence; it cannot be pasted.", "bold $text-error")

    def say(self, words: str, style: str = "$foreground 60%") -> None:
        """Show a line below the sentence."""
        self.query_one("#hint", Static).update(Content.styled(words, style))
        self.call_after_refresh(self._fit)

    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)

    def action_scroll_facts(self, pages: int) -> None:
        """Show what does not fit beside the sentence."""
        facts = self.query_one("#facts")
        facts.scroll_relative(y=pages * max(1, facts.size.height - 1), animate=False)

    def _facts(self) -> list[Fact]:
        plan = self._watched.plan
        by = f", by {plan.target.user}" if plan.target.user else ""
        facts: list[Fact] = [
            ("Org", Content.styled(plan.target.words, "bold")),
            (
                "Module",
                plan.label if plan.label == plan.module else f"{plan.label} ({plan.module})",
            ),
            ("Run", f"{self._name}: {count(self._number, 'record')} deleted{by}"),
            ("Possible", self._until()),
            ("Rights", Content.styled(self._caution, "bold $text-warning")),
            ("Check", Content.styled(self._clocks(), "bold $text-warning")),
            ("Comes back", "what lies in the Recycle Bin, with its notes and attachments"),
            ("Left alone", "what was deleted at another time or by somebody else"),
            (
                "Afterwards",
                "each record that is back is `restored`; workflow rules are Zoho's affair",
            ),
            ("Compared", self._compared()),
        ]
        return [fact for fact in facts if fact[1]]

    def _compared(self) -> str:
        journal, saved = self._watched.journal, self._watched.saved
        lost = lost_copies(journal, saved, self._clock()) if journal else ""
        if journal and snapshots_of(journal, saved):
            words = "then with its saved copy, field by field; what differs is listed"
            return f"{words}. {lost}" if lost else words
        return lost or "with nothing: no copies of these records were saved before the run"

    def _clocks(self) -> str:
        words = self._skew.words if self._skew else ""
        return f"This machine's clock is {words}" if words else ""

    def _until(self) -> Content:
        """Say how long the Recycle Bin still has the records."""
        first = self._watched.first_landed(self._skew)
        if first is None:
            return Content("as long as the records lie in Zoho's Recycle Bin (60 days)")
        end = datetime.fromtimestamp(first).astimezone() + timedelta(days=KEPT_DAYS)
        now = self._clock() - (self._skew.ahead if self._skew else 0.0)
        left = (end - datetime.fromtimestamp(now).astimezone()).days
        if left < 0:
            return Content.styled(
                f"hardly: Zoho empties its Recycle Bin after {KEPT_DAYS} days", "bold"
            )
        return Content(f"until {end:%d %b %Y}, {count(left, 'day')} left")
