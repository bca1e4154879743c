"""The typed confirmation: what will go, and the sentence without which nothing does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Checkbox, Input, Static

from zohotui.deletion.model.plan import Plan
from zohotui.tui.dialogs.modal import Modal
from zohotui.tui.proposal import Proposal
from zohotui.tui.text import count
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.tick import Tick

ARM_AFTER = 0.7
"""Seconds in which keys typed ahead are dropped."""

_HINT = "Esc cancels · Tab: workflow switch · PgDn: read on"
_FOOT = 9
"""Lines that the frame, the switch, the sentence and its hint take at most."""


class Sentence(Field):
    """Takes keys one by one; a paste is no decision."""

    @dataclass
    class Pasted(Message):
        """Somebody tried to paste."""

    def __init__(self, *, id: str | None = None, disabled: bool = False) -> None:
        super().__init__(id=id, disabled=disabled, compact=True)
        self._came = 0.0
        """When the last character came."""
        self._at_once = 0
        """How many characters came in that same moment."""

    async def on_key(self, event: events.Key) -> None:
        """Refuse an Enter that came in one moment with most of the text: nobody typed that."""
        if event.is_printable:
            self._at_once = self._at_once + 1 if event.time == self._came else 1
            self._came = event.time
        together = event.key == "enter" and event.time == self._came
        if together and self._at_once * 2 > len(self.value):
            event.prevent_default()
            event.stop()
            self.clear()
            self.post_message(self.Pasted())

    def action_paste(self) -> None:
        """Refuse the program's own clipboard too."""
        self.post_message(self.Pasted())

    def on_paste(self, event: events.Paste) -> None:
        """Refuse the terminal's clipboard."""
        event.prevent_default()
        event.stop()
        self.post_message(self.Pasted())


def _workflows(run: bool) -> Content:
    """Say what the switch means. Source: the seed, "Parameters"."""
    if run:
        return Content("Workflow rules RUN: their mails, tasks and webhooks go out")
    return Content("Workflow rules DO NOT RUN for these deletes")


class ConfirmDelete(Modal[Plan | None]):
    """Answers with the plan, its workflow switch as set, or with None."""

    AUTO_FOCUS = ""
    BINDINGS = [
        Binding("escape", "cancel", "Cancel"),
        Binding("pageup", "scroll_facts(-1)", "Up", show=False),
        Binding("pagedown", "scroll_facts(1)", "Down", show=False),
    ]

    def __init__(
        self,
        proposal: Proposal,
        credits_left: int | None,
        clock: Callable[[], float],
        not_now: Callable[[], str],
    ) -> None:
        """Take what is proposed and a clock of seconds since the epoch.

        `not_now` says why the sentence counts no more, or nothing if it does.
        """
        super().__init__()
        self._proposal = proposal
        self._plan = proposal.plan
        self._credits_left = credits_left
        self._clock = clock
        self._not_now = not_now

    def compose(self) -> ComposeResult:
        """Put what will go above the sentence."""
        plan = self._plan
        with Vertical(id="confirm", classes=f"dialog -{plan.target.environment}"):
            with VerticalScroll(id="facts", can_focus=False):
                facts = self._proposal.facts(self._credits_left, self._clock())
                yield Facts(facts, label_width=11)
            with Vertical(id="foot"):
                yield Tick(_workflows(plan.options.wf_trigger), id="workflows", compact=True)
                yield Static(
                    Content.assemble(
                        "Type  ", (plan.sentence, "bold $text-error"), "  and press Enter"
                    )
                )
                yield Sentence(id="sentence", disabled=True)
                yield Static(_HINT, id="hint")

    @on(Checkbox.Changed)
    def say_whether_workflows_run(self, event: Checkbox.Changed) -> None:
        """Say it in words, which every terminal shows."""
        event.checkbox.label = _workflows(event.value)

    def on_mount(self) -> None:
        """Take no keys until those typed ahead have run dry."""
        number = count(len(self._plan.ids), "record")
        verb = "Permanently delete" if self._plan.permanent else "Delete"
        self.query_one("#confirm").border_title = Content(f"{verb} {number} of {self._plan.label}?")
        workflows = self.query_one(Tick)
        workflows.value, workflows.disabled = self._plan.options.wf_trigger, True
        self._keep_foot(self.app.size.height)
        self.set_timer(ARM_AFTER, self._arm)

    def on_resize(self, event: events.Resize) -> None:
        """Keep the foot in sight."""
        self._keep_foot(event.size.height)

    def _keep_foot(self, height: int) -> None:
        self.query_one("#facts").styles.max_height = max(1, height - _FOOT)

    def _take_keys(self) -> None:
        """Put the cursor back into the sentence."""
        if self.focused is None:
            self.query_one(Sentence).focus()

    def _arm(self) -> None:
        self.query_one(Tick).disabled = self._proposal.calls_left is not None
        self.query_one(Sentence).disabled = False
        self.watch(self, "focused", self._take_keys)

    @on(Input.Submitted, "#sentence")
    def confirm(self, event: Input.Submitted) -> None:
        """Go on only if the sentence is right to the letter."""
        event.stop()
        if event.value != self._plan.sentence:
            self.say("That is not the sentence; nothing was sent.")
            return
        if why := self._not_now():
            self.say(why)
            return
        workflows = self.query_one(Tick).value
        options = replace(self._plan.options, wf_trigger=workflows)
        self.dismiss(replace(self._plan, options=options))

    @on(Sentence.Pasted)
    def refuse_paste(self) -> None:
        """Want the sentence typed."""
        self.say("Type the sentence; it cannot be pasted.")

    def say(self, words: str, style: str = "bold $text-error") -> None:
        """Show a line below the sentence."""
        self.query_one("#hint", Static).update(Content.styled(words, style))

    def action_scroll_facts(self, direction: int) -> None:
        """Read the rest of the facts where the window is low."""
        self.query_one("#facts").scroll_relative(y=direction * 5, animate=False)

    def action_cancel(self) -> None:
        """Leave without sending anything."""
        self.dismiss(None)
