"""The ids that a COQL query gives, page by page.

1. ListBegun. Rows are asked for 2,000 at once, or 200 where Zoho refuses that many: ListGrew.
2. ListEnded with the list, in the order of the query. Beyond what OFFSET reaches it holds what came
   until then, and says how to go on.
   A page without any new record ends it, with nothing taken, as do more rows than were asked for.
3. A query that Zoho refuses ends it with what Zoho says, and where.
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
from zohotui.zoho.queries import (
    FEWER_ROWS,
    MOST_ROWS,
    Query,
    credits_of,
    details_of,
    mistake_of,
    query_page,
)


def read_query(
    query: Query,
    crm: ZohoCRM,
    levers: Levers,
    times: Times | None = None,
    *,
    reserve: int = 0,
) -> Generator[ListEvent]:
    """Read the ids of a query, yielding an event a page; `reserve`: credits left to others."""
    times = times or Times()
    reads: Reads[ListEvent] = Reads(levers, times, 1, reserve=Reserve(crm, reserve))
    yield from _ByQuery(query, crm, times, reads).events()


@dataclass
class _ByQuery:
    """What is remembered between two pages."""

    query: Query
    crm: ZohoCRM
    times: Times
    reads: Reads[ListEvent]
    ids: dict[int, None] = field(default_factory=dict)
    rows: int = 0
    at_once: int = MOST_ROWS
    why: str = ""
    """Why it is not all that there is."""

    def events(self) -> Iterator[ListEvent]:
        most = self.query.most
        whole = None if most is None else -(-most // MOST_ROWS) * credits_of(min(most, MOST_ROWS))
        yield ListBegun(None, whole)
        try:
            yield from self._pages()
        except ReadingEnded as ended:
            if not self.reads.levers.abandoned:
                yield list_ended(f"{ended} Nothing was taken.")
        except ZohoError as error:
            yield self._refused(error)
        else:
            yield ListEnded(self._list(), self.why)

    def _pages(self) -> Iterator[ListEvent]:
        more = True
        while more and (left := self._left):
            limit = min(left, self.at_once)
            spared = self.reads.reserve
            if spared and spared.is_reached(0, credits_of(limit)):
                raise ReadingEnded(spared.words)
            offset = self.query.skipped + self.rows
            read = partial(query_page, self.crm, self.query, offset, limit)
            try:
                page = yield from self.reads.one(read)
            except ZohoError as error:
                if not self._goes_on(error, offset, limit):
                    raise
                if self.why:
                    return
                continue
            before = len(self.ids)
            self.rows += len(page.ids)
            self.ids.update(dict.fromkeys(page.ids))
            yield ListGrew(self.rows, len(self.ids))
            if page.more and len(self.ids) == before:
                raise ReadingEnded(f"{NOTHING_NEW} Run the query again.")
            more = page.more

    @property
    def _left(self) -> int:
        """How many rows the query lets through yet."""
        return MOST_ROWS if self.query.most is None else self.query.most - self.rows

    def _goes_on(self, error: ZohoError, offset: int, limit: int) -> bool:
        """Whether a refusal is one of how much was asked for, and what follows from it."""
        if "limit" not in details_of(error):
            return False
        if error.code != "LIMIT_EXCEEDED":
            fewer = limit > FEWER_ROWS
            self.at_once = FEWER_ROWS
            return fewer
        reach = details_of(error)["limit"]
        left = reach - offset if isinstance(reach, int) else 0
        if 0 < left < limit:
            self.at_once = left
            return True
        if not self.ids:
            return False
        number = f"{reach:,}" if isinstance(reach, int) else f"{self.rows:,}"
        self.why = (
            f"The list has the first {len(self.ids):,} records: Zoho gives at most {number} "
            f"per query. For the next ones add the condition id > '{max(self.ids)}' and "
            "order by id asc."
        )
        return True

    def _refused(self, error: ZohoError) -> ListEnded:
        mistake = mistake_of(error)
        if mistake is None:
            forbidden = error.code in NOT_ALLOWED
            return list_ended(f"{error.detail} Nothing was taken.", forbidden=forbidden)
        return ListEnded(None, mistake.words, line=mistake.line, column=mistake.column)

    def _list(self) -> IdList:
        listing = Listing(
            Kind.QUERY, self.query.module, self._as_sent, round(self.times.now(), 3), note=self.why
        )
        return IdList(
            ids=array("Q", self.ids),
            duplicates=self.rows - len(self.ids),
            source=printable(listing.words, 200),
            listings=(listing,),
        )

    @property
    def _as_sent(self) -> str:
        query = self.query
        text = " ".join(query.text.split("\n"))
        return text if query.most is None else query.page(query.skipped, query.most)
