"""The folders of this machine, and the files in them that may hold ids."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.style import Style
from rich.text import Text, TextType
from textual import on
from textual.widgets import DirectoryTree
from textual.widgets.directory_tree import DirEntry
from textual.widgets.tree import TreeNode

from zohotui.tui.widgets.moving import MOVES_CURSOR
from zohotui.zoho.printable import printable

_ENDINGS = {".csv", ".tsv", ".txt", ".tab", ".json", ".jsonl", ".ndjson", ".xlsx", ".xlsm"}


def here() -> Path:
    """Return the working folder, or the home if it has been deleted."""
    try:
        return Path.cwd()
    except OSError:
        return Path.home()


def may_hold_ids(path: Path) -> bool:
    """Whether a file is of a kind that may."""
    return path.suffix.lower() in _ENDINGS


class IdFiles(DirectoryTree):
    """Folders and the files that may hold ids; the line at the top, `..`, leads up."""

    ICON_NODE = "▸ "
    ICON_NODE_EXPANDED = "▾ "
    ICON_FILE = "  "
    BINDINGS = [*MOVES_CURSOR]

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Leave out hidden files and those of other kinds."""
        return [
            path
            for path in paths
            if not path.name.startswith(".") and (may_hold_ids(path) or path.is_dir())
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

    @on(DirectoryTree.DirectorySelected)
    def go_up(self, event: DirectoryTree.DirectorySelected) -> None:
        """Show the folder above instead of closing the one at the top."""
        if event.node is self.root:
            self.path = Path(self.path).parent

    def render_label(self, node: TreeNode[DirEntry], base_style: Style, style: Style) -> Text:
        """Say at the top where it leads, and where it is."""
        if node is not self.root:
            return super().render_label(node, base_style, style)
        path = printable(str(self.path))
        return Text.assemble(("..", style), (f"  {path}", base_style + Style(dim=True)))

    def process_label(self, label: TextType) -> Text:
        """Show a file's name as data."""
        return Text(printable(str(label)), no_wrap=True)
