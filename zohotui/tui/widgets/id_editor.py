"""The record ids: typed and pasted text, and above it what came from files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static, TextArea
from textual.worker import Worker, WorkerState, get_current_worker

from zohotui.deletion.ids.in_child import parse_text_apart
from zohotui.deletion.ids.invisible import one_kind_of_line_end, without_direction_marks
from zohotui.deletion.ids.pasted import IdList, merge, parse_text
from zohotui.tui.keys.keymap import keys_at, with_keys
from zohotui.tui.widgets.in_order import actions_by_key, edit_in_order
from zohotui.tui.words.text import count
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Module

LONGEST_TYPED = 60_000
"""Characters that the editor takes; a longer paste is kept beside it and only summed up.

With more, Textual's TextArea needs longer for a key than a person notices.
"""

_QUICK = 20_000
"""Ids that are merged without a thread: a few milliseconds."""

_PLACEHOLDER = "paste ids; [ids] to type;\n[open] opens a file"
_EDITING = actions_by_key(TextArea.BINDINGS)

_PAUSE = 0.2
"""Seconds without a key after which typed text is read."""


class IdText(TextArea):
    """A text area that shows pastes made harmless, and hands large ones on."""

    @dataclass
    class LargePaste(Message):
        """More text than the editor should hold."""

        text: str

    async def on_key(self, event: events.Key) -> None:
        """Edit in the order of the keys."""
        await edit_in_order(self, event, _EDITING)

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste in place of the text area."""
        event.prevent_default()
        event.stop()
        if self.read_only:
            return
        if len(event.text) + len(self.text) > LONGEST_TYPED:
            self.post_message(self.LargePaste(event.text))
        else:
            self.insert_harmless(event.text)

    def insert_harmless(self, text: str) -> None:
        """Put text at the cursor; line ends and tabs stay, as they part the entries."""
        text = without_direction_marks(one_kind_of_line_end(text))
        self.replace(self._apart(printable(text, keep="\n\t")), *self.selection)

    def _apart(self, text: str) -> str:
        """Begin a line if the text would grow onto the entry before the cursor.

        Two ids pasted one after the other are two; in the middle of an entry, or in place of a
        part of it, text stays where it is put.
        """
        if not self.selection.is_empty:
            return text
        row, column = self.cursor_location
        line = self.document.get_line(row)
        before, after = line[column - 1 : column], line[column : column + 1]
        parted = not text or text[0].isspace() or text[0] in ",;"
        return f"\n{text}" if before.isalnum() and not (parted or after.isalnum()) else text


class IdEditor(Vertical):
    """Holds the id list; says so whenever it changes."""

    DEFAULT_CSS = """
    IdEditor IdText { height: 1fr; padding: 0; background: transparent; }
    IdEditor #summary { height: auto; max-height: 8; }
    """

    module: reactive[Module | None] = reactive(None)
    """The chosen module; its names tell its id column in a pasted table."""

    locked: reactive[bool] = reactive(default=False)
    """Whether the list must stay as it is, because a run or a dialog is at work on it."""

    waiting: reactive[tuple[str, ...]] = reactive(())
    """What waits behind the list, in words."""

    class Noted(Message):
        """What is to be known of the list may have changed."""

    @dataclass
    class Changed(Message):
        """The list is another one now."""

        ids: IdList

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.ids = IdList.empty()
        """The whole list: what was taken in from files and pastes, then what is typed."""
        self._taken: list[IdList] = []
        self._typed = IdList.empty()
        self._timer: Timer | None = None
        self._pastes: set[Worker[IdList]] = set()
        """Pastes that are being read."""
        self._merging: Worker[IdList] | None = None
        """The one merge whose result counts."""
        self._trouble = ""

    def compose(self) -> ComposeResult:
        """Put the text above its summary."""
        yield IdText(
            soft_wrap=False,
            compact=True,
            placeholder=Content(with_keys(_PLACEHOLDER, keys_at(self))),
            id="text",
        )
        yield Static(id="summary")

    def on_mount(self) -> None:
        """Name the pane; a still cursor keeps an idle line quiet."""
        self.border_title = "Record ids"
        self.text_area.cursor_blink = False
        self._summarise()

    @property
    def text_area(self) -> IdText:
        """The editor itself."""
        return self.query_one(IdText)

    def take(self, ids: IdList, *, add: bool) -> None:
        """Take in a list from a file, in place of the present one or behind it."""
        if not add:
            self._forget()
        self._taken.append(ids)
        self._combine()

    def clear(self) -> None:
        """Begin with an empty list."""
        self._forget()
        self._combine()

    @property
    def busy(self) -> bool:
        """Whether the list is about to become another one."""
        return bool(self._pastes or self._merging or self._timer)

    def paste(self, text: str) -> None:
        """Take in text that was pasted elsewhere; the keys stay where they are."""
        if len(text) + len(self.text_area.text) > LONGEST_TYPED:
            self._read_large(text)
        else:
            # Below all else: nobody sees what is selected there, or where its cursor is.
            area = self.text_area
            area.move_cursor(area.document.end)
            begun = area.document.get_line(area.cursor_location[0]).strip()
            area.insert_harmless(f"\n{text}" if begun else text)

    def watch_module(self) -> None:
        """Read again: a pasted `Lead ID` is an id in Leads and none in Contacts."""
        self.read_now()

    def watch_waiting(self) -> None:
        """Show what waits."""
        if self.is_mounted:
            self._summarise()

    def watch_locked(self, locked: bool) -> None:
        """Keep keys out while the list must not change."""
        self.text_area.read_only = locked

    @on(TextArea.Changed)
    def read_soon(self, event: TextArea.Changed) -> None:
        """Read the text once the keys rest."""
        event.stop()
        if self._timer:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self.read_now)

    def read_now(self) -> None:
        """Read what is typed, without waiting for the keys to rest."""
        if self._timer:
            self._timer.stop()
            self._timer = None
        text = self.text_area.text
        empty = not text.strip()
        typed = IdList.empty() if empty else parse_text(text, "typed ids", names=self._names)
        if typed != self._typed:
            self._typed = typed
            self._combine()

    @on(IdText.LargePaste)
    def keep_large(self, event: IdText.LargePaste) -> None:
        """Read a large paste beside the editor."""
        event.stop()
        self._read_large(event.text)

    def _read_large(self, text: str) -> None:
        self._pastes.add(self._parse(text))
        self._summarise()

    @work(thread=True, group="paste", exit_on_error=False, description="reading a paste")
    def _parse(self, text: str) -> IdList:
        worker = get_current_worker()
        return parse_text_apart(
            text, "pasted text", names=self._names, cancelled=lambda: worker.is_cancelled
        )

    def _combine(self) -> None:
        """Put the lists together, in a thread where that takes longer than a key may."""
        self.workers.cancel_group(self, "merge")
        self._merging = None
        lists = [*self._taken, self._typed]
        lists = [one for one in lists if one.source] or [IdList.empty()]
        if len(lists) == 1 or sum(map(len, lists)) <= _QUICK:
            self._become(reduce(merge, lists))
            return
        self._merging = self._merge(lists)
        self._summarise()

    @work(thread=True, group="merge", exclusive=True, exit_on_error=False, description="merging")
    def _merge(self, lists: list[IdList]) -> IdList:
        return reduce(merge, lists)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Take in what a thread has read or merged."""
        if event.state not in {WorkerState.SUCCESS, WorkerState.ERROR, WorkerState.CANCELLED}:
            return
        worker, result = event.worker, event.worker.result
        awaited = worker in self._pastes or worker is self._merging
        if not awaited:
            return
        self._trouble = ""
        if event.state is WorkerState.ERROR:
            self.log.error(worker.error)
            self._trouble = "that could not be read; save it to a file and press [open]"
        if worker is self._merging:
            self._merging = None
            if isinstance(result, IdList):
                self._become(result)
        else:
            self._pastes.discard(worker)
            if isinstance(result, IdList):
                self.take(result, add=True)
        self._summarise()

    @property
    def _names(self) -> Sequence[str]:
        """Those of the chosen module."""
        return self.module.names if self.module else ()

    def _forget(self) -> None:
        self.workers.cancel_node(self)
        self._pastes.clear()
        self._merging = None
        self._taken.clear()
        self._typed = IdList.empty()
        if self._timer:
            self._timer.stop()
            self._timer = None
        with self.prevent(TextArea.Changed):
            self.text_area.clear()

    def _become(self, ids: IdList) -> None:
        self.ids = ids
        self._summarise()
        self.post_message(self.Changed(ids))

    def _summarise(self) -> None:
        lines = [Content.styled(count(len(self.ids.ids), "id"), "bold")]
        lines += [
            Content.styled(f"{len(taken):,} from {taken.source}", "$foreground 60%")
            for taken in self._taken
        ]
        lines += self.notes
        self.query_one("#summary", Static).update(Content("\n").join(lines))
        self.post_message(self.Noted())

    @property
    def notes(self) -> list[Content]:
        """What is to be known of the list beside its number, a line each."""
        lines: list[Content] = []
        if self.ids.duplicates:
            lines.append(Content(f"{count(self.ids.duplicates, 'duplicate')} dropped"))
        refused = [f"{self.ids.rejected_count:,} rejected"] if self.ids.rejected_count else []
        if unresolved := len(self.ids.unresolved):
            refused.append(f"{count(unresolved, 'value')} not sent")
        if refused:
            words = with_keys(f"{', '.join(refused)}: [rejected] shows why", keys_at(self))
            lines.append(Content.styled(words, "$text-error"))
        if self.ids.rounding.asks:
            rounded = f"{self.ids.rounding.alike:,} look rounded"
            lines.append(Content.styled(rounded, "$text-warning"))
        waiting = (with_keys(words, keys_at(self)) for words in self.waiting)
        lines += [Content.styled(words, "$text-accent") for words in waiting]
        if self._pastes or self._merging:
            lines.append(Content.styled("reading…", "bold $text-warning"))
        if self._trouble:
            lines.append(Content.styled(with_keys(self._trouble, keys_at(self)), "$text-warning"))
        return lines
