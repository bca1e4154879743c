"""GET /settings/modules, /settings/fields, /org and /users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.oauth.scopes import allows
from zohotui.sandbox.org.content import field_names
from zohotui.sandbox.org.externals import UNIQUE
from zohotui.sandbox.org.people import administrator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.org.externals import Kind
    from zohotui.sandbox.org.modules import Module
    from zohotui.sandbox.org.people import User
    from zohotui.sandbox.replies import Reply

_NO_TAB = frozenset({"Home", "Reports", "Analytics", "Documents", "Forecasts"})
_STATUSES = ("visible", "user_hidden", "system_hidden", "scheduled_for_deletion")
_KINDS = {"Amount": "currency", "Exchange_Rate": "double", "Currency": "picklist"}
"""Of the fields of records, those that are no text. Source: zoho-api.md, "Fields metadata"."""

_CREATED = "2024-04-12T02:08:05-07:00"


def read_modules(call: Call) -> Reply:
    """All modules; v8 can filter by `status`. Source: zoho-api.md, "GET /settings/modules"."""
    if not allows(call.grant.scopes, "settings", "READ", "modules"):
        return replies.scope_mismatch(call.variants.scope_message)
    asked = [word for word in call.params.get("status", "").split(",") if word]
    for place, word in enumerate(asked):
        if not call.is_v2 and word not in _STATUSES:
            details = {"index": place, "supported_values": [*_STATUSES], "param_name": "status"}
            return replies.error(400, "INVALID_DATA", "invalid data", details)
    modules = [
        _module(call, module)
        for module in call.org.modules.values()
        if call.is_v2 or not asked or module.status in asked
    ]
    return replies.as_json(200, {"modules": modules})


def _module(call: Call, module: Module) -> dict[str, Any]:
    entry = module.as_json(call.version, administrator(call.org.prefix))
    # An object, as the official OpenAPI file for v8 describes it; the page's own sample has null.
    return entry if call.is_v2 else {**entry, "modified_by": call.org.users[0].reference}


def read_module(call: Call) -> Reply:
    """One module with its name field; 204 for those without a tab of records."""
    if not allows(call.grant.scopes, "settings", "READ", "modules"):
        return replies.scope_mismatch(call.variants.scope_message)
    module = call.org.modules.get(call.parts[2])
    if module is None:
        return replies.invalid_module(call.variants.invalid_module_message)
    if module.api_name in _NO_TAB:
        return replies.nothing()
    entry = _module(call, module)
    display: Any = module.name_field
    if not call.is_v2:
        display = {"api_name": module.name_field, "id": f"{module.id[:-4]}9001"}
    return replies.as_json(200, {"modules": [{**entry, "display_field": display, "per_page": 10}]})


def read_fields(call: Call) -> Reply:
    """Answer a module's fields, few of them. Source: zoho-api.md, "Fields metadata"; row 20."""
    if not allows(call.grant.scopes, "settings", "READ", "fields"):
        return replies.scope_mismatch(call.variants.scope_message)
    name = call.params.get("module", "")
    if not name:
        message = "One of the expected parameter is missing"
        return replies.param_missing("module", call.variants.missing_param_key, message)
    module = call.org.modules.get(name)
    if module is None:
        return replies.invalid_module(call.variants.invalid_module_message)
    return replies.as_json(200, {"fields": _fields(call, module)})


def _fields(call: Call, module: Module) -> list[dict[str, Any]]:
    kinds = [
        (module.name_field, "text"),
        ("Owner", "ownerlookup"),
        ("Email", "email"),
        ("Created_By", "ownerlookup"),
        ("Modified_By", "ownerlookup"),
        ("Created_Time", "datetime"),
        ("Modified_Time", "datetime"),
        ("Description", "textarea"),
    ]
    told = {api_name for api_name, _ in kinds}
    own = (name for name in field_names(module) if name not in told)
    kinds += [(name, _KINDS.get(name, "text")) for name in own]
    externals = dict(call.org.externals.fields(module.api_name))
    kinds += [(name, "text") for name in externals]
    return [
        {
            "api_name": api_name,
            "field_label": api_name.replace("_", " "),
            "display_label": api_name.replace("_", " "),
            "data_type": kind,
            "json_type": "jsonobject" if kind == "ownerlookup" else "string",
            "visible": True,
            "custom_field": api_name in externals,
            "system_mandatory": api_name == module.name_field,
            "read_only": api_name == "Full_Name",
            "virtual_field": api_name == "Full_Name",
            "lookup": {},
            "id": f"{module.id[:-4]}{9001 + 2 * place}",
        }
        | ({} if call.is_v2 else _newer_keys(api_name, module, externals))
        for place, (api_name, kind) in enumerate(kinds)
    ]


def _newer_keys(
    api_name: str, module: Module, externals: Mapping[str, Kind | None]
) -> dict[str, Any]:
    """Return what v8 tells beside v2. Source: zoho-api.md, "External ids".

    `type` is "used" or "unused", as in the official OpenAPI file: of the latter there are none.
    """
    kind = externals.get(api_name)
    return {
        "type": "used",
        "display_field": api_name == module.name_field,
        "external": {"show": True, "type": kind} if kind else None,
        "unique": dict(UNIQUE) if kind else {},
        "customizable_properties": ["external_field"] if api_name in externals else [],
    }


def read_tags(call: Call) -> Reply:
    """Answer the tags of a module. Source: the official OpenAPI file tags.json."""
    if not allows(call.grant.scopes, "settings", "READ", "tags"):
        return replies.scope_mismatch(call.variants.scope_message)
    name = call.params.get("module", "")
    if name not in call.org.modules:
        return replies.invalid_module(call.variants.invalid_module_message)
    by = call.org.users[0].reference
    beside = {"created_by": by, "modified_by": by, "created_time": _CREATED}
    with call.org.mutex:
        held = [call.org.record(name, one).fields["Tag"] for one in call.org.ids(name)]
    by_name = {tag["name"]: tag for tags in held for tag in tags}
    tags = [{**one, **beside, "color_code": "#F48435"} for one in by_name.values()]
    return replies.as_json(200, {"tags": tags}) if tags else replies.nothing()


def read_org(call: Call) -> Reply:
    """Answer the org; its `type` only in v8. Source: zoho-api.md, "GET /org"."""
    if not allows(call.grant.scopes, "org", "READ"):
        return replies.scope_mismatch(call.variants.scope_message)
    org = call.org
    entry: dict[str, Any] = {
        "id": f"{org.prefix}000000020005",
        "company_name": org.company,
        "zgid": org.zgid,
        "domain_name": f"org{org.zgid}",
        "primary_email": org.users[0].email,
        "primary_zuid": "700000055",
        "country_code": "GB",
        "time_zone": "Europe/London",
        "currency": "British Pound - GBP",
        "currency_symbol": "£",
        "iso_code": "GBP",
        "created_time": _CREATED,
        "alias": None,
        "employee_count": "12",
        "mc_status": False,
        "gapps_enabled": False,
        "privacy_settings": False,
        "license_details": {
            "paid": org.edition != "free",
            "paid_type": org.edition,
            "users_license_purchased": len(org.users),
            "paid_expiry": None,
            "trial_type": None,
            "trial_expiry": None,
        },
    }
    if not call.is_v2:
        entry |= {"type": org.environment, "hierarchy_preferences": {"type": "Role_Hierarchy"}}
    return replies.as_json(200, {"org": [entry]})


def read_users(call: Call) -> Reply:
    """`type=CurrentUser`, or everybody. Source: zoho-api.md, "GET /users?type=CurrentUser"."""
    if not allows(call.grant.scopes, "users", "READ"):
        return replies.scope_mismatch(call.variants.scope_message)
    org = call.org
    people = [org.acting] if call.params.get("type") == "CurrentUser" else [*org.users]
    info = {"per_page": 200, "count": len(people), "page": 1, "more_records": False}
    users = [_user(call, person) for person in people]
    return replies.as_json(200, {"users": users, "info": info})


def _user(call: Call, person: User) -> dict[str, Any]:
    role = {"name": "CEO" if person.admin else "Manager", "id": f"{call.org.prefix}000000026005"}
    standard = {"name": "Standard", "id": f"{call.org.prefix}000000026014"}
    entry: dict[str, Any] = {
        "id": person.id,
        "full_name": person.full_name,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "status": "active",
        "confirm": True,
        "zuid": f"7000{person.id[-5:]}",
        "role": role,
        "profile": administrator(call.org.prefix) if person.admin else standard,
        "locale": "en_GB",
        "time_zone": "Europe/London",
    }
    if not call.is_v2:
        # The official OpenAPI file for v8 describes an object or null, and not what is in it.
        entry |= {"type__s": "Regular User", "sandboxDeveloper": False, "status_reason__s": None}
        entry |= {"time_zone": None}
    return entry
