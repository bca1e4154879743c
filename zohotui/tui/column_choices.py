"""What can be taken of an opened file: record ids of a column, or values of an external field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from zohotui.deletion.ids.columns import Column, Form, Table
from zohotui.deletion.lists.value_json import OWN_VALUE
from zohotui.deletion.lists.value_sheets import heads_of
from zohotui.deletion.lists.values import fields_of_header
from zohotui.zoho.external import ExternalField


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the ways to take a file."""

    words: Content
    column: int | None = None
    """Index of the column whose record ids are taken ..."""
    field: ExternalField | None = None
    """... or the external field whose values are ..."""
    of: Column | None = None
    """... of which column; None: of all that is there."""


def called_like(table: Table, fields: Sequence[ExternalField]) -> dict[int, ExternalField]:
    """Return which of a table's columns are called like an external field, by their indexes."""
    if table.form is Form.JSON:
        return {}
    of_book = table.form is Form.WORKBOOK
    heads = heads_of(table) if of_book else [one.name for one in table.columns]
    return {
        place: field
        for field in reversed(fields)
        for place in fields_of_header(heads, [(field.api_name, field.label)])
    }


def may_have_values(table: Table) -> bool:
    """Whether it must be known which fields are external before it is clear what there is."""
    own = table.id_column is not None and table.columns[table.id_column].valid_share > 0
    return table.has_header or not own


def is_clear(table: Table, fields: Sequence[ExternalField]) -> bool:
    """Whether it is beyond question which column the record ids are in, or that there is none."""
    if not table.columns:
        return True
    if table.form is Form.JSON:
        # Each record's own id; what else there is counts only where none has one.
        return bool(table.columns[0].valid_share) or not _of_records(table, fields)
    return table.id_column is not None and table.id_column not in called_like(table, fields)


def choices_of(table: Table, fields: Sequence[ExternalField]) -> list[Choice]:
    """Return the ways to take a table that is not clear, the likeliest first.

    Values are offered of what is called like an external field. What stands alone, in the lines of
    a file, the cells of a workbook or our own export of values, may be of any of them.
    """
    called = called_like(table, fields)
    offered = [
        Choice(
            _values(called[place], table.columns[place]),
            field=called[place],
            of=table.columns[place],
        )
        for place in sorted(called)
    ]
    if table.form is Form.JSON:
        own = Choice(Content.assemble(("each record", "bold"), "  its own id"), 0)
        return [*_of_records(table, fields), own]
    columns = [Choice(_ids(one, named=one.index in called), one.index) for one in table.columns]
    if len(table.columns) == 1 and not called:
        each = "each entry" if table.form is Form.TEXT else "each cell"
        columns += _of_any(each, fields)
    return offered + columns


def _of_records(table: Table, fields: Sequence[ExternalField]) -> list[Choice]:
    """Return the fields of which JSON has values."""
    called = [one for one in fields if fields_of_header(table.header, [(one.api_name, one.label)])]
    if not called and OWN_VALUE in table.header:
        return _of_any("each outcome", fields)
    return _of_any("each record", called)


def _of_any(each: str, fields: Sequence[ExternalField]) -> list[Choice]:
    return [
        Choice(Content.assemble((each, "bold"), f"  values of {one.api_name}"), field=one)
        for one in fields
    ]


def likeliest(table: Table, choices: Sequence[Choice]) -> int | None:
    """Return the choice to begin with; None where no column stands out, so that it is picked."""
    if choices and choices[0].field is not None:
        return 0
    own = [one for one in table.columns if not one.lookup]
    most = max((one.valid_share for one in own), default=0.0)
    best = [one.index for one in own if one.valid_share == most]
    if not most or len(best) > 1:
        return None
    return next((n for n, one in enumerate(choices) if one.column == best[0]), None)


def why_not_clear(table: Table, fields: Sequence[ExternalField], trouble: str) -> str:
    """Say why it must be asked. `trouble`: why the external fields are not known, or empty."""
    called = called_like(table, fields)
    why = [table.why]
    if table.id_column is not None and table.id_column in called:
        field = called[table.id_column]
        why = [f"{table.columns[table.id_column].name} is an external field ({field.api_name})."]
    if trouble:
        why.append(f"Which fields are external cannot be read: {trouble}")
    return " ".join(why)


def _ids(column: Column, *, named: bool) -> Content:
    share = f"  {column.valid_share:.0%} ids"
    lookup = "  (belongs to another record)" if column.lookup and not named else ""
    what = "  as record ids" if named else ""
    return Content.assemble(
        (column.name, "bold"), what, (share + lookup, "$text-warning"), _samples(column)
    )


def _values(field: ExternalField, column: Column) -> Content:
    return Content.assemble(
        (column.name, "bold"), f"  values of {field.api_name}", _samples(column)
    )


def _samples(column: Column) -> tuple[str, str]:
    return "  " + ", ".join(column.samples[:2]), "$foreground 60%"
