"""Reading a list from Zoho: what it costs, how far it is, and what was found before it is taken."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static
from textual.worker import get_current_worker

from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.lists.events import ListBegun, ListEnded, ListEvent, ListGrew, list_ended
from zohotui.deletion.model.events import Waiting
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.listing import Kind
from zohotui.deletion.model.plan import Plan
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.dialogs.open_file import Taken, how_to_take
from zohotui.tui.words.text import count

Reading = Callable[[Levers], Iterator[ListEvent]]
"""Reads a list, heeding the levers."""

_SHOWN_HERE = 20
_STOPPED = "Reading was stopped. Nothing was taken, and nothing is changed."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list that is to be read from Zoho."""

    title: str
    """A few words for the dialog's border."""
    reading: Reading
    costs: str
    """What it costs where the number of calls is not known before, as a sentence."""
    number: str = "{:,} to read."
    """How many there are, as a sentence with a place for the number."""
    unread: Plan | None = None
    """What can be asked about where reading is refused: the values themselves would be sent."""
    question: str = ""
    """What must be answered with yes before anything is read; or empty."""
    replaces: str = ""
    """What it takes the place of, as a sentence; or empty."""
    asked_again: bool = False
    """Whether the admin can mend what Zoho refuses, so that the refusal is an answer."""


class ReadList(Dialog[Taken | Plan | ListEnded | None]):
    """Answers with the list, or with a plan that sends the values unread.

    With why nothing was taken if reading was stopped, or refused and can be mended; else with None.
    Nothing is read before Enter, and nothing is changed.
    """

    BINDINGS = [
        Binding("escape", "leave", "Back"),
        Binding("s", "stop", "Stop reading"),
    ]

    @dataclass
    class Told(Message):
        """Reading went a step on."""

        event: ListEvent

    def __init__(self, wanted: Wanted, present: int) -> None:
        """Take what to read, and how many ids there are already."""
        super().__init__()
        self._wanted, self._present = wanted, present
        self._levers = Levers()
        self._go = threading.Event()
        """Set once the admin has seen what it costs."""
        self._begun: ListBegun | None = None
        self._ended = False
        self._ids: IdList | None = None

    def compose(self) -> ComposeResult:
        """Put words, what was found and the answers into one dialog."""
        with Vertical(classes="dialog", id="read-list"):
            with VerticalScroll(can_focus=False):
                yield Static(id="told")
            with Horizontal(classes="buttons"):
                yield Button("Read", id="read", compact=True, variant="primary")
                yield Button("Use these ids", id="use", compact=True, variant="primary")
                yield Button("Add to the list", id="add", compact=True)
                yield Button("Delete unread…", id="unread", compact=True, variant="error")
            yield Static(id="hint")

    def on_mount(self) -> None:
        """Begin once the buttons, which are deepest, are there."""
        self.query_one("#read-list").border_title = self._wanted.title
        self.call_after_refresh(self._open)

    def _open(self) -> None:
        """Ask first, where there is something to ask."""
        if self._wanted.question:
            self._offer("read")
            self.query_one("#read", Button).label = "Yes, read"
            self._tell(Content.styled(self._wanted.question, "$text-warning"))
            self.say("Enter: yes · Esc cancels")
        else:
            self._begin()

    def on_unmount(self) -> None:
        """Let the thread end: nobody waits for it any more."""
        self._levers.abandon()
        self._go.set()

    def _begin(self) -> None:
        self._offer()
        self._tell(Content("Asking Zoho how many there are…"))
        self.say("Esc cancels")
        self._read()

    @work(thread=True, group="list", exit_on_error=False, description="read a list")
    def _read(self) -> None:
        worker = get_current_worker()
        for event in self._wanted.reading(self._levers):
            begins = isinstance(event, ListBegun)
            if begins:
                # Looked at behind this: the one who closes the dialog abandons first, then lets go.
                self._go.clear()
            if worker.is_cancelled or self._levers.abandoned:
                return
            self.post_message(self.Told(event))
            if begins:
                self._go.wait()

    @on(Told)
    def follow(self, told: Told) -> None:
        """Show a step."""
        match told.event:
            case ListBegun():
                self._begun = told.event
                self._tell(self._cost(told.event))
                self._offer("read")
                self.query_one("#read", Button).label = "Read"
                self.say("Enter reads · Esc cancels")
            case ListGrew(done, found):
                total = self._begun.total if self._begun else None
                of = f" of {total:,}" if total else ""
                self._tell(Content(f"Read {done:,}{of}: {count(found, 'record')} found."))
            case Waiting(_, why):
                self.say(why, "$text-warning")
            case ListEnded():
                self._end(told.event)

    def _cost(self, begun: ListBegun) -> Content:
        number = "" if begun.total is None else f"{self._wanted.number.format(begun.total)} "
        cost = self._wanted.costs
        if begun.credits is not None:
            cost = f"It takes about {count(begun.credits, 'API credit')}."
        return Content(f"{number}{cost} Reads only; nothing is changed.")

    def _end(self, end: ListEnded) -> None:
        self._ids, self._ended = end.ids, True
        self._offer()
        if end.ids is None and self._wanted.asked_again:
            self.dismiss(end)
            return
        if end.ids is None:
            self._tell(Content.styled(end.why, "bold $text-error"))
            self.say("Esc goes back")
            if end.forbidden and self._wanted.unread is not None:
                self._offer("unread")
                self.set_focus(None)
                self.say("Tab and Enter: delete the values unread (asks first) · Esc goes back")
            return
        told = found_in(end.ids, end.why)
        if self._wanted.replaces:
            told = Content.assemble(told, "\n", (self._wanted.replaces, "$text-warning"))
        self._tell(told)
        usable = len(end.ids) > 0
        self.say(how_to_take(usable, self._present))
        if usable:
            self.query_one("#add", Button).label = Content(f"Add to the {self._present:,} there")
            self._offer("use", *(("add",) if self._present else ()))

    @on(Button.Pressed)
    def press(self, event: Button.Pressed) -> None:
        """Go on, or answer with the list."""
        event.stop()
        if event.button.id == "unread":
            self.dismiss(self._wanted.unread)
        elif event.button.id != "read":
            if self._ids is not None:
                self.dismiss(Taken(self._ids, add=event.button.id == "add"))
        elif self._begun is None:
            self._begin()
        else:
            self._offer()
            self._tell(Content("Reading…"))
            self.say("s or Esc stops reading")
            self._go.set()

    @property
    def _reads(self) -> bool:
        """Whether reading has begun, and has not come to its end."""
        return self._go.is_set() and not self._ended

    def action_leave(self) -> None:
        """Take nothing; what is being read is not read to its end."""
        self.dismiss(list_ended(_STOPPED) if self._reads else None)

    def action_stop(self) -> None:
        """Stop reading, if it has begun."""
        if self._reads:
            self.action_leave()

    def _offer(self, *buttons: str) -> None:
        """Show these answers and no others; the first has the focus."""
        for name in ("read", "use", "add", "unread"):
            self.query_one(f"#{name}").display = name in buttons
        if buttons:
            self.query_one(f"#{buttons[0]}", Button).focus()

    def _tell(self, words: Content) -> None:
        self.query_one("#told", Static).update(words)


def found_in(ids: IdList, why: str) -> Content:
    """Say what was read, and which values have no record."""
    lines = [Content.styled(f"{count(len(ids), 'id')}: {ids.source}", "bold")]
    if why:
        lines.append(Content.styled(why, "bold $text-warning"))
    if ids.duplicates:
        lines.append(Content(f"{count(ids.duplicates, 'duplicate')} dropped"))
    for listing in ids.listings:
        if listing.kind is Kind.QUERY:
            lines.append(Content.styled(listing.name, "$foreground 60%"))
        if listing.note and listing.note != why:
            lines.append(Content.styled(listing.note, "$text-warning"))
        missed = listing.unresolved[:_SHOWN_HERE]
        if missed:
            number = count(len(listing.unresolved), "value")
            lines.append(
                Content.styled(
                    f"{number} not sent (no record has it, or several do):", "$text-error"
                )
            )
        lines += [Content(f"  {one.value}  {one.miss}: {one.why}") for one in missed]
        if (left := len(listing.unresolved) - len(missed)) > 0:
            lines.append(Content(f"  and {left:,} more; the receipt lists them all"))
        pairs = list(listing.values.items())[:_SHOWN_HERE]
        lines += [Content(f"  {value}  {record_id}") for record_id, value in pairs]
        if (left := len(listing.values) - len(pairs)) > 0:
            lines.append(Content(f"  and {left:,} more"))
    return Content("\n").join(lines)
