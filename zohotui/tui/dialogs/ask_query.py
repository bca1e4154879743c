"""A COQL query whose records shall be the list: typed or pasted, and mended where it is wrong."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from zohotui.deletion.lists.events import ListEnded
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.widgets.plain_text import PlainText
from zohotui.zoho.queries import Query, QueryError

_EXAMPLE = "select id from Leads where Lead_Status = 'Junk Lead'"
_COSTS = "Each 2,000 records take 3 API credits. Reading begins only after the next question."
_KEYS = "Enter: new line · Tab, then Enter: go on · Esc goes back"


class AskQuery(Dialog[str | None]):
    """Answers with the query as it was written, which can be sent, or None.

    `obstacle` says why a query cannot be asked here. `trouble`: how it ended when it was read.
    """

    AUTO_FOCUS = "#query"
    BINDINGS = [Binding("escape", "leave", "Back")]

    def __init__(
        self, text: str, obstacle: Callable[[Query], str], trouble: ListEnded | None = None
    ) -> None:
        super().__init__()
        self._text, self._obstacle, self._trouble = text, obstacle, trouble

    def compose(self) -> ComposeResult:
        """Put the query between what is wrong with it and the way on."""
        with Vertical(classes="dialog", id="ask-query") as dialog:
            dialog.border_title = "A COQL query for the list"
            yield Static(Content(_COSTS), id="told")
            yield PlainText(self._text, placeholder=_EXAMPLE, id="query")
            yield Static(id="trouble")
            with Horizontal(classes="buttons"):
                yield Button("Go on", id="go", compact=True, variant="primary")
            yield Static(id="hint")

    def on_mount(self) -> None:
        """Show what was wrong, with the cursor at its place."""
        self.say(_KEYS)
        trouble, field = self._trouble, self.query_one(PlainText)
        self._complain(trouble.why if trouble else "")
        if trouble is not None and trouble.line is not None:
            field.go_to(trouble.line, trouble.column)
        else:
            field.move_cursor(field.document.end)

    @on(PlainText.TooLong)
    def refuse(self, event: PlainText.TooLong) -> None:
        """Say that a paste was not taken."""
        event.stop()
        self._complain(f"{event.words} Put the query into a file and start with --query FILE.")

    @on(PlainText.Changed)
    def forget(self, event: PlainText.Changed) -> None:
        """Let go of what was said of another text."""
        event.stop()
        if self.query_one(PlainText).text != self._text:
            self._text = self.query_one(PlainText).text
            self._complain("")

    @on(Button.Pressed)
    def go(self, event: Button.Pressed) -> None:
        """Answer with a query that can be sent; else say why not."""
        event.stop()
        text = self.query_one(PlainText).text
        try:
            why = self._obstacle(Query.of(text)) if text.strip() else "There is no query yet."
        except QueryError as error:
            why = str(error)
        if why:
            self._complain(why)
            self.query_one(PlainText).focus()
        else:
            self.dismiss(text)

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _complain(self, why: str) -> None:
        self.query_one("#trouble", Static).update(Content.styled(why, "bold $text-error"))
