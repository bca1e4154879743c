"""The checks that stand before any work on a module's records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from zohotui.sandbox import replies
from zohotui.sandbox.oauth.scopes import allows

if TYPE_CHECKING:
    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.replies import Reply

    Operation = Literal["DELETE", "READ"]


def stopped(call: Call, operation: Operation) -> Reply | None:
    """Return why the call may not touch its module, or None if it may.

    In the order of zoho-api.md, section 13, row 5: scope, module, support, permission.
    """
    return module_stopped(call, operation, call.parts[0])


def module_stopped(call: Call, operation: Operation, name: str) -> Reply | None:
    """Return why the call may not touch the module of this name, or None if it may."""
    return (
        _out_of_scope(call, operation, name)
        or _unfit(call, operation, name)
        or _denied(call, operation, name)
    )


def _out_of_scope(call: Call, operation: Operation, name: str) -> Reply | None:
    module = call.org.modules.get(name)
    word = module.scope if module else name.lower()
    # Later versions know no Activities scope. Source: zoho-api.md, "Activities".
    lost = name == "Activities" and not call.is_v2
    if lost or not allows(call.grant.scopes, "modules", operation, word):
        return replies.scope_mismatch(call.variants.scope_message)
    return None


def _unfit(call: Call, operation: Operation, name: str) -> Reply | None:
    module = call.org.modules.get(name)
    if module is None:
        return replies.invalid_module(call.variants.invalid_module_message)
    if not module.api_supported or (operation == "DELETE" and not module.deletable):
        return replies.module_not_supported(call.version)
    return None


def _denied(call: Call, operation: Operation, name: str) -> Reply | None:
    refusal = call.org.denied.get((name, operation))
    if refusal is None:
        return None
    if refusal == "AUTHORIZATION_FAILED":
        return replies.authorization_failed()
    to_what = " to delete" if operation == "DELETE" else ""
    return replies.no_permission(name, f"Permission denied{to_what}")
