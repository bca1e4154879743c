"""Lists read from a practice org to their end, as a screen would."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import partial

from tests.world.world import World
from zohotui.deletion.ids.id_list import IdList
from zohotui.deletion.lists.by_value import ValueRequest, resolve_values
from zohotui.deletion.lists.events import ListBegun, ListEnded, ListEvent, ListGrew
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.listing import Listing
from zohotui.deletion.reads.work import Times
from zohotui.zoho.client import ZohoCRM


@dataclass
class Told:
    """What reading a list told."""

    events: list[ListEvent]

    @property
    def end(self) -> ListEnded:
        last = self.events[-1]
        assert isinstance(last, ListEnded)
        return last

    @property
    def ids(self) -> IdList:
        assert self.end.ids is not None, self.end.why
        return self.end.ids

    @property
    def listing(self) -> Listing:
        (listing,) = self.ids.listings
        return listing

    @property
    def begun(self) -> ListBegun:
        return next(event for event in self.events if isinstance(event, ListBegun))

    @property
    def grown(self) -> list[tuple[int, int]]:
        return [(one.done, one.found) for one in self.events if isinstance(one, ListGrew)]

    @property
    def misses(self) -> dict[str, str]:
        return {one.value: one.miss.value for one in self.listing.unresolved}


Reading = Callable[[ZohoCRM, Levers, Times], Generator[ListEvent]]


def follow(
    world: World,
    reading: Reading,
    *,
    api: str = "v2",
    crm: ZohoCRM | None = None,
    steer: Callable[[ListEvent, Levers], object] | None = None,
) -> Told:
    """Follow what is read to its end."""
    crm, levers = crm or world.crm(api), Levers()
    told = Told([])
    for event in reading(crm, levers, world.times):
        told.events.append(event)
        if steer:
            steer(event, levers)
    crm.close()
    return told


def by_values(
    values: Sequence[str], module: str = "Leads", field: str = "ERP_No", **more: object
) -> Reading:
    request = ValueRequest(module, field, values, **more)  # type: ignore[arg-type]
    return partial(_resolve, request)


def _resolve(
    request: ValueRequest, crm: ZohoCRM, levers: Levers, times: Times
) -> Generator[ListEvent]:
    yield from resolve_values(request, crm, levers, times)


def numbered(world: World, values: Sequence[str], module: str = "Leads") -> dict[str, int]:
    """Make a record for each value; return the records by their values."""
    org = world.sandbox.org
    org.externals.define(module, "ERP_No")
    records = org.add_records(module, len(values))
    for record_id, value in zip(records, values, strict=True):
        org.externals.give(module, "ERP_No", record_id, value)
    return dict(zip(values, map(int, records), strict=True))
