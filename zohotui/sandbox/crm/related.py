"""GET /settings/related_lists, and how many related records a record has. Row 36.

Source: zoho-api.md, "Related records"; the official OpenAPI examples of getRelatedRecordsCount.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.crm.gate import stopped
from zohotui.sandbox.oauth.scopes import allows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.replies import Reply

_MOST = 20
_KEY = "get_related_records_count"
_ALL = ("Notes", "Attachments", "Tasks", "Events", "Calls", "Emails", "Campaigns")
_BY_LOOKUP = {"Accounts": ("Contacts", "Deals"), "Contacts": ("Deals",)}
_LOOKUPS = {"Accounts": "Account_Name", "Contacts": "Contact_Name"}
_LINKED = frozenset({"Campaigns"})


def read_related_lists(call: Call) -> Reply:
    """List the related lists of a module."""
    if not allows(call.grant.scopes, "settings", "READ", "related_lists"):
        return replies.scope_mismatch(call.variants.scope_message)
    module = call.params.get("module", "")
    if module not in call.org.modules:
        message = call.variants.invalid_module_message
        return replies.error(400, "INVALID_MODULE", message, {"param": "module"})
    lists = [_list(call, module, name, place) for place, name in enumerate(_names(module), 1)]
    return replies.as_json(200, {"related_lists": lists})


def _names(module: str) -> Sequence[str]:
    return (*_ALL, *_BY_LOOKUP.get(module, ()))


def _list(call: Call, module: str, name: str, place: int) -> dict[str, Any]:
    known = call.org.modules.get(name)
    return {
        "id": f"{call.org.prefix}{9_041 + place:012d}",
        "sequence_number": str(place),
        "display_label": known.plural_label if known else name,
        "api_name": name,
        "module": {"api_name": name, "id": known.id} if known else None,
        "name": name,
        "action": None,
        "href": f"{module}/{{ENTITYID}}/{name}",
        "type": "multiselectlookup" if name in _LINKED else "default",
        "connectedmodule": None,
        "linkingmodule": None,
        "customize_sort": False,
        "customize_fields": False,
        "customize_display_label": False,
        "sort_by": None,
        "sort_order": None,
        "fields": [],
        "status": "visible",
    }


def count_related(call: Call) -> Reply:
    """Count what each of up to 20 related lists holds of one record."""
    if (reply := stopped(call, "READ")) is not None:
        return reply
    module, record_id = call.parts[:2]
    if not call.org.exists(module, record_id):
        return _invalid("the related id given seems to be invalid")
    if module == "Leads" and call.org.state(module, record_id).converted:
        return _invalid("id already converted")
    asked = _asked(call.body)
    if not 0 < len(asked) <= _MOST:
        return replies.limit_exceeded(_MOST, _KEY)
    items = [_item(call, name, place) for place, name in enumerate(asked)]
    failed = sum("code" in one for one in items)
    nested = call.variants.related_counts == "nested"
    told = [[one] for one in items] if nested else items
    status = 200 if not failed else 400 if failed == len(items) else 207
    return replies.as_json(status, {_KEY: told})


def _invalid(message: str) -> Reply:
    return replies.error(400, "INVALID_DATA", message, {"resource_path_index": 1})


def _asked(body: str) -> list[str]:
    try:
        entries = json.loads(body)[_KEY]
        return [str(one["related_list"]["api_name"]) for one in entries]
    except (ValueError, KeyError, TypeError):
        return []


def _item(call: Call, name: str, place: int) -> dict[str, Any]:
    module, record_id = call.parts[:2]
    if name not in _names(module):
        path = f"$.{_KEY}[{place}].related_list.api_name"
        details = {"api_name": "api_name", "json_path": path}
        return replies.body_of("INVALID_DATA", "Given related_list is invalid", details)
    related = {"api_name": name, "id": f"{call.org.prefix}{9_042 + place:012d}"}
    return {"count": _count(call, module, record_id, name), "related_list": related}


def _count(call: Call, module: str, record_id: str, name: str) -> int:
    with call.org.mutex:
        children = call.org.recycle_bin.children(record_id)
        along = sum(kind == name and call.org.exists(kind, one) for kind, one in children)
        lookup = _LOOKUPS.get(module, "") if name in _BY_LOOKUP.get(module, ()) else ""
        if not lookup:
            return along
        links = (call.org.record(name, one).fields.get(lookup) for one in call.org.ids(name))
        return sum(isinstance(one, dict) and one.get("id") == record_id for one in links)
