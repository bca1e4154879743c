"""A run undone: its own records come back and no others, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.deletion.test_run_faults import fault, sorts_of_records
from tests.deletion.undo_support import (
    codes,
    deleted,
    outcomes,
    reason,
    told_truly,
    undo,
    verify,
)
from tests.rows import each_row
from tests.world.plans import TARGET, options, plan_of
from tests.world.wire import Attempt
from tests.world.world import World, with_variants
from zohotui.deletion.afterwards.undo import MOST_TRIES
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.last_words import exit_code, last_words
from zohotui.deletion.model.events import Event, Restored, Restoring, StepEnded, Waiting
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind
from zohotui.zoho.answers import Result
from zohotui.zoho.restoring import RestoreAnswer


def on_restore(kind: FaultKind, *, skip: int = 0, times: int = 1) -> Fault:
    return replace(fault(kind, skip=skip, times=times), method="POST", path="/actions/restore")


@pytest.mark.parametrize("api", ["v2", "v8"])
def test_what_a_run_deleted_comes_back(world: World, api: str) -> None:
    told = deleted(world, 7)
    later = undo(world, told, crm=world.crm(api))
    assert later.kinds == ["Undoing", "Restoring", "Restored", "StepEnded"]
    assert codes(later) == {"restored SUCCESS": 7}
    assert not reason(later)
    told_truly(world, later)
    assert "Zoho restored the record" in later.rows.outcome(0).advice.meaning
    words = "Leads: 0 deleted, 0 gone, 0 failed, 0 unknown, 0 not sent, 7 restored · journal "
    assert last_words(later.plan, later.rows, later.journal).startswith(words)
    assert exit_code([(later.plan, later.rows)]) == 1


def test_only_what_the_run_deleted_is_asked_for(world: World) -> None:
    ids = sorts_of_records(world)
    told = world.carry_out(plan_of(ids, options=options(10)), and_look_up=True)
    assert told.states == {"verified": 12, "gone": 3, "failed": 4}
    away = {i for place, i in enumerate(ids) if told.rows.state(place) is State.VERIFIED}
    later = undo(world, told)
    assert set(map(int, world.sandbox.ledger.asked_back)) == away
    assert later.states == {"restored": 12, "gone": 3, "failed": 4}
    told_truly(world, later)


def test_many_are_asked_for_two_hundred_at_a_time(world: World) -> None:
    later = undo(world, deleted(world, 401))
    assert later.states == {"restored": 401}
    assert [len(attempt.ids) for attempt in world.wire.restores] == [200, 200, 1]


def test_a_second_undo_has_nothing_left_to_do(world: World) -> None:
    told = deleted(world)
    undo(world, told)
    assert undo(world, told).kinds == ["StepEnded"]
    assert len(world.wire.restores) == 1


def test_a_run_that_was_only_sent_in_part_is_undone_and_goes_on(world: World) -> None:
    plan = plan_of(world.leads(9), options=options(3))
    told = world.carry_out(plan, close_after=6)
    away = replay(told.journal).rows.count(State.DELETED)
    assert 0 < away < 9
    later = undo(world, told)
    assert later.states["restored"] == away
    assert not replay(told.journal).finished
    done = world.resume(told)
    assert done.states == {"restored": away, "verified": 9 - away}


def test_children_come_back_with_their_record(world: World) -> None:
    org = world.sandbox.org
    (lead,) = world.leads(1)
    note = org.attach(str(lead), "Notes")
    told = world.carry_out(plan_of([lead]))
    assert not org.exists("Notes", note)
    undo(world, told)
    assert org.exists("Notes", note)


@pytest.mark.parametrize(
    ("after", "by", "code"),
    [
        (86_400.0, 0, "ANOTHER_TIME"),
        (30.0, 1, "NOT_THIS_RUN"),
    ],
)
def test_what_was_restored_and_deleted_again_is_left_there(
    world: World, after: float, by: int, code: str
) -> None:
    told, org = deleted(world), world.sandbox.org
    again = str(told.plan.ids[2])
    org.restore(again)
    org.bin("Leads", again, at=world.clock() + after, by=org.users[by])
    later = undo(world, told)
    assert codes(later) == {"restored SUCCESS": 4, f"deleted {code}": 1}
    assert again not in world.sandbox.ledger.asked_back
    assert org.users[by].full_name in later.outcome(again).message
    told_truly(world, later)


def test_deleted_again_while_an_answer_was_lost_it_is_not_this_run_s(world: World) -> None:
    told, org = deleted(world, 1), world.sandbox.org
    world.sandbox.faults.add(on_restore(FaultKind.RESET_AFTER))

    def meanwhile(attempt: Attempt) -> None:
        if world.wire.restores and attempt.path.endswith("recycle_bin"):
            world.wire.on_read = lambda _: None
            org.bin("Leads", str(told.plan.ids[0]), at=world.clock())

    world.wire.on_read = meanwhile
    later = undo(world, told)
    assert codes(later) == {"deleted NOT_THIS_RUN": 1}
    assert len(world.wire.restores) == 1
    told_truly(world, later)


def test_what_is_back_already_and_what_is_nowhere_is_told(world: World) -> None:
    told, org = deleted(world), world.sandbox.org
    back, purged = map(str, told.plan.ids[:2])
    org.restore(back)
    org.purge([purged])
    later = undo(world, told)
    assert codes(later) == {
        "restored THERE_ALREADY": 1,
        "deleted NOT_IN_BIN": 1,
        "restored SUCCESS": 3,
    }
    assert not {back, purged} & set(world.sandbox.ledger.asked_back)
    told_truly(world, later)


def test_what_has_left_the_bin_since_it_was_looked_for_is_told(world: World) -> None:
    told, org = deleted(world, 3), world.sandbox.org
    back, purged, _ = map(str, told.plan.ids)

    def meanwhile(_: Attempt) -> None:
        world.wire.on_restore = lambda _: None
        org.restore(back)
        org.purge([purged])

    control = Levers()
    later = undo(world, told, control=control, steer=lambda e, _: _at(e, Restoring, meanwhile))
    assert codes(later) == {
        "restored SEEN_BACK": 1,
        "deleted NOT_IN_BIN": 1,
        "restored SUCCESS": 1,
    }
    told_truly(world, later)


def _at(event: object, kind: type, act: Callable[[Any], None]) -> None:
    if isinstance(event, kind):
        act(None)


def test_where_there_is_no_bin_nothing_is_asked(world: World) -> None:
    world.sandbox.org.change_module("Leads", recycle_bin=False)
    told = world.carry_out(plan_of(world.leads(1), permanent=True))
    before = len(world.sandbox.ledger.requests)
    assert "no Recycle Bin" in reason(undo(world, told))
    assert len(world.sandbox.ledger.requests) == before


def test_a_read_only_session_undoes_nothing(world: World) -> None:
    told = deleted(world)
    before = len(world.sandbox.ledger.requests)
    later = undo(world, told, crm=world.crm(read_only=True))
    assert "read-only" in reason(later)
    assert len(world.sandbox.ledger.requests) == before


@pytest.mark.parametrize("lacks", ["READ", "UPDATE"])
def test_without_the_scope_nothing_is_changed_and_the_scope_is_named(
    world: World, lacks: str
) -> None:
    told = deleted(world)
    before = outcomes(told)
    has = {"READ": "UPDATE", "UPDATE": "READ"}[lacks]
    world.sandbox.access_token = world.sandbox.issue_token(
        scopes=["ZohoCRM.modules.ALL", "ZohoCRM.org.READ", f"ZohoCRM.settings.recycle_bin.{has}"]
    )
    later = undo(world, told)
    assert f"ZohoCRM.settings.recycle_bin.{lacks}" in reason(later)
    assert "OAUTH_SCOPE_MISMATCH" in reason(later)
    assert outcomes(later) == before
    told_truly(world, later)


@pytest.mark.parametrize("code", ["AUTHORIZATION_FAILED", "NO_PERMISSION"])
def test_without_the_right_it_is_said_who_has_it(world: World, code: str) -> None:
    told = deleted(world)
    refusal = Fault(kind=FaultKind.FLAT_ERROR, method="POST", status=403, code=code, message="no")
    world.sandbox.faults.add(refusal)
    later = undo(world, told)
    assert "Administrators" in reason(later)
    assert outcomes(later) == outcomes(told)


def test_another_org_is_not_asked(world: World) -> None:
    told = deleted(world)
    other = World(world.folder)
    other.sandbox.org.zgid = "700000002"
    later = undo(other, told)
    assert "Nothing was restored" in reason(later)
    assert not other.wire.reads
    assert not other.wire.restores


def test_another_user_undoes_as_far_as_zoho_lets_them(world: World) -> None:
    """An administrator sees what others deleted; anybody else sees only their own."""
    org = world.sandbox.org
    org.acting = org.users[1]
    plan = replace(plan_of(world.leads(2)), target=replace(TARGET, user_id=org.users[1].id))
    told = world.carry_out(plan)
    org.acting = org.users[2]
    assert codes(undo(world, told)) == {"deleted NOT_IN_BIN": 2}
    assert not world.wire.restores
    org.acting = org.users[0]
    assert codes(undo(world, told)) == {"restored SUCCESS": 2}


@pytest.mark.parametrize("shape", ["items", "whole"])
def test_what_is_scheduled_is_looked_for_until_it_is_back(world: World, shape: str) -> None:
    with_variants(world, restore_at_once=2, restore_delay=100.0, scheduled_restore=shape)
    told = deleted(world)
    later = undo(world, told)
    assert codes(later) == {"restored SEEN_BACK": 5}
    assert not reason(later)
    waits = [event.seconds for event in later.of(Waiting) if isinstance(event, Waiting)]
    assert waits == [5, 10, 20, 40, 60]
    first = later.of(Restored)[0]
    assert isinstance(first, Restored)
    assert {(one.state, one.code) for one in first.outcomes} == {(State.DELETED, "SCHEDULED")}
    told_truly(world, later)


def test_what_is_scheduled_and_does_not_come_is_told_so(world: World) -> None:
    with_variants(world, restore_at_once=2, restore_delay=1_000.0)
    told = deleted(world)
    later = undo(world, told)
    assert codes(later) == {"deleted SCHEDULED": 5}
    assert "5 records are scheduled" in reason(later)
    assert replay(told.journal).rows.outcome(0).code == "SCHEDULED"
    world.clock.now += 1_000
    assert codes(undo(world, told)) == {"restored SEEN_BACK": 5}
    assert len(world.wire.restores) == 1


@each_row("events", [1, 2, 3, 4])
def test_an_abandoned_undo_ends_between_two_steps_and_goes_on_later(
    world: World, events: int
) -> None:
    told = deleted(world, 201)

    left = iter(range(events - 1))

    def leave(_: object, control: Levers) -> None:
        if next(left, None) is None:
            control.abandon()

    later = undo(world, told, steer=leave)
    assert not reason(later)
    assert len(world.wire.restores) == events // 2
    told_truly(world, later)
    assert undo(world, told).states == {"restored": 201}


def test_a_stopped_undo_says_so(world: World) -> None:
    told = deleted(world, 201)
    later = undo(world, told, steer=lambda event, c: _at(event, Restored, lambda _: c.stop()))
    assert later.states == {"restored": 200, "deleted": 1}
    assert reason(later).startswith("Stopped.")


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ([("INVALID_DATA", "the id given seems to be invalid")], "INVALID_DATA: the id given"),
        ([], "Zoho's answers do not say"),
    ],
)
def test_what_zoho_leaves_in_the_bin_is_told_and_not_asked_for_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch, items: list[tuple[str, str]], message: str
) -> None:
    told, asked = deleted(world, 203), 0
    stays = str(told.plan.ids[1])
    crm = world.crm()
    honest = crm.restore

    def restore(ids: Sequence[str]) -> RestoreAnswer:
        nonlocal asked
        asked += stays in ids
        results = {
            i: Result(code, words, "{}", succeeded=False, certain=True)
            for code, words in items
            for i in ids
        }
        others = [record_id for record_id in ids if record_id != stays]
        answer = honest(others) if others else RestoreAnswer(207, {})
        mine = {i: result for i, result in results.items() if i == stays}
        return replace(answer, results={**answer.results, **mine})

    monkeypatch.setattr(crm, "restore", restore)
    world.wire.on_restore = lambda _: None
    later = undo(world, told, crm=crm)
    assert codes(later) == {"restored SUCCESS": 202, "deleted NOT_RESTORED": 1}
    assert later.outcome(stays).message.startswith(message)
    assert asked == (1 if items else MOST_TRIES)
    told_truly(world, later)


@pytest.mark.parametrize(("method", "path"), [("POST", "/actions/restore"), ("GET", "recycle_bin")])
def test_refusals_far_apart_do_not_end_its_patience(world: World, method: str, path: str) -> None:
    told = deleted(world, 401)
    refused = replace(fault(FaultKind.TOO_MANY_REQUESTS), method=method, path=path)
    world.sandbox.faults.add(*(replace(refused, skip=skip) for skip in range(3)))

    def pass_time(event: Event, _: Levers) -> None:
        if isinstance(event, Restored) and event.outcomes[0].state is State.RESTORED:
            world.clock.now += 400

    later = undo(world, told, steer=pass_time)
    assert not reason(later)
    assert later.states == {"restored": 401}
    assert len(later.of(Waiting)) == 3


def test_abandoned_while_it_looks_it_asks_for_nothing(world: World) -> None:
    told, control = deleted(world), Levers()
    world.wire.on_read = lambda _: control.abandon()
    later = undo(world, told, control=control)
    assert not world.wire.restores
    assert later.kinds == ["Undoing", "StepEnded"]


def test_what_an_earlier_session_left_open_is_told_as_it_is_seen(world: World) -> None:
    told = deleted(world)
    undo(world, told, close_after=2)
    assert codes(verify(world, told)) == {"verified IN_BIN": 5}
    undo(world, told, close_after=2)
    world.sandbox.faults.add(on_restore(FaultKind.FLAT_ERROR))
    later = undo(world, told)
    assert codes(later) == {"verified IN_BIN": 5}
    told_truly(world, later)


def test_an_answer_about_ids_that_were_never_asked_for_is_an_alarm(world: World) -> None:
    told = deleted(world, 3)
    world.sandbox.faults.add(on_restore(FaultKind.EXTRA_ITEM))
    end = undo(world, told).events[-1]
    assert isinstance(end, StepEnded)
    assert end.alarm
    assert "never asked to restore: 410405000009999001" in end.why
