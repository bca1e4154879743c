"""The page that shows what an undo did not bring back as it was saved."""

from __future__ import annotations

from textwrap import wrap

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Log

from zohotui.deletion.journal.differences_file import (
    DifferencesError,
    differences_of,
    read_differences,
)
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.dialogs.pages import LEAVES, PAGES
from zohotui.tui.keys.keymap import keys_at, with_keys
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.words.text import count
from zohotui.zoho.printable import printable

_WIDTH = 66
"""Cells of a line that a dialog shows at 80 columns beside its scroll bar."""


class Differences(Dialog[None]):
    """What comparing came to, and the values from the file that it wrote."""

    AUTO_FOCUS = "#page"
    BINDINGS = [LEAVES, *PAGES]

    def __init__(self, shown: ShownRun) -> None:
        """Take a run that was undone."""
        super().__init__()
        self._shown = shown

    def compose(self) -> ComposeResult:
        """Hold the lines in a widget that draws only what is seen of them."""
        log = Log(auto_scroll=False, id="page", classes="dialog")
        number = self._shown.left.differing
        are = "is" if number == 1 else "are"
        log.border_title = Content(
            f"{count(number, 'restored record')} {are} not as saved"
            if number
            else "Compared with the saved copies"
        )
        log.border_subtitle = Content("Esc closes")
        yield log

    def on_mount(self) -> None:
        """Write the sentences, then the values."""
        values, comparison = self._values(), self._shown.comparison
        lines: list[str] = []
        if comparison is not None:
            # The file says itself what its copies do not contain.
            lacks = "" if values else comparison.lacks
            for words in filter(None, (comparison.found, lacks, comparison.why)):
                lines += [*wrap(with_keys(words, keys_at(self)), _WIDTH), ""]
        # A line with nothing in it would be left out.
        self.query_one(Log).write_lines([line or " " for line in (*lines, *values)])

    def _values(self) -> list[str]:
        if not self._shown.left.differing or self._shown.journal is None:
            return []
        path = differences_of(self._shown.journal)
        try:
            lines = read_differences(path)
        except DifferencesError as error:
            words = f"{error} The rows name the fields that differ: [find] finds DIFFERS."
            return wrap(with_keys(words, keys_at(self)), _WIDTH)
        shown = [*wrap(printable(f"{path}:"), _WIDTH), ""]
        for line in lines:
            margin = " " * (len(line) - len(line.lstrip()))
            shown += wrap(line, _WIDTH, subsequent_indent=f"{margin}  ") or [""]
        return shown
