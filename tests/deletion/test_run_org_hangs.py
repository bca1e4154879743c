"""The org's read hangs before a run: a lever is heard all the same."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.world.plans import TARGET, plan_of
from tests.world.world import World
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Finished
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.run.run import run
from zohotui.zoho.records import Org

HUNG = 8.0
"""Seconds for which nobody answers."""


class Late(Levers):
    """Somebody pulls a lever at the last moment before the run begins to wait."""

    def wait_until(self, happened: Callable[[], bool]) -> None:
        self.stop()
        super().wait_until(happened)


@pytest.mark.timeout(HUNG / 2)
def test_a_stop_just_before_the_org_is_waited_for_is_heard(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung = threading.Event()
    crm = world.crm()

    def org() -> Org:
        hung.wait(HUNG)
        return Org(TARGET.zgid, TARGET.org, TARGET.environment)

    monkeypatch.setattr(crm, "org", org)
    plan = plan_of(world.leads(3))
    journal = Journal.create(world.folder, plan, clock=world.clock)
    events = list(run(plan, world.work(crm, journal, Late())))
    hung.set()
    assert isinstance(events[-1], Finished)
    assert not world.wire.attempts
