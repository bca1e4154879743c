"""API credits that a profile keeps for others: the only rule of when they are reached."""

from __future__ import annotations

from dataclasses import dataclass

from zohotui.zoho.client import ZohoCRM


@dataclass(frozen=True, slots=True)
class Reserve:
    """What must be left of an org's API credits of the last 24 hours.

    Zoho tells with its answers how many are left; until it has, none are held back. Source:
    zoho-api.md, "Exceeded".
    """

    crm: ZohoCRM
    kept: int
    """Credits that are not used unasked; 0: there is no reserve."""

    def is_reached(self, under_way: int, calls: int = 1) -> bool:
        """Whether this many calls more, beside those under way, would use it."""
        left = self.crm.credits
        return bool(self.kept) and left is not None and left - under_way - calls < self.kept

    @property
    def words(self) -> str:
        """Say so, as a sentence."""
        return (
            f"Zoho says that {self.crm.credits:,} API credits of the last 24 hours are left, and "
            f"the profile keeps {self.kept:,} in reserve."
        )
