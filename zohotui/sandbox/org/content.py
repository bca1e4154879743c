"""What a plain record holds: made from its id alone, so that nothing need be stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

from zohotui.sandbox.org.people import COMPANIES, NAMES, in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zohotui.sandbox.org.modules import Module
    from zohotui.sandbox.org.people import User

_EPOCH = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
_MINUTES = 500_000
_PERSONS = frozenset({"Leads", "Contacts"})
_LEAD_STATUSES = ("Not Contacted", "Attempted to Contact", "Contacted", "Junk Lead", "Lost Lead")
_STAGES = ("Qualification", "Needs Analysis", "Proposal/Price Quote", "Closed Won", "Closed Lost")
_TASK_STATUSES = ("Not Started", "In Progress", "Completed", "Deferred")


def describer(module: Module, people: Sequence[User], seed: int) -> Callable[[str], dict[str, Any]]:
    """Return a function from a plain record's id to its fields; same id, same fields."""

    def describe(record_id: str) -> dict[str, Any]:
        chance = crc32(f"{seed}:{module.api_name}:{record_id}".encode())
        created = _EPOCH + timedelta(minutes=chance % _MINUTES)
        modified = created + timedelta(minutes=chance % 9_973)
        return {
            **_own_fields(module, chance, record_id),
            "Owner": people[chance % len(people)].owner,
            "Created_By": people[0].owner,
            "Modified_By": people[chance // 7 % len(people)].owner,
            "Created_Time": stamp(created.timestamp()),
            "Modified_Time": stamp(modified.timestamp()),
            "Tag": [],
            "Description": None,
        }

    return describe


def field_names(module: Module) -> list[str]:
    """Return the API names of the fields that every plain record of a module has."""
    own = _own_fields(module, 0, f"{0:018d}")
    return [*own, "Created_By", "Modified_By", "Tag", "Description"]


def stamp(moment: float) -> str:
    """Write seconds since 1970 as Zoho does: `2026-11-20T10:11:12+00:00`."""
    return datetime.fromtimestamp(int(moment), UTC).isoformat()


def _own_fields(module: Module, chance: int, record_id: str) -> dict[str, Any]:
    """Return the fields that only this module has, its name field first."""
    given, family, mailbox = NAMES[chance % len(NAMES)]
    company = COMPANIES[chance // 31 % len(COMPANIES)]
    tail = record_id[-6:]
    if module.api_name in _PERSONS:
        person = {
            "Full_Name": in_order(given, family),
            "First_Name": given,
            "Last_Name": family,
            "Email": f"{mailbox}.{tail}@example.com",
            "Phone": f"+44 20 7946 {chance % 10_000:04d}",
        }
        if module.api_name == "Leads":
            status = _LEAD_STATUSES[chance // 11 % len(_LEAD_STATUSES)]
            return {**person, "Company": company, "Lead_Status": status}
        return {**person, "Account_Name": None}
    if module.api_name == "Accounts":
        return {"Account_Name": f"{company} {tail}", "Phone": None, "Website": None}
    if module.api_name == "Deals":
        return {
            "Deal_Name": f"{company}: renewal {tail}",
            "Stage": _STAGES[chance // 11 % len(_STAGES)],
            "Amount": chance % 90_000 + 500,
            "Currency": "GBP",
            "Exchange_Rate": 1,
            "Closing_Date": "2026-12-18",
            "Account_Name": None,
        }
    title = f"{module.singular_label} {tail}: {in_order(given, family)}"
    if module.api_name == "Tasks":
        status = _TASK_STATUSES[chance // 11 % len(_TASK_STATUSES)]
        return {module.name_field: title, "Status": status, "Due_Date": None, "What_Id": None}
    return {module.name_field: title}
