"""Opening a file of ids: find it, see what is in it, then take it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, DirectoryTree, Input, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option
from textual.worker import get_current_worker

from zohotui.deletion.ids.columns import Column
from zohotui.deletion.ids.file import Cancelled, IdFileError, Table, inspect
from zohotui.deletion.ids.in_child import read_ids_apart
from zohotui.deletion.ids.pasted import IdList
from zohotui.tui.column_choices import (
    Choice,
    choices_of,
    is_clear,
    likeliest,
    may_have_values,
    why_not_clear,
)
from zohotui.tui.dialogs.dialog import Dialog, is_drawn
from zohotui.tui.recent_files import RecentFiles
from zohotui.tui.widgets.id_files import IdFiles, here
from zohotui.tui.widgets.options import Options
from zohotui.tui.widgets.path_field import PathField
from zohotui.tui.words.file import told_of
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.external import ExternalField
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Module

_PROGRESS_EVERY = 0.1
_KEYS = "Enter opens · Tab completes or goes on · ↑ last files · Esc cancels"


@dataclass(frozen=True, slots=True)
class Taken:
    """A list that the admin took from a file."""

    ids: IdList
    add: bool
    """Whether it goes behind the present list instead of replacing it."""
    module: Module | None = None
    """The module that it is of, where that is beyond question; None: the chosen one."""


def how_to_take(usable: bool, present: int) -> str:
    """Name the keys that take a list, if there is one; `present`: ids that it may be added to."""
    if not usable:
        return "Esc goes back"
    return f"{'Tab and Enter choose' if present else 'Enter takes the ids'} · Esc goes back"


class Elsewhere(StrEnum):
    """What a list can be read from instead of a file."""

    VIEW = "view"
    QUERY = "query"
    VALUES = "values"


@dataclass(frozen=True, slots=True)
class ByField:
    """A file that holds values of an external field."""

    source: Path | bytes
    field: ExternalField
    column: Column | None = None
    """The one that was picked; None if it has no columns."""


@dataclass(frozen=True, slots=True)
class InZoho:
    """What there is in Zoho for the chosen module."""

    fields: Callable[[], Sequence[ExternalField]] = lambda: ()
    """Lists the module's external fields; raises ZohoError."""
    obstacle: Callable[[Elsewhere], str] = lambda _: "There is no connection to an org yet."
    """Says why nothing can be read from there; or nothing."""


class OpenFile(Dialog[Taken | ByField | Elsewhere | None]):
    """Answers with the list that was taken, or with what else it shall be read from, or None.

    Three steps in one place: the path, the column if it is not clear, and what was found.
    """

    BINDINGS = [
        Binding("escape", "back", "Back"),
        # With priority, as in every dialog: the keys behind it are for what has the focus then.
        Binding("tab", "complete", "Complete", show=False, priority=True),
        Binding("ctrl+l", "elsewhere('view')", "Saved view", priority=True),
        Binding("ctrl+y", "elsewhere('query')", "Query", priority=True),
        Binding("ctrl+o", "elsewhere('values')", "Values of a field", priority=True),
    ]

    @dataclass
    class Inspected(Message):
        """The file's shape is known."""

        source: Path | bytes
        table: Table
        fields: Sequence[ExternalField] = ()
        """The external fields of the module."""
        trouble: str = ""
        """Why they are not known, as a sentence; or empty."""

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
    class IsFolder(Message):
        """What was named is a folder."""

        path: Path

    @dataclass
    class Failed(Message):
        """The file cannot be used."""

        why: str

    def __init__(
        self,
        source: Path | bytes | None,
        module: Module | None,
        present: int,
        in_zoho: InZoho | None = None,
        *,
        at_once: bool,
        recent: RecentFiles | None = None,
    ) -> None:
        """Take what to offer or to open at once, and how many ids there are already."""
        super().__init__()
        self._recent = recent
        self._in_zoho = in_zoho or InZoho()
        self._choices: list[Choice] = []
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
                recent = self._recent.read() if self._recent else []
                words = "path of a CSV, JSON, Excel or text file"
                yield PathField(start, recent, placeholder=words)
                yield IdFiles(here(), id="tree")
                with Horizontal(classes="buttons"):
                    yield Button("View ^l", id="view", compact=True)
                    yield Button("Query ^y", id="query", compact=True)
                    yield Button("Values ^o", id="values", compact=True)
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
        self.query_one("#open").border_title = "Open a list of ids"
        self._step("path", _KEYS)
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

    @on(IsFolder)
    def enter_folder(self, event: IsFolder) -> None:
        """Show what is in the folder that was typed."""
        tree, path = self.query_one(IdFiles), event.path.absolute()
        tree.path = Path(os.path.normpath(path))
        tree.focus()

    @on(PathField.Several)
    def tell_names(self, event: PathField.Several) -> None:
        """Say what the path may go on with."""
        event.stop()
        self.say(event.words)

    @on(Inspected)
    def look(self, event: Inspected) -> None:
        """Read the file, or ask for the column first."""
        self._source, self._table = event.source, event.table
        if is_clear(event.table, event.fields):
            self._read(event.table.id_column)
            return
        self._choices = choices_of(event.table, event.fields)
        columns = self.query_one("#columns", OptionList)
        columns.clear_options()
        columns.add_options(Option(one.words, str(n)) for n, one in enumerate(self._choices))
        columns.highlighted = likeliest(event.table, self._choices)
        why = why_not_clear(event.table, event.fields, event.trouble)
        self.query_one("#why", Static).update(Content(why))
        self._step("column", "Enter takes what is under the cursor · Esc goes back")
        columns.focus()

    @on(OptionList.OptionSelected, "#columns")
    def pick(self, event: OptionList.OptionSelected) -> None:
        """Read the column that the admin picked."""
        event.stop()
        if event.option.id is None or self._source is None:
            return
        choice = self._choices[int(event.option.id)]
        if choice.field is None:
            self._read(choice.column)
        else:
            self.dismiss(ByField(self._source, choice.field, choice.of))

    @on(Progressed)
    def progress(self, event: Progressed) -> None:
        """Move the bar."""
        self.query_one(ProgressBar).update(total=event.total, progress=event.done)

    @on(Read)
    def found(self, event: Read) -> None:
        """Show what is in the file before it is taken."""
        self._ids = event.ids
        self.query_one("#found", Static).update(told_of(event.ids, self._table))
        usable = len(event.ids.ids) > 0
        self.query_one("#use", Button).disabled = not usable
        add = self.query_one("#add", Button)
        add.display = bool(self._present)
        add.label = Content(f"Add to the {self._present:,} there")
        add.disabled = not usable
        self._step("found", how_to_take(usable, self._present))
        if usable:
            self.query_one("#use", Button).focus()

    @on(Failed)
    def fail(self, event: Failed) -> None:
        """Say what is wrong and let the admin choose another file."""
        self._step("path", event.why, "bold $text-error")
        self.query_one("#path", Input).focus()

    @on(Button.Pressed)
    def take(self, event: Button.Pressed) -> None:
        """Answer with the list, or with what else it shall be read from."""
        event.stop()
        if event.button.id in set(Elsewhere):
            self.action_elsewhere(event.button.id)
        elif self._ids is not None:
            self.dismiss(Taken(self._ids, add=event.button.id == "add"))

    def action_complete(self) -> None:
        """Complete the path, or go to the next field."""
        if isinstance(self.focused, PathField):
            self.focused.complete()
        else:
            self.focus_next()

    def action_elsewhere(self, what: str) -> None:
        """Answer with what else the list shall be read from; else say why that cannot be."""
        if not (is_drawn(self) and self.query_one("#step-path").display):
            return
        if why := self._in_zoho.obstacle(Elsewhere(what)):
            self.say(why, "bold $text-error")
        else:
            self.dismiss(Elsewhere(what))

    def action_back(self) -> None:
        """Stop reading, go back a step, or leave."""
        self.workers.cancel_group(self, "file")
        at_first = not is_drawn(self) or self.query_one("#step-path").display
        if at_first or isinstance(self._source, bytes):
            self.dismiss(None)
        else:
            self._step("path", _KEYS)
            self.query_one("#path", Input).focus()

    @work(thread=True, group="file", exclusive=True, exit_on_error=False, description="inspect")
    def _inspect(self, source: Path | bytes) -> None:
        try:
            if isinstance(source, Path) and source.is_dir():
                message: Message = self.IsFolder(source)
            else:
                message = self._inspected(source, inspect(source, self._names))
        except IdFileError as error:
            message = self.Failed(f"{error}")
        if not get_current_worker().is_cancelled:
            self.post_message(message)

    def _inspected(self, source: Path | bytes, table: Table) -> Inspected:
        """Ask which fields are external: numbers in a column that is called like one are no ids."""
        asks = bool(self._names) and may_have_values(table)
        try:
            return self.Inspected(source, table, self._in_zoho.fields() if asks else ())
        except ZohoError as error:
            return self.Inspected(source, table, (), error.detail)

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
            if self._recent is not None and isinstance(source, Path):
                self._recent.remember(source)
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
