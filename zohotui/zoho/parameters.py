"""What stands in a request, checked just before it leaves: nothing in it is taken on trust.

Most of it was checked long before; but an id or an option may have come out of a file that somebody
else has written. Each function returns the text that goes into the address or raises Malformed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from zohotui.zoho.errors import Malformed
from zohotui.zoho.printable import printable
from zohotui.zoho.records import is_api_name

_RECORD_ID = re.compile(r"[1-9][0-9]{0,19}")
_GREATEST = 2**64 - 1
LONGEST_VALUE = 255
"""Letters of a value. Source: zoho-api.md, "External ids": a single-line field."""

LONGEST_VALUES = 2_000
"""Characters of all values in one address, encoded, their commas included."""

_KEPT_NAMES = frozenset({"actions", "bulk", "deleted", "search", "upsert"})
"""What stands in the place of an id and is none: another of Zoho's addresses."""

_FEWEST_DIGITS = 8
"""Digits of a value that is no number Zoho could have given to a record. Its shortest have ten."""

_FIELD = re.compile(r"\$?[A-Za-z][A-Za-z0-9_]{0,99}")


def module_name(name: object) -> str:
    """Take the API name of a module."""
    if is_api_name(name):
        return name
    raise Malformed(f"{_shown(name)} is not an API name of a module. Nothing was sent.")


def record_ids(ids: Sequence[object], most: int) -> list[str]:
    """Take record ids as texts of digits, 1 to `most` of them."""
    if isinstance(ids, str | bytes) or not 0 < len(ids) <= most:
        raise Malformed(f"{len(ids)} ids in one call; it takes 1 to {most}. Nothing was sent.")
    return [one_id(one) for one in ids]


def one_id(one: object) -> str:
    """Take one record id as a text of digits."""
    if isinstance(one, str) and _RECORD_ID.fullmatch(one) and int(one) <= _GREATEST:
        return one
    raise Malformed(f"A record id has only digits, not {_shown(one)}. Nothing was sent.")


def switch(value: object) -> str:
    """Take true or false, and no text that reads like it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    raise Malformed(f"An option must be true or false, not {_shown(value)}. Nothing was sent.")


def field_names(names: Sequence[object]) -> str:
    """Take API names of fields, with a `$` in front of the system's own."""
    for name in names:
        if not (isinstance(name, str) and _FIELD.fullmatch(name)):
            raise Malformed(f"{_shown(name)} is not an API name of a field. Nothing was sent.")
    return ",".join(map(str, names))


def external_field(module: object, field: object) -> str:
    """Take a module and one of its fields as the X-EXTERNAL header has them."""
    return f"{module_name(module)}.{field_names([field])}"


def external_values(values: Sequence[object], most: int) -> str:
    """Take values of a field as `ids` has them, 1 to `most`; none with a comma: it would part it.

    Source: zoho-api.md, "External ids": every value is percent-encoded fully.
    """
    if isinstance(values, str | bytes) or not 0 < len(values) <= most:
        raise Malformed(
            f"{len(values)} values in one call; it takes 1 to {most}. Nothing was sent."
        )
    checked = [_value(one) for one in values]
    if any("," in value for value in checked):
        raise Malformed("A value with a comma cannot be sent with others. Nothing was sent.")
    return ",".join(quote(value, safe="") for value in checked)


def external_value(value: object) -> str:
    """Take one value of a field as it stands in an address of its own.

    Neither dots alone or a slash, encoded or not, which lead to another address, nor a name that
    Zoho keeps for itself.
    """
    checked = _value(value)
    leads_away = not checked.strip(".") or not {"/", "\\"}.isdisjoint(checked)
    if leads_away or checked.lower() in _KEPT_NAMES:
        raise Malformed(f"{_shown(value)} cannot be part of an address. Nothing was sent.")
    return quote(checked, safe="")


def values_to_delete(values: Sequence[object], most: int) -> str:
    """Take values in the place of ids, as the end of an address without `wf_trigger`.

    One alone by the address that names it, where it can stand in one. None may be a number that
    is a record's id as well: without the header, which a proxy may drop, that would be deleted.
    """
    together = external_values(values, most)
    if len(values) > 1 and len(together) > LONGEST_VALUES:
        raise Malformed(
            f"{len(values)} values make an address too long ({len(together):,} characters). "
            "Nothing was sent."
        )
    if any(could_be_id(value) for value in values):
        raise Malformed("A value could be a record's id. Nothing was sent.")
    try:
        alone = external_value(values[0]) if len(values) == 1 else ""
    except Malformed:
        alone = ""
    return f"/{alone}?" if alone else f"?ids={together}&"


def could_be_id(value: object) -> bool:
    """Whether Zoho might take a value for a record's id."""
    digits = [one for one in str(value) if one.isdigit()]
    return len(digits) >= _FEWEST_DIGITS and not any(one.isalpha() for one in str(value))


def _value(value: object) -> str:
    if isinstance(value, str) and 0 < len(value) <= LONGEST_VALUE and printable(value) == value:
        return value
    raise Malformed(f"{_shown(value)} is not a value of an external field. Nothing was sent.")


def _shown(value: object) -> str:
    return printable(repr(value), 40)
