"""All that is known of one row, in the full width: what Zoho said, and each field that was read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content

from zohotui.deletion.journal.snapshot import SnapshotError, read_snapshot
from zohotui.tui.detail import Detail, describe
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.keymap import keys_at
from zohotui.tui.text import Fact
from zohotui.tui.widgets.facts import Facts
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json

_LABELS = 22
"""Cells of the names of the fields."""


class RowDetails(Dialog[None]):
    """A page to read and leave."""

    AUTO_FOCUS = "#page"
    # Not Enter, which has opened it: held down, it would open and close it in turn.
    BINDINGS = [Binding("escape,q", "dismiss", "Close")]

    def __init__(self, detail: Detail, copies: Callable[[], Sequence[Path]]) -> None:
        """Take what is known of the row, and where the saved copies of its list are."""
        super().__init__()
        self._detail, self._copies = detail, copies

    def compose(self) -> ComposeResult:
        """Show what is known at once; the fields follow from the disk."""
        with VerticalScroll(id="page", classes="dialog wide") as pane:
            name = self._detail.record.name if self._detail.record else ""
            title = f"{self._detail.record_id} {name}".strip()
            pane.border_title = Content(f"{title} · {self._detail.state}")
            pane.border_subtitle = "Esc closes"
            yield Facts(self._facts([("Fields", "reading…")]), label_width=_LABELS)

    def on_mount(self) -> None:
        """Read the fields."""
        self._read()

    @work(group="row", exclusive=True, exit_on_error=False, description="reading a saved copy")
    async def _read(self) -> None:
        fields = await asyncio.to_thread(copy_of, self._detail.record_id, self._copies())
        self.query_one(Facts).show(self._facts(told_by(fields)))

    def _facts(self, fields: list[Fact]) -> list[Fact]:
        return [*describe(self._detail, keys_at(self)), ("", ""), *fields]


def copy_of(record_id: int, copies: Sequence[Path]) -> Json:
    """Return a record as it was read last, by its id; empty if no copy of it can be read."""
    wanted = str(record_id)
    for path in copies:
        with suppress(SnapshotError, OSError):
            for record in read_snapshot(path):
                if record.get("id") == wanted:
                    return record
    return {}


def told_by(fields: Json) -> list[Fact]:
    """Say every field that holds something, in the order that Zoho gave them."""
    if not fields:
        return [("Fields", Content.styled("No saved copy of this record.", "$foreground 60%"))]
    facts: list[Fact] = [("", Content.styled("Fields as they were read:", "bold"))]
    for name, value in fields.items():
        if value not in (None, "", [], {}):
            facts.append((printable(name, _LABELS - 1), _words(value)))
    return facts


def _words(value: object) -> str:
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        others = {key: one for key, one in value.items() if key not in {"name", "id", "email"}}
        if not others:
            tail = " · ".join(str(value[key]) for key in ("email", "id") if value.get(key))
            return printable(f"{value['name']} · {tail}" if tail else value["name"])
    if isinstance(value, str):
        return printable(value, keep="\n")
    return printable(json.dumps(value, ensure_ascii=False))
