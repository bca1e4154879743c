"""Pages to read and leave: the help, and the entries that are not ids."""

from __future__ import annotations

from functools import cache, partial
from textwrap import wrap

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Log

from zohotui import explain
from zohotui.deletion.ids.pasted import IdList
from zohotui.options import TOPICS
from zohotui.tui.commands import key_entries, with_keys
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.text import Fact
from zohotui.tui.widgets.facts import Facts

_INDENT = "    "


LEAVES = Binding("escape,q,question_mark,f1", "dismiss", "Close")
"""Closes a page; its pane scrolls with the usual keys."""


class Help(Dialog[None]):
    """Every key and what it does; behind it, the pages that --explain prints."""

    AUTO_FOCUS = "#page"
    BINDINGS = [
        LEAVES,
        # With priority: the pane that scrolls would take them to scroll sideways.
        Binding("right", "turn(1)", "Next page", priority=True),
        Binding("left", "turn(-1)", "Previous page", priority=True),
    ]
    TOPICS = ("keys", *(topic for topic in TOPICS if topic != "keys"))

    at: var[int] = var(0)
    """Place of the page that is open."""

    def compose(self) -> ComposeResult:
        """Begin with how to work and the keys."""
        with VerticalScroll(id="page", classes="dialog") as pane:
            pane.border_subtitle = "← → more pages · Esc closes"
            pane.border_title = self._title
            yield self._facts()

    async def action_turn(self, by: int) -> None:
        """Open another page at its top; behind the last comes the first."""
        self.at = (self.at + by) % len(self.TOPICS)
        pane = self.query_one("#page", VerticalScroll)
        # Or the way to where a key has sent the page before goes on in the next one.
        await pane.stop_animation("scroll_y", complete=False)
        with self.app.batch_update():
            await pane.remove_children()
            await pane.mount(self._facts())
        pane.border_title = self._title
        pane.scroll_home(animate=False)

    @property
    def _title(self) -> str:
        return f"Help: {self.TOPICS[self.at]} ({self.at + 1} of {len(self.TOPICS)})"

    def _facts(self) -> Facts:
        page = explain.page(self.TOPICS[self.at], key_entries)
        facts: list[Fact] = [("", _INTRODUCTION), ("", "")] if page.topic == "keys" else []
        for name, meaning in page.entries:
            if name and page.names_above:
                facts.append(("", Content.styled(name, "bold")))
            facts.append((name and (" " if page.names_above else name), with_keys(meaning)))
        return Facts(facts, label_width=page.margin)


_INTRODUCTION = (
    "Choose a module, enter ids or open a file, press d, read, type the sentence. No single "
    "key deletes anything."
)


class RejectedEntries(Dialog[None]):
    """Every entry that is not an id, with its line and the reason; ten thousand at most."""

    AUTO_FOCUS = "#page"
    BINDINGS = [LEAVES]

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
            lines.append(f"{entry.where}: {entry.text}")
            lines += folded(entry.reason)
        if left := self._ids.rejected_count - len(self._ids.rejected):
            lines.append(f"and {left:,} more of these kinds:")
            lines += [f"{_INDENT}{n:,} {kind}" for kind, n in self._ids.rejected_reasons.items()]
        log.clear()
        log.write_lines(lines)
