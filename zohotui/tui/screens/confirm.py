"""The typed confirmation: what will go, and the sentence without which nothing does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Checkbox, Input, Static

from zohotui.deletion.ids import IdList
from zohotui.deletion.plan import Plan
from zohotui.deletion.review import Sample, sample
from zohotui.tui.screens.dialog import Dialog
from zohotui.tui.sizes import HEIGHTS, SENTENCE, TOO_SMALL, WIDTHS
from zohotui.tui.text import Fact, count
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.tick import Tick
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.records import Module

ARM_AFTER = 0.7
"""Seconds in which keys typed ahead are dropped."""

_SHOWN_NAMES = 5
_HINT = "Esc cancels · Tab: workflow switch · PgDn: read on"
_NAME_WIDTH = 28
_SETTLED = 0.1
"""Seconds after which a new size of the window has reached the styles."""

_FOOT = 9
"""Lines that the frame, the switch, the sentence and its hint take at most."""
KEPT_DAYS = 60
"""How long the Recycle Bin keeps records. Source: zoho-api.md, "Retention and cascade"."""


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
class Proposal:
    """A plan and what the admin must know before it becomes a run."""

    plan: Plan
    recycle_bin: bool | None
    """Whether the module has one; None if the org did not say."""
    duplicates: int = 0
    rejected: int = 0
    rounded: Doubt | None = None
    odd: Doubt | None = None
    short: Doubt | None = None
    origin: str = ""
    """Where the ids come from if from an earlier run, in words that go on after their number."""
    calls_left: int | None = None
    """Delete requests that are left of a run that has begun; its options are not to be changed."""

    @classmethod
    def of(cls, plan: Plan, ids: IdList, module: Module) -> Proposal:
        """Propose to delete a list from a module."""
        return cls(
            plan,
            module.recycle_bin,
            ids.duplicates,
            ids.rejected_count,
            Doubt.about(ids.suspects, "may be rounded by a spreadsheet"),
            Doubt.about(ids.unlike, "shorter or longer than the others, perhaps cut off"),
            Doubt.about(ids.short, "unusually short"),
        )


class Sentence(Field):
    """Takes keys one by one; a paste is no decision."""

    @dataclass
    class Pasted(Message):
        """Somebody tried to paste."""

    def action_paste(self) -> None:
        """Refuse the program's own clipboard too."""
        self.post_message(self.Pasted())

    def on_paste(self, event: events.Paste) -> None:
        """Refuse the terminal's clipboard."""
        event.prevent_default()
        event.stop()
        self.post_message(self.Pasted())


def _workflows(run: bool) -> Content:
    return Content("Workflow rules RUN" if run else "Workflow rules DO NOT RUN")


class ConfirmDelete(Dialog[Plan | None]):
    """Answers with the plan, its workflow switch as set, or with None."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS = [
        Binding("escape", "cancel", "Cancel"),
        Binding("pageup", "scroll_facts(-1)", "Up", show=False),
        Binding("pagedown", "scroll_facts(1)", "Down", show=False),
    ]

    def __init__(self, proposal: Proposal, crm: ZohoCRM, clock: Callable[[], float]) -> None:
        super().__init__()
        self._proposal = proposal
        self._plan = proposal.plan
        self._crm = crm
        self._clock = clock

    def compose(self) -> ComposeResult:
        """Put what will go above the sentence."""
        plan = self._plan
        with Vertical(id="confirm", classes=f"dialog -{plan.target.environment}"):
            with VerticalScroll(id="facts", can_focus=False):
                yield Facts(self._facts(), label_width=11)
                yield Static(Content("Reading some of these records…"), id="sample")
            with Vertical(id="foot"):
                yield Tick(_workflows(plan.options.wf_trigger), id="workflows", compact=True)
                yield Static(
                    Content.assemble(
                        "Type  ", (plan.sentence, "bold $text-error"), "  and press Enter"
                    )
                )
                yield Sentence(id="sentence", disabled=True, compact=True)
                yield Static(_HINT, id="hint")
            yield Static(SENTENCE, id="too-low")

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
        self.set_timer(ARM_AFTER, self._arm)
        self._read_sample()

    def on_resize(self, event: events.Resize) -> None:
        """Keep the foot in sight, and take keys again once the window is large enough."""
        self.query_one("#facts").styles.max_height = max(1, event.size.height - _FOOT)
        self.set_timer(_SETTLED, self._take_keys)

    def _take_keys(self) -> None:
        """Put the cursor back into the sentence until it stays there."""
        sentence = self.query_one(Sentence)
        if self.focused is None and not sentence.disabled:
            sentence.focus()
            if not self.classes & TOO_SMALL:
                self.set_timer(_SETTLED, self._take_keys)

    def _arm(self) -> None:
        self.query_one(Tick).disabled = self._proposal.calls_left is not None
        self.query_one(Sentence).disabled = False
        self.watch(self, "focused", self._take_keys)

    @on(Input.Submitted, "#sentence")
    def confirm(self, event: Input.Submitted) -> None:
        """Go on only if the sentence is right to the letter."""
        event.stop()
        if self.classes & TOO_SMALL:
            return
        if event.value != self._plan.sentence:
            self.say("That is not the sentence; nothing was sent.")
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

    @work(thread=True, group="sample", exit_on_error=False, description="reading a sample")
    def _read_sample(self) -> Sample | ZohoError:
        try:
            return sample(self._crm, self._plan.module, self._plan.ids)
        except ZohoError as error:
            return error

    def worker_done(self, result: object) -> None:
        """Show the sample, or why there is none."""
        if isinstance(result, Sample):
            self.query_one("#sample", Static).update(self._sampled(result))
        elif isinstance(result, ZohoError):
            self.query_one("#sample", Static).update(self._unread(result))

    def _facts(self) -> list[Fact]:
        plan, proposal = self._plan, self._proposal
        target = Content.styled(plan.target.words, "bold")
        source = f"{count(len(plan.ids), 'id')} · {plan.source}"
        if proposal.origin:
            source = f"{count(len(plan.ids), 'id')} {proposal.origin}"
        facts: list[Fact] = [
            ("Org", target),
            (
                "Module",
                plan.label if plan.label == plan.module else f"{plan.label} ({plan.module})",
            ),
            ("Ids", source),
            ("Left out", self._left_out()),
            ("Undo", self._undo()),
            ("Also goes", "notes, attachments and subform rows of each record"),
            ("Requests", self._calls()),
        ]
        if not plan.target.zgid:
            words = "nobody can tell which org this is: the sign-in may not read it"
            facts.append(("Check", Content.styled(words, "bold $text-error")))
        facts += [
            ("Check", Content.styled(doubt.words, "bold $text-warning"))
            for doubt in (proposal.rounded, proposal.odd, proposal.short)
            if doubt
        ]
        return [fact for fact in facts if fact[1]]

    def _left_out(self) -> str:
        parts = []
        if self._proposal.duplicates:
            parts.append(count(self._proposal.duplicates, "duplicate"))
        if self._proposal.rejected:
            parts.append(f"{count(self._proposal.rejected, 'entry', 'entries')} not an id")
        return " · ".join(parts)

    def _undo(self) -> Content:
        if self._proposal.recycle_bin is None:
            return Content.styled("not known: the org did not say if it has a Recycle Bin", "bold")
        if self._plan.permanent:
            words = "PERMANENT: this module has no Recycle Bin"
            return Content.styled(words, "bold $text-error")
        today = datetime.fromtimestamp(self._clock()).astimezone()
        until = today + timedelta(days=KEPT_DAYS)
        return Content(f"in Zoho's Recycle Bin until {until:%d %b %Y}")

    def _calls(self) -> Content:
        """Say how many requests it takes, and what Zoho said of the credits they cost."""
        options, left_over = self._plan.options, self._proposal.calls_left
        calls = self._plan.calls if left_over is None else left_over
        words = Content(f"{calls:,}")
        if calls > 1:
            first = "1 record first, then" if left_over is None else "one first, then"
            words += f": {first} up to {options.batch_size} each, {options.parallel} at once"
        left = self._crm.credits
        if left is None:
            return words
        scarce = left - calls < options.reserve
        reserve = f", {options.reserve:,} in reserve" if options.reserve else ""
        credits_left = f"{left:,} API credits left{reserve}"
        if scarce:
            return Content.assemble(words, "; ", (f"only {credits_left}", "bold $text-warning"))
        return words + f"; {credits_left}"

    def _sampled(self, read: Sample) -> Content:
        oldest, newest = read.modified
        missing = f", {read.missing} not" if read.missing else ""
        found = f"Looked at {count(read.asked, 'id')}: {len(read.records)} found{missing}"
        dates = oldest if oldest == newest else f"{oldest}…{newest}"
        changed = f" · changed {dates}" if oldest else ""
        tone = "bold $text-warning" if read.missing else ""
        lines = [Content.assemble((found, tone), (changed, "$foreground 60%"))]
        if read.missing == read.asked:
            lines.append(Content.styled("Is this the right module and org?", "bold $text-error"))
        for record in read.few(_SHOWN_NAMES):
            name = Content(record.name or record.id).truncate(_NAME_WIDTH, ellipsis=True, pad=True)
            owner = Content.styled(f"  {record.owner}", "$foreground 60%")
            lines.append(Content.assemble("  ", name, owner))
        return Content("\n").join(lines)

    def _unread(self, error: ZohoError) -> Content:
        return Content.styled(
            f"The records could not be looked at. {error.detail}", "$text-warning"
        )
