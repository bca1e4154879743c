"""Which columns of the results there is room for, how wide each is, and what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category

from rich.cells import cell_len, set_cell_size

from zohotui.tui.words.text import in_local_time, local

if TYPE_CHECKING:
    # The head is in the first frame, which waits for no more than it needs.
    from zohotui.deletion.model.rows import Rows
    from zohotui.zoho.records import Record


ValueOf = Callable[[int], str]
"""Tells the value of an external field by which an id was found, or that its number stands for."""

Named = Callable[[int], "Record | None"]
"""Tells what is shown of the record at a place; None if that is not known."""


class Column(StrEnum):
    """The value is what stands at its head."""

    ID = "Record id"
    VALUE = "Value"
    """Of the external field by which the record was found, or that is sent in place of its id."""
    STATE = "State"
    NAME = "Name"
    REASON = "Reason"
    OWNER = "Owner"
    CREATED = "Created"
    MODIFIED = "Changed"
    MESSAGE = "Message"


class Values(Enum):
    """Where values of an external field stand."""

    NOWHERE = auto()
    BESIDE_IDS = auto()
    INSTEAD_OF_IDS = auto()


class Cells(NamedTuple):
    """A column and its width in cells, the gap behind it included."""

    column: Column
    width: int


_ID, _STATE, _DATE = 20, 9, 11
_REASON = 28
"""Cells in which most reasons are whole."""

_SHORTEST_NAME, _USUAL_NAME, _LONGEST_NAME = 11, 21, 30
_SHORTEST_VALUE, _USUAL_VALUE = 11, 20
_OWNER = 16
_MESSAGE = 20
"""Fewer cells of a message tell nothing."""

_USUAL_MESSAGE = 40
"""Cells of a message that come before the dates."""


class Sorting(NamedTuple):
    """What rows are sorted by."""

    column: Column
    reverse: bool


def columns(width: int, *, named: bool, values: Values = Values.NOWHERE) -> Sequence[Cells]:
    """Divide this many cells; `named`: whether records' names are known."""
    left = width - _ID - _STATE
    first = Column.VALUE if values is Values.INSTEAD_OF_IDS else Column.ID
    cells = [Cells(first, _ID)]
    if values is Values.BESIDE_IDS:
        value = max(_SHORTEST_VALUE, min(_USUAL_VALUE, left - _SHORTEST_NAME - _REASON))
        cells.append(Cells(Column.VALUE, value))
        left -= value
    cells.append(Cells(Column.STATE, _STATE))
    if not named:
        reason = min(_REASON, left)
        cells.append(Cells(Column.REASON, reason))
        left -= reason
    else:
        # A narrow window tells who it is rather than the last letters of a code.
        name = max(_SHORTEST_NAME, min(_USUAL_NAME, left - _REASON))
        reason = max(0, min(_REASON, left - name))
        left -= name + reason
        others = []
        # What happened is read before dates are.
        for column, wanted, most in (
            (Column.OWNER, _OWNER, _OWNER),
            (Column.MESSAGE, _MESSAGE, _USUAL_MESSAGE),
            (Column.MODIFIED, _DATE, _DATE),
            (Column.CREATED, _DATE, _DATE),
        ):
            if left >= wanted:
                others.append(Cells(column, min(left, most)))
                left -= others[-1].width
        more = max(0, min(_LONGEST_NAME - name, left))
        name, left = name + more, left - more
        cells += [Cells(Column.NAME, name), Cells(Column.REASON, reason)]
        for one in others:
            takes = left if one.column is Column.MESSAGE else 0
            cells.append(Cells(one.column, one.width + takes))
            left -= takes
    if left >= _MESSAGE:
        cells.append(Cells(Column.MESSAGE, left))
    return tuple(one for one in cells if one.width > 1)


def head(cells: Sequence[Cells], by: Sorting | None = None) -> str:
    """Write the line above the rows; `by`: what they are sorted by."""

    def title(column: Column) -> str:
        if by is None or column is not by.column:
            return column
        return f"{column} {'↓' if by.reverse else '↑'}"

    return "".join(set_cell_size(title(one.column), one.width) for one in cells)


def fit(text: str, cells: int) -> str:
    """Give a text this many cells of the terminal; what does not fit ends in a mark."""
    room = cells - _drawn(text)
    if room < 0:
        while text and _drawn(text) >= cells:
            text = text[:-1]
        text = f"{text.rstrip()}…"
        room = cells - _drawn(text)
    return text + " " * room


def _drawn(text: str) -> int:
    """Count the cells that terminals give a text.

    Vowel signs of Indian scripts take one each, which Textual counts as none.
    """
    return cell_len(text) + (0 if text.isascii() else sum(category(one) == "Mc" for one in text))


def next_sorting(now: Sorting | None, cells: Sequence[Cells]) -> Sorting | None:
    """Say by what the rows are sorted next: each column that is shown, up and then down.

    At last it is None: the order of the list.
    """
    ways = [Sorting(one.column, reverse) for one in cells for reverse in (False, True)]
    place = ways.index(now) + 1 if now in ways else 0
    return ways[place] if place < len(ways) else None


def sort_key(
    column: Column, rows: Rows, named: Named | None, value_of: ValueOf | None = None
) -> Callable[[int], str | int]:
    """Return what tells of a place by what its row is sorted: what stands in that column."""
    if column is Column.ID:
        return rows.ids.__getitem__
    if column is Column.VALUE and value_of is not None:
        return lambda place: value_of(rows.ids[place])

    def key(place: int) -> str:
        record = named(place) if named else None
        return cell_text(column, rows, place, record).lower()

    return key


def cell_text(column: Column, rows: Rows, place: int, record: Record | None) -> str:
    """Say what stands in a column of one row; `record`: what is known of it."""
    outcome = rows.outcome(place)
    match column:
        case Column.ID:
            text = str(rows.ids[place])
        case Column.STATE:
            text = rows.word(outcome.state)
        case Column.REASON:
            text = outcome.brief or in_local_time(outcome.message)
        case Column.MESSAGE:
            text = in_local_time(outcome.message)
        case _ if record is None:
            text = ""
        case Column.NAME:
            text = record.name
        case Column.OWNER:
            text = record.owner
        case Column.CREATED:
            text = local(record.created)[:10]
        case Column.MODIFIED:
            text = local(record.modified)[:10]
    return text
