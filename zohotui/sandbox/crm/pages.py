"""Pages of a list of records: by number, and beyond 2,000 records by tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from zohotui.sandbox import replies

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.replies import Reply

PAGE = 200
_LAST_PAGE = 10
_MOST_BY_PAGE = 2000
_BEYOND = "You can only get the first 2000 records without using page_token param"
_NOT_BOUND = frozenset({"page", "page_token"})


def per_page(call: Call) -> int:
    """Return the page size asked for: 1 to 200, 200 when it is no such number."""
    given, most = call.params.get("per_page", ""), min(PAGE, call.variants.page_size)
    return min(int(given), most) if given.isdecimal() and int(given) > 0 else most


def page_number(params: Mapping[str, str]) -> int:
    """Return the page asked for, from 1."""
    given = params.get("page", "")
    return max(1, int(given)) if given.isdecimal() else 1


def start_of(call: Call, size: int) -> int | Reply:
    """How many records come before this page; v8 pages past 2,000 by token only.

    Source: zoho-api.md, "Saved views" and section 14.10, row 33.
    """
    token = call.params.get("page_token", "")
    if token and "page" in call.params:
        names = {"param_names": ["page", "page_token"]}
        return replies.error(400, "AMBIGUITY_DURING_PROCESSING", "ambiguity", names)
    if token:
        return _by_token(call, token)
    page = page_number(call.params)
    if not call.is_v2 and page > _LAST_PAGE:
        details = {"limit": _MOST_BY_PAGE}
        return replies.error(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", _BEYOND, details)
    return (page - 1) * size


def info(call: Call, count: int, size: int, start: int, *, more: bool) -> dict[str, Any]:
    """Return what an answer says of itself."""
    told = {
        "per_page": size,
        "count": count,
        "page": page_number(call.params),
        "more_records": more,
    }
    if call.is_v2:
        return told
    by_view = "cvid" in call.params
    return told | {
        "call": False,
        "email": False,
        "sort_by": None if by_view else "id",
        "sort_order": None if by_view else "desc",
        "next_page_token": _token(call, start + size) if more else None,
        "previous_page_token": None,
        "page_token_expiry": None,
    }


def _token(call: Call, start: int) -> str:
    ends = int(call.at + call.variants.token_hours * 3_600)
    return f"{start}-{ends}-{_bound_to(call)}"


def _bound_to(call: Call) -> int:
    """Return what a token is bound to: its parameters and its user."""
    bound = sorted((key, value) for key, value in call.params.items() if key not in _NOT_BOUND)
    return crc32(f"{call.parts}{bound}{call.org.acting.id}".encode())


def _by_token(call: Call, token: str) -> int | Reply:
    parts = token.split("-")
    if len(parts) != 3 or not all(map(str.isdecimal, parts)):  # noqa: PLR2004 - as _token makes it
        return replies.error(400, "INVALID_DATA", "invalid data", {"param_name": "page_token"})
    start, ends, bound = map(int, parts)
    if bound != _bound_to(call):
        message = "Token bound data mismatch"
        details = {"param_name": "page_token"}
        return replies.error(400, "TOKEN_BOUND_DATA_MISMATCH", message, details)
    if call.at > ends:
        return replies.error(400, "EXPIRED_VALUE", "Page token expired", {})
    if start >= call.variants.view_reach:
        reach = {"limit": call.variants.view_reach}
        return replies.error(400, "PAGINATION_LIMIT_EXCEEDED", "pagination limit exceeded", reach)
    return start
