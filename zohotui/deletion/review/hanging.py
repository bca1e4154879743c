"""What hangs on records, added up, and what becomes of it when they are deleted.

Source: zoho-api.md, "Retention and cascade" and "Related records". What is not documented there is
said to be so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from zohotui.zoho.related import RelatedList

_ALONG = frozenset({"Notes", "Attachments", "Emails", "Tasks"})
_UNCLEAR = frozenset(
    {
        *("Events", "Calls", "Activities", "Activities_History", "Campaigns", "Products"),
        *("Price_Books", "Contact_Roles"),
    }
)
"""Calls and meetings, and what is linked many to many."""


class Fate(Enum):
    """What becomes of related records when their record is deleted."""

    ALONG = "Deleted along, and restored along"
    STAYS = "Stays; whether its link is emptied is not documented"
    UNKNOWN = "Not documented what becomes of it"


def fate_of(related: RelatedList) -> Fate:
    """Tell what Zoho documents of a related list."""
    names = {related.api_name, related.module}
    if names & _ALONG:
        return Fate.ALONG
    if related.linked or not related.module or names & _UNCLEAR:
        return Fate.UNKNOWN
    return Fate.STAYS


@dataclass
class Hanging:
    """The counts of some records, added up."""

    lists: Sequence[RelatedList]
    counted: int = 0
    """Records that were counted."""
    sums: Counter[str] = field(default_factory=Counter)
    """Related records by the API name of their list."""
    uncounted: set[str] = field(default_factory=set)
    """API names of lists that Zoho did not count, of one record at least."""
    refused: dict[int, str] = field(default_factory=dict)
    """Why a record was not counted, by its id, as a sentence."""

    def add(self, counts: Mapping[str, int | None]) -> None:
        """Take in what was counted of one record."""
        self.counted += 1
        for name, number in counts.items():
            if number is None:
                self.uncounted.add(name)
            else:
                self.sums[name] += number

    def of(self, fate: Fate) -> list[tuple[str, int]]:
        """Return label and sum of the lists of one fate that hold something, the most first."""
        alike = [one for one in self.lists if fate_of(one) is fate and self.sums[one.api_name]]
        told = [(one.label, self.sums[one.api_name]) for one in alike]
        return sorted(told, key=lambda one: -one[1])

    @property
    def empty(self) -> int:
        """How many lists hold nothing of any record that was counted."""
        return sum(
            not self.sums[one.api_name] and one.api_name not in self.uncounted for one in self.lists
        )
