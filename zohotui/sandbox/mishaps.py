"""Carrying a fault out: what the client gets instead of the true answer."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from zohotui.sandbox import replies
from zohotui.sandbox.faults import ConnectionDropped, FaultKind

if TYPE_CHECKING:
    from zohotui.sandbox.faults import Fault
    from zohotui.sandbox.replies import Reply
    from zohotui.sandbox.variants import Variants

_FOREIGN_ID = "410405000009999001"
_BLANKS = 8_000_000
_DEPTH = 100_000
_GIANT = "9" * 5_000


def before(fault: Fault, variants: Variants) -> Reply | None:
    """Return what a fault answers without any work, None for one that lets the work be done.

    Raises ConnectionDropped where nothing is answered. A delay is the caller's to wait for.
    """
    kind = fault.kind
    if kind is FaultKind.REFUSE:
        raise ConnectionDropped("refused")
    if kind is FaultKind.RESET_BEFORE:
        raise ConnectionDropped("reset")
    if kind is FaultKind.HANG_BEFORE:
        raise ConnectionDropped("hang", seconds=fault.seconds)
    if kind is FaultKind.EXPIRED_TOKEN:
        return replies.invalid_token()
    if kind is FaultKind.TOO_MANY_REQUESTS:
        return replies.too_many(variants.too_many_message, variants.retry_after)
    if kind is FaultKind.UNAVAILABLE:
        return replies.page(503, "503 Service Temporarily Unavailable")
    if kind in _BEFORE:
        return _in_place_of_the_answer(fault)
    return None


_BEFORE = frozenset(
    {
        FaultKind.INTERNAL_ERROR_BEFORE,
        FaultKind.BAD_GATEWAY_BEFORE,
        FaultKind.HTML_OK_BEFORE,
        FaultKind.FLAT_ERROR,
    }
)


def after(fault: Fault, reply: Reply) -> Reply:
    """Spoil the true answer. Raises ConnectionDropped where nothing arrives."""
    kind = fault.kind
    if kind is FaultKind.RESET_AFTER:
        raise ConnectionDropped("reset")
    if kind is FaultKind.HANG_AFTER:
        raise ConnectionDropped("hang", seconds=fault.seconds)
    if kind is FaultKind.CUT_BODY:
        raise ConnectionDropped("reset", sent=_head(reply) + _half(reply.body))
    if kind is FaultKind.TRICKLING_HEAD:
        raise ConnectionDropped("trickle", seconds=fault.seconds, rest=_head(reply) + reply.body)
    if kind is FaultKind.TRICKLING_BODY:
        head = _head(reply)
        raise ConnectionDropped("trickle", seconds=fault.seconds, sent=head, rest=reply.body)
    if kind in _OVERSIZED:
        return _oversized(kind, reply)
    if kind is FaultKind.TRUNCATED_JSON:
        return replace(reply, body=_half(reply.body))
    if kind is FaultKind.EMPTY_BODY:
        return replace(reply, body=b"")
    if kind in _ITEMS:
        return _with_other_items(fault, reply)
    return _in_place_of_the_answer(fault)


_ITEMS = frozenset(
    {
        FaultKind.NOT_JSON_ARRAY,
        FaultKind.ITEM_WITHOUT_ID,
        FaultKind.MISSING_ITEM,
        FaultKind.EXTRA_ITEM,
        FaultKind.DUPLICATE_ITEM,
        FaultKind.CONTRADICTING_ITEM,
    }
)


_OVERSIZED = frozenset({FaultKind.GZIP_BOMB, FaultKind.DEEP_JSON, FaultKind.GIANT_NUMBERS})


def _oversized(kind: FaultKind, reply: Reply) -> Reply:
    """Return the true answer with more in it than anybody should take."""
    if kind is FaultKind.GZIP_BOMB:
        body = gzip.compress(b" " * _BLANKS + reply.body, 1)
        return replace(reply, body=body, headers=(*reply.headers, ("Content-Encoding", "gzip")))
    if kind is FaultKind.GIANT_NUMBERS:
        names = ("X-API-CREDITS-REMAINING", "Retry-After", "X-RATELIMIT-REMAINING")
        kept = (header for header in reply.headers if header[0] not in names)
        return replace(reply, headers=(*kept, *((name, _GIANT) for name in names)))
    deep = b'{"deep": ' + b"[" * _DEPTH + b"]" * _DEPTH + b", "
    return replace(reply, body=reply.body.replace(b"{", deep, 1))


def _in_place_of_the_answer(fault: Fault) -> Reply:
    if fault.kind in {FaultKind.FLAT_ERROR, FaultKind.FLAT_ERROR_AFTER}:
        return replies.error(fault.status, fault.code, fault.message, dict(fault.details))
    if fault.kind in {FaultKind.BAD_GATEWAY_BEFORE, FaultKind.BAD_GATEWAY_AFTER}:
        return replies.page(502, "502 Bad Gateway")
    if fault.kind in {FaultKind.HTML_OK_BEFORE, FaultKind.HTML_OK_AFTER}:
        return replies.page(200, "Sign in")
    return replies.internal_error()


def _with_other_items(fault: Fault, reply: Reply) -> Reply:
    """Return the answer with its items spoilt; an answer without items stays as it is.

    They stand in `data`, or in `recycle_bin`.
    """
    body = json.loads(reply.body) if reply.body else None
    if not isinstance(body, dict):
        return reply
    name = next((name for name in _LISTS if body.get(name)), "")
    if not name:
        return reply
    items: list[dict[str, Any]] = body[name]
    place = fault.position % len(items)
    if fault.kind is FaultKind.NOT_JSON_ARRAY:
        return replies.as_json(reply.status, {name: items[place]})
    if fault.kind is FaultKind.MISSING_ITEM:
        del items[place]
    elif fault.kind is FaultKind.EXTRA_ITEM:
        items.insert(place, replies.success(_FOREIGN_ID))
    elif fault.kind is FaultKind.DUPLICATE_ITEM:
        items.insert(place, items[place])
    elif fault.kind is FaultKind.CONTRADICTING_ITEM:
        items.append(_opposite(items[place]))
    else:
        items[place] = {**items[place], "details": {}}
    return replies.as_json(reply.status, {name: items})


_LISTS = ("data", "recycle_bin")


def _opposite(item: dict[str, Any]) -> dict[str, Any]:
    record_id = item.get("details", item).get("id", _FOREIGN_ID)
    if item.get("code") == "SUCCESS":
        return replies.body_of("INVALID_DATA", "record not deleted", {"id": record_id})
    return replies.success(record_id)


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _head(reply: Reply) -> bytes:
    """Return a response head that promises the whole body."""
    return (
        f"HTTP/1.1 {reply.line}\r\nContent-Type: {reply.content_type}\r\n"
        f"Content-Length: {len(reply.body)}\r\n\r\n"
    ).encode()
