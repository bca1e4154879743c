"""GET /{module}/deleted: what a module has lost lately, to the bin or for good."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.crm.gate import stopped
from zohotui.sandbox.crm.pages import info, page_number, per_page
from zohotui.sandbox.org.content import stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.org.recycle_bin import Binned
    from zohotui.sandbox.replies import Reply

_DAYS = {"recycle": 60, "permanent": 120}
"""How long each type is listed."""

_TYPES = {"all": frozenset(_DAYS), **{name: frozenset({name}) for name in _DAYS}}


def read_deleted(call: Call) -> Reply:
    """List deleted records, newest first; 204 when there are none. There is no `ids` filter.

    What is gone for good has no names. Source: zoho-api.md, "GET /{module}/deleted"; row 17.
    """
    reply = stopped(call, "READ")
    if reply is not None:
        return reply
    types = _TYPES.get(call.params.get("type", "all"))
    since = _moment(call.modified_since)
    if types is None or since is None:
        message = "Please check whether the input values are correct"
        return replies.error(400, "PATTERN_NOT_MATCHED", message)
    size = per_page(call)
    start = (page_number(call.params) - 1) * size
    listed = (
        _row(call, record_id, entry, kind)
        for record_id, entry, kind in _lost(call)
        if kind in types and entry.at >= max(since, call.at - _DAYS[kind] * 86_400)
    )
    found = list(islice(listed, start, start + size + 1))
    if not found:
        return replies.nothing()
    told = info(call, len(found[:size]), size, start, more=len(found) > size)
    return replies.as_json(200, {"data": found[:size], "info": told})


def _lost(call: Call) -> Iterator[tuple[str, Binned, str]]:
    """Yield the id of each deleted record of the module, its deletion and its type."""
    bin_, module = call.org.recycle_bin, call.parts[0]
    both = [
        *((record_id, entry, "recycle") for record_id, entry in bin_.entries()),
        *((record_id, entry, "permanent") for record_id, entry in bin_.destroyed()),
    ]
    ours = (one for one in both if one[1].module == module)
    return iter(sorted(ours, key=lambda one: one[1].at, reverse=True))


def _moment(header: str) -> float | None:
    """Read If-Modified-Since, ISO 8601 with an offset: 0 without one, None if it cannot be read."""
    try:
        moment = datetime.fromisoformat(header) if header else None
    except ValueError:
        return None
    if moment is None:
        return 0.0
    return moment.timestamp() if moment.tzinfo else None


def _row(call: Call, record_id: str, entry: Binned, kind: str) -> dict[str, Any]:
    fields = call.org.record(entry.module, record_id).fields
    known, name = kind == "recycle", call.org.modules[entry.module].name_field
    return {
        "deleted_by": entry.deleted_by.reference if known else None,
        "id": record_id,
        "display_name": str(fields[name]) if known else None,
        "type": kind,
        "created_by": fields["Created_By"] if known else None,
        "deleted_time": stamp(entry.at),
    }
