"""GET /{module} and GET /{module}/{id}."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.crm.external import bad_header, found_by, heeds
from zohotui.sandbox.crm.gate import stopped
from zohotui.sandbox.crm.pages import info, per_page, start_of
from zohotui.sandbox.crm.viewing import ids_of_view

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.org.records import Record
    from zohotui.sandbox.replies import Reply

_MOST_FIELDS = 50


def read_many(call: Call) -> Reply:
    """List records, or read those of `ids`. Source: zoho-api.md, "GET records"; row 15.

    Newest id first. 204 when nothing is found. v8 insists on `fields`.
    """
    reply = stopped(call, "READ") or bad_header(call) or _bad_fields(call) or _bad_view(call)
    if reply is not None:
        return reply
    size = per_page(call)
    start = start_of(call, size)
    if isinstance(start, replies.Reply):
        return start
    found = list(islice(_wanted(call), start, start + size + 1))
    if not found:
        return replies.nothing()
    names = _names(call)
    module = call.parts[0]
    rows = [_row(call, call.org.record(module, i), names) for i in found[:size]]
    told = info(call, len(rows), size, start, more=len(found) > size)
    return replies.as_json(200, {"data": rows, "info": told})


def read_one(call: Call) -> Reply:
    """One record with all its fields; 204 for a deleted or unknown one. Row 16."""
    reply = stopped(call, "READ") or bad_header(call)
    if reply is not None:
        return reply
    module, record_id = call.parts
    if call.external:
        record_id = next(iter(found_by(call, [record_id])), "")
    if not record_id or not call.org.exists(module, record_id):
        return replies.nothing()
    record = call.org.record(module, record_id)
    whole = {**record.fields, **_beside(call, record), "id": record.id}
    return replies.as_json(200, {"data": [whole]})


def count(call: Call) -> Reply:
    """Count the records of a module, or of a view. Source: zoho-api.md, "Related helpers"."""
    reply = stopped(call, "READ") or _bad_view(call)
    if reply is not None:
        return reply
    return replies.as_json(200, {"count": sum(1 for _ in _wanted(call))})


def _bad_fields(call: Call) -> Reply | None:
    names = _names(call)
    if not call.is_v2 and not names:
        message = "required param is missing"
        return replies.param_missing("fields", call.variants.missing_param_key, message)
    if not call.is_v2 and len(names) > _MOST_FIELDS:
        return replies.limit_exceeded(_MOST_FIELDS, "fields")
    return None


def _names(call: Call) -> Sequence[str]:
    given = call.params.get("fields", "")
    return tuple(name.strip() for name in given.split(",") if name.strip())


def _wanted(call: Call) -> Iterator[str]:
    """Return the ids that the call asks for, alive and visible, newest first."""
    module = call.parts[0]
    given = call.params.get("ids", "")
    view = call.org.views.find(module, call.params.get("cvid", ""))
    ids: Iterable[str] = (
        ids_of_view(call, view) if view else call.org.ids(module, newest_first=True)
    )
    if given:
        asked = {part.strip() for part in given.split(",")}
        if heeds(call):
            asked = set(found_by(call, asked))
        alive = (i for i in asked if call.org.exists(module, i))
        ids = sorted(alive, key=int, reverse=True)
    return (i for i in ids if _shown(call, i))


def _shown(call: Call, record_id: str) -> bool:
    """Whether `converted` (of leads, default false) and `approved` let a record through."""
    waits = call.org.state(call.parts[0], record_id).waiting
    if waits and call.variants.unapproved_hidden and call.params.get("approved") != "both":
        return False
    if call.parts[0] != "Leads":
        return True
    converted = call.org.state("Leads", record_id).converted
    asked = call.params.get("converted", "false")
    if asked == "both" or ("ids" in call.params and not call.variants.converted_leads_hidden):
        return True
    return converted == (asked == "true")


def _bad_view(call: Call) -> Reply | None:
    """Why `cvid` is refused, or None. Source: zoho-api.md, "Saved views"."""
    view_id = call.params.get("cvid")
    if view_id is None:
        return None
    if call.org.views.find(call.parts[0], view_id) is None:
        return replies.error(400, "INVALID_DATA", "invalid data", {"param_name": "cvid"})
    if "sort_by" in call.params:
        names = {"param_names": ["cvid", "sort_by"]}
        return replies.error(400, "AMBIGUITY_DURING_PROCESSING", "ambiguity", names)
    return None


def _beside(call: Call, record: Record) -> dict[str, Any]:
    """Return what a record holds beside its own fields: external ones, and Zoho's own keys."""
    org = call.org
    externals = org.externals.of_record(call.parts[0], record.id, org.acting.id)
    return {**externals, **_system_keys(call, record)}


def _row(call: Call, record: Record, names: Sequence[str]) -> dict[str, Any]:
    """Return a record as a list has it, without rows of subforms: its id and the named fields.

    Without names: all of them. Source: zoho-api.md, "GET /{module}/{id}".
    """
    listed = {name: value for name, value in record.fields.items() if not _is_subform(name, value)}
    whole = {**listed, **_beside(call, record), "id": record.id}
    if not names:
        return whole
    return {name: whole[name] for name in names if name in whole} | {"id": record.id}


def _is_subform(name: str, value: object) -> bool:
    rows = isinstance(value, list) and any(isinstance(row, dict) for row in value)
    return rows and name != "Tag"


def _system_keys(call: Call, record: Record) -> dict[str, Any]:
    """Return what Zoho itself says of a record. Source: zoho-api.md, "GET /{module}/{id}"."""
    state = record.state
    keys: dict[str, Any] = {
        "$editable": state.lock is None,
        "$approved": not state.waiting,
        "$approval": {"delegate": False, "approve": False, "reject": False, "resubmit": False},
        "$in_merge": state.merging,
    }
    if call.parts[0] == "Leads":
        keys["$converted"] = state.converted
    if call.is_v2:
        return keys
    return keys | {
        "$approval_state": "pending" if state.waiting else "approved",
        "$locked_for_me": state.lock == "record_locking" and not state.merging,
        "Locked__s": state.lock == "record_locking" and not state.merging,
        "Record_Status__s": "Available",
        "Converted__s": state.converted,
    }
