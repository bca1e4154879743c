"""What of a list is in the Recycle Bin, whoever deleted it: the plan that restores exactly that.

1. The ids are looked for in the bin, two hundred a call, and nowhere else.
2. What the bin names by exactly such an id, and as a record of this module, is in the plan, with
   the deletion by which it is there. The undo of that plan restores it only if that is still so.

It changes nothing in Zoho. Source: zoho-api.md, "Recycle-bin API".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from zohotui.deletion.journal import line_values as values
from zohotui.deletion.journal.lines import iso
from zohotui.deletion.model.events import Event
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.plan import Deletion, Plan
from zohotui.deletion.reads.reads import Job, ReadingEnded, Reads, Take, raised
from zohotui.deletion.reads.work import Times
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import ZohoError
from zohotui.zoho.limits import MOST_BINNED
from zohotui.zoho.printable import printable
from zohotui.zoho.records import Binned

_LONGEST_NAME = 80


class NotLookedUp(Exception):
    """The Recycle Bin could not be read; the text is a sentence for the admin."""


def calls_to_find(count: int) -> int:
    """Tell how many API calls it takes to look for so many ids."""
    return -(-count // MOST_BINNED)


def find_deleted(
    draft: Plan, ids: Sequence[int], crm: ZohoCRM, levers: Levers, times: Times | None = None
) -> Plan | None:
    """Look for ids in the Recycle Bin; return the plan that restores those in it, or None.

    `draft`: a plan of the list that they are of. Raises NotLookedUp, without text if the levers
    were abandoned.
    """
    reads: Reads[Event] = Reads(levers, times or Times(), draft.options.parallel)
    found: dict[int, Deletion] = {}
    few = (ids[start : start + MOST_BINNED] for start in range(0, len(ids), MOST_BINNED))
    try:
        for _ in reads.run(_job(crm, draft.module, some, found) for some in few):
            # What it waits for passes, or ends it.
            pass
    except ReadingEnded as ended:
        raise NotLookedUp(str(ended)) from None
    except ZohoError as error:
        raise NotLookedUp(_refused(error)) from None
    if not found:
        return None
    in_order = {one: found[one] for one in ids if one in found}
    return replace(
        draft,
        ids=list(in_order),
        left_out=(),
        reviewed=None,
        handed=None,
        listings=(),
        deletions=in_order,
    )


def _job(crm: ZohoCRM, module: str, ids: Sequence[int], found: dict[int, Deletion]) -> Job[Event]:
    def read() -> Take[Event]:
        return partial(_take, crm.recycle_bin([*map(str, ids)]), module, ids, found)

    return Job(read, raised)


def _take(
    binned: Mapping[str, Binned], module: str, ids: Sequence[int], found: dict[int, Deletion]
) -> Iterator[Event]:
    for record_id in ids:
        entry = binned.get(str(record_id))
        # Without its moment nobody could tell this deletion from a later one.
        if entry is not None and entry.is_of(module) and (at := _kept(entry.deleted)) is not None:
            found[record_id] = _deletion(entry, at)
    yield from ()


def _kept(moment: float | None) -> float | None:
    """Return a moment as the journal gives it back; None for one that it cannot keep."""
    try:
        return None if moment is None else values.moment(iso(moment))
    except (ValueError, OverflowError, OSError):
        return None


def _deletion(entry: Binned, at: float) -> Deletion:
    by, name = (printable(one, _LONGEST_NAME) for one in (entry.deleted_by_name, entry.name))
    return Deletion(by, entry.deleted_by, at, name)


def _refused(error: ZohoError) -> str:
    if error.code != "OAUTH_SCOPE_MISMATCH":
        return error.detail
    return (
        f"{error.detail} Looking in the Recycle Bin needs the scope "
        "ZohoCRM.settings.recycle_bin.READ: [sign_in] signs in with it."
    )
