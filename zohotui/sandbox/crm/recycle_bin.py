"""GET /settings/recycle_bin and POST …/restore, of version 8."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.crm.pages import page_number, per_page
from zohotui.sandbox.oauth.scopes import allows
from zohotui.sandbox.org.content import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.org.recycle_bin import Binned
    from zohotui.sandbox.replies import Reply

MOST_RESTORED = 200
_INVALID = "the id given seems to be invalid"


def read_bin(call: Call) -> Reply:
    """Answer what is in the bin: all of it, or `ids`, or the id in the path; newest first.

    Only what the user sees; 204 when nothing. Source: zoho-api.md, "Recycle-bin API".
    """
    if not allows(call.grant.scopes, "settings", "READ", "recycle_bin"):
        return replies.scope_mismatch(call.variants.scope_message)
    size = per_page(call)
    start = (page_number(call.params) - 1) * size
    found = list(islice(_wanted(call), start, start + size + 1))
    if not found:
        return replies.nothing()
    rows = [_row(call, record_id, entry) for record_id, entry in found[:size]]
    info = {
        "per_page": size,
        "count": len(rows),
        "page": page_number(call.params),
        "more_records": len(found) > size,
    }
    return replies.as_json(200, {"recycle_bin": rows, "info": info})


def restore(call: Call) -> Reply:
    """Bring up to 200 records back at once. Source: zoho-api.md, "Restore exists"; row 18."""
    if not allows(call.grant.scopes, "settings", "UPDATE", "recycle_bin"):
        return replies.scope_mismatch(call.variants.scope_message)
    ids = _asked(call)
    if ids is None:
        details = {"api_name": "ids"}
        return replies.error(400, "EXPECTED_FIELD_MISSING", "expected field missing", details)
    if len(ids) > MOST_RESTORED:
        return replies.limit_exceeded(MOST_RESTORED, "ids")
    call.note(ids=tuple(ids))
    if (
        sum(1 + len(call.org.recycle_bin.along(i)) for i in ids if _entry(call, i))
        > call.variants.restore_at_once
    ):
        return _scheduled(call, ids)
    items = [_restored(call, record_id) for record_id in ids]
    good = sum(item["code"] == "SUCCESS" for item in items)
    status = 200 if good == len(items) else 207 if good else 400
    return replies.as_json(status, {"recycle_bin": items})


def _wanted(call: Call) -> Iterator[tuple[str, Binned]]:
    asked = call.params.get("ids", "")
    ids = list(call.parts[2:3]) or [part.strip() for part in asked.split(",") if part.strip()]
    if not ids:
        return (found for found in call.org.recycle_bin.entries() if _sees(call, found[1]))
    every = ((record_id, _entry(call, record_id)) for record_id in ids)
    return ((record_id, entry) for record_id, entry in every if entry is not None)


def _entry(call: Call, record_id: str) -> Binned | None:
    """Return the stay in the bin of a record, if the user sees it there."""
    entry = call.org.recycle_bin.find(record_id)
    return entry if entry is not None and _sees(call, entry) else None


def _sees(call: Call, entry: Binned) -> bool:
    """Whether the acting user may see and restore it: administrators all, others their own.

    Source: zoho-api.md, "RESTORE EXISTS"; seeing is taken to go the same way.
    """
    return call.org.acting.admin or entry.deleted_by == call.org.acting


def _row(call: Call, record_id: str, entry: Binned) -> dict[str, Any]:
    fields = call.org.record(entry.module, record_id).fields
    owner, module = fields["Owner"], call.org.modules[entry.module]
    return {
        "id": record_id,
        "display_name": str(fields[module.name_field]),
        "module": {"api_name": entry.module, "id": module.id},
        "owner": {"name": owner["name"], "id": owner["id"]},
        "deleted_by": entry.deleted_by.reference,
        "deleted_time": stamp(entry.at),
    }


def _asked(call: Call) -> Sequence[str] | None:
    """Return the ids to restore, from the path or the body; None if the body holds none."""
    if call.parts[2] != "actions":
        return [call.parts[2]]
    try:
        body = json.loads(call.body)
    except json.JSONDecodeError:
        return None
    ids = body.get("ids") if isinstance(body, dict) else None
    return [str(record_id) for record_id in ids] if isinstance(ids, list) and ids else None


def _restored(call: Call, record_id: str) -> dict[str, Any]:
    if _entry(call, record_id) and call.org.restore(record_id, _changes(call, call.at)):
        call.ledger.restored(call.number, record_id)
        return replies.success(record_id, "record restored")
    return _unknown(record_id)


def _changes(call: Call, at: float) -> Mapping[str, Any]:
    """Return what else a restore changes in a record; no source tells, so variants do."""
    changes = dict(call.variants.restore_sets)
    if call.variants.restore_touches != "nothing":
        changes["Modified_Time"] = stamp(at)
    if call.variants.restore_touches == "time_and_user":
        changes["Modified_By"] = call.org.acting.owner
    return changes


def _scheduled(call: Call, ids: Sequence[str]) -> Reply:
    """Put a restore off, as it brings back too many records."""
    found = [record_id for record_id in ids if _entry(call, record_id)]
    at = call.at + call.variants.restore_delay
    call.org.recycle_bin.schedule(found, at, _changes(call, at))
    for record_id in found:
        call.ledger.restored(call.number, record_id)
    if call.variants.scheduled_restore == "whole":
        return replies.as_json(202, replies.scheduled())
    known = set(found)
    items = [replies.scheduled(i) if i in known else _unknown(i) for i in ids]
    return replies.as_json(202, {"recycle_bin": items})


def _unknown(record_id: str) -> dict[str, Any]:
    return replies.body_of("INVALID_DATA", _INVALID, {"id": record_id})
