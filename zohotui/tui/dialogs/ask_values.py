"""Values of an external field whose records shall be the list: typed or pasted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from zohotui.deletion.ids.source import IdFileError
from zohotui.deletion.lists.values import Values, values_in
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.reads import begin_read
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.plain_text import PlainText
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.external import ExternalField
from zohotui.zoho.records import Module, is_api_name

_KEYS = "Enter: new line · Tab, then Enter: find the records · Esc goes back"


@dataclass(frozen=True, slots=True)
class OfField:
    """Values, and the external field that they are of."""

    field: str
    """API name."""
    values: Values


class AskValues(Dialog[OfField | None]):
    """Answers with what was typed, or None. `read` lists the external fields of the module."""

    AUTO_FOCUS = "#values"
    BINDINGS = [Binding("escape", "leave", "Back")]

    def __init__(self, module: Module, read: Callable[[], Sequence[ExternalField]]) -> None:
        """Take the module, and what lists its external fields."""
        super().__init__()
        self._label, self._module, self._read_all = module.plural_label, module.names, read
        self._fields: Sequence[ExternalField] = ()

    def compose(self) -> ComposeResult:
        """Put the field above the values."""
        with Vertical(classes="dialog", id="ask-values"):
            yield Static(Content("Asking Zoho for the external fields…"), id="told")
            yield Field(placeholder="API name of the external field", id="field", compact=True)
            yield PlainText(placeholder="the values, one a line, or a list in JSON", id="values")
            yield Static(id="trouble")
            with Horizontal(classes="buttons"):
                yield Button("Find their records", id="go", compact=True, variant="primary")
            yield Static(Content.styled(_KEYS, "$foreground 60%"), id="hint")

    def on_mount(self) -> None:
        """Read the fields without keeping the keys waiting."""
        self.query_one("#ask-values").border_title = Content(f"Values of a field of {self._label}")
        self._read()

    @work(group="fields", exit_on_error=False, description="reading the fields")
    async def _read(self) -> None:
        try:
            self._fields = await begin_read(self._read_all)
        except ZohoError as error:
            words = f"Which fields are external cannot be read: {error.detail} Type its API name."
        else:
            words = f"{self._label} has no external field."
            if self._fields:
                names = ", ".join(_words(one) for one in self._fields)
                words = f"External fields of {self._label}: {names}."
                field = self.query_one("#field", Input)
                field.value = field.value or self._fields[0].api_name
        self.query_one("#told", Static).update(Content(words))

    @on(PlainText.TooLong)
    def refuse(self, event: PlainText.TooLong) -> None:
        """Say that a paste was not taken."""
        event.stop()
        where = "Put the values into a file below the field's name, and open that."
        self._complain(f"{event.words} {where}")

    @on(Input.Submitted)
    def to_values(self, event: Input.Submitted) -> None:
        """Go on to the values."""
        event.stop()
        self.query_one(PlainText).focus()

    @on(Button.Pressed)
    def go(self, event: Button.Pressed) -> None:
        """Answer with the values; else say what is wrong."""
        event.stop()
        field = self.query_one("#field", Input).value.strip()
        known = [(one.api_name, one.label) for one in self._fields]
        names = next((both for both in known if field in both), (field,))
        if not is_api_name(names[0]):
            self._complain("Type the API name of the external field, such as ERP_No.")
            self.query_one("#field").focus()
            return
        try:
            text = self.query_one(PlainText).text
            values = values_in(text, names, "typed values", module=self._module)
        except IdFileError as error:
            self._complain(error.detail)
            return
        if values.values:
            self.dismiss(OfField(names[0], values))
        else:
            self._complain(values.why_none if text.strip() else "There are no values yet.")
            self.query_one(PlainText).focus()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)

    def _complain(self, why: str) -> None:
        self.query_one("#trouble", Static).update(Content.styled(why, "bold $text-error"))


def _words(field: ExternalField) -> str:
    return field.api_name if field.label == field.api_name else f"{field.api_name} ({field.label})"
