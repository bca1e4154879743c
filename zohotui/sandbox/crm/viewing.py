"""GET /settings/custom_views, and which records a view has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.crm.conditions import Tokens, condition
from zohotui.sandbox.crm.pages import page_number, per_page
from zohotui.sandbox.oauth.scopes import allows
from zohotui.sandbox.org.views import TRANSLATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.crm.conditions import Test
    from zohotui.sandbox.org.views import View
    from zohotui.sandbox.replies import Reply


def read_views(call: Call) -> Reply:
    """List the views of a module. Source: zoho-api.md, "Saved views"; section 14.10, row 32."""
    module = _module(call)
    if isinstance(module, replies.Reply):
        return module
    views, size = call.org.views.of(module), per_page(call)
    page = page_number(call.params)
    if not views:
        return replies.nothing()
    some = views[(page - 1) * size : page * size]
    default = next((view.id for view in views if view.system_name == "ALLVIEWS"), views[0].id)
    info = {
        "per_page": size,
        "default": default,
        "count": len(some),
        "page": page,
        "more_records": page * size < len(views),
        "translation": dict(TRANSLATION),
    }
    entries = [view.as_json(call.version) for view in some]
    return replies.as_json(200, {"custom_views": entries, "info": info})


def read_view(call: Call) -> Reply:
    """One view with its criteria; 204 for one that is not there."""
    module = _module(call)
    if isinstance(module, replies.Reply):
        return module
    view = call.org.views.find(module, call.parts[2])
    if view is None:
        return replies.nothing()
    return replies.as_json(200, {"custom_views": [view.whole(call.version)]})


def ids_of_view(call: Call, view: View) -> Iterator[str]:
    """Yield the living records of a view in its order."""
    module = call.parts[0]
    test = test_of(call, view) if view.where else None
    for record_id in call.org.ids(module, newest_first=view.newest_first):
        if test is None or passes(test, fields_of(call, module, record_id)):
            yield record_id


def test_of(call: Call, view: View) -> Test:
    """Return the condition of a view as the acting user's; all pass where it has none."""
    if not view.where:
        return lambda _: True
    where = view.where.replace("${CURRENTUSER}", f"'{call.org.acting.id}'")
    return condition(Tokens(where), _Anything())


def fields_of(call: Call, module: str, record_id: str) -> dict[str, Any]:
    """Return all that a condition can ask of a record."""
    org = call.org
    externals = org.externals.of_record(module, record_id, org.acting.id)
    return {**org.record(module, record_id).fields, **externals, "id": record_id}


def passes(test: Test, record: dict[str, Any]) -> bool:
    """Whether a record fulfils a condition; what cannot be compared does not."""
    try:
        return test(record)
    except TypeError:
        return False


def _module(call: Call) -> str | Reply:
    if not allows(call.grant.scopes, "settings", "READ", "custom_views"):
        return replies.scope_mismatch(call.variants.scope_message)
    name = call.params.get("module", "")
    if not name:
        message = "One of the expected parameter is missing"
        return replies.param_missing("module", call.variants.missing_param_key, message)
    if name not in call.org.modules:
        return replies.error(400, "INVALID_MODULE", call.variants.invalid_module_message)
    return name


class _Anything(frozenset[str]):
    """Every column: what is saved in a view has been checked before."""

    def __contains__(self, _: object) -> bool:
        return True
