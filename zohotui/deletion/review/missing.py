"""Why a record is not where it was looked for, as far as that can be told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.review.guards import foreign_words, is_foreign
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Binned

USUAL_MODULES = ("Leads", "Contacts", "Accounts", "Deals", "Tasks")
"""Where ids that are not in their module are looked for, unless others are named."""

MOST_MODULES = 5
"""Modules that a sample of missing ids is looked for in: a call each."""

_Item = TypeVar("_Item")


def in_bin(entry: Binned) -> Outcome:
    """Say that a record is in the Recycle Bin: since when, and who deleted it."""
    return Outcome(State.MISSING, Code.ALREADY_BINNED, f"in the Recycle Bin{entry.since}")


def in_module(module: str) -> Outcome:
    """Say that there is such a record in another module."""
    message = f"there is a record with this id in {printable(module, 60)}"
    return Outcome(State.MISSING, Code.OTHER_MODULE, message)


def nowhere(record_id: int, prefix: int | None, bin_closed: str) -> Outcome:
    """Say that nothing is known of a record. `bin_closed`: why its bin told nothing, a clause."""
    if is_foreign(record_id, prefix):
        message = f"no such record in this module; {foreign_words(record_id, prefix)}"
        return Outcome(State.MISSING, Code.OTHER_ORG_PREFIX, message)
    where = bin_closed or "it is not in the Recycle Bin either"
    return Outcome(State.MISSING, Code.MISSING, f"no such record in this module, and {where}")


def spread(items: Sequence[_Item], number: int) -> list[_Item]:
    """Choose some items, evenly spread over all of them."""
    if len(items) <= number:
        return list(items)
    return [items[place * len(items) // number] for place in range(number)]
