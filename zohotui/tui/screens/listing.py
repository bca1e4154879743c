"""A page of text to read and leave: the help, and the entries that are not ids."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from zohotui.deletion.ids import IdList
from zohotui.tui.commands import COMMANDS
from zohotui.tui.widgets.facts import Fact, Facts


class Listing(ModalScreen[None]):
    """Scrolls with the usual keys; Esc leaves."""

    BINDINGS = [Binding("escape,q,question_mark,f1", "leave", "Close")]

    def __init__(self, title: str, facts: Iterable[Fact]) -> None:
        super().__init__()
        self._title = title
        self._facts = facts

    def compose(self) -> ComposeResult:
        """Show the page."""
        with VerticalScroll(classes="dialog", id="listing"):
            yield Facts(self._facts)

    def on_mount(self) -> None:
        """Name the page and say how to leave it."""
        page = self.query_one("#listing")
        page.border_title = Content(self._title)
        page.border_subtitle = "Esc closes"
        page.focus()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


_KEY_NAMES = {"slash": "/", "question_mark,f1": "? or F1", "ctrl+r": "ctrl+r"}

_INTRODUCTION = (
    "Choose a module, enter or open ids, press d, read, type the sentence. "
    "Nothing is ever deleted by a single key."
)

_MOVING = (
    ("tab", "the next pane; shift+tab the one before; Esc leaves a text field"),
    ("↑ ↓", "rows; page up, page down, home, end go further"),
    ("enter", "chooses the module under the cursor"),
    ("ctrl+p", "the palette: every command by name"),
)


def help_page() -> Listing:
    """Every key and what it does."""
    rows = [(_KEY_NAMES.get(c.key, c.key), f"{c.title}. {c.tooltip}") for c in COMMANDS]
    return Listing("Help", [("", _INTRODUCTION), ("", ""), *rows, *_MOVING])


def rejected_page(ids: IdList) -> Listing:
    """List every entry that is not an id, with its line and the reason."""
    rows = [(f"line {entry.line}", f"{entry.text}  {entry.reason}") for entry in ids.rejected]
    left = ids.rejected_count - len(ids.rejected)
    if left:
        rows.append(("", f"and {left:,} more"))
    return Listing(f"{ids.rejected_count:,} rejected", rows)
