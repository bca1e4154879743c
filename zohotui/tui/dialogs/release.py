"""The reason why one held record is deleted after all."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from zohotui.deletion.model.outcome import Outcome
from zohotui.deletion.review.guards import release
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.field import Field
from zohotui.tui.words.text import Fact
from zohotui.zoho.records import Record


class Release(Dialog[str]):
    """Answers with the reason; empty if the record stays held."""

    AUTO_FOCUS = "#reason"
    BINDINGS = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, record_id: int, record: Record | None, held: Outcome) -> None:
        super().__init__()
        self._record_id = record_id
        self._record = record
        self._held = held

    def compose(self) -> ComposeResult:
        """Say why it is held above the field for the reason."""
        record, held = self._record, self._held
        facts: list[Fact] = [
            ("Record", f"{self._record_id} {record.name if record else ''}".strip()),
            ("Owner", record.owner if record else ""),
            ("Held", Content.styled(f"{held.code}: {held.message}", "bold $text-warning")),
        ]
        with Vertical(id="release", classes="dialog") as dialog:
            dialog.border_title = "Release this one record?"
            dialog.border_subtitle = "Enter releases · Esc leaves it held"
            yield Facts([fact for fact in facts if fact[1]], label_width=9)
            yield Static("It will be deleted with the others. The journal keeps the reason:")
            yield Field(placeholder="why it may be deleted", id="reason", max_length=200)
            yield Static(id="complaint")

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Take a reason in words."""
        event.stop()
        try:
            release(self._held, event.value)
        except ValueError as error:
            self.query_one("#complaint", Static).update(Content.styled(str(error), "$text-error"))
        else:
            self.dismiss(event.value)

    def action_cancel(self) -> None:
        """Leave it held."""
        self.dismiss("")
