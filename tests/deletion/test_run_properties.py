"""Runs through whatever hypothesis thinks of: records, faults, levers and failing disks."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.world.plans import OLD_ID, options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import Told, World, with_variants
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.model.events import Event, Finished
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Plan
from zohotui.sandbox import Fault, FaultKind

SORTS = ("good", "good", "good", "locked", "waiting", "forbidden", "binned", "contact", "absent")


def faults() -> st.SearchStrategy[Fault]:
    honest = st.sampled_from([kind for kind in FaultKind if kind is not FaultKind.FLAT_ERROR_AFTER])
    common: dict[str, Any] = {
        "skip": st.integers(0, 6),
        "times": st.integers(1, 3),
        "position": st.integers(-3, 3),
    }
    refusal = st.sampled_from([(400, "INVALID_DATA"), (403, "NO_PERMISSION"), (418, "TEAPOT")])
    laid = st.builds(
        lambda kind, words, **more: Fault(kind=kind, status=words[0], code=words[1], **more),
        honest,
        refusal,
        **common,
    )
    doubtful = st.sampled_from(
        [(500, "INTERNAL_ERROR"), (503, "INVALID_DATA"), (500, ""), (400, "TEAPOT"), (200, "X")]
    )
    after = st.builds(
        lambda words, **more: Fault(
            kind=FaultKind.FLAT_ERROR_AFTER, status=words[0], code=words[1], **more
        ),
        doubtful,
        **common,
    )
    return laid | after


@dataclass(frozen=True)
class Scene:
    """One org, one plan, and what goes wrong."""

    sorts: list[str]
    batch_size: int
    parallel: int
    wf_trigger: bool
    api: str
    variants: dict[str, Any]
    faults: list[Fault]
    levers: dict[int, str]

    def world(self, folder: Path) -> World:
        world = World(Path(tempfile.mkdtemp(dir=folder)))
        with_variants(world, **self.variants)
        return world

    def plan(self, world: World) -> Plan:
        ids = [_record(world, sort, place) for place, sort in enumerate(self.sorts)]
        world.sandbox.faults.add(*self.faults)
        how = options(self.batch_size, self.parallel, wf_trigger=self.wf_trigger)
        return plan_of(ids, options=how)

    def steer(self) -> _Levers:
        return _Levers(self.levers)


class _Levers:
    def __init__(self, levers: dict[int, str]) -> None:
        self._levers, self._seen = levers, 0

    def __call__(self, event: Event, control: Levers) -> None:
        self._seen += 1
        if lever := self._levers.get(self._seen):
            getattr(control, lever)()


def _record(world: World, sort: str, place: int) -> int:
    org = world.sandbox.org
    if sort == "absent":
        return OLD_ID + place
    (record_id,) = org.add_records("Contacts" if sort == "contact" else "Leads")
    if sort == "locked":
        org.lock("Leads", record_id)
    if sort == "waiting":
        org.await_approval("Leads", record_id)
    if sort == "forbidden":
        org.forbid("Leads", record_id)
    if sort == "binned":
        org.bin("Leads", record_id)
    return int(record_id)


VARIANTS = st.fixed_dictionaries(
    {},
    optional={
        "shuffle": st.booleans(),
        "v2_mixed_status": st.sampled_from([200, 202, 207]),
        "v2_total_failure_status": st.sampled_from([200, 202, 207, 400]),
        "not_approved_with_id": st.booleans(),
        "one_form_failure": st.sampled_from(["flat", "item"]),
        "ids_limit": st.sampled_from([5, 100]),
    },
)
LEVERS = st.dictionaries(st.integers(1, 20), st.sampled_from(["pause", "resume", "stop"]))
SCENES = st.builds(
    Scene,
    sorts=st.lists(st.sampled_from(SORTS), min_size=1, max_size=40),
    batch_size=st.integers(1, 12) | st.just(100),
    parallel=st.integers(1, 10),
    wf_trigger=st.booleans(),
    api=st.sampled_from(["v2", "v8"]),
    variants=VARIANTS,
    faults=st.lists(faults(), max_size=4),
    levers=LEVERS | st.just({}),
)


@given(scene=SCENES)
def test_the_promises_hold_whatever_happens(tmp_path: Path, scene: Scene) -> None:
    world = scene.world(tmp_path)
    told = world.carry_out(scene.plan(world), api=scene.api, steer=scene.steer())
    promises_hold(world, told, api=scene.api)
    assert isinstance(told.events[-1], Finished)
    assert told.events[-1].stopped is bool(told.rows.count(State.NOT_SENT))
    assert told.kinds.count("Sent") == told.kinds.count("Landed") + told.kinds.count("Returned")


@given(scene=SCENES, at=st.integers(1, 25))
def test_the_promises_hold_when_nobody_watches_any_more(
    tmp_path: Path, scene: Scene, at: int
) -> None:
    world = scene.world(tmp_path)
    plan = scene.plan(world)
    told = world.carry_out(plan, api=scene.api, steer=scene.steer(), close_after=at)
    promises_hold(world, told, api=scene.api)
    _disk_knows_all_that_was_sent(world, told)


@given(scene=SCENES, data=st.data())
def test_a_kill_at_any_byte_of_the_journal(
    tmp_path: Path, scene: Scene, data: st.DataObject
) -> None:
    world = scene.world(tmp_path)
    told = world.carry_out(scene.plan(world), api=scene.api, steer=scene.steer())
    whole = told.journal.read_bytes()
    first = whole.index(b"\n") + 1
    cuts = data.draw(st.lists(st.integers(first, len(whole)), min_size=1, max_size=20))
    gone = set(map(int, world.sandbox.ledger.deleted_ids("Leads")))
    for cut in cuts:
        told.journal.write_bytes(whole[:cut])
        read = replay(told.journal)
        assert read_journal(told.journal).torn is (whole[cut - 1 : cut] != b"\n")
        where = {record_id: place for place, record_id in enumerate(read.rows.ids)}
        for attempt in world.wire.attempts:
            if attempt.journal_size > cut or attempt.harmless:
                continue
            states = {read.rows.state(where[record_id]) for record_id in attempt.ids}
            assert states <= {State.DELETED, State.FAILED, State.UNKNOWN}
        for place, record_id in enumerate(read.rows.ids):
            if read.rows.state(place) is State.DELETED:
                assert record_id in gone
            if read.rows.state(place) is State.FAILED:
                assert record_id not in gone


def _disk_knows_all_that_was_sent(world: World, told: Told) -> None:
    rows = replay(told.journal).rows
    gone = set(map(int, world.sandbox.ledger.deleted_ids("Leads")))
    touched = {i for a in world.wire.attempts if not a.harmless for i in a.ids}
    for place, record_id in enumerate(rows.ids):
        if record_id in gone:
            assert rows.state(place) in {State.DELETED, State.UNKNOWN}
        if record_id in touched:
            assert rows.state(place) not in {State.ENTERED, State.NOT_SENT}
