"""What hangs on the marked records: asked with its price, counted, and what becomes of it.

Enter goes on from one step to the next, each with its price in API calls; nothing is read before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from zohotui.deletion.review.hanging import Fate, Hanging
from zohotui.tui.dialogs.dialog import Dialog, is_drawn
from zohotui.tui.reads import begin_read
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.words.text import Fact, count
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.related import RelatedList, calls_of_counts

MOST = 100
"""Records of which the related ones are counted at once."""

_SHOWN_REFUSED = 5

ReadLists = Callable[[], Sequence[RelatedList]]
ReadCounts = Callable[[str, Sequence[RelatedList]], Mapping[str, int | None]]


class Related(Dialog[None]):
    """A page that is read for, step by step."""

    AUTO_FOCUS = "#page"
    BINDINGS = [
        Binding("escape,q", "dismiss", "Close"),
        Binding("enter", "go_on", "Go on", show=False),
    ]

    def __init__(self, ids: Sequence[int], lists: ReadLists, counts: ReadCounts) -> None:
        """Take the records, and what reads their related lists and counts them."""
        super().__init__()
        self._ids, self._read_lists, self._read_counts = ids, lists, counts
        self._hanging: Hanging | None = None
        """What is known; None before the lists are read."""
        self._busy = self._done = False

    def compose(self) -> ComposeResult:
        """Say what it takes."""
        with Vertical(id="related", classes="dialog") as dialog:
            dialog.border_title = Content(f"Related to {count(len(self._ids), 'record')}")
            dialog.border_subtitle = "Esc closes"
            with VerticalScroll(id="page"):
                yield Facts([("", "To read which related lists there are takes 1 API call.")])
            yield Static("Enter reads them", id="hint")

    def action_go_on(self) -> None:
        """Take the next step, unless one is being taken."""
        if self._busy or self._done or not is_drawn(self):
            return
        self._busy = True
        if self._hanging is None:
            self.say("reading…")
            self._name_lists()
        else:
            self._count(self._hanging)

    @work(group="related", exclusive=True, exit_on_error=False, description="related lists")
    async def _name_lists(self) -> None:
        try:
            lists = await begin_read(self._read_lists)
        except ZohoError as error:
            self._done = True
            self._show([("", Content.styled(f"Not read. {error.detail}", "$text-warning"))], "")
        else:
            self._hanging, self._done = Hanging(lists), not lists
            calls = count(calls_of_counts(len(self._ids), len(lists)), "API call")
            there = f"{count(len(lists), 'related list')}. Counting takes {calls}."
            self._show([("", there)], "Enter counts" if lists else "")
        self._busy = False

    @work(group="related", exclusive=True, exit_on_error=False, description="related records")
    async def _count(self, hanging: Hanging) -> None:
        for place, record_id in enumerate(self._ids):
            self.say(f"counting, {place:,} of {len(self._ids):,}…")
            try:
                read = partial(self._read_counts, str(record_id), hanging.lists)
                counts = await begin_read(read)
            except ZohoError as error:
                hanging.refused[record_id] = error.message or error.detail
            else:
                hanging.add(counts)
        self._done = True
        self._show(told_of(hanging), "")

    def _show(self, facts: Sequence[Fact], hint: str) -> None:
        for shown in self.query(Facts):
            shown.show(facts)
        self.say(hint)


def told_of(hanging: Hanging) -> list[Fact]:
    """Say what hangs on the records, by what becomes of it."""
    records = count(hanging.counted, "record")
    facts: list[Fact] = [("", f"Counted of {records}:")]
    for fate in Fate:
        if lists := hanging.of(fate):
            facts += [("", ""), ("", Content.styled(fate.value, "bold"))]
            facts += [("", f"  {number:>9,}  {label}") for label, number in lists]
    facts.append(("", ""))
    if hanging.empty and hanging.counted:
        facts.append(("", f"{count(hanging.empty, 'related list')} without records."))
    if hanging.uncounted:
        facts.append(("", f"Not counted by Zoho: {', '.join(sorted(hanging.uncounted))}."))
    for record_id, why in list(hanging.refused.items())[:_SHOWN_REFUSED]:
        words = f"{record_id} was not counted. {why}"
        facts.append(("", Content.styled(words, "$text-warning")))
    if (left := len(hanging.refused) - _SHOWN_REFUSED) > 0:
        facts.append(("", f"{count(left, 'more record')} not counted."))
    return facts
