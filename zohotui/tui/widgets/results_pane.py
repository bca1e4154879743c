"""The results: a tally that always adds up, the table, and the field to find rows with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.search import SURPRISES, Shown, find, matching
from zohotui.tui.commands import with_keys
from zohotui.tui.detail import Detail
from zohotui.tui.text import count
from zohotui.tui.widgets.columns import Values
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.results_table import Named, ResultsTable, ValueOf


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsToShow:
    """The rows of a list or a run, and what is said of them as long as they are shown."""

    rows: Rows = field(default_factory=Rows)
    title: str = ""
    footnote: str = ""
    shout: str = ""
    """What nobody may overlook in these rows."""
    remark: str = ""
    """What else is to be known of them."""
    named: Named | None = None
    value_of: ValueOf | None = None
    """Tells the external value of an id; None if the rows were not found by values."""
    by_value: bool = False
    """Whether the ids are only numbers of the values."""
    predicted: bool = False
    """Whether a review said how they would fare, so that there may be surprises."""
    detail: Callable[[int], Detail] | None = None
    """Tells all that is known of the row at a place."""


class ResultsPane(Vertical):
    """Shows one set of rows at a time."""

    DEFAULT_CSS = """
    ResultsPane #tally { height: auto; max-height: 6; }
    ResultsPane ResultsTable { height: 1fr; }
    ResultsPane #find { padding: 0; }
    """

    BINDINGS = [Binding("escape", "end_find", "Table", show=False)]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._to_show = RowsToShow()
        self._told = ""

    def compose(self) -> ComposeResult:
        """Put the tally above the table and the field below it."""
        yield Static(id="tally")
        yield ResultsTable(id="table")
        yield Field(placeholder="find an id, a name, code or message", id="find", compact=True)

    def on_mount(self) -> None:
        """Hide the field until it is asked for."""
        self.query_one("#find").display = False

    @property
    def rows(self) -> Rows:
        """What is shown."""
        return self._to_show.rows

    @property
    def table(self) -> ResultsTable:
        """The table itself."""
        return self.query_one(ResultsTable)

    def show(self, what: RowsToShow) -> None:
        """Show other rows, all of them; the same ones stay where and as they are."""
        other, self._to_show = what.rows is not self.rows, what
        self.border_title = Content(what.title)
        self.border_subtitle = Content(what.footnote)
        values = Values.BESIDE_IDS if what.value_of else Values.NOWHERE
        self.table.value_by(what.value_of, Values.INSTEAD_OF_IDS if what.by_value else values)
        if other:
            self.table.show(what.rows, named=what.named)
        else:
            self.table.name_by(what.named)
        self._add_up()

    def place_in(self, rows: Rows) -> int | None:
        """Return the place under the cursor; None while other rows are shown still."""
        return self.table.place if self.rows is rows else None

    def detail_of(self, place: int | None) -> Detail | None:
        """Tell all that is known of the row at a place; None if there is no such row."""
        tell = self._to_show.detail
        if tell is None or place is None or place >= len(self.rows):
            return None
        return tell(place)

    def tell(self, words: str) -> None:
        """Say something below the tally, or in its place while there are no rows."""
        self._told = words
        self._add_up()

    def rows_changed(self, spans: Sequence[tuple[int, int]]) -> None:
        """Repaint what differs in these (start, count) spans."""
        self.table.rows_changed(spans)
        self._add_up()

    def next_filter(self) -> None:
        """Show the next state that any row is in, then the surprises; at last all rows."""
        present: list[Shown] = [state for state in State if self.rows.count(state)]
        if self._to_show.predicted and any(True for _ in matching(self.rows, SURPRISES)):
            present.append(SURPRISES)
        choices: list[Shown | None] = [None, *present]
        now = self.table.filter
        place = choices.index(now) if now in choices else 0
        self.table.show(self.rows, choices[(place + 1) % len(choices)], self._to_show.named)
        self._add_up()

    def show_all(self) -> None:
        """Let go of the filter."""
        if self.table.filter is not None:
            self.table.show(self.rows, named=self._to_show.named)
            self._add_up()

    def begin_find(self) -> None:
        """Open the field."""
        line = self.query_one("#find")
        line.display = True
        self.screen.set_focus(line)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Esc to the screen while there is no field to close."""
        if action == "end_find" and not self.query_one("#find").display:
            return False
        return super().check_action(action, parameters)

    def action_end_find(self) -> None:
        """Close the field and go back to the table."""
        self.query_one("#find").display = False
        self.table.focus()

    @on(Input.Submitted, "#find")
    def find(self, event: Input.Submitted) -> None:
        """Go to the next row that holds the text."""
        event.stop()
        wanted = event.value.strip().removeprefix("zcrm_")
        if not wanted:
            self.action_end_find()
            return
        here = self.table.place
        self._find(self.rows, wanted, 0 if here is None else here + 1)

    @work(thread=True, group="find", exclusive=True, exit_on_error=False, description="find")
    def _find(self, rows: Rows, wanted: str, start: int) -> tuple[str, int | None]:
        return wanted, find(rows, wanted, start, named=self._name_at)

    def _name_at(self, place: int) -> str:
        """Tell by what else than its id a row is found."""
        named, value_of = self._to_show.named, self._to_show.value_of
        record = named(place) if named else None
        value = value_of(self.rows.ids[place]) if value_of else ""
        return f"{value}\n{record.name}" if record else value

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Go to what was found, even if the filter hides it."""
        if event.state is not WorkerState.SUCCESS or event.worker.result is None:
            return
        wanted, place = event.worker.result
        if place is None:
            self.notify(f"{wanted} was not found here.", markup=False)
        elif not self.table.go_to(place):
            self.table.show(self.rows, named=self._to_show.named)
            self.table.go_to(place)
            self._add_up()

    def _add_up(self) -> None:
        """Show that the ids and their states add up."""
        rows, state = self.rows, self.table.filter
        parts = [f"{number:,} {name}" for name, number in rows.tally.items()]
        number = count(len(rows), "value" if self._to_show.by_value else "id")
        words = Content(f"{number} = {' + '.join(parts)}" if parts else "no ids yet")
        if state is not None:
            words = Content.assemble(words, (f"  showing only: {state} (f)", "bold $text-warning"))
        if remark := self._to_show.remark:
            words = Content.assemble(words, "\n", (with_keys(remark), "$text-warning"))
        if lines := [words for words in (self._to_show.shout, self._told) if words]:
            told = Content.styled(with_keys("\n".join(lines)), "bold $text-error")
            words = Content.assemble(words, "\n", told) if parts else told
        tally = self.query_one("#tally", Static)
        height = len(words.wrap(max(1, tally.size.width)))
        # A new layout repaints the whole screen: only for another number of lines.
        tally.update(words, layout=height != tally.size.height)
