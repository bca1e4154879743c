"""All that is known of one row, in the full width: what Zoho said, and each field that was read.

What the review read costs nothing to show. The whole record, with its subforms, is read on request
alone: one API call, which is told before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input

from zohotui.deletion.journal.snapshot import SnapshotError, read_snapshot
from zohotui.deletion.model.outcome import State
from zohotui.tui.dialogs.dialog import Dialog, is_drawn
from zohotui.tui.dialogs.pages import PAGES
from zohotui.tui.keys.keymap import keys_at
from zohotui.tui.reads import begin_read
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.narrow import Narrow
from zohotui.tui.words.detail import Detail, describe
from zohotui.tui.words.record import LABELS, record_facts
from zohotui.tui.words.text import Fact
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.records import Json

ReadWhole = Callable[[], Json | None]
"""Reads the whole record from Zoho, in one API call; None if there is no such record."""

_AS_READ, _WHOLE = "As it was read", "The whole record, as it is now"


class RowDetails(Dialog[None]):
    """A page to read and leave."""

    AUTO_FOCUS = "#page"
    # Not Enter, which has opened it: held down, it would open and close it in turn.
    BINDINGS = [
        Binding("escape", "leave", "Close"),
        Binding("q", "dismiss", "Close"),
        Binding("slash", "narrow", "Filter", show=False),
        Binding("w", "read_whole", "Whole record", show=False),
        *PAGES,
    ]

    def __init__(
        self, detail: Detail, copies: Callable[[], Sequence[Path]], whole: ReadWhole | str
    ) -> None:
        """Take what is known of the row, and where the saved copies of its list are.

        `whole` reads the whole record, or says in a sentence why that cannot be done.
        """
        super().__init__()
        self._detail, self._copies, self._whole = detail, copies, whole
        self._saved: Json | None = None
        """What was saved of the record; None until that is known."""
        self._now: Json = {}
        """The whole record as it was read now."""
        self._said = ""
        """What became of reading that."""

    def compose(self) -> ComposeResult:
        """Show what is known at once; the fields follow from the disk."""
        with Vertical(id="row", classes="dialog wide") as dialog:
            name = self._detail.record.name if self._detail.record else ""
            title = f"{self._detail.record_id} {name}".strip()
            dialog.border_title = Content(f"{title} · {self._detail.state}")
            dialog.border_subtitle = self._keys
            yield Narrow("#page")
            with VerticalScroll(id="page"):
                yield Facts(self._facts, label_width=LABELS)

    @property
    def _keys(self) -> str:
        again = "reads it again" if self._now else "reads all of it"
        reads = "" if isinstance(self._whole, str) else f" · w {again}: 1 API call"
        return f"/ filters{reads} · Esc closes"

    def on_mount(self) -> None:
        """Read what was saved."""
        self._read()

    @work(group="row", exclusive=True, exit_on_error=False, description="reading a saved copy")
    async def _read(self) -> None:
        read = partial(copy_of, self._detail.record_id, self._copies())
        self._saved = await begin_read(read)
        self._show()

    def action_read_whole(self) -> None:
        """Read the whole record from Zoho; what becomes of that stands first, where it is seen."""
        self.query_one("#page").scroll_home(animate=False)
        if isinstance(self._whole, str):
            self._said = self._whole
            self._show()
        else:
            self._said = "Reading the whole record…"
            self._show()
            self._read_now(self._whole)

    @work(group="whole", exclusive=True, exit_on_error=False, description="reading a record")
    async def _read_now(self, whole: ReadWhole) -> None:
        try:
            found = await begin_read(whole)
        except ZohoError as error:
            self._said = f"Not read. {error.detail}"
        else:
            self._said = "" if found else "Zoho shows your user no such record now."
            self._now = found or {}
        self._show()

    def _show(self) -> None:
        if is_drawn(self):
            self.query_one("#row").border_subtitle = self._keys
            self.query_one(Facts).show(self._facts)

    @property
    def _facts(self) -> list[Fact]:
        wanted = next((one.words for one in self.query(Narrow)), [])
        told: list[Fact] = []
        if self._said:
            told = [("", Content.styled(self._said, "bold $text-warning")), ("", "")]
        if self._now:
            # Without the blank line that parts it from what would stand above.
            told += [*record_facts(_WHOLE, self._now, wanted)[1:], ("", "")]
        if not wanted:
            told += describe(self._detail, keys_at(self))
        if self._saved is None:
            return [*told, ("", ""), ("Fields", "reading…")]
        if not self._saved:
            unread = self._detail.state == State.ENTERED
            why = "Not read yet." if unread else "No saved copy of this record."
            return [*told, ("", ""), ("Fields", Content.styled(why, "$foreground 60%"))]
        return [*told, *record_facts(_AS_READ, self._saved, wanted)]

    def action_narrow(self) -> None:
        """Open the field whose words the lines must hold."""
        if is_drawn(self):
            self.query_one(Narrow).open()

    @on(Input.Changed)
    def narrow(self) -> None:
        """Show only what holds the words."""
        self._show()

    def action_leave(self) -> None:
        """Let go of the words, or close."""
        if not (is_drawn(self) and self.query_one(Narrow).let_go()):
            self.dismiss()


def copy_of(record_id: int, copies: Sequence[Path]) -> Json:
    """Return a record as it was read last, by its id; empty if no copy of it can be read."""
    wanted = str(record_id)
    for path in copies:
        with suppress(SnapshotError, OSError):
            for record in read_snapshot(path):
                if record.get("id") == wanted:
                    return record
    return {}
