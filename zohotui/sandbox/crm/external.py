"""The X-EXTERNAL header: values of a field in the place of ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.replies import Reply

INVALID = "The value of the external field is invalid."


def field_of(call: Call) -> str:
    """Return the field that the header names; empty if there is no header."""
    return call.external.partition(".")[2]


def bad_header(call: Call) -> Reply | None:
    """Why the header is refused: it names no external field of this module. None if it is not.

    Source: zoho-api.md, section 14.10, row 28.
    """
    if not call.external:
        return None
    module, _, name = call.external.partition(".")
    if module == call.parts[0] and call.org.externals.kind(module, name):
        return None
    details = {"header_name": "X-EXTERNAL"}
    return replies.error(400, call.variants.external_bad_field, "invalid data", details)


def heeds(call: Call) -> bool:
    """Whether the many-form of a read takes its ids for values."""
    where = call.variants.external_many
    return bool(call.external) and (where == "everywhere" or (where == "v2" and call.is_v2))


def found_by(call: Call, values: Iterable[str]) -> list[str]:
    """Return the living records that have one of these values for the acting user."""
    return [record_id for value in values for record_id in records_with(call, value)]


def records_with(call: Call, value: str) -> list[str]:
    """Return the living records that have this value for the acting user."""
    org, module = call.org, call.parts[0]
    found = org.externals.find(
        module,
        field_of(call),
        value,
        org.acting.id,
        case_blind=call.variants.external_case_blind,
    )
    return [record_id for record_id in found if org.exists(module, record_id)]


def invalid_item(call: Call, value: str) -> dict[str, Any]:
    """Make the item of a value that no record has."""
    return replies.body_of("INVALID_DATA", INVALID, {field_of(call): value})


def named(call: Call, item: dict[str, Any], value: str, record_id: str) -> dict[str, Any]:
    """Put into an item what a delete by value names: the value, the record's id, or both."""
    which = call.variants.external_details
    details = {key: one for key, one in item["details"].items() if key != "id"}
    by_value = {} if which == "id" else {field_of(call): value}
    by_id = {} if which == "field" else {"id": record_id}
    return {**item, "details": {**details, **by_value, **by_id}}
