"""Values of a field in JSON: a list of values, or that field of each record.

Of our own export the values of what failed or was not sent are read, as its ids are; the field that
it names must be the one that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from zohotui.deletion.ids.collector import Entry
from zohotui.deletion.ids.entry import Refusal
from zohotui.deletion.ids.json_ids import Sought, begins_json, read_records
from zohotui.deletion.ids.json_text import JsonText, Pairs
from zohotui.deletion.ids.source import IdFileError
from zohotui.deletion.lists.value_tables import SHOWN, plain
from zohotui.deletion.model.listing import Kind
from zohotui.zoho.printable import printable

OWN_VALUE = "external"
"""Under what name an outcome of our own export has its value; see export.py."""

_MOST_SAFE_DIGITS = 15
_LIST = re.compile(
    r"[\s\ufeff]*\[\s*(?:\]\s*\Z|(?:\"(?:[^\"\\]|\\.){0,300}\"|-?\d[\d.eE+-]{0,300}|null)"
    r"\s*(?:,|\]\s*(?:\Z|[\[{,])))"
)

_LONG_NUMBER = Refusal(
    "kept as a number",
    "a number of more than 15 digits without quotes, so a program may have rounded it; export the "
    "values as text (in quotes)",
)
_NONE = Refusal("no value", "has no value of that field")
_NULL = Refusal("no value", "its value is empty (null)")
_ODD = Refusal("not a value", "is not text or a whole number, so not a value of that field")


def begins_values(text: str) -> bool:
    """Whether a text begins as JSON: an object with a name, or a list of texts or numbers."""
    return begins_json(text) or _LIST.match(text) is not None


def read_json_values(
    text: JsonText, known: frozenset[str], take: Callable[[Sequence[Entry]], object]
) -> None:
    """Take the values of all records; raises IdFileError. `known`: plain names of the field."""

    def is_own(key: str, outcome: bool) -> bool:
        return key == OWN_VALUE if outcome else plain(key) in known

    def look(head: Pairs) -> None:
        named = _fields_in(head)
        if named and not any(plain(one) in known for one in named):
            raise IdFileError(
                "It has values of another field",
                f"{text.source} has values of {printable(', '.join(sorted(named)), SHOWN)}. "
                "Choose that field.",
            )

    read_records(text, Sought(take, is_own, _ShortNumbers(), _NONE, _NULL, _ODD, "value", look))


class _ShortNumbers:
    """Takes numbers that no program rounds."""

    def take(self, entry: Entry) -> Sequence[Entry]:
        """Refuse a long one."""
        safe = len(entry.text.lstrip("-")) <= _MOST_SAFE_DIGITS
        return [entry if safe else entry._replace(refusal=_LONG_NUMBER)]

    def behind(self, *entries: Entry) -> Sequence[Entry]:
        """Hold nothing back."""
        return entries

    def rest(self) -> Sequence[Entry]:
        """Have held nothing back."""
        return ()


def _fields_in(head: Pairs) -> set[str]:
    """Name the fields whose values our own export says that it has."""
    listings = next((value for key, value in head if key == "listings"), None)
    named = set()
    for one in listings if isinstance(listings, list) else ():
        told = dict(one) if isinstance(one, tuple) else {}
        if told.get("from") == Kind.EXTERNAL and isinstance(told.get("name"), str):
            named.add(told["name"])
    return named
