"""What a record tells about itself that speaks against deleting it, before anything is tried.

Source: zoho-api.md, "GET /{module}/{id}" (the system keys) and "Per-record codes".
"""

from __future__ import annotations

from collections.abc import Collection

from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.zoho.records import Json

READY = Outcome(State.READY)
CONVERTED = Outcome(
    State.READY, Code.CONVERTED, "a converted lead; its contact, account and deal stay"
)
LOCKED = Outcome(State.HELD, Code.LOCKED, "the record is locked")
IN_APPROVAL = Outcome(State.HELD, Code.IN_APPROVAL, "the record is not approved")
IN_MERGE = Outcome(State.HELD, Code.IN_MERGE, "the record is being merged")
NOT_EDITABLE = Outcome(
    State.HELD, Code.NOT_EDITABLE, "Zoho says that your user cannot change the record"
)

SYSTEM_KEYS = (
    "$editable",
    "$locked_for_me",
    "Locked__s",
    "$approved",
    "$approval_state",
    "$in_merge",
    "$converted",
    "Converted__s",
)
"""What a prediction is made from; asked for by name where Zoho wants names."""

_TOLD_BY = (
    ("which records are locked", ("$locked_for_me", "Locked__s", "$editable")),
    ("which records wait for approval", ("$approved", "$approval_state")),
    ("which records are being merged", ("$in_merge",)),
)

_APPROVED = {"", "approved", "none", "null"}


def predict(record: Json) -> Outcome:
    """Say what a delete of this record is likely to meet.

    A key that is not there speaks against nothing; `untold` says which were never there.
    """
    if record.get("$in_merge") is True:
        return IN_MERGE
    # A lock that does not bind this user is none; only where that is not told does any count.
    if record.get("$locked_for_me", record.get("Locked__s")) is True:
        return LOCKED
    state = record.get("$approval_state")
    waiting = isinstance(state, str) and state.strip().lower() not in _APPROVED
    if waiting or record.get("$approved") is False:
        return IN_APPROVAL
    if record.get("$editable") is False:
        return NOT_EDITABLE
    if record.get("$converted") is True or record.get("Converted__s") is True:
        return CONVERTED
    return READY


def untold(seen: Collection[str]) -> list[str]:
    """Say what records that carry these keys and no others cannot tell, as clauses."""
    return [what for what, keys in _TOLD_BY if not any(key in seen for key in keys)]
