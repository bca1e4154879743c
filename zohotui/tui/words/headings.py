"""Numbers below the name of an external field: they may be its values, and no record ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.lists.values import fields_of_header
from zohotui.tui.keys.keymap import KeyMap
from zohotui.zoho.external import ExternalField
from zohotui.zoho.records import Module

_MOST_WORDS = 8
_LONG_NUMBER = re.compile(r"\d{10}")
_BEHIND_NAMES = ":;,="


def headings(ids: IdList) -> list[str]:
    """Return what may be a heading of the list, or of a part of it: words that are no ids.

    Words are told apart where a list is typed, so a label of several is put together again. A
    heading may stand below empty lines, a title or other ids, and in a cell of a workbook.
    """
    return list(dict.fromkeys(filter(_is_name, _spans(ids))))


def _is_name(words: str) -> bool:
    return any(map(str.isalpha, words)) and not _LONG_NUMBER.search(words)


def _spans(ids: IdList) -> Iterator[str]:
    for _, rejected in groupby(ids.rejected, lambda one: one.where):
        words = [one.text.rstrip(_BEHIND_NAMES) for one in rejected][:_MOST_WORDS]
        for start in range(len(words)):
            for end in range(start + 1, len(words) + 1):
                yield " ".join(words[start:end])


def field_named(ids: IdList, fields: Sequence[ExternalField]) -> ExternalField | None:
    """Return the external field that the list is headed by; None if it is headed by none."""
    heads = headings(ids)
    named = (one for one in fields if fields_of_header(heads, [(one.api_name, one.label)]))
    return next(named, None)


def question_of(field: ExternalField, module: Module, number: int, keys: KeyMap) -> str:
    """Ask what numbers below a field's name are."""
    back = keys.in_words("go back: [open], then ctrl+o")
    return (
        f"The list is headed like {field.api_name}, an external field of {module.plural_label}. "
        f"Its {number:,} numbers may be values of that field, and no record ids. If they are "
        f"values, {back}."
    )
