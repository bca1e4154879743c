"""The ids of a saved view, read to its end before anything else happens.

1. The view is counted, where the sign-in may: ListBegun.
2. Its pages are read one behind the other, since each names the next: ListGrew. A page without any
   new record ends it, with nothing taken: the pages go round in a circle.
3. ListEnded with the list, in the view's own order. Beyond what Zoho gives of a view it holds what
   came until then, and says so.

What the view shows is what is listed: hidden records, converted leads for one, are not asked for.
"""

from __future__ import annotations

from array import array
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from functools import partial

from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.lists.events import (
    NOTHING_NEW,
    ListBegun,
    ListEnded,
    ListEvent,
    ListGrew,
    list_ended,
)
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.listing import Kind, Listing
from zohotui.deletion.reads.reads import ReadingEnded, Reads
from zohotui.deletion.reads.reserve import Reserve
from zohotui.deletion.reads.work import Times
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.errors import NOT_ALLOWED, ZohoError
from zohotui.zoho.printable import printable
from zohotui.zoho.views import (
    MOST_IN_VIEW,
    PAGE,
    PAGES_BY_NUMBER,
    VIEW_CREDITS,
    CustomView,
    view_page,
    view_size,
)

_REACHED = frozenset({"PAGINATION_LIMIT_EXCEEDED", "DISCRETE_PAGINATION_LIMIT_EXCEEDED"})
_TOKENS = frozenset({"EXPIRED_VALUE", "TOKEN_BOUND_DATA_MISMATCH"})


def credits_of_view(records: int | None) -> int | None:
    """Say how many API credits it takes to read this many records of a view; None: not known."""
    return None if records is None else max(1, -(-records // PAGE)) * VIEW_CREDITS


def read_view(
    module: str,
    view: CustomView,
    crm: ZohoCRM,
    levers: Levers,
    times: Times | None = None,
    *,
    reserve: int = 0,
) -> Generator[ListEvent]:
    """Read the ids of a view, yielding an event a page; `reserve`: credits left to others."""
    times = times or Times()
    reads: Reads[ListEvent] = Reads(levers, times, 1, reserve=Reserve(crm, reserve))
    yield from _ByView(module, view, crm, times, reads).events()


@dataclass
class _ByView:
    """What is remembered between two pages."""

    module: str
    view: CustomView
    crm: ZohoCRM
    times: Times
    reads: Reads[ListEvent]
    ids: dict[int, None] = field(default_factory=dict)
    rows: int = 0
    why: str = ""
    """Why it is not all that there is."""

    def events(self) -> Iterator[ListEvent]:
        try:
            size = partial(view_size, self.crm, self.module, self.view.id)
            total = yield from self.reads.one(size)
            yield ListBegun(total, credits_of_view(total))
            yield from self._pages()
        except ReadingEnded as ended:
            if not self.reads.levers.abandoned:
                yield list_ended(f"{ended} Nothing was taken.")
        except ZohoError as error:
            yield list_ended(self._refused(error), forbidden=error.code in NOT_ALLOWED)
        else:
            yield ListEnded(self._list(), self.why)

    def _pages(self) -> Iterator[ListEvent]:
        page, token, more = 1, "", True
        while more:
            if token == "" and page > PAGES_BY_NUMBER:
                self.why = self._cut("does not give the next page")
                return
            spared = self.reads.reserve
            if spared and spared.is_reached(0, VIEW_CREDITS):
                raise ReadingEnded(spared.words)
            read = partial(view_page, self.crm, self.module, self.view.id, page, token)
            try:
                found = yield from self.reads.one(read)
            except ZohoError as error:
                if error.code not in _REACHED or not self.ids:
                    raise
                self.why = self._cut(f"gives at most {MOST_IN_VIEW:,} of one")
                return
            before = len(self.ids)
            self.rows += len(found.ids)
            self.ids.update(dict.fromkeys(found.ids))
            yield ListGrew(self.rows, len(self.ids))
            if found.more and len(self.ids) == before:
                raise ReadingEnded(f"{NOTHING_NEW} Read the view again.")
            if found.more and len(self.ids) >= MOST_IN_VIEW:
                self.why = self._cut(f"gives no more than {MOST_IN_VIEW:,} of one")
                return
            more, page = found.more, page + 1
            token = found.token if page > PAGES_BY_NUMBER else ""

    def _cut(self, why: str) -> str:
        return (
            f"The list has the first {len(self.ids):,} records of the view: Zoho {why}. "
            "Narrow the view, or use a query."
        )

    def _refused(self, error: ZohoError) -> str:
        if error.code in _TOKENS:
            again = "It took too long, or the view was changed: read it again."
            return f"{error.detail} {again} Nothing was taken."
        return f"{error.detail} Nothing was taken."

    def _list(self) -> IdList:
        name = f"{self.view.name} ({self.view.id})"
        listing = Listing(Kind.VIEW, self.module, name, round(self.times.now(), 3), note=self.why)
        return IdList(
            ids=array("Q", self.ids),
            duplicates=self.rows - len(self.ids),
            source=printable(listing.words, 200),
            listings=(listing,),
        )
