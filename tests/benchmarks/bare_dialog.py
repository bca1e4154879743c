"""A program of Textual's own widgets alone: a dialog over a table closes, and the table is filled.

What a key waits for meanwhile is what Textual takes to paint; no list is read and none is kept.
"""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import DataTable, Footer, Input, OptionList, Static, TextArea

_ROWS = 25
_FIRST_ID = 410405000002264040


class Question(ModalScreen[None]):
    """Asks nothing; F9 closes it."""

    CSS = """
    Question { align: center middle; }
    #question { width: 90; height: 20; border: round red; }
    """
    BINDINGS = [Binding("f9", "dismiss", show=False, priority=True)]

    def compose(self) -> ComposeResult:
        """Hold what a dialog has."""
        with Vertical(id="question"):
            yield Static("Close me", id="hint")
            yield Input()
            yield OptionList(*map(str, range(9)))


class Bare(App[None]):
    """F7 opens the dialog, F8 changes the line of whatever screen is shown."""

    CSS = """
    #left { width: 30; }
    OptionList, TextArea, DataTable, #detail { border: round blue; }
    """
    BINDINGS = [Binding("f7", "ask", show=False), Binding("f8", "tick", show=False, priority=True)]

    ticks = 0

    def compose(self) -> ComposeResult:
        """Put a list and a field beside a table and a panel."""
        yield Static("Ready", id="hint")
        with Horizontal():
            with Vertical(id="left"):
                yield OptionList(*map(str, range(20)))
                yield TextArea()
            with Vertical():
                yield DataTable[str]()
                yield Static("detail", id="detail")
        yield Footer()

    def on_mount(self) -> None:
        """Name the columns."""
        self._table.add_columns("Record id", "State", "Reason")
        self._table.focus()

    @property
    def _table(self) -> DataTable[str]:
        return self.screen_stack[0].query_one(DataTable)

    def action_ask(self) -> None:
        """Open the dialog."""
        self.push_screen(Question(), self._fill)

    def action_tick(self) -> None:
        """Count on."""
        self.ticks += 1
        self.screen.query_one("#hint", Static).update(f"tick {self.ticks}.")

    def _fill(self, _: None) -> None:
        self._table.add_rows((str(_FIRST_ID + row), "entered", "") for row in range(_ROWS))
        self.query_one("#detail", Static).update("Not sent yet.\n" * 8)


if __name__ == "__main__":
    Bare().run()
