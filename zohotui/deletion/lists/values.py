"""Values of an external field, out of a text or a file: what they are, and what they may be.

A value is any text of a line, of the column or the member that is called like the field, or of a
list in JSON. It is never read as an id; that a number may be both is for the admin to say, see
`both_at_once`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from zohotui.deletion.ids.collector import Entry
from zohotui.deletion.ids.columns import Column, plain_name
from zohotui.deletion.ids.entry import Link, judge
from zohotui.deletion.ids.id_list import REJECTED_SHOWN, Rejected
from zohotui.deletion.ids.json_text import JsonText
from zohotui.deletion.ids.reader import Cancel
from zohotui.deletion.ids.source import (
    ARCHIVE,
    STANDARD_INPUT,
    Cancelled,
    IdFileError,
    broken_off,
    encoding_of,
    opened,
    source_name,
    undecodable,
)
from zohotui.deletion.lists.value_json import begins_values, read_json_values
from zohotui.deletion.lists.value_sheets import Book, SheetValues
from zohotui.deletion.lists.value_tables import (
    SHOWN,
    ValueColumn,
    columns_called,
    entries_of,
    names_of,
    text_of,
)
from zohotui.zoho.parameters import LONGEST_VALUE
from zohotui.zoho.printable import printable

_SAMPLE_BYTES = 1 << 18
_AT_ONCE = 1_000
"""Values that are taken before it is asked again whether to stop."""

_TOLD = 5
"""Rejected entries that are told one by one."""


@dataclass(frozen=True, slots=True)
class Values:
    """What a text or a file holds: every entry is a value, a duplicate or rejected."""

    values: tuple[str, ...] = ()
    """In order of first appearance, each once."""
    duplicates: int = 0
    rejected: tuple[Rejected, ...] = ()
    """The first REJECTED_SHOWN rejected entries."""
    rejected_count: int = 0
    source: str = ""
    """Where they came from; printable."""
    notes: tuple[str, ...] = ()
    """What else there is to say of the source, in sentences; printable."""

    @property
    def why_none(self) -> str:
        """Say that there are none, and why not if anything was rejected."""
        why = f"There are no values in {self.source}."
        if not self.rejected:
            return why
        first = self.rejected[0]
        return f"{why} The first entry is at {first.where}: {first.reason}."

    @property
    def asks(self) -> str:
        """Say what of the source is not used or may be taken otherwise; empty if all is well."""
        told = []
        if number := self.rejected_count:
            entries = "1 entry cannot" if number == 1 else f"{number:,} entries cannot"
            told.append(f"{entries} be used:")
            told += [f"  {one.where}: {one.reason}" for one in self.rejected[:_TOLD]]
            if (left := number - _TOLD) > 0:
                told.append(f"  and {left:,} more")
        return "\n".join((*told, *self.notes))


def read_values_of(
    source: Path | bytes,
    names: Iterable[str],
    *,
    module: Iterable[str] = (),
    chosen: Column | None = None,
    name: str = STANDARD_INPUT,
    cancelled: Cancel = lambda: False,
) -> Values:
    """Read the values of a file, or of bytes that are called `name`.

    `names`: what the field is called, by its API name and label: a table must have a column of one
    of these names. `module`: what the chosen module may be called; what the source names for
    another one is rejected. `chosen`: the column that the admin picked. Raises IdFileError, and
    Cancelled.
    """
    known, module = names_of(names), tuple(module)
    name, gathering = source_name(source, name), Gathering(module, cancelled)
    with opened(source, name) as (file, size):
        try:
            sample = file.read(_SAMPLE_BYTES)
            if sample.startswith(ARCHIVE):
                sheet = SheetValues(Book(file, name, module, gathering.watch), known, chosen)
                gathering.take(sheet.entries())
                return gathering.values(sheet.words, sheet.notes)
            encoding, text = encoding_of(sample, name, whole=len(sample) >= size)
            file.seek(0)
            if begins_values(text):
                with text_of(file, encoding, None) as json:
                    read_json_values(JsonText(json.read, name), known, gathering.take)
                return gathering.values(name)
            place = chosen.index if chosen else None
            column = ValueColumn.of(text, known, name, place)
            with text_of(file, encoding, "" if column.delimiter else None) as lines:
                gathering.take(entries_of(lines, column))
            return gathering.values(f"{name}, column {column.name}" if column.name else name)
        except UnicodeDecodeError as fault:
            raise undecodable(name, encoding, f"byte {fault.start:,} of a part") from None
        except csv.Error as fault:
            raise IdFileError("The table is broken", f"{name}: {printable(str(fault))}.") from None
        except OSError as fault:
            raise broken_off(name, fault) from None


def values_in(
    text: str, names: Iterable[str], source: str = "pasted text", *, module: Iterable[str] = ()
) -> Values:
    """Read the values of a text that was typed or pasted; raises IdFileError as for a file."""
    return read_values_of(text.encode(errors="replace"), names, module=module, name=source)


class Gathering:
    """Takes entries, and tells values from what is none."""

    def __init__(self, module: Iterable[str], cancelled: Cancel = lambda: False) -> None:
        """Take what the chosen module may be called; nothing if it does not matter."""
        self._cancelled = cancelled
        self._module = [one for one in module if one.strip()]
        self._values: dict[str, None] = {}
        self._given = self._refused = 0
        self._rejected: list[Rejected] = []

    def watch(self, _done: int = 0, _total: int = 0) -> None:
        """Raise Cancelled once nobody waits any more."""
        if self._cancelled():
            raise Cancelled

    def take(self, entries: Iterable[Entry]) -> None:
        """Take some more; raises Cancelled."""
        self.watch()
        own = {plain_name(one) for one in self._module}
        for line, text, place, named, refusal in entries:
            value = text.strip()
            if not value and refusal is None:
                continue
            why = refusal.reason if refusal else _why_not(value)
            if not why and named and own and plain_name(named) not in own:
                why = f"belongs to {printable(named, SHOWN)}, and the module is {self._module[-1]}"
            if not why:
                self._given += 1
                self._values[value] = None
                if not self._given % _AT_ONCE:
                    self.watch()
                continue
            self._refused += 1
            if len(self._rejected) < REJECTED_SHOWN:
                self._rejected.append(Rejected(line, printable(value, SHOWN), why, place))

    def values(self, source: str, notes: tuple[str, ...] = ()) -> Values:
        """Return all of them."""
        return Values(
            tuple(self._values),
            self._given - len(self._values),
            tuple(self._rejected),
            self._refused,
            printable(source, 200),
            notes,
        )


def fields_of_header(header: Sequence[str], fields: Iterable[Sequence[str]]) -> list[int]:
    """Return which of a table's columns are called like one of these fields.

    `fields`: for each its API name and label.
    """
    return columns_called(header, names_of(chain.from_iterable(fields)))


def both_at_once(values: Iterable[str]) -> int:
    """Count the values that could be record ids, or addresses of records, as well."""
    return sum(isinstance(found, int | Link) for found in map(judge, values))


def question_about(values: Sequence[str], field: str) -> str:
    """Ask what numbers are that could be both; empty if none could be a record id."""
    number = both_at_once(values)
    if not number:
        return ""
    which = "All" if number == len(values) else f"{number:,} of"
    return (
        f"{which} {len(values):,} entries could be record ids as well as values of {field}. "
        f"Are they values of {field}?"
    )


def _why_not(value: str) -> str:
    if len(value) > LONGEST_VALUE:
        return f"longer than a value can be ({LONGEST_VALUE} characters)"
    if printable(value) != value:
        return "has a character that cannot be shown; copy the value again, or type it"
    return ""
