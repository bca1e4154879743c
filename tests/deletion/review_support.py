"""A review followed to its end as a table does, and one record of each sort there is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.world.plans import OLD_ID
from tests.world.world import World
from zohotui.deletion.model.events import Reviewed, ReviewEnded, ReviewEvent
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import Outcome
from zohotui.deletion.model.rows import Rows
from zohotui.deletion.reads.work import Times
from zohotui.deletion.review.record_columns import Details
from zohotui.deletion.review.review import ReviewRequest, review
from zohotui.zoho.client import ZohoCRM

BOTH = pytest.mark.parametrize("api", ["v2", "v8"])


@dataclass
class Looked:
    """What a review told."""

    ids: Sequence[int]
    events: list[ReviewEvent]
    rows: Rows
    details: Details

    def outcome(self, record_id: int) -> Outcome:
        return self.rows.outcome(list(self.ids).index(record_id))

    def code(self, record_id: int) -> str:
        outcome = self.outcome(record_id)
        return f"{outcome.state} {outcome.code}".strip()

    @property
    def end(self) -> ReviewEnded:
        last = self.events[-1]
        assert isinstance(last, ReviewEnded)
        return last

    @property
    def states(self) -> dict[str, int]:
        return {state.value: count for state, count in self.rows.tally.items()}


def look(
    world: World,
    ids: Sequence[int],
    module: str = "Leads",
    *,
    api: str = "v2",
    control: Levers | None = None,
    crm: ZohoCRM | None = None,
    steer: Callable[[ReviewEvent, Levers], None] | None = None,
    **more: Any,
) -> Looked:
    """Review a list to its end, following each event as a table does."""
    control = control or Levers()
    looked = Looked(ids, [], Rows(ids), Details(len(ids)))
    crm = crm or world.crm(api)
    times = Times(world.clock, world.clock, world.clock.sleep)
    events = review(ReviewRequest(ids, module, **more), crm, control, times)
    for event in events:
        looked.events.append(event)
        if isinstance(event, Reviewed):
            looked.rows.set_each(event.places, event.outcomes)
            for place, record in zip(event.places, event.records, strict=True):
                if record is not None:
                    assert record.id == str(ids[place])
                    looked.details.put(place, record)
        if steer:
            steer(event, control)
    crm.close()
    return looked


SORTS = (
    *("good", "converted", "locked", "seen", "waiting"),
    *("merging", "forbidden", "binned", "destroyed", "tagged"),
)


def every_sort(world: World) -> dict[str, int]:
    """Make one record of each sort there is."""
    org = world.sandbox.org
    sorts = dict(zip(SORTS, world.leads(len(SORTS)), strict=True))
    org.convert(str(sorts["converted"]))
    org.lock("Leads", str(sorts["locked"]))
    org.lock("Leads", str(sorts["seen"]), "zia_vision_processing")
    org.await_approval("Leads", str(sorts["waiting"]))
    org.merge("Leads", str(sorts["merging"]))
    org.forbid("Leads", str(sorts["forbidden"]))
    org.bin("Leads", str(sorts["binned"]), at=world.clock())
    org.bin("Leads", str(sorts["destroyed"]))
    org.purge([str(sorts["destroyed"])])
    org.tag("Leads", str(sorts["tagged"]), "Keep")
    sorts["contact"] = int(org.add_records("Contacts")[0])
    sorts["foreign"] = OLD_ID
    return sorts
