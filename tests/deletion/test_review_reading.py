"""How a review reads: patiently, until it is abandoned, and saving what it has read."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from typing import Any

from tests.deletion.review_support import BOTH, look
from tests.rows import each_row
from tests.world.plans import OLD_ID, in_turn
from tests.world.wire import Attempt
from tests.world.world import World
from zohotui.deletion.journal.snapshot import SnapshotError
from zohotui.deletion.model.events import Reviewed, ReviewEnded, ReviewEvent, Reviewing, Waiting
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.review.review import calls_of
from zohotui.sandbox import Fault, FaultKind

# Faults


# A token that cannot be renewed ends it, and an answer without a record shows none.
HARMLESS = [
    kind for kind in FaultKind if kind not in {FaultKind.EXPIRED_TOKEN, FaultKind.MISSING_ITEM}
]


@each_row(("kind", "api"), in_turn(HARMLESS, "v2", "v8"))
def test_reading_is_patient(world: World, kind: FaultKind, api: str) -> None:
    ids = world.leads(101)
    ids.append(OLD_ID)
    world.sandbox.faults.add(Fault(kind=kind, method="GET", times=3, code="INTERNAL_ERROR"))
    looked = look(world, ids, api=api, parallel=1)
    assert looked.end.why == ""
    assert looked.states == {"ready": 101, "missing": 1}


def test_patience_ends(world: World) -> None:
    ids = world.leads(1)
    world.sandbox.faults.add(Fault(kind=FaultKind.HANG_BEFORE, method="GET", times=10_000))
    looked = look(world, ids)
    assert looked.end.why == "Zoho did not answer in time."
    assert 200 < sum(world.clock.naps) < 1_000
    assert isinstance(looked.events[1], Waiting)


def test_a_token_that_is_not_accepted_ends_it(world: World) -> None:
    world.sandbox.expire_token(world.sandbox.access_token)
    looked = look(world, world.leads(1))
    assert "INVALID_TOKEN" in looked.end.why
    assert looked.states == {"entered": 1}


def test_a_no_with_an_unknown_code_is_no_reason_to_wait(world: World) -> None:
    told = Fault(kind=FaultKind.FLAT_ERROR, method="GET", code="BRAND_NEW", status=400, times=99)
    world.sandbox.faults.add(told)
    looked = look(world, world.leads(1))
    assert "BRAND_NEW" in looked.end.why
    assert not world.clock.naps


def test_a_no_that_overtakes_an_answer_is_no_no_to_all(world: World) -> None:
    ids, gate, reads = world.leads(200), threading.Event(), itertools.count()

    class Waits(Levers):
        """Lets the first read go on once the review, told no, waits for it."""

        waits = 0

        def wait_until(self, *arguments: Any, **more: Any) -> Any:
            self.waits += 1
            if self.waits == 2:
                gate.set()
            return super().wait_until(*arguments, **more)

    def hold(_: Attempt) -> None:
        if not next(reads):
            gate.wait(60)

    world.wire.on_read = hold
    told = Fault(kind=FaultKind.FLAT_ERROR, method="GET", code="NO_PERMISSION", status=403, times=1)
    world.sandbox.faults.add(told)
    try:
        looked = look(world, ids, control=Waits(), parallel=2)
    finally:
        gate.set()
    assert "NO_PERMISSION" in looked.end.why
    assert not looked.end.forbidden
    assert looked.states == {"ready": 100, "entered": 100}


# Levers


def test_it_ends_without_a_word_when_it_is_abandoned(world: World) -> None:
    ids = world.leads(3_000)

    def steer(event: ReviewEvent, control: Levers) -> None:
        if isinstance(event, Reviewed):
            control.abandon()

    looked = look(world, ids, steer=steer, parallel=2)
    assert not any(isinstance(event, ReviewEnded) for event in looked.events)
    assert 100 <= looked.states["ready"] < 1_000
    assert len(world.wire.reads) < 12


def test_it_does_not_wait_for_a_read_that_hangs(world: World) -> None:
    control, gate = Levers(), threading.Event()

    def hang(_: Attempt) -> None:
        control.abandon()
        gate.wait(60)

    world.wire.on_read = hang
    try:
        looked = look(world, world.leads(5), control=control)
        assert not any(isinstance(event, ReviewEnded) for event in looked.events)
        assert not gate.is_set()
    finally:
        gate.set()


def test_how_many_at_once_can_be_changed(world: World) -> None:
    ids, most, now = world.leads(2_000), [0], [0]
    mutex = threading.Lock()
    both = threading.Barrier(4, timeout=60)

    def count(_: Attempt) -> None:
        with mutex:
            now[0] += 1
            most[0] = max(most[0], now[0])
        both.wait()
        with mutex:
            now[0] -= 1

    world.wire.on_read = count
    control = Levers()
    control.parallel = 4
    assert look(world, ids, control=control, parallel=1).states == {"ready": 2_000}
    assert most[0] == 4


# The snapshot


@BOTH
def test_what_was_read_is_saved_before_it_is_told(world: World, api: str) -> None:
    ids = world.leads(250)
    kept: list[int] = []

    def keep(records: Sequence[Any]) -> None:
        kept.extend(int(record["id"]) for record in records)

    def steer(event: ReviewEvent, _: Levers) -> None:
        if isinstance(event, Reviewed):
            assert {ids[place] for place in event.places} <= set(kept)

    look(world, ids, api=api, keep=keep, steer=steer)
    assert sorted(kept) == ids


@BOTH
def test_a_list_gives_every_field_but_no_subform_and_one_by_one_gives_both(
    world: World, api: str
) -> None:
    (record,) = world.leads(1)
    rows = [{"Product": "Oak", "Quantity": 2}]
    world.sandbox.org.change_fields("Leads", str(record), Quoted_Items=rows, Email="a@b.c")
    kept: list[Any] = []
    look(world, [record], api=api, keep=kept.extend)
    look(world, [record], api=api, keep=kept.extend, whole=True)
    listed, whole = kept
    fields = world.sandbox.org.record("Leads", str(record)).fields
    assert "Quoted_Items" not in listed
    assert whole["Quoted_Items"] == rows
    for name, value in fields.items():
        if name != "Quoted_Items":
            assert listed[name] == whole[name] == value


def test_reading_one_by_one_costs_a_call_each_and_says_so_first(world: World) -> None:
    ids = world.leads(25)
    looked = look(world, [*ids, OLD_ID], whole=True)
    assert looked.events[0] == Reviewing(26, 26, world.clock.now)
    assert looked.states == {"ready": 25, "missing": 1}
    assert len(world.wire.reads) == 26 + 1


@each_row(
    ("count", "whole", "fields", "calls"),
    [
        (1, False, 0, 1),
        (100, False, 0, 1),
        (101, False, 0, 2),
        (101, False, 49, 2),
        (101, False, 50, 4),
        (101, True, 0, 101),
        (0, False, 0, 0),
    ],
)
def test_the_price_is_known_before(count: int, *, whole: bool, fields: int, calls: int) -> None:
    assert calls_of(count, whole=whole, fields=fields) == calls


def test_a_disk_that_does_not_take_the_snapshot_ends_it(world: World) -> None:
    def keep(_: Sequence[Any]) -> None:
        raise SnapshotError("The disk is full.")

    looked = look(world, world.leads(150), keep=keep)
    assert looked.end.why == "The disk is full."
    assert looked.states == {"entered": 150}
