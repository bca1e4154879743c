"""Looking before deleting: a sample of the records, read in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.limits import MOST_IDS
from zohotui.zoho.records import Record

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Sample:
    """Some records of a list, evenly spread over it, as Zoho shows them now."""

    asked: int
    """How many ids were read."""
    records: tuple[Record, ...]
    """Those that are there, in the list's order."""

    @property
    def missing(self) -> int:
        """How many of them Zoho does not show: deleted, elsewhere, or not for this user."""
        return self.asked - len(self.records)

    @property
    def modified(self) -> tuple[str, str]:
        """Oldest and newest change, as dates; empty where Zoho gave none."""
        dates = sorted(record.modified[:10] for record in self.records if record.modified)
        return (dates[0], dates[-1]) if dates else ("", "")

    def few(self, number: int) -> tuple[Record, ...]:
        """Return some of the records, evenly spread."""
        return tuple(_spread(self.records, number))


def sample(crm: ZohoCRM, module: str, ids: Sequence[int], size: int = MOST_IDS) -> Sample:
    """Read up to `size` of the records (at most 100, one call).

    Raises Refused, NotSent or AnswerLost.
    """
    chosen = [str(record_id) for record_id in _spread(ids, min(size, MOST_IDS))]
    found = crm.get_records(module, chosen)
    records = (found[record_id] for record_id in chosen if record_id in found)
    return Sample(len(chosen), tuple(records))


def _spread(items: Sequence[_Item], number: int) -> list[_Item]:
    if len(items) <= number:
        return list(items)
    return [items[place * len(items) // number] for place in range(number)]
