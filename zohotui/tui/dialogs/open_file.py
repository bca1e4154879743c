"""Opening a file of ids: find it, see what is in it, then take it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text, TextType
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, DirectoryTree, Input, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from zohotui.deletion.ids.file import Cancelled, Column, IdFileError, Table, inspect
from zohotui.deletion.ids.in_child import read_ids_apart
from zohotui.deletion.ids.pasted import IdList
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.text import count
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.moving import MOVES_CURSOR
from zohotui.tui.widgets.options import Options
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Module

_ENDINGS = {".csv", ".tsv", ".txt", ".tab", ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm"}
_PROGRESS_EVERY = 0.1
_REJECTED_HERE = 20
_NAMES_HERE = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """A list that the admin took from a file."""

    ids: IdList
    add: bool
    """Whether it goes behind the present list instead of replacing it."""


def here() -> Path:
    """Return the working folder, or the home if it has been deleted."""
    try:
        return Path.cwd()
    except OSError:
        return Path.home()


class IdFiles(DirectoryTree):
    """Folders and the files that may hold ids."""

    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    ICON_FILE = "  "
    BINDINGS = [*MOVES_CURSOR]

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave out hidden files and those of other kinds."""
        return [
            path
            for path in paths
            if not path.name.startswith(".") and (path.suffix.lower() in _ENDINGS or path.is_dir())
        ]

    def action_first(self) -> None:
        """Go to the folder at the top."""
        self.action_scroll_home()

    def action_last(self) -> None:
        """Go to the last line."""
        self.action_scroll_end()

    def action_half(self, direction: int) -> None:
        """Move the cursor by half of what is seen."""
        lines = max(1, self.scrollable_content_region.height // 2)
        self.cursor_line = max(0, min(self.cursor_line + direction * lines, self.last_line))

    def process_label(self, label: TextType) -> Text:
        """Show a file's name as data."""
        return Text(printable(str(label)), no_wrap=True)


class OpenFile(Dialog[Taken | None]):
    """Answers with the list that was taken, or None.

    Three steps in one place: the path, the column if it is not clear, and what was found.
    """

    BINDINGS = [Binding("escape", "back", "Back")]

    @dataclass
    class Inspected(Message):
        """The file's shape is known."""

        source: Path | bytes
        table: Table

    @dataclass
    class Progressed(Message):
        """Some of the file is read."""

        done: int
        total: int

        def can_replace(self, message: Message) -> bool:
            """Let only the newest be handled."""
            return isinstance(message, OpenFile.Progressed)

    @dataclass
    class Read(Message):
        """The whole file is read."""

        ids: IdList

    @dataclass
    class Failed(Message):
        """The file cannot be used."""

        why: str

    def __init__(
        self, source: Path | bytes | None, module: Module | None, present: int, *, at_once: bool
    ) -> None:
        """Take what to offer or to open at once, and how many ids there are already."""
        super().__init__()
        self._source = source
        self._at_once = at_once
        self._names = module.names if module else ()
        self._present = present
        self._table: Table | None = None
        self._ids: IdList | None = None

    def compose(self) -> ComposeResult:
        """Put the steps into one dialog; only the present one is seen."""
        with Vertical(classes="dialog", id="open"):
            with Vertical(id="step-path"):
                start = printable(str(self._source)) if isinstance(self._source, Path) else ""
                yield Field(
                    start,
                    placeholder="path of a CSV, JSON, Excel or text file",
                    id="path",
                    compact=True,
                )
                yield IdFiles(here(), id="tree")
            with Vertical(id="step-column"):
                yield Static(id="why")
                yield Options(id="columns", markup=False)
            with Vertical(id="step-reading"):
                yield Static(id="reading")
                yield ProgressBar(show_eta=False)
            with Vertical(id="step-found"):
                with VerticalScroll(can_focus=False):
                    yield Static(id="found")
                with Horizontal(classes="buttons"):
                    yield Button("Use these ids", id="use", compact=True, variant="primary")
                    yield Button("Add to the list", id="add", compact=True)
            yield Static(id="hint")

    def on_mount(self) -> None:
        """Begin with the path, or straight with the file that was named."""
        self.query_one("#open").border_title = "Open ids file"
        self._step("path", "Enter opens · Tab goes to the folders · Esc cancels")
        if self._at_once and self._source is not None:
            self._inspect(self._source)

    @on(Input.Submitted, "#path")
    def open_typed(self, event: Input.Submitted) -> None:
        """Open the file whose path was typed."""
        event.stop()
        typed = event.value.strip()
        if isinstance(self._source, Path) and typed == printable(str(self._source)):
            self._inspect(self._source)
        elif typed:
            self._inspect(Path(os.path.expanduser(typed)))  # noqa: PTH111 - knows no unknown users

    @on(DirectoryTree.FileSelected)
    def open_selected(self, event: DirectoryTree.FileSelected) -> None:
        """Open the file under the cursor."""
        event.stop()
        self.query_one("#path", Input).value = printable(str(event.path))
        self._inspect(event.path)

    @on(Inspected)
    def look(self, event: Inspected) -> None:
        """Read the file, or ask for the column first."""
        self._source, self._table = event.source, event.table
        if event.table.id_column is not None or not event.table.columns:
            self._read(event.table.id_column)
            return
        columns = self.query_one("#columns", OptionList)
        columns.clear_options()
        columns.add_options(Option(self._label(c), str(c.index)) for c in event.table.columns)
        self.query_one("#why", Static).update(Content(event.table.why))
        self._step("column", "Enter takes the column under the cursor · Esc goes back")
        columns.focus()

    @on(OptionList.OptionSelected, "#columns")
    def pick(self, event: OptionList.OptionSelected) -> None:
        """Read the column that the admin picked."""
        event.stop()
        if event.option.id is not None:
            self._read(int(event.option.id))

    @on(Progressed)
    def progress(self, event: Progressed) -> None:
        """Move the bar."""
        self.query_one(ProgressBar).update(total=event.total, progress=event.done)

    @on(Read)
    def found(self, event: Read) -> None:
        """Show what is in the file before it is taken."""
        self._ids = event.ids
        self.query_one("#found", Static).update(self._found(event.ids))
        usable = len(event.ids.ids) > 0
        self.query_one("#use", Button).disabled = not usable
        add = self.query_one("#add", Button)
        add.display = bool(self._present)
        add.label = Content(f"Add to the {self._present:,} there")
        add.disabled = not usable
        self._step("found", "Tab and Enter choose · Esc goes back" if usable else "Esc goes back")
        if usable:
            self.query_one("#use", Button).focus()

    @on(Failed)
    def fail(self, event: Failed) -> None:
        """Say what is wrong and let the admin choose another file."""
        self._step("path", event.why, "bold $text-error")
        self.query_one("#path", Input).focus()

    @on(Button.Pressed)
    def take(self, event: Button.Pressed) -> None:
        """Answer with the list."""
        event.stop()
        if self._ids is not None:
            self.dismiss(Taken(self._ids, add=event.button.id == "add"))

    def action_back(self) -> None:
        """Stop reading, go back a step, or leave."""
        self.workers.cancel_group(self, "file")
        if self.query_one("#step-path").display or isinstance(self._source, bytes):
            self.dismiss(None)
        else:
            self._step("path", "Enter opens · Tab goes to the folders · Esc cancels")
            self.query_one("#path", Input).focus()

    @work(thread=True, group="file", exclusive=True, exit_on_error=False, description="inspect")
    def _inspect(self, source: Path | bytes) -> None:
        try:
            message: Message = self.Inspected(source, inspect(source, self._names))
        except IdFileError as error:
            message = self.Failed(f"{error}")
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    def _read(self, column: int | None) -> None:
        name = self._table.source if self._table else ""
        self.query_one("#reading", Static).update(Content(f"Reading {name}…"))
        self.query_one(ProgressBar).update(total=None)
        self._step("reading", "Esc stops reading")
        if self._source is not None and self._table is not None:
            self._read_column(self._source, self._table, column)

    @work(thread=True, group="file", exclusive=True, exit_on_error=False, description="read ids")
    def _read_column(self, source: Path | bytes, table: Table, column: int | None) -> None:
        worker = get_current_worker()
        try:
            ids = read_ids_apart(
                source,
                table,
                column,
                progress=self._reporter(),
                cancelled=lambda: worker.is_cancelled,
            )
        except Cancelled:
            return
        except IdFileError as error:
            message: Message = self.Failed(f"{error}")
        else:
            message = self.Read(ids)
        if not worker.is_cancelled:
            self.post_message(message)

    def _reporter(self) -> Callable[[int, int], None]:
        """Report progress, but not more often than a person can see."""
        last = time.monotonic()

        def report(done: int, total: int) -> None:
            nonlocal last
            if time.monotonic() - last >= _PROGRESS_EVERY:
                last = time.monotonic()
                self.post_message(self.Progressed(done, total))

        return report

    def _step(self, name: str, hint: str, style: str = "$foreground 60%") -> None:
        for step in ("path", "column", "reading", "found"):
            self.query_one(f"#step-{step}").display = step == name
        self.say(hint, style)

    def say(self, words: str, style: str = "$foreground 60%") -> None:
        """Show a line at the foot."""
        self.query_one("#hint", Static).update(Content.styled(words, style))

    def _label(self, column: Column) -> Content:
        share = f"  {column.valid_share:.0%} ids"
        lookup = "  (belongs to another record)" if column.lookup else ""
        samples = "  " + ", ".join(column.samples[:2])
        return Content.assemble(
            (column.name, "bold"), (share + lookup, "$text-warning"), (samples, "$foreground 60%")
        )

    def _found(self, ids: IdList) -> Content:
        table = self._table
        lines = [Content.styled(f"{count(len(ids.ids), 'id')} in {ids.source}", "bold")]
        if table:
            lines.append(Content.styled(table.why, "$foreground 60%"))
        if ids.duplicates:
            lines.append(Content(f"{count(ids.duplicates, 'duplicate')} dropped"))
        lines += [Content.styled(note, "$text-warning") for note in ids.notes]
        listed = [origin.tab for origin in ids.origins if origin.is_listed]
        if listed:
            named = ", ".join(listed[:_NAMES_HERE]) + ("…" if len(listed) > _NAMES_HERE else "")
            words = f"It names the module of its ids: {named}. Several are worked off one by one."
            lines.append(Content(words))
        if ids.rounding.asks:
            words = f"{ids.rounding.words}. Compare one with its record in Zoho CRM first."
            lines.append(Content.styled(words, "$text-warning"))
        if ids.rejected_count:
            words = f"{count(ids.rejected_count, 'entry', 'entries')} rejected:"
            lines.append(Content.styled(words, "$text-error"))
            shown = ids.rejected[:_REJECTED_HERE]
            lines += [Content(f"  {r.where}: {r.text}  {r.reason}") for r in shown]
            if left := ids.rejected_count - len(shown):
                lines.append(Content(f"  and {left:,} more; ! lists them once the ids are taken"))
        return Content("\n").join(lines)
