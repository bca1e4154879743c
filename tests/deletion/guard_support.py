"""A record with every kind of field, and a profile's guards held against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zohotui.deletion.model.outcome import Outcome
from zohotui.deletion.review.guards import (
    Guards,
)

NOW = 1_790_000_000.0
"""2026-09-21, 14:13 UTC."""
ID = 554023000000201001
RECORD: dict[str, Any] = {
    "id": str(ID),
    "Stage": "Closed Won",
    "Amount": 1200.5,
    "Zero": 0,
    "Text_Amount": "1200.50",
    "Text": "many",
    "Empty": None,
    "Blank": "",
    "Flag": True,
    "Closing_Date": "2026-09-20",
    "Start": "2026-09-20T23:30:00-07:00",
    "Account_Name": {"name": "Acorn", "id": "554023000000201999"},
    "Choices": ["One", "Two"],
    "Endless": float("inf"),
    "None_Of_It": float("nan"),
    "Huge": 10**400,
    "Owner": {"name": "Børge Ødegård", "id": "554023000000077007", "email": "borge@acme.example"},
    "Tag": [{"name": "Keep", "id": "1"}, {"name": "VIP"}],
    "Modified_Time": "2026-09-20T14:00:00+02:00",
    "Created_Time": "2025-01-01T00:00:00+00:00",
}


@dataclass(frozen=True)
class Settings:
    """What a profile says of guards."""

    name: str = "acme"
    most_records_a_run: int = 0
    most_records_a_day: int = 0
    four_eyes_above: int = 0
    protected_ids: tuple[str, ...] = ()
    protected_owners: tuple[str, ...] = ()
    protected_tags: tuple[str, ...] = ()
    protected_if: tuple[str, ...] = ()


def held(**settings: Any) -> Outcome | None:
    return Guards.of(Settings(**settings)).held(RECORD, ID, None, NOW)
