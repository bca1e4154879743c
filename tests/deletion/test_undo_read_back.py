"""Zoho's word that a record is restored: believed only where it is seen, snapshot or not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.deletion.undo_support import codes, deleted, reason, told_truly, undo, verify
from tests.world.wire import Attempt
from tests.world.world import World
from zohotui.deletion.afterwards.undo import LOOKED_AGAIN
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.last_words import exit_code, last_words
from zohotui.deletion.model.events import Event, Restored
from zohotui.deletion.model.outcome import Outcome
from zohotui.sandbox import Fault, FaultKind


def test_a_success_is_believed_only_where_the_record_is_seen(world: World) -> None:
    """Zoho says of every record that it is restored, and one stays away."""
    told, org = deleted(world, 3), world.sandbox.org
    stays = str(told.plan.ids[1])
    hide = _hides(world, stays, reads=9)
    later = undo(world, told)
    assert hide() == 2
    told_of = [outcome for one in later.of(Restored) for outcome in _of(one, 1)]
    assert [outcome.code for outcome in told_of] == ["NOT_BACK"]
    assert codes(later) == {"restored SUCCESS": 2, "deleted NOT_BACK": 1}
    assert later.rows.asked_back == 1
    assert exit_code([(later.plan, later.rows)]) == 1
    assert "perhaps restored" in last_words(later.plan, later.rows, None)
    assert "said it restored the record" in later.outcome(stays).advice.meaning
    told_truly(world, later)
    world.wire.on_read = lambda _: None
    org.restore(stays)
    world.clock.now += 600
    assert verify(world, told).states == {"restored": 3}


def test_what_zoho_shows_restored_late_is_looked_for_once_more(world: World) -> None:
    told = deleted(world, 3)
    _hides(world, str(told.plan.ids[1]), reads=1)
    later = undo(world, told)
    assert codes(later) == {"restored SUCCESS": 2, "restored SEEN_BACK": 1}
    assert world.clock.naps == [LOOKED_AGAIN]
    told_truly(world, later)


def _of(event: Event, place: int) -> list[Outcome]:
    """Return what a Restored event tells of one place."""
    assert isinstance(event, Restored)
    return [one for at, one in zip(event.places, event.outcomes, strict=True) if at == place]


def _hides(world: World, record: str, *, reads: int) -> Callable[[], int]:
    """Keep a record away from the first reads of the module; tell how often it was asked for."""
    org, asked = world.sandbox.org, 0

    def hide(attempt: Attempt) -> None:
        nonlocal asked
        if attempt.path.endswith("/Leads"):
            asked += 1
            binned = org.recycle_bin.find(record)
            if asked <= reads and binned is None:
                org.bin("Leads", record, at=world.clock() - 86_400)
            elif asked > reads and binned is not None:
                org.restore(record)

    world.wire.on_read = hide
    return lambda: asked


@pytest.mark.parametrize("kill", [3, 4])
def test_killed_before_it_is_read_back_it_is_open(world: World, kill: int) -> None:
    told = deleted(world, 3)
    world.sandbox.faults.add(Fault(kind=FaultKind.UNAVAILABLE, method="GET", path="/Leads"))
    undo(world, told, close_after=kill)
    rows = replay(told.journal).rows
    if kill == 3:
        assert rows.asked_back == 3
    assert undo(world, told).states == {"restored": 3}


def test_what_may_not_be_read_back_is_open_and_the_rest_is_asked_for(world: World) -> None:
    told = deleted(world, 203)
    world.sandbox.org.deny("Leads", "READ")
    later = undo(world, told)
    assert codes(later) == {"deleted RESTORING": 203}
    assert len(world.wire.restores) == 2
    assert "could not be checked" in reason(later)
    world.sandbox.org.denied.clear()
    assert undo(world, told).states == {"restored": 203}
