"""A live table of a million rows: only what is visible is ever drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.model.search import Shown, in_order
from zohotui.tui.widgets.columns import (
    Cells,
    Column,
    Named,
    Sorting,
    ValueOf,
    Values,
    cell_text,
    columns,
    fit,
    head,
    next_sorting,
    sort_key,
)
from zohotui.tui.widgets.moving import moving
from zohotui.tui.widgets.shown_rows import ShownRows


@dataclass(slots=True)
class _Looks:
    """What all lines of one frame share: Textual works a style out anew whenever it is asked."""

    table: ScrollView
    width: int
    cells: Sequence[Cells]
    _styles: dict[str, Style] = field(default_factory=dict)

    def style(self, name: str = "") -> Style:
        """Return the style of a component class; without a name the table's own."""
        if name not in self._styles:
            table = self.table
            self._styles[name] = table.get_component_rich_style(name) if name else table.rich_style
        return self._styles[name]


class ResultsTable(ScrollView, can_focus=True):
    """The ids of a list or a run, each with its state and the reason for it.

    The rows belong to the screen; `rows_changed` says that some of them differ now.
    """

    DEFAULT_CSS = """
    ResultsTable { overflow-x: hidden; scrollbar-size-vertical: 1; }
    ResultsTable > .results--header { color: $text-muted; text-style: bold; }
    ResultsTable > .results--cursor {
        background: $block-cursor-blurred-background; text-style: bold;
    }
    ResultsTable:focus > .results--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold;
    }
    ResultsTable > .results--good { color: $text-success; }
    ResultsTable > .results--bad { color: $text-error; }
    ResultsTable > .results--doubtful { color: $text-warning; text-style: bold; }
    ResultsTable > .results--open { color: $text-muted; }
    """

    COMPONENT_CLASSES = {
        "results--header",
        "results--cursor",
        "results--good",
        "results--bad",
        "results--doubtful",
        "results--open",
    }

    BINDINGS = [
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        *moving("move(1)", "move(-1)", "to_end(-1)", "to_end(1)", "page({}, 2)"),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "to_end(-1)", "First", show=False),
        Binding("end", "to_end(1)", "Last", show=False),
    ]

    cursor = var(0)

    @dataclass
    class Highlighted(Message):
        """The cursor is on another row, or the row under it differs now."""

        place: int | None
        """Place in the rows; None if there is no row."""

        def can_replace(self, message: Message) -> bool:
            """Let only the newest be handled."""
            return isinstance(message, ResultsTable.Highlighted)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.following = False
        """Whether the cursor goes along with what lands."""
        self.marked: set[int] = set()
        """Places of the rows that the admin has marked."""
        self.sorting: Sorting | None = None
        """What the rows are sorted by; None for the order of the list."""
        self.shown = ShownRows(Rows())
        """The rows, filtered and sorted."""
        self._named: Named | None = None
        self._value_of: ValueOf | None = None
        self._values = Values.NOWHERE
        self._looks: _Looks | None = None

    @property
    def filter(self) -> Shown | None:
        """What alone is shown, or None for all."""
        return self.shown.only

    @property
    def place(self) -> int | None:
        """Place of the row under the cursor."""
        return self.shown.at(self.cursor)

    def show(self, rows: Rows, only: Shown | None = None, named: Named | None = None) -> None:
        """Show these rows, or those of them that a filter lets through, from the top."""
        same = rows is self.shown.rows
        if not same:
            self.marked, self.sorting = set(), None
        self._named = named
        self.shown = ShownRows(rows, only, self.shown.order if same else None)
        self._measure()
        self.cursor = 0
        self.scroll_to(y=0, animate=False, immediate=True)
        self.refresh()
        self._announce()

    def sort_next(self) -> None:
        """Sort the same rows by the next column, or the other way; the cursor stays on its row."""
        shown, place = self.shown, self.place
        cells = self._cells(self.scrollable_content_region.width)
        by = self.sorting = next_sorting(self.sorting, cells)
        order = None
        if by is not None:
            key = sort_key(by.column, shown.rows, self._named, self._value_of)
            order = in_order(len(shown.rows), key, reverse=by.reverse)
        self.shown = ShownRows(shown.rows, shown.only, order)
        if place is not None:
            self.go_to(place)
        self.refresh()

    def name_by(
        self, named: Named | None, value_of: ValueOf | None = None, values: Values = Values.NOWHERE
    ) -> None:
        """Name the same rows otherwise; `values`: where those of an external field are shown."""
        if (named, value_of, values) != (self._named, self._value_of, self._values):
            self._named, self._value_of, self._values = named, value_of, values
            self.refresh()

    def rows_changed(self, spans: Sequence[tuple[int, int]]) -> None:
        """Repaint the rows of these (start, count) spans, as far as they are visible."""
        if self.filter is not None:
            place = self.place
            self.shown.follow(spans)
            self._measure()
            if place is not None:
                self._go(self.shown.nearest(place))
            self.refresh()
        elif self.following and spans:
            start, count = spans[-1]
            self._go(start + count - 1)
            self.refresh()
        else:
            for start, count in spans:
                self._refresh_span(start, count)
        self._announce()

    def go_to(self, place: int) -> bool:
        """Put the cursor on the row at this place; False if the filter hides it."""
        index = self.shown.index_of(place)
        if index is not None:
            self._go(index)
        return index is not None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw the lines of one frame."""
        width = self.scrollable_content_region.width
        self._looks = _Looks(self, width, self._cells(width))
        try:
            return super().render_lines(crop)
        finally:
            self._looks = None

    def render_line(self, y: int) -> Strip:
        """Draw one visible line: the header, then a row each."""
        width = self.scrollable_content_region.width
        looks = self._looks or _Looks(self, width, self._cells(width))
        if y == 0:
            style = looks.style("results--header")
            text = " " * self._gutter + head(looks.cells, self.sorting)
            return Strip([Segment(text, style)]).adjust_cell_length(width, style)
        index = y - 1 + self.scroll_offset.y
        place = self.shown.at(index)
        if place is None:
            return Strip.blank(width, looks.style())
        return self._row(place, looks, under_cursor=index == self.cursor)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._go(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is."""
        if event.y > 0:
            self._move_by_hand(event.y - 1 + self.scroll_offset.y)

    def watch_cursor(self, before: int, now: int) -> None:
        """Repaint the two lines that changed."""
        for index in (before, now):
            self._refresh_span(index, 1)
        self._announce()

    def action_move(self, step: int) -> None:
        """Go some rows up or down."""
        self._move_by_hand(self.cursor + step)

    def action_page(self, direction: int, parts: int = 1) -> None:
        """Go a page, or one of this many parts of it, up or down."""
        self._move_by_hand(self.cursor + direction * max(1, (self.size.height - 2) // parts))

    def action_to_end(self, direction: int) -> None:
        """Go to the last row, or to the first."""
        self._move_by_hand(len(self.shown) - 1 if direction > 0 else 0)

    def _move_by_hand(self, index: int) -> None:
        self.following = False
        self._go(index)

    def _go(self, index: int) -> None:
        self.cursor = max(0, min(index, len(self.shown) - 1))
        top, height = self.scroll_offset.y, max(1, self.size.height - 1)
        if not top <= self.cursor < top + height:
            target = self.cursor if self.cursor < top else self.cursor - height + 1
            self.scroll_to(y=target, animate=False, immediate=True)

    def _measure(self) -> None:
        self.virtual_size = Size(0, len(self.shown) + 1)

    def _announce(self) -> None:
        self.post_message(self.Highlighted(self.place))

    def _refresh_span(self, start: int, count: int) -> None:
        top, height = self.scroll_offset.y, self.size.height - 1
        first, last = max(start, top), min(start + count, top + height)
        if first < last:
            self.refresh(Region(0, first - top + 1, self.size.width, last - first))

    @property
    def _gutter(self) -> int:
        """Cells before the first column, for the marks; none while nothing is marked."""
        return 2 if self.marked else 0

    def _cells(self, width: int) -> Sequence[Cells]:
        """Divide a line's width among the columns."""
        named = self._named is not None
        return columns(width - self._gutter, named=named, values=self._values)

    def _row(self, place: int, looks: _Looks, *, under_cursor: bool) -> Strip:
        rows = self.shown.rows
        outcome = rows.outcome(place)
        record = self._named(place) if self._named else None
        base = looks.style("results--cursor" if under_cursor else "")
        tone = base if under_cursor else looks.style(_TONES[outcome.state])
        segments = []
        if self._gutter:
            segments.append(Segment("● " if place in self.marked else "  ", base))
        value = self._value_of(rows.ids[place]) if self._value_of else ""
        for cells in looks.cells:
            text = value
            if cells.column is not Column.VALUE:
                text = cell_text(cells.column, rows, place, record)
            style = tone if cells.column is Column.STATE else base
            segments.append(Segment(fit(text, cells.width - 1) + " ", style))
        return Strip(segments).adjust_cell_length(looks.width, base)


_TONES = {
    State.ENTERED: "results--open",
    State.READY: "results--open",
    State.HELD: "results--doubtful",
    State.MISSING: "results--doubtful",
    State.SENDING: "results--open",
    State.DELETED: "results--good",
    State.GONE: "results--good",
    State.FAILED: "results--bad",
    State.UNKNOWN: "results--doubtful",
    State.NOT_SENT: "results--open",
    State.VERIFIED: "results--good",
    State.RESTORED: "results--good",
}
