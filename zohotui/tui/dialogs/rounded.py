"""The question about a list that looks rounded: go back, or say that its ids are right."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from zohotui.deletion.ids.rounding import Rounding, Verdict, judged
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.dialogs.typed_ahead import TOO_SOON, TypedAhead
from zohotui.tui.proposal import Proposal
from zohotui.tui.widgets.facts import Facts, FactsScroll
from zohotui.tui.words.text import Fact, count

NOT_RIGHT = "Nothing was sent. Export the ids again as text, and load them again."


async def said_right(
    proposal: Proposal, listed: ReviewedList, ask: Callable[[RoundedIds], Awaitable[bool | None]]
) -> Proposal | None:
    """Hold a list that looks rounded until the admin has said that it is right; None if not.

    The answer counts for this list alone, and for what is left of it when its run is over.
    """
    plan, rounding = proposal.plan, proposal.rounding
    if plan.said_right:
        return proposal
    if rounding is None:
        rounding = await asyncio.to_thread(judged, listed.rows.ids)
    if not rounding.asks:
        return replace(proposal, rounding=rounding)
    if not listed.said_right:
        missing = proposal.findings.missing.total() if proposal.findings else 0
        question = RoundedIds(rounding, plan.label, len(listed), missing)
        listed.said_right = bool(await ask(question))
    if not listed.said_right:
        return None
    return replace(proposal, plan=replace(plan, said_right=rounding.words))


class RoundedIds(Dialog[bool]):
    """Answers True only if the admin says that the ids are right; nothing is sent by that alone."""

    AUTO_FOCUS = "#back"
    BINDINGS = [
        Binding("n,escape", "answer(False)", "Back"),
        Binding("y", "answer(True)", "The ids are right"),
        Binding("pageup", "scroll_facts(-1)", "Up", show=False),
        Binding("pagedown", "scroll_facts(1)", "Down", show=False),
    ]

    def __init__(self, rounding: Rounding, label: str, listed: int, missing: int) -> None:
        """Take what was seen, the module's label, and how many of how many ids are missing."""
        super().__init__()
        self._ahead: TypedAhead | None = None
        self._rounding = rounding
        self._label = label
        self._listed = listed
        self._missing = missing

    def compose(self) -> ComposeResult:
        """Say what was seen above the answers."""
        certain = self._rounding.verdict is Verdict.ROUNDED
        with Vertical(classes="dialog", id="rounded") as dialog:
            dialog.border_title = "These ids were rounded" if certain else "Are these ids rounded?"
            with FactsScroll():
                yield Facts(self._facts(), label_width=9)
            with Horizontal(classes="buttons"):
                yield Button("Back (n)", id="back", compact=True)
                yield Button("The ids are right (y)", id="right", compact=True)
            hint = Static(id="hint")
            hint.display = False
            yield hint

    def on_mount(self) -> None:
        """Take no letters until those typed ahead have run dry: it opens by itself."""
        self._ahead = TypedAhead(self)

    def on_key(self, event: events.Key) -> None:
        """Look whether something else is being typed."""
        if self._ahead is not None:
            self._ahead.heed(event)

    @property
    def letters_count(self) -> bool:
        """Whether nothing else has been typed for a while."""
        return self._ahead is not None and self._ahead.armed

    def _facts(self) -> list[Fact]:
        rounding = self._rounding
        danger = (
            "A program that reads ids as numbers (JavaScript, jq, pandas, a spreadsheet) rounds "
            "them. The rounded ids may be those of other records."
        )
        between = f"{rounding.lowest} to {rounding.highest}"
        facts: list[Fact] = [
            ("Seen", Content.styled(f"{rounding.words}.", "bold $text-warning")),
            ("Danger", danger),
            ("Example", f"{rounding.example} may have been any id from {between}."),
        ]
        if rounding.duplicates:
            repeat = "entry repeats" if rounding.duplicates == 1 else "entries repeat"
            words = f"{rounding.duplicates:,} {repeat} an id: rounding makes different ids equal."
            facts.append(("Repeated", words))
        if self._missing:
            of = f"{self._missing:,} of {count(self._listed, 'id')}"
            verb = "is" if self._missing == 1 else "are"
            facts.append(
                ("Missing", f"{of} {verb} missing in {self._label}: rounded ids often are.")
            )
        if rounding.verdict is not Verdict.ROUNDED:
            facts.append(("Or", self._otherwise))
        compare = (
            "Compare one of these ids with the address of its record in Zoho CRM. If it differs, "
            "export the ids again as text (in quotes) and load them again."
        )
        return [*facts, ("To do", compare)]

    @property
    def _otherwise(self) -> str:
        why = "Ids can look like this by chance, or because of how they were made."
        if steps := self._rounding.steps:
            why = f"Ids made in steps of {steps:,} look the same."
        return f"{why} The list alone does not show which."

    @on(Button.Pressed)
    def pressed(self, event: Button.Pressed) -> None:
        """Answer with the button."""
        event.stop()
        self.action_answer(event.button.id == "right")

    def action_answer(self, right: bool) -> None:
        """Answer with a key."""
        if not right or self.letters_count:
            self.dismiss(right)
        else:
            self.say(TOO_SOON, "bold $text-warning")
            self.query_one("#hint").display = True

    def action_scroll_facts(self, direction: int) -> None:
        """Read the rest where the window is low."""
        self.query_one(FactsScroll).scroll_relative(y=direction * 5, animate=False)
