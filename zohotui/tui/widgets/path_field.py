"""A field for the path of a file: Tab completes it, the arrows bring back those opened last."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice, takewhile
from pathlib import Path

from textual import work
from textual.binding import Binding
from textual.message import Message

from zohotui.tui.reads import begin_read
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.id_files import may_hold_ids
from zohotui.zoho.printable import printable

_MOST = 10_000
"""Names of a folder that are looked at."""

_SHOWN = 200
"""Cells of the names that are told."""


def complete(typed: str, *, files: bool = True) -> tuple[str, list[str]]:
    """Return a path as far as it is certain, and the names that it may go on with, in order.

    Folders end in a slash. Of files only those that may hold ids count, hidden ones where the
    name begins with a dot. Nothing follows where the folder cannot be read. `files`: whether files
    count at all.
    """
    head, slash, begun = typed.rpartition("/")
    folder = os.path.expanduser(head + slash)  # noqa: PTH111 - knows no unknown users
    names = []
    try:
        with os.scandir(folder or ".") as entries:
            for entry in islice(entries, _MOST):
                name = entry.name
                fits = name.startswith(begun) and (not name.startswith(".") or begun[:1] == ".")
                if fits and name == printable(name):
                    if entry.is_dir():
                        names.append(f"{name}/")
                    elif files and may_hold_ids(Path(name)):
                        names.append(name)
    except (OSError, ValueError):
        return typed, []
    names.sort()
    if not names:
        return typed, []
    # What the first and the last have in common, all have.
    both = zip(names[0], names[-1], strict=False)
    alike = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], both))
    return head + slash + alike, names


class PathField(Field):
    """Completes its path as far as it is certain; with nothing to add the focus moves on."""

    BINDINGS = [
        Binding("up", "recent(1)", "Opened before", show=False),
        Binding("down", "recent(-1)", "Opened later", show=False),
    ]

    @dataclass
    class Several(Message):
        """More than one name begins like what is typed."""

        words: str

    def __init__(
        self,
        value: str,
        recent: Sequence[Path] = (),
        *,
        placeholder: str = "",
        files: bool = True,
        select_on_focus: bool = True,
    ) -> None:
        """Take the files that were opened last, the last one first.

        `files`: whether files are completed, and not folders alone.
        """
        super().__init__(
            value,
            placeholder=placeholder,
            id="path",
            compact=True,
            select_on_focus=select_on_focus,
        )
        self._files = files
        self.recent = [value, *(printable(str(path)) for path in recent)]
        self._at = 0
        self._told = ""
        """Of which text the names have been told already."""

    def action_recent(self, by: int) -> None:
        """Go to a file that was opened before, or later."""
        at = self._at + by
        if 0 <= at < len(self.recent):
            if self._at == 0:
                self.recent[0] = self.value
            self._at = at
            self.value = self.recent[at]
            self.cursor_position = len(self.value)

    @work(group="complete", exclusive=True, exit_on_error=False, description="completing a path")
    async def complete(self) -> None:
        """Complete the path, tell what it may go on with, or go to the next field."""
        typed = self.value
        path, names = await begin_read(partial(complete, typed, files=self._files))
        if self.value != typed or not self.has_focus:
            return
        if path != typed:
            self.value = path
            self.cursor_position = len(path)
        elif len(names) > 1 and self._told != typed:
            self._told = typed
            self.post_message(self.Several(printable("  ".join(names), _SHOWN)))
        else:
            self.screen.focus_next()
