"""Pages to read and leave: the help, and the entries that are not ids."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from textwrap import wrap

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import var
from textual.widgets import Input, Log

from zohotui import explain
from zohotui.deletion.ids.pasted import IdList
from zohotui.options import TOPICS
from zohotui.tui.dialogs.dialog import Dialog, is_drawn
from zohotui.tui.keys.keymap import KeyMap, with_keys
from zohotui.tui.reads import begin_read
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.narrow import Narrow
from zohotui.tui.words.text import Fact, count
from zohotui.zoho.printable import printable

_INDENT = "    "

_MOST_SHOWN = 2_000_000
"""Characters of a receipt that are shown."""


LEAVES = Binding("escape,q,question_mark,f1", "dismiss", "Close")
"""Closes a page; its pane scrolls with the usual keys."""

PAGES = (
    Binding("space", "app.scroll_text('scroll_page_down')", "Page down", show=False),
    Binding("b", "app.scroll_text('scroll_page_up')", "Page up", show=False),
)
"""Turns the pages of a text as a pager does."""


class Help(Dialog[None]):
    """Every key and what it does; behind it, the pages that --explain prints."""

    AUTO_FOCUS = "#page"
    BINDINGS = [
        Binding("escape", "leave", "Close"),
        Binding("q,question_mark,f1", "dismiss", "Close"),
        # With priority: the pane that scrolls would take them to scroll sideways.
        Binding("right", "turn(1)", "Next page", priority=True),
        Binding("left", "turn(-1)", "Page before", priority=True),
        Binding("slash", "narrow", "Filter", show=False),
        *PAGES,
    ]
    TOPICS = ("keys", "states", *(topic for topic in TOPICS if topic not in {"keys", "states"}))

    at: var[int] = var(0)
    """Place of the page that is open."""

    def __init__(self, keys: KeyMap) -> None:
        """Take the keys in force."""
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Begin with how to work and the keys."""
        with Vertical(id="help", classes="dialog") as dialog:
            dialog.border_subtitle = "/ filters · ← → more pages · Esc closes"
            dialog.border_title = self._title
            yield Narrow("#page")
            with VerticalScroll(id="page"):
                yield self._facts()

    async def action_turn(self, by: int) -> None:
        """Open another page at its top; behind the last comes the first."""
        if not is_drawn(self):
            return
        self.at = (self.at + by) % len(self.TOPICS)
        pane = self.query_one("#page", VerticalScroll)
        # Or the way to where a key has sent the page before goes on in the next one.
        await pane.stop_animation("scroll_y", complete=False)
        with self.app.batch_update():
            await pane.remove_children()
            await pane.mount(self._facts())
        self.query_one("#help").border_title = self._title
        pane.scroll_home(animate=False)

    def action_narrow(self) -> None:
        """Open the field whose words the lines must hold."""
        if is_drawn(self):
            self.query_one(Narrow).open()

    @on(Input.Changed)
    async def narrow(self) -> None:
        """Show only what holds the words."""
        await self.action_turn(0)

    def action_leave(self) -> None:
        """Let go of the words, or close."""
        if not (is_drawn(self) and self.query_one(Narrow).let_go()):
            self.dismiss()

    @property
    def _title(self) -> str:
        return f"Help: {self.TOPICS[self.at]} ({self.at + 1} of {len(self.TOPICS)})"

    def _facts(self) -> Facts:
        page = explain.page(self.TOPICS[self.at], self._keys.entries)
        words = next((one.words for one in self.query(Narrow)), [])
        facts: list[Fact] = []
        if page.topic == "keys" and not words:
            facts = [("", with_keys(_INTRODUCTION, self._keys)), ("", "")]
        for name, meaning in page.entries:
            told = with_keys(meaning, self._keys)
            if words and not (name and all(one in f"{name} {told}".lower() for one in words)):
                continue
            if page.names_above and name:
                facts.append(("", Content.styled(name, "bold")))
            heading = page.topic == "keys" and not name
            label = name and (" " if page.names_above else name)
            facts.append((label, Content.styled(told, "bold") if heading else told))
        return Facts(facts or [("", "Nothing on this page.")], label_width=page.margin)


_INTRODUCTION = (
    "Choose a module, enter ids or open a file, press [delete], read, type the sentence. No single "
    "key deletes anything."
)


class Receipt(Dialog[None]):
    """The receipt of a run, as it is on the disk."""

    AUTO_FOCUS = "#page"
    BINDINGS = [LEAVES, *PAGES]

    def __init__(self, path: Path) -> None:
        """Take where it is."""
        super().__init__()
        self._path = path

    def compose(self) -> ComposeResult:
        """Hold the lines in a widget that draws only what is seen of them."""
        log = Log(auto_scroll=False, id="page", classes="dialog wide")
        log.border_title = Content("Receipt")
        log.border_subtitle = Content("Esc closes")
        yield log

    def on_mount(self) -> None:
        """Read it."""
        self._read()

    @work(group="receipt", exit_on_error=False, description="reading a receipt")
    async def _read(self) -> None:
        try:
            text = await begin_read(partial(_first_of, self._path))
        except OSError as error:
            text = f"The receipt cannot be read: {error.strerror}."
        log = self.query_one(Log)
        width = max(log.scrollable_content_region.width, 2 * len(_INDENT))
        # Its path is longer than most windows are wide, and may be wanted whole.
        for line in map(printable, (f"{self._path}:", "", *text.split("\n"))):
            margin = " " * (len(line) - len(line.lstrip()))
            # A line with nothing in it would be left out.
            log.write_lines(wrap(line, width, subsequent_indent=margin) or [" "])


def _first_of(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(_MOST_SHOWN)
        return f"{text}\n… the rest is in the file." if file.read(1) else text


class RejectedEntries(Dialog[None]):
    """Every entry that is not an id, with its line and the reason, ten thousand at most.

    Below them each value that was asked for and names no single record.
    """

    AUTO_FOCUS = "#page"
    BINDINGS = [LEAVES, *PAGES]

    def __init__(self, ids: IdList) -> None:
        super().__init__()
        self._ids = ids

    def compose(self) -> ComposeResult:
        """Hold the entries in a widget that draws only what is seen of them."""
        log = Log(auto_scroll=False, id="page", classes="dialog")
        titles = [f"{self._ids.rejected_count:,} rejected"] if self._ids.rejected_count else []
        if unresolved := len(self._ids.unresolved):
            titles.append(f"{count(unresolved, 'value')} not sent")
        log.border_title = Content(" · ".join(titles))
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
        for value in self._ids.unresolved:
            lines.append(f"{value.value}: {value.miss}")
            lines += folded(value.why)
        log.clear()
        log.write_lines(lines)
