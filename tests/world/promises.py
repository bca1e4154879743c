"""What may be expected of any run, whatever went wrong in it."""

from __future__ import annotations

from collections import Counter

from tests.world.world import Told, World
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.model.events import (
    Landed,
)
from zohotui.deletion.model.outcome import State


def promises_hold(world: World, told: Told, *, api: str = "v2", disk_is_sound: bool = True) -> None:
    """Hold a run to what may be expected of any, whatever went wrong in it."""
    _only_what_was_confirmed(world, told, api)
    _nothing_twice(world)
    _each_id_told_truly(world, told)
    if disk_is_sound:
        _journal_tells_the_same(told)


def _only_what_was_confirmed(world: World, told: Told, api: str) -> None:
    planned, module = set(told.plan.ids), told.plan.module
    wanted = str(told.plan.options.wf_trigger).lower()
    for attempt in world.wire.attempts:
        assert attempt.method == "DELETE"
        assert attempt.path.removeprefix(f"/crm/{api}/").split("/")[0] == module
        assert set(attempt.ids) <= planned
        assert 1 <= len(attempt.ids) <= told.plan.options.batch_size
        assert attempt.wf_trigger == wanted
    assert set(map(int, world.sandbox.ledger.sent_ids(module))) <= planned


def _nothing_twice(world: World) -> None:
    counts = Counter(i for a in world.wire.attempts if not a.harmless for i in a.ids)
    assert [record_id for record_id, count in counts.items() if count > 1] == []


def _each_id_told_truly(world: World, told: Told) -> None:
    landed = [i for event in told.events if isinstance(event, Landed) for i in event.batch.ids]
    assert len(landed) == len(set(landed))
    gone = set(map(int, world.sandbox.ledger.deleted_ids(told.plan.module)))
    touched = {i for a in world.wire.attempts if not a.harmless for i in a.ids}
    ended = told.ended
    for place, record_id in enumerate(told.plan.ids):
        state = told.rows.state(place)
        allowed = _WENT if record_id in gone else _STAYED
        if not world.sandbox.org.exists(told.plan.module, str(record_id)):
            allowed = allowed | {State.GONE}
        if not ended:
            allowed = allowed | {State.SENDING, State.ENTERED}
        assert state in allowed
        if ended and record_id in touched:
            assert state is not State.NOT_SENT
    if ended:
        assert told.rows.count(State.ENTERED, State.SENDING) == 0


_WENT = {State.DELETED, State.VERIFIED, State.UNKNOWN}


_STAYED = {State.UNKNOWN, State.FAILED, State.NOT_SENT}


def _journal_tells_the_same(told: Told) -> None:
    file = read_journal(told.journal)
    assert not file.torn
    read = file.run
    assert read.plan == told.plan
    ended = told.ended
    assert read.finished is ended
    for place in range(len(told.plan.ids)):
        if ended:
            assert read.rows.outcome(place) == told.rows.outcome(place)
        elif told.rows.state(place) not in {State.SENDING, State.ENTERED}:
            # What was shown is on disk; the disk may know more than was shown.
            assert read.rows.outcome(place) == told.rows.outcome(place)
