"""Pages to read and leave: the help, and the entries that are not ids."""

from __future__ import annotations

from functools import cache, partial
from textwrap import wrap

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Log

from zohotui.deletion.ids.pasted import IdList
from zohotui.tui.commands import COMMANDS, Command
from zohotui.tui.dialogs.modal import Modal
from zohotui.tui.widgets.facts import Facts

_INDENT = "    "


class Page(Modal[None]):
    """Scrolls with the usual keys; Esc leaves."""

    AUTO_FOCUS = "#page"
    BINDINGS = [Binding("escape,q,question_mark,f1", "leave", "Close")]

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


class Help(Page):
    """Every key and what it does."""

    def compose(self) -> ComposeResult:
        """Say how to work, then list the keys."""
        facts = [("", _INTRODUCTION), ("", "")]
        facts += [
            (self._keys(command), f"{command.title}. {command.tooltip}") for command in COMMANDS
        ]
        with VerticalScroll(id="page", classes="dialog") as page:
            page.border_title, page.border_subtitle = "Help", "Esc closes"
            yield Facts([*facts, *_MOVING])

    def _keys(self, command: Command) -> str:
        bindings = Binding.make_bindings([command.binding])
        return " ".join(self.app.get_key_display(binding) for binding in bindings)


_INTRODUCTION = (
    "Choose a module, enter or open ids, press d, read, type the sentence. "
    "Nothing is ever deleted by a single key."
)

_MOVING = (
    ("tab", "The next pane; shift+tab the one before; Esc leaves a text field."),
    ("↑ ↓", "Rows; page up, page down, home and end go further."),
    ("enter", "Chooses the module under the cursor."),
    ("ctrl+p", "The palette: every command by name, and the themes."),
)


class RejectedEntries(Page):
    """Every entry that is not an id, with its line and the reason; ten thousand at most."""

    def __init__(self, ids: IdList) -> None:
        super().__init__()
        self._ids = ids

    def compose(self) -> ComposeResult:
        """Hold the entries in a widget that draws only what is seen of them."""
        log = Log(auto_scroll=False, id="page", classes="dialog")
        log.border_title = Content(f"{self._ids.rejected_count:,} rejected")
        log.border_subtitle = "Esc closes"
        yield log

    def on_resize(self) -> None:
        """Write the entries in the width that there is now."""
        self.call_after_refresh(self._write)

    def _write(self) -> None:
        """Write what each entry is, and below it why it is no id."""
        log = self.query_one(Log)
        width = max(log.scrollable_content_region.width, 2 * len(_INDENT))
        folded = cache(
            partial(wrap, width=width, initial_indent=_INDENT, subsequent_indent=_INDENT)
        )
        lines: list[str] = []
        for entry in self._ids.rejected:
            lines.append(f"line {entry.line}: {entry.text}")
            lines += folded(entry.reason)
        if left := self._ids.rejected_count - len(self._ids.rejected):
            lines.append(f"and {left:,} more of these kinds:")
            lines += [f"{_INDENT}{n:,} {kind}" for kind, n in self._ids.rejected_reasons.items()]
        log.clear()
        log.write_lines(lines)
