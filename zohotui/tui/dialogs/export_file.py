"""Where to write the outcomes of a run."""

from __future__ import annotations

import asyncio
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from zohotui.deletion.export import ExportError, export
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.search import Shown
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.text import count
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.results_pane import Exported
from zohotui.tui.widgets.tick import Tick
from zohotui.zoho.printable import printable


class ExportFile(Dialog[Path | None]):
    """Answers with the file that was written, or None."""

    BINDINGS = [
        Binding("escape", "cancel", "Cancel"),
        # From the box, which leaves Enter to the dialog.
        Binding("enter", "submit", "Write", show=False),
    ]

    def __init__(self, what: Exported, rows: Rows, suggestion: Path, state: Shown | None) -> None:
        """Take the state that the table is filtered by, which may be written alone."""
        super().__init__()
        self._state = state
        self._what, self._rows = what, rows
        self._suggestion = suggestion

    def compose(self) -> ComposeResult:
        """Ask for a name."""
        with Vertical(classes="dialog", id="export"):
            marked = self._what.beside.places
            which = "every id" if marked is None else count(len(marked), "marked id")
            yield Static(Content(f"Write {which} with its outcome to this file:"))
            # Not selected: Backspace changes the ending and leaves the name.
            path = printable(str(self._suggestion))
            yield Field(path, id="path", compact=True, select_on_focus=False)
            if self._state and marked is None:
                label = Content(f"only those that are {self._state}")
                yield Tick(label, compact=True)
            yield Static(
                Content.styled(
                    "A .csv or .json opens here again; an .md is only to be read.\n"
                    "Enter writes · ctrl+u clears the name · Esc cancels",
                    "$foreground 60%",
                ),
                id="hint",
            )

    def on_mount(self) -> None:
        """Name the dialog."""
        self.query_one("#export").border_title = "Export results"

    @on(Input.Submitted)
    def write(self, event: Input.Submitted) -> None:
        """Write the file; a trouble keeps the dialog."""
        event.stop()
        typed = event.value.strip()
        if typed:
            meant = typed == printable(str(self._suggestion))
            self.say("writing…")
            self.query_one(Field).disabled = True
            only = self.query_one_optional(Tick)
            state = self._state if only and only.value else None
            self._write(self._suggestion if meant else Path(typed), state)

    @work(group="export", exclusive=True, exit_on_error=False, description="export")
    async def _write(self, path: Path, state: Shown | None) -> None:
        """Leave with the file, or say what is wrong with it."""
        what = self._what
        try:
            written = await asyncio.to_thread(
                export,
                path,
                what.plan,
                self._rows,
                state,
                journal=what.journal,
                beside=what.beside,
            )
        except ExportError as error:
            self.query_one(Field).disabled = False
            self.query_one(Field).focus()
            self.say(printable(str(error)), "bold $text-error")
        else:
            self.dismiss(written)

    async def action_submit(self) -> None:
        """Write, wherever the keys go."""
        await self.query_one(Field).action_submit()

    def action_cancel(self) -> None:
        """Leave without a file, unless one is being written."""
        if not self.query_one(Field).disabled:
            self.dismiss(None)
