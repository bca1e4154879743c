"""Which columns of the results there is room for, how wide each is, and what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, StrEnum, auto
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import set_cell_size

if TYPE_CHECKING:
    # The head is in the first frame, which waits for no more than it needs.
    from zohotui.deletion.model.outcome import Outcome
    from zohotui.zoho.records import Record


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


_ID, _STATE, _REASON, _DATE = 20, 9, 21, 11
_SHORTEST_NAME, _USUAL_NAME, _LONGEST_NAME = 11, 19, 30
_USUAL_REASON = 17
"""Cells in which most codes are whole."""

_SHORTEST_VALUE, _USUAL_VALUE = 11, 20
_OWNER = 16
_MESSAGE = 20
"""Fewer cells of a message tell nothing."""


def columns(width: int, *, named: bool, values: Values = Values.NOWHERE) -> Sequence[Cells]:
    """Divide so many cells; `named`: whether records' names are known."""
    left = width - _ID - _STATE
    first = Column.VALUE if values is Values.INSTEAD_OF_IDS else Column.ID
    cells = [Cells(first, _ID)]
    if values is Values.BESIDE_IDS:
        value = max(_SHORTEST_VALUE, min(_USUAL_VALUE, left - _SHORTEST_NAME - _USUAL_REASON))
        cells.append(Cells(Column.VALUE, value))
        left -= value
    cells.append(Cells(Column.STATE, _STATE))
    if not named:
        reason = min(_REASON, left)
        cells.append(Cells(Column.REASON, reason))
        left -= reason
    else:
        # A narrow window tells who it is rather than the last letters of a code.
        name = max(_SHORTEST_NAME, min(_USUAL_NAME, left - _USUAL_REASON))
        reason = max(0, min(_USUAL_REASON, left - name))
        left -= name + reason
        others = []
        for column, wanted in (
            (Column.OWNER, _OWNER),
            (Column.MODIFIED, _DATE),
            (Column.CREATED, _DATE),
        ):
            if left >= wanted:
                others.append(Cells(column, wanted))
                left -= wanted
        more = max(0, min(_LONGEST_NAME - name, left))
        name, left = name + more, left - more
        more = max(0, min(_REASON - reason, left))
        reason, left = reason + more, left - more
        cells += [Cells(Column.NAME, name), Cells(Column.REASON, reason), *others]
    if left >= _MESSAGE:
        cells.append(Cells(Column.MESSAGE, left))
    return tuple(one for one in cells if one.width > 1)


def head(width: int, *, named: bool, values: Values = Values.NOWHERE) -> str:
    """Write the line above the rows."""
    cells = columns(width, named=named, values=values)
    return "".join(set_cell_size(one.column, one.width) for one in cells)


def cell_text(column: Column, record_id: int, outcome: Outcome, record: Record | None) -> str:
    """Say what stands in a column of one row; `record`: what is known of it."""
    match column:
        case Column.ID:
            text = str(record_id)
        case Column.STATE:
            text = outcome.state
        case Column.REASON:
            text = outcome.code or outcome.message
        case Column.MESSAGE:
            text = outcome.message
        case _ if record is None:
            text = ""
        case Column.NAME:
            text = record.name
        case Column.OWNER:
            text = record.owner
        case Column.CREATED:
            text = record.created[:10]
        case Column.MODIFIED:
            text = record.modified[:10]
    return text
