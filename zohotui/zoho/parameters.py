"""What stands in a request, checked just before it leaves: nothing in it is taken on trust.

Most of it was checked long before; but an id or an option may have come out of a file that somebody
else has written. Each function returns the text that goes into the address or raises Malformed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from zohotui.zoho.errors import Malformed
from zohotui.zoho.printable import printable
from zohotui.zoho.records import is_api_name

_RECORD_ID = re.compile(r"[1-9][0-9]{0,19}")
_GREATEST = 2**64 - 1
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
    raise Malformed(f"A record id is made of digits only, not {_shown(one)}. Nothing was sent.")


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


def _shown(value: object) -> str:
    return printable(repr(value), 40)
