"""Numbers below the name of an external field: they may be its values, and no record ids."""

from __future__ import annotations

from collections.abc import Sequence

from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.lists.values import fields_of_header
from zohotui.zoho.external import ExternalField
from zohotui.zoho.records import Module

_MOST_WORDS = 8


def headings(ids: IdList) -> list[str]:
    """Return what may be a heading of the list: words of a first line that are no ids.

    Words are told apart where a list is typed, so a label of several is put together again.
    """
    first = [one.text for one in ids.rejected if one.line == 1 and not one.place][:_MOST_WORDS]
    spans = [
        " ".join(first[start:end])
        for start in range(len(first))
        for end in range(start + 1, len(first) + 1)
    ]
    return [one for one in spans if any(map(str.isalpha, one))]


def field_named(ids: IdList, fields: Sequence[ExternalField]) -> ExternalField | None:
    """Return the external field that the list is headed by; None if it is headed by none."""
    heads = headings(ids)
    named = (one for one in fields if fields_of_header(heads, [(one.api_name, one.label)]))
    return next(named, None)


def question_of(field: ExternalField, module: Module, number: int) -> str:
    """Ask what numbers below a field's name are."""
    return (
        f"The list is headed like {field.api_name}, an external field of {module.plural_label}. "
        f"Its {number:,} numbers may be values of that field, and no record ids. If they are "
        "values, go back: o, then Values of a field."
    )
