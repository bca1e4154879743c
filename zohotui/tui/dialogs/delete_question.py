"""The question of a deletion: the review, the facts, the sentence.

1. It opens at once and says how far the review is. No key but Esc, + and - counts: no letter of a
   sentence that is typed too early acts as a command.
2. `ask` shows what will be deleted and waits until the keys typed ahead have run dry.
3. It answers with the plan, its workflow switch as set, or with None. It sends nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Checkbox, ProgressBar, Static

from zohotui.deletion.model.plan import LONGEST_REASON, Plan, reason_of
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.keys.keymap import STANDARD, keys_at, with_keys
from zohotui.tui.proposal import Proposal
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.run_status import Progress, at_once
from zohotui.tui.widgets.tick import Tick
from zohotui.tui.widgets.typed_question import Question, TypedQuestion, facts_of
from zohotui.tui.words.rules import switch_label
from zohotui.tui.words.text import count

_HINT = "Esc cancels · Tab: workflow switch, reason"

_NO_REASON = "A reason is required (require_reason). Tab leads to its field. Nothing was sent."

_EARLY = "You type the sentence when the review is done. Esc stops it."


def _workflows(run: bool, named: str) -> Content:
    """Say what the switch means; `named`: with the rules, empty if they are not known.

    Source: the seed, "Parameters".
    """
    if run:
        return Content(named or "Run workflow rules (may send e-mail, add tasks, call webhooks)")
    return Content("Run workflow rules (off: they do not run for these deletes)")


def _field(proposal: Proposal) -> Field | None:
    """Make the field of the reason, where one may be given."""
    if not proposal.takes_reason:
        return None
    must = "required" if proposal.needs_reason else "optional"
    return Field(
        proposal.plan.reason,
        placeholder=f"reason or ticket ({must})",
        max_length=LONGEST_REASON,
        id="reason",
        compact=True,
    )


class DeleteQuestion(Dialog[Plan | None]):
    """Answers with the plan that was confirmed, or with None."""

    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("escape", "cancel", "Cancel"),
        Binding("plus", "change_parallel(1)", "More", show=False),
        Binding("minus", "change_parallel(-1)", "Fewer", show=False),
        Binding("pageup", "scroll_facts(-1)", "Up", show=False),
        Binding("pagedown", "scroll_facts(1)", "Down", show=False),
    ]

    def __init__(
        self,
        draft: Plan,
        *,
        progress: Callable[[], Progress | None],
        frames: int,
        stop: Callable[[], bool],
        change_parallel: Callable[[int], object],
        early: Callable[[], bool],
    ) -> None:
        """Take a plan of all that is to be read.

        `progress` tells how far the review is, None while there is none; it is asked this many
        `frames` a second. `stop` ends the review and returns whether one is under way. `early`
        tells whether letters were typed before this was there.
        """
        super().__init__()
        self._draft = draft
        self._progress, self._frames = progress, frames
        self._stop, self._change_parallel, self._early = stop, change_parallel, early
        self._typed_early = False
        """Whether letters were typed since, while it had nothing to ask for."""
        self._timer: Timer | None = None
        self._proposal: Proposal | None = None
        self._not_now: Callable[[], str] = str

    def compose(self) -> ComposeResult:
        """Say how far the review is."""
        environment = self._draft.target.environment
        with Vertical(id="reading", classes=f"dialog -{environment}") as dialog:
            number = count(len(self._draft.ids), "record")
            dialog.border_title = Content(f"Delete {number} of {self._draft.label}?")
            yield Static("Reading only; nothing is deleted. Esc stops.")
            yield ProgressBar(show_percentage=False, show_eta=False)
            yield Static(id="figures")
            yield Static(id="trouble")

    def on_mount(self) -> None:
        """Follow the review some times a second."""
        self._show_progress()
        self._timer = self.set_interval(1 / self._frames, self._show_progress)

    def _show_progress(self) -> None:
        progress = self._progress()
        if progress is None or not self.query("#figures"):
            return
        self.query_one(ProgressBar).update(total=progress.total, progress=progress.done)
        told = at_once(progress, STANDARD)
        figures = f"read {progress.done:,} of {progress.total:,}; {told}"
        self.query_one("#figures", Static).update(Content(figures))
        early = self._typed_early or self._early()
        if told := progress.trouble or (_EARLY if early else ""):
            self.query_one("#trouble", Static).update(Content(with_keys(told, keys_at(self))))

    async def ask(
        self,
        proposal: Proposal,
        credits_left: int | None,
        now: float,
        not_now: Callable[[], str],
    ) -> None:
        """Show what will be deleted, and ask for the sentence.

        `now`: seconds since the epoch; `not_now` says why the sentence counts no more, or nothing
        if it does.
        """
        self._proposal, self._not_now = proposal, not_now
        # What was said of keys that came too early would lie over the sentence.
        self.app.clear_notifications()
        if self._timer is not None:
            self._timer.stop()
        plan = proposal.plan
        verb = "Permanently delete" if plan.permanent else "Delete"
        question = Question(
            title=f"{verb} {count(len(plan.ids), 'record')} of {plan.label}?",
            facts=facts_of(proposal.facts(credits_left, now)),
            sentences=proposal.sentences,
            environment=plan.target.environment,
            style="bold $text-error",
            hint=_HINT,
            wrong="Nothing was sent.",
        )
        tick = Tick(_workflows(plan.options.wf_trigger, self._rules), id="workflows", compact=True)
        tick.value = plan.options.wf_trigger
        with self.app.batch_update():
            await self.query_one("#reading").remove()
            await self.mount(
                TypedQuestion(
                    question, tick, ticks=proposal.calls_left is None, reason=_field(proposal)
                )
            )

    @property
    def _rules(self) -> str:
        return switch_label(self._proposal.rules) if self._proposal else ""

    @on(Checkbox.Changed)
    def say_whether_workflows_run(self, event: Checkbox.Changed) -> None:
        """Say it in words, which every terminal shows."""
        event.checkbox.label = _workflows(event.value, self._rules)

    def on_key(self, event: events.Key) -> None:
        """Say of a sentence that is typed too early that it was not taken."""
        if event.is_printable and event.key not in {"plus", "minus"} and self._proposal is None:
            # It may come before there is a line for it.
            self._typed_early = True
            for line in self.query("#trouble").results(Static):
                line.update(_EARLY)

    @on(TypedQuestion.Typed)
    def typed(self) -> None:
        """Answer with the plan, unless its review does not count any more."""
        if self._proposal is None:
            return
        if why := self._not_now():
            self.query_one(TypedQuestion).say(with_keys(why, keys_at(self)))
            return
        plan = self._proposal.plan
        for field in self.query("#reason").results(Field):
            plan = replace(plan, reason=reason_of(field.value))
        if self._proposal.needs_reason and self._proposal.takes_reason and not plan.reason:
            self.query_one(TypedQuestion).say(_NO_REASON)
            return
        options = replace(plan.options, wf_trigger=self.query_one(Tick).value)
        self.dismiss(replace(plan, options=options))

    def action_scroll_facts(self, pages: int) -> None:
        """Read the rest of the facts where the window is low."""
        # A key may come before it is there.
        for question in self.query(TypedQuestion):
            question.scroll_facts(pages)

    def action_change_parallel(self, by: int) -> None:
        """Let more or fewer records be read at once."""
        if self._proposal is None:
            self._change_parallel(by)
            self._show_progress()

    def action_cancel(self) -> None:
        """Stop reading, or leave without sending anything."""
        if self._proposal is not None or not self._stop():
            self.dismiss(None)
