"""From a path of the CRM API to the handler that answers it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from zohotui.sandbox import replies
from zohotui.sandbox.crm import (
    automation,
    deleted,
    deleting,
    metadata,
    querying,
    reading,
    recycle_bin,
    related,
    viewing,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.replies import Reply

    Handler = Callable[[Call], Reply]

_OF_THE_ORG: Mapping[str, tuple[str, Handler]] = MappingProxyType(
    {
        "org": ("GET", metadata.read_org),
        "users": ("GET", metadata.read_users),
        "coql": ("POST", querying.query),
    }
)

_LISTS: Mapping[str, Handler] = MappingProxyType(
    {
        "modules": metadata.read_modules,
        "fields": metadata.read_fields,
        "custom_views": viewing.read_views,
    }
)
"""What of the settings is read as a list."""

_NEWER_LISTS: Mapping[str, Handler] = MappingProxyType(
    {
        "tags": metadata.read_tags,
        "workflow_rules": automation.read_rules,
        "related_lists": related.read_related_lists,
    }
)
"""The same, of later versions."""


def answer(call: Call) -> Reply:
    """Answer a call whose token is good. Source: zoho-api.md, section 13, row 2."""
    methods = _methods(call)
    if not methods:
        return replies.invalid_url()
    for method, handler in methods:
        if method == call.method:
            return handler(call)
    return replies.invalid_method()


def _methods(call: Call) -> tuple[tuple[str, Handler], ...]:
    """Return the methods a path knows, with their handlers; none for an unknown path."""
    match call.parts:
        case ("settings", *rest):
            return _settings(call, tuple(rest))
        case (("org" | "users" | "coql") as name,):
            return (_OF_THE_ORG[name],)
    return _of_module(call.parts)


def _of_module(parts: tuple[str, ...]) -> tuple[tuple[str, Handler], ...]:
    match parts:
        case (_, "actions", "count"):
            return (("GET", reading.count),)
        case (_,):
            return (("GET", reading.read_many), ("DELETE", deleting.delete_many))
        case (_, _, "actions", "get_related_records_count"):
            return (("POST", related.count_related),)
        case (_, "deleted"):
            return (("GET", deleted.read_deleted),)
        case (_, name) if name not in {"search", "actions"}:
            return (("GET", reading.read_one), ("DELETE", deleting.delete_one))
    return ()


def _settings(call: Call, rest: tuple[str, ...]) -> tuple[tuple[str, Handler], ...]:
    match rest:
        case (name,) if name in _LISTS:
            return (("GET", _LISTS[name]),)
        case ("modules", _):
            return (("GET", metadata.read_module),)
        case ("custom_views", _):
            return (("GET", viewing.read_view),)
        case (name,) | ("automation", name) if name in _NEWER_LISTS and not call.is_v2:
            return (("GET", _NEWER_LISTS[name]),)
    # The Recycle Bin came with later versions.
    return () if call.is_v2 else _recycle_bin(rest)


def _recycle_bin(rest: tuple[str, ...]) -> tuple[tuple[str, Handler], ...]:
    match rest:
        case ("recycle_bin",) | ("recycle_bin", _):
            return (("GET", recycle_bin.read_bin),)
        case ("recycle_bin", "actions", "restore") | ("recycle_bin", _, "actions", "restore"):
            return (("POST", recycle_bin.restore),)
    return ()
