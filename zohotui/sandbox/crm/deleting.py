"""DELETE /{module}?ids= and DELETE /{module}/{id}."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zlib import crc32

from zohotui.sandbox import replies
from zohotui.sandbox.crm import external
from zohotui.sandbox.crm.gate import stopped
from zohotui.sandbox.ledger import Gone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zohotui.sandbox.crm.call import Call
    from zohotui.sandbox.org.modules import Module
    from zohotui.sandbox.replies import Reply

_WRONG_FORMAT = "either the request body or parameters is in wrong format"
_NOT_APPROVED = "cannot delete record that is not approved yet"
_LOCKED = "You cannot perform this operation as the record is locked."


def delete_many(call: Call) -> Reply:
    """Delete by `ids`. Source: zoho-api.md, "Answers of the many-form"; section 13, rows 5-12."""
    given = call.params.get("ids", "")
    ids = tuple(part.strip() for part in given.split(",")) if given.strip() else ()
    call.note(ids=ids)
    reply = (
        stopped(call, "DELETE")
        or external.bad_header(call)
        or _bad_ids(call, given, ids)
        or _bad_trigger(call)
    )
    if reply is not None:
        return reply
    items = _carry_out(call, ids)
    failures = sum(item["code"] != "SUCCESS" for item in items)
    if call.external and failures == len(items) and call.variants.external_unknown == "flat":
        return replies.error(400, "INVALID_DATA", external.INVALID)
    if call.variants.shuffle:
        items.sort(key=lambda item: crc32(f"{call.number}{item['details']}".encode()))
    return replies.as_json(_status(call, failures, len(items)), {"data": items})


def delete_one(call: Call) -> Reply:
    """Answer the one-form. Source: zoho-api.md, "Answers of the one-form"; section 13, row 13."""
    record_id = call.parts[1]
    call.note(ids=(record_id,))
    reply = stopped(call, "DELETE") or external.bad_header(call) or _bad_trigger(call)
    if reply is not None:
        return reply
    if not call.external and not _is_number(record_id):
        return _flat(call, record_id, _WRONG_FORMAT)
    (item,) = _carry_out(call, (record_id,), one_form=True)
    if item["code"] == "INVALID_DATA":
        return _flat(call, record_id, item["message"])
    return replies.as_json(200 if item["code"] == "SUCCESS" else 400, {"data": [item]})


def _bad_ids(call: Call, given: str, ids: Sequence[str]) -> Reply | None:
    """Why the `ids` parameter is refused as a whole, or None."""
    variants = call.variants
    if not ids:
        message = "One of the expected parameter is missing"
        return replies.param_missing("ids", variants.missing_param_key, message)
    if len(ids) > variants.ids_limit:
        return replies.limit_exceeded(variants.ids_limit, "ids")
    longest = variants.ids_limit_characters
    if longest is not None and len(given) > longest:
        return replies.limit_exceeded(longest, "ids")
    numbers = call.external or all(map(_is_number, ids))
    if variants.malformed_id == "request" and not numbers:
        return replies.unparsable()
    return None


def _bad_trigger(call: Call) -> Reply | None:
    """Read `wf_trigger` into the ledger; an answer if it is neither true nor false."""
    given = call.params.get("wf_trigger", "true").lower()
    if given not in {"true", "false"}:
        details = {"param_name": "wf_trigger"}
        return replies.error(400, call.variants.bad_wf_trigger, "invalid data", details)
    call.note(wf_trigger=given == "true")
    return None


def _carry_out(call: Call, ids: Sequence[str], *, one_form: bool = False) -> list[dict[str, Any]]:
    """Delete what can be deleted and write it down; the items in the order of `ids`."""
    module = call.org.modules[call.parts[0]]
    items: list[dict[str, Any]] = []
    gone: list[str] = []
    along: list[tuple[str, str, str]] = []
    for given in ids:
        found = external.records_with(call, given) if call.external else [given]
        if len(found) != 1:
            items.append(external.invalid_item(call, given))
            continue
        record_id = found[0]
        refusal = _refusal(call, record_id, one_form=one_form)
        if refusal is None:
            children = call.org.delete(module.api_name, record_id, at=call.at)
            along.extend((record_id, kind, child) for kind, child in children)
            gone.append(record_id)
        item = refusal or replies.success(record_id)
        items.append(external.named(call, item, given, record_id) if call.external else item)
    _write_down(call, module, gone, along)
    return items


def _write_down(
    call: Call, module: Module, gone: Sequence[str], along: Sequence[tuple[str, str, str]]
) -> None:
    """Tell the ledger who went, and (parent, module, id) of those who went along."""
    fires = call.params.get("wf_trigger", "true").lower() == "true"
    if gone:
        call.ledger.deleted(
            Gone(
                request_number=call.number,
                module=module.api_name,
                ids=tuple(gone),
                at=call.at,
                permanent=not module.recycle_bin,
                workflow_fired=fires,
            )
        )
    for parent, kind, child in along:
        call.ledger.deleted(
            Gone(
                request_number=call.number,
                module=kind,
                ids=(child,),
                at=call.at,
                permanent=False,
                workflow_fired=False,
                with_parent=parent,
            )
        )


def _refusal(call: Call, record_id: str, *, one_form: bool) -> dict[str, Any] | None:
    """Return the item that says why this record stays, or None if it may go.

    Source: zoho-api.md, "Per-record codes".
    """
    module = call.parts[0]
    named = {"id": record_id}
    if not _is_number(record_id):
        return replies.body_of("INVALID_DATA", _WRONG_FORMAT, named)
    if not call.org.exists(module, record_id):
        return replies.body_of("INVALID_DATA", "record not deleted", named)
    state = call.org.state(module, record_id)
    if state.lock is not None:
        message = call.variants.locked_message or (_NOT_APPROVED if call.is_v2 else _LOCKED)
        return replies.body_of("RECORD_LOCKED", message, {"action": state.lock, **named})
    if state.waiting:
        details = named if one_form or call.variants.not_approved_with_id else {}
        return replies.body_of("NOT_APPROVED", _NOT_APPROVED, details)
    if state.forbidden:
        return replies.body_of("NO_PERMISSION", "Permission denied to delete", named)
    return None


def _flat(call: Call, record_id: str, message: str) -> Reply:
    """Return the one-form's INVALID_DATA: flat without an id, or (variant) an item with one."""
    if call.variants.one_form_failure == "item":
        named = external.field_of(call) or "id"
        item = replies.body_of("INVALID_DATA", message, {named: record_id})
        return replies.as_json(400, {"data": [item]})
    return replies.error(400, "INVALID_DATA", message, {"resource_path_index": 1})


def _status(call: Call, failures: int, total: int) -> int:
    if failures == 0:
        return 200
    if call.external and call.is_v2:
        return call.variants.external_v2_status
    if failures == total:
        return call.variants.v2_total_failure_status if call.is_v2 else 400
    return call.variants.v2_mixed_status if call.is_v2 else 207


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()
