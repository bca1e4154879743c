"""Where to write a new file: the name is suggested, and what cannot be written is said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from zohotui.files import NotWritten
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.path_field import PathField
from zohotui.tui.widgets.tick import Tick
from zohotui.zoho.printable import printable


@dataclass(frozen=True, slots=True)
class ToWrite:
    """What is to be written."""

    title: str
    words: str
    """What the file will hold, and a colon."""
    keys: str
    """What the keys do."""
    write: Callable[[Path, bool], Path]
    """Writes it, `bool`: with the tick; returns where it is, or raises NotWritten."""
    note: str = ""
    """What else is to be known of it, in sentences; or empty."""
    tick: str = ""
    """What the admin may tick; or empty."""


class NewFile(Dialog[Path | None]):
    """Answers with the file that was written, or None."""

    BINDINGS = [
        Binding("escape", "cancel", "Cancel"),
        # From the box, which leaves Enter to the dialog.
        Binding("enter", "submit", "Write", show=False),
        # Before the dialog's own, which goes on.
        Binding("tab", "complete", "Complete", show=False, priority=True),
    ]

    def __init__(self, what: ToWrite, suggestion: Path) -> None:
        super().__init__()
        self._what, self._suggestion = what, suggestion

    def compose(self) -> ComposeResult:
        """Ask for a name."""
        what = self._what
        with Vertical(classes="dialog", id="new-file") as dialog:
            dialog.border_title = Content(what.title)
            yield Static(Content(what.words))
            # Not selected: Backspace changes the ending and leaves the name.
            path = printable(str(self._suggestion))
            yield PathField(path, files=False, select_on_focus=False)
            if what.tick:
                yield Tick(Content(what.tick), compact=True)
            if what.note:
                yield Static(Content(what.note))
            yield Static(Content.styled(what.keys, "$foreground 60%"), id="hint")

    @on(Input.Submitted)
    def write(self, event: Input.Submitted) -> None:
        """Write the file; a trouble keeps the dialog."""
        event.stop()
        if typed := event.value.strip():
            # What is shown of a name may not be all of it.
            meant = typed == printable(str(self._suggestion))
            self.query_one(Field).disabled = True
            self.say("writing…")
            only = self.query_one_optional(Tick)
            self._write(self._suggestion if meant else Path(typed), bool(only and only.value))

    @work(group="new-file", exclusive=True, exit_on_error=False, description="writing a file")
    async def _write(self, path: Path, ticked: bool) -> None:
        """Leave with the file, or say what is wrong with it."""
        try:
            written = await asyncio.to_thread(self._what.write, path, ticked)
        except NotWritten as error:
            self.query_one(Field).disabled = False
            self.query_one(Field).focus()
            self.say(printable(str(error)), "bold $text-error")
        else:
            self.dismiss(written)

    async def action_submit(self) -> None:
        """Write, wherever the keys go."""
        await self.query_one(Field).action_submit()

    def action_complete(self) -> None:
        """Complete the folder, or go to the next field."""
        if isinstance(self.focused, PathField):
            self.focused.complete()
        else:
            self.focus_next()

    @on(PathField.Several)
    def tell_names(self, event: PathField.Several) -> None:
        """Say what the path may go on with."""
        event.stop()
        self.say(event.words)

    def action_cancel(self) -> None:
        """Leave without a file, unless one is being written."""
        if not self.query_one(Field).disabled:
            self.dismiss(None)
