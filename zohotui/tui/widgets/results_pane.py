"""The results: a tally that always adds up, the table, and the field to find rows with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from zohotui.deletion.export import Beside
from zohotui.deletion.model.plan import Plan
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.search import Shown, choices, find_all, step, told
from zohotui.tui.keys.keymap import keys_at, with_keys
from zohotui.tui.widgets.columns import Named, ValueOf, Values
from zohotui.tui.widgets.field import Field
from zohotui.tui.widgets.results_table import ResultsTable
from zohotui.tui.words.detail import Detail
from zohotui.tui.words.text import count


class Exported(NamedTuple):
    """Of what some rows are, for a file."""

    plan: Plan
    journal: Path | None
    beside: Beside


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
    exported: Callable[[], Exported | None] = lambda: None
    """Tells of what they are, for a file; None while that is not known."""
    copies: Callable[[], Sequence[Path]] = tuple
    """Tells where saved copies of its records are, the latest first."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of looking for a text."""

    rows: Rows
    wanted: str
    direction: int
    """1 goes on, -1 goes back."""
    places: Sequence[int]
    """All rows that hold it, whatever is shown."""


class ResultsPane(Vertical):
    """Shows one set of rows at a time."""

    DEFAULT_CSS = """
    ResultsPane #tally { height: auto; max-height: 6; }
    ResultsPane ResultsTable { height: 1fr; }
    ResultsPane #find { padding: 0; }
    """

    BINDINGS = [Binding("escape", "end_find", "Back")]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.to_show = RowsToShow()
        """What is shown, and what is said of it."""
        self._told = ""
        self._wanted = ""
        """What was looked for last."""
        self._found = ""
        """What came of it."""

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
        return self.to_show.rows

    @property
    def table(self) -> ResultsTable:
        """The table itself."""
        return self.query_one(ResultsTable)

    def show(self, what: RowsToShow) -> None:
        """Show other rows, all of them; the same ones stay where and as they are."""
        other, self.to_show = what.rows is not self.rows, what
        self.border_title = Content(what.title)
        self.border_subtitle = Content(what.footnote)
        if other:
            self._found = ""
            self.table.show(what.rows, named=what.named)
        values = Values.BESIDE_IDS if what.value_of else Values.NOWHERE
        values = Values.INSTEAD_OF_IDS if what.by_value else values
        self.table.name_by(what.named, what.value_of, values)
        self._add_up()

    @property
    def exported(self) -> Exported | None:
        """Of what the rows are, for a file; None while that is not known."""
        return self.to_show.exported()

    def place_in(self, rows: Rows) -> int | None:
        """Return the place under the cursor; None while other rows are shown still."""
        return self.table.place if self.rows is rows else None

    def detail_of(self, place: int | None) -> Detail | None:
        """Tell all that is known of the row at a place; None if there is no such row."""
        tell = self.to_show.detail
        if tell is None or place is None or place >= len(self.rows):
            return None
        return tell(place)

    def tell(self, words: str) -> None:
        """Say something below the tally, or in its place while there are no rows."""
        self._told = words
        self._add_up()

    def remark(self, words: str) -> None:
        """Say something else that is to be known of the rows; empty: nothing."""
        if words != self.to_show.remark:
            self.to_show = replace(self.to_show, remark=words)
            self._add_up()

    def rows_changed(self, spans: Sequence[tuple[int, int]]) -> None:
        """Repaint what differs in these (start, count) spans."""
        self.table.rows_changed(spans)
        self._add_up()

    @property
    def choices(self) -> list[tuple[Shown | None, int]]:
        """What the rows can be filtered by, each with how many it lets through."""
        return choices(self.rows, predicted=self.to_show.predicted)

    def show_only(self, only: Shown | None) -> None:
        """Show what a filter lets through; None: all. The next search counts what is found."""
        self._found = ""
        if self.table.filter != only:
            self.table.show(self.rows, only, self.to_show.named)
        self._add_up()
        self.screen.refresh_bindings()

    @property
    def chosen_places(self) -> list[int]:
        """The marked rows in the order of the list, or the row under the cursor."""
        place = self.table.place
        return sorted(self.table.marked) or ([] if place is None else [place])

    def mark(self, places: Iterable[int]) -> None:
        """Mark these rows; if all of them are, take their marks off."""
        wanted = set(places)
        marked = self.table.marked
        self.table.marked = marked - wanted if wanted <= marked else marked | wanted
        self.table.refresh()
        self._add_up()

    def begin_find(self) -> None:
        """Open the field."""
        line = self.query_one("#find")
        line.display = True
        self.screen.set_focus(line)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Esc to the screen while there is nothing here to step back from."""
        if action == "end_find" and not self.query_one("#find").display:
            return bool(self._found) or self.table.filter is not None
        return super().check_action(action, parameters)

    def action_end_find(self) -> None:
        """Close the field and go back to the table; without it, show all rows again."""
        line = self.query_one("#find")
        if line.display:
            line.display = False
            self.table.focus()
        else:
            self.show_only(None)

    @on(Input.Submitted, "#find")
    def find(self, event: Input.Submitted) -> None:
        """Go to the next row that holds the text, and leave the field."""
        event.stop()
        self._wanted = event.value.strip().removeprefix("zcrm_")
        self.action_end_find()
        self.find_next(1)

    def find_next(self, direction: int) -> bool:
        """Go to the next row that holds what was looked for last, or to the one before.

        Returns False if nothing was looked for.
        """
        if self._wanted:
            self._find(self.rows, self._wanted, direction)
        return bool(self._wanted)

    @work(thread=True, group="find", exclusive=True, exit_on_error=False, description="find")
    def _find(self, rows: Rows, wanted: str, direction: int) -> Found:
        return Found(rows, wanted, direction, find_all(rows, wanted, named=self._name_at))

    def _name_at(self, place: int) -> str:
        """Tell by what else than its id a row is found."""
        named, value_of = self.to_show.named, self.to_show.value_of
        record = named(place) if named else None
        value = value_of(self.rows.ids[place]) if value_of else ""
        return f"{value}\n{record.name}" if record else value

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Go to what was found, even if the filter hides it."""
        found = event.worker.result
        if event.state is not WorkerState.SUCCESS or not isinstance(found, Found):
            return
        if found.rows is not self.rows:
            return
        table = self.table
        if not (shown := _indices(table, found.places)) and len(found.places):
            table.show(self.rows, named=self.to_show.named)
            shown = _indices(table, found.places)
        self._found = f"Nothing here holds {found.wanted}."
        if shown:
            number = step(shown, table.cursor, found.direction)
            place = table.shown.at(shown[number])
            table.following = False
            if place is not None:
                table.go_to(place)
            self._found = f"{number + 1:,} of {len(shown):,}: {found.wanted}"
        self._add_up()
        self.screen.refresh_bindings()

    def _add_up(self) -> None:
        """Show that the ids and their states add up."""
        rows, state = self.rows, self.table.filter
        parts = [f"{number:,} {rows.word(name)}" for name, number in rows.tally.items()]
        number = count(len(rows), "value" if self.to_show.by_value else "id")
        words = Content(f"{number} = {' + '.join(parts)}" if parts else "no ids yet")
        if state is not None:
            only = with_keys(f"  showing only: {told(rows, state)} ([filter])", keys_at(self))
            words = Content.assemble(words, (only, "bold $text-warning"))
        if marked := len(self.table.marked):
            words = Content.assemble(words, (f"  {marked:,} marked", "bold $text-accent"))
        if self._found:
            words = Content.assemble(words, (f"  {self._found}", "$foreground 60%"))
        if remark := self.to_show.remark:
            words = Content.assemble(
                words, "\n", (with_keys(remark, keys_at(self)), "$text-warning")
            )
        if lines := [words for words in (self.to_show.shout, self._told) if words]:
            shout = Content.styled(with_keys("\n".join(lines), keys_at(self)), "bold $text-error")
            words = Content.assemble(words, "\n", shout) if parts else shout
        tally = self.query_one("#tally", Static)
        height = len(words.wrap(max(1, tally.size.width)))
        # A new layout repaints the whole screen: only for another number of lines.
        tally.update(words, layout=height != tally.size.height)


def _indices(table: ResultsTable, places: Sequence[int]) -> list[int]:
    """Return which of the rows that are shown these are, from the top."""
    found = (table.shown.index_of(place) for place in places)
    return sorted(index for index in found if index is not None)
