"""External fields: which a module has, and which records have given values of one.

The values stand in the place of ids, and the X-EXTERNAL header says so. That a record is found is
believed of a row alone that holds the value which was asked for, to the letter.

Source: zoho-api.md, "External ids".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import AnswerLost
from zohotui.zoho.found import FOREIGN_ROWS, NOT_ALL_ROWS, UNREADABLE_IDS, id_of
from zohotui.zoho.limits import MOST_IDS
from zohotui.zoho.parameters import (
    LONGEST_VALUES,
    external_field,
    external_value,
    external_values,
    module_name,
)
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Json, is_api_name, text

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class ExternalField:
    """A field whose values can stand in the place of ids."""

    api_name: str
    label: str
    of_user: bool
    """Whether each user has values of their own, which nobody else can read."""


def external_fields(crm: ZohoCRM, module: str) -> list[ExternalField]:
    """Name the external fields of a module. Raises Refused where the fields may not be read.

    Being customizable as `external_field` means only that a field could be made one.
    """
    path = f"/crm/v8/settings/fields?module={module_name(module)}"
    found = []
    for entry in crm.read_list(path, "fields")["fields"]:
        external = entry.get("external") if isinstance(entry, Mapping) else None
        if isinstance(external, Mapping) and external and is_api_name(entry.get("api_name")):
            name = text(entry.get("api_name"))
            label = text(entry.get("display_label")) or text(entry.get("field_label")) or name
            found.append(ExternalField(name, label, text(external.get("type")) == "user"))
    return found


@dataclass(frozen=True, slots=True)
class Hits:
    """What an answer says of the values that were asked for."""

    records: Mapping[str, tuple[str, ...]]
    """Ids of records by the value that they hold to the letter; only values asked for."""
    otherwise: Mapping[str, str]
    """By the value asked for: what a record holds that differs in the case of letters alone."""
    more: bool
    """Whether there are more records than the answer holds."""


def batches(values: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Cut values into calls: 100 at most, and no longer than an address may be.

    A value with a comma, which cannot stand beside others, makes a call of its own.
    """
    batch: list[str] = []
    length = 0
    for value in values:
        size = encoded_length(value)
        if batch and (len(batch) == MOST_IDS or length + size > LONGEST_VALUES or "," in value):
            yield tuple(batch)
            batch, length = [], 0
        batch.append(value)
        length += size
        if "," in value:
            yield tuple(batch)
            batch, length = [], 0
    if batch:
        yield tuple(batch)


def values_at_once(values: Iterable[str], most: int) -> int:
    """Return how many of these values any call can carry, at most `most`."""
    longest = max(map(encoded_length, values))
    return max(1, min(most, LONGEST_VALUES // longest))


def encoded_length(value: str) -> int:
    """Return how many characters of an address a value takes at most, its comma included."""
    return len(value.encode()) * 3 + 1


def read_values(crm: ZohoCRM, module: str, field: str, values: Sequence[str]) -> Hits:
    """Ask which records have one of up to 100 values, in one call.

    Raises AnswerLost for an answer from which nothing can be concluded, FOREIGN_ROWS among them:
    the v8 page knows no such call, so it may take the values for ids.
    """
    header = external_field(module, field)
    query = f"ids={external_values(values, MOST_IDS)}&fields=id,{field}&approved=both"
    path = f"{crm.records_path(module)}?{query}{_converted(module, '&')}"
    return _hits(crm.read_list(path, "data", external=header), field, values)


def read_value(crm: ZohoCRM, module: str, field: str, value: str) -> Hits:
    """Ask which record has a value, by the address that names it.

    Raises AnswerLost as `read_values`, NOT_ALL_ROWS among them: a list without a record is not how
    Zoho says that there is none.
    """
    header = external_field(module, field)
    path = f"{crm.records_path(module)}/{external_value(value)}{_converted(module, '?')}"
    parsed = crm.read_list(path, "data", external=header)
    if parsed["data"]:
        # It is one record, and the answer tells of no others.
        parsed = {"info": {"more_records": False}, **parsed}
    return _hits(parsed, field, (value,))


def _converted(module: str, joint: str) -> str:
    return f"{joint}converted=both" if module == "Leads" else ""


def _hits(parsed: Json, field: str, values: Sequence[str]) -> Hits:
    by_fold: dict[str, list[str]] = {}
    for value in values:
        by_fold.setdefault(value.casefold(), []).append(value)
    records: dict[str, tuple[str, ...]] = {}
    otherwise: dict[str, str] = {}
    for row in parsed["data"]:
        record_id = id_of(row)
        if not record_id:
            raise _lost(UNREADABLE_IDS, "has a row whose id cannot be read")
        held = row.get(field)
        held = str(held) if isinstance(held, int) and not isinstance(held, bool) else held
        alike = by_fold.get(held.casefold(), []) if isinstance(held, str) else []
        if not alike:
            raise _lost(FOREIGN_ROWS, "has a record without any of the values asked for")
        if held in alike:
            records[held] = tuple(dict.fromkeys((*records.get(held, ()), record_id)))
        else:
            otherwise.update(dict.fromkeys(alike, printable(held, _SHOWN)))
    return Hits(records, otherwise, _is_more(parsed, len(parsed["data"])))


def _is_more(parsed: Json, rows: int) -> bool:
    """Whether there are more; raises AnswerLost if an answer does not say that it is complete."""
    told = parsed.get("info")
    told = told if isinstance(told, Mapping) else {}
    more, number = told.get("more_records"), told.get("count")
    short = isinstance(number, int) and not isinstance(number, bool) and number > rows
    if more is True or short:
        return True
    if more is not False:
        raise _lost(NOT_ALL_ROWS, "does not say that it is complete")
    return False


def _lost(code: str, how: str) -> AnswerLost:
    return AnswerLost(f"Zoho's answer {how}, so it is not used ({code}).", code=code, status=200)
