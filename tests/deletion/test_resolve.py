"""Unknown ids settled by reading: each told as the ledger has it, and none ever sent again."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.forging import without_skews
from tests.deletion.test_run_faults import fault, sorts_of_records
from tests.rows import each_row
from tests.world.plans import OLD_ID, in_turn, options, plan_of
from tests.world.promises import promises_hold
from tests.world.wire import Attempt
from tests.world.world import Told, World
from zohotui.deletion.afterwards.window import CLOSE, ZOHO_LAG
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.events import Resolved, Resolving, StepEnded, Waiting
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind

BOTH = pytest.mark.parametrize("api", ["v2", "v8"])


def reason(told: Told) -> str:
    """Return why reading ended before all was settled; empty if it did not."""
    *before, settled = told.of(StepEnded)
    # Only what is settled to the end is verified.
    assert before in ([], [StepEnded()])
    assert isinstance(settled, StepEnded)
    return settled.why


_AWAY = {State.VERIFIED, State.GONE, State.DELETED}


def settled_truly(
    world: World, told: Told, module: str = "Leads", *, verified: bool = True
) -> None:
    """Hold what reading told to the ledger and to the org as it is now."""
    assert told.rows.count(State.UNKNOWN) == 0
    deleted = set(map(int, world.sandbox.ledger.deleted_ids(module)))
    for place, record_id in enumerate(told.plan.ids):
        state, there = told.rows.state(place), world.sandbox.org.exists(module, str(record_id))
        if record_id in deleted:
            assert state in ({State.VERIFIED, State.GONE} if verified else _AWAY)
        elif there:
            assert state in {State.FAILED, State.NOT_SENT}
        elif state is State.FAILED:
            # Zoho refused the whole request and looked at no id at all.
            assert told.rows.outcome(place).code != "INVALID_DATA"
        else:
            assert state in {State.GONE, State.NOT_SENT}
    read = replay(told.journal)
    for place in range(len(told.plan.ids)):
        assert read.rows.outcome(place) == told.rows.outcome(place)


@each_row(("kind", "api"), in_turn(FaultKind, "v8", "v2"))
def test_whatever_was_lost_is_settled_at_once_after_the_run(
    world: World, kind: FaultKind, api: str
) -> None:
    world.sandbox.faults.add(fault(kind, skip=2))
    plan = plan_of(world.leads(20), options=options(5))
    told = world.carry_out(plan, api=api, and_look_up=True)
    promises_hold(world, told, api=api)
    settled_truly(world, told)
    assert isinstance(told.events[-1], StepEnded) or not told.of(Resolving)


@BOTH
def test_a_delete_that_zoho_carried_out_is_found_in_the_bin(world: World, api: str) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER))
    told = world.carry_out(plan_of(world.leads(1)), api=api, and_look_up=True)
    outcome = told.rows.outcome(0)
    assert (outcome.state, outcome.code) == (State.VERIFIED, "FOUND_IN_BIN")
    assert "deleted by Anna" in outcome.message
    assert not told.of(Waiting)


@BOTH
def test_a_record_that_is_still_there_is_believed_only_after_a_while(
    world: World, api: str
) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_BEFORE))
    told = world.carry_out(plan_of(world.leads(1)), api=api, and_look_up=True)
    outcome = told.rows.outcome(0)
    assert (outcome.state, outcome.code) == (State.FAILED, "STILL_THERE")
    assert [nap for nap in world.clock.naps if nap > 1] == [ZOHO_LAG]
    assert "[retry] puts it into a new run" in outcome.advice.remedy


def test_a_delete_that_zoho_carries_out_late_is_not_told_to_have_failed(world: World) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_BEFORE))
    (record,) = world.leads(1)

    def late(_: Attempt) -> None:
        if len(world.wire.reads) == 2:
            world.sandbox.org.bin("Leads", str(record), at=world.clock())

    world.wire.on_read = late
    told = world.carry_out(plan_of([record]), and_look_up=True)
    assert told.rows.outcome(0).code == "FOUND_IN_BIN"


@BOTH
def test_gone_is_told_apart_from_failed(world: World, api: str) -> None:
    ids = sorts_of_records(world)
    told = world.carry_out(plan_of(ids, options=options(10)), api=api, and_look_up=True)
    promises_hold(world, told, api=api)
    settled_truly(world, told)
    *_, binned, contact, made_up = ids
    assert told.states == {"verified": 12, "gone": 3, "failed": 4}
    assert told.outcome(binned).message.startswith("in the Recycle Bin since ")
    for record_id in (contact, made_up):
        words = "no such record in this module, and it is not in the Recycle Bin either"
        assert told.outcome(record_id).message == words
        assert told.outcome(record_id).answer


def test_what_zoho_refused_and_is_there_stays_as_zoho_said_it(world: World) -> None:
    """An INVALID_DATA that is none: the record is there, so nothing is made of it."""
    answer = Fault(kind=FaultKind.FLAT_ERROR, code="INVALID_DATA", message="record not deleted")
    world.sandbox.faults.add(answer)
    told = world.carry_out(plan_of(world.leads(1)), and_look_up=True)
    assert told.states == {"failed": 1}
    assert told.rows.outcome(0).code == "INVALID_DATA"
    assert told.of(Resolving) == [Resolving(1)]
    assert not told.of(Resolved)


@each_row(
    ("ago", "code"), [(0.0, "FOUND_IN_BIN"), (CLOSE - 5, "FOUND_IN_BIN"), (CLOSE + 5, "GONE")]
)
def test_a_deletion_of_another_time_is_not_ours(world: World, ago: float, code: str) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_BEFORE))
    (record,) = world.leads(1)
    world.sandbox.org.bin("Leads", str(record), at=world.clock() - ago)
    told = world.carry_out(plan_of([record]), and_look_up=True)
    assert told.rows.outcome(0).code == code


def test_a_deletion_long_after_the_request_is_not_ours(world: World) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_BEFORE))
    (record,) = world.leads(1)
    told = world.carry_out(plan_of([record]))
    world.clock.now += 86_400
    world.sandbox.access_token = world.sandbox.issue_token()
    world.sandbox.org.bin("Leads", str(record), at=world.clock())
    assert world.resolve(told).rows.outcome(0).code == "GONE"


READS = ("/Leads", "/recycle_bin", "/org")
READ_FAULTS = [
    FaultKind.HANG_BEFORE,
    FaultKind.RESET_AFTER,
    FaultKind.INTERNAL_ERROR_BEFORE,
    FaultKind.BAD_GATEWAY_AFTER,
    FaultKind.UNAVAILABLE,
    FaultKind.HTML_OK_AFTER,
    FaultKind.TOO_MANY_REQUESTS,
    FaultKind.REFUSE,
]


@each_row(("kind", "path"), in_turn(READ_FAULTS, *READS))
def test_a_read_that_fails_is_done_again(world: World, kind: FaultKind, path: str) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER))
    told = world.carry_out(plan_of(world.leads(1)))
    world.sandbox.faults.add(Fault(kind=kind, method="GET", path=path, times=2))
    later = world.resolve(told)
    assert later.rows.outcome(0).code == "FOUND_IN_BIN"
    assert later.of(Waiting)
    assert len(world.wire.attempts) == 1


@each_row(("kind", "path"), in_turn([FaultKind.EXPIRED_TOKEN, *READ_FAULTS], *READS))
def test_reads_that_keep_failing_leave_the_id_unknown_and_say_so(
    world: World, kind: FaultKind, path: str
) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER))
    told = world.carry_out(plan_of(world.leads(1)))
    world.sandbox.faults.add(Fault(kind=kind, method="GET", path=path, times=10_000))
    later = world.resolve(told)
    assert later.states == {"unknown": 1}
    assert reason(later).endswith("[resolve] looks again.")
    assert replay(later.journal).rows.count(State.UNKNOWN) == 1


def test_without_the_scope_for_the_bin_the_reason_is_told(world: World) -> None:
    world.sandbox.access_token = world.sandbox.issue_token(
        scopes=["ZohoCRM.modules.ALL", "ZohoCRM.org.READ"]
    )
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER))
    told = world.carry_out(plan_of(world.leads(1)), and_look_up=True)
    outcome = told.rows.outcome(0)
    assert outcome.state is State.GONE
    assert "cannot be read" in outcome.message
    assert "OAUTH_SCOPE_MISMATCH" in outcome.message


def test_without_the_scope_to_read_records_nothing_is_settled(world: World) -> None:
    scopes = ["ZohoCRM.modules.leads.DELETE", "ZohoCRM.org.READ"]
    world.sandbox.access_token = world.sandbox.issue_token(scopes=scopes)
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER))
    told = world.carry_out(plan_of(world.leads(1)), and_look_up=True)
    assert told.states == {"unknown": 1}
    assert "OAUTH_SCOPE_MISMATCH" in reason(told)


def test_a_module_without_a_bin_is_not_looked_for_in_it(world: World) -> None:
    org = world.sandbox.org
    org.change_module("Leads", recycle_bin=False)
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER))
    plan = plan_of(world.leads(1), permanent=True)
    told = world.carry_out(plan, and_look_up=True)
    assert told.rows.outcome(0).message.endswith("the module has no Recycle Bin")
    assert not any("recycle_bin" in read.path for read in world.wire.reads)


def test_another_org_is_not_asked(world: World) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER))
    told = world.carry_out(plan_of(world.leads(1)))
    other = World(world.folder)
    other.sandbox.org.zgid = "700000002"
    later = other.resolve(told)
    assert later.states == {"unknown": 1}
    assert "Nothing was looked up" in reason(later)
    assert not other.wire.reads


def test_an_abandoned_run_is_not_read(world: World) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER))
    told = world.carry_out(
        plan_of(world.leads(1)), steer=lambda _, control: control.abandon(), and_look_up=True
    )
    assert told.states == {"unknown": 1}
    assert not world.wire.reads


def test_reading_stops_when_it_is_abandoned_and_goes_on_later(world: World) -> None:
    world.sandbox.faults.add(fault(FaultKind.RESET_AFTER, skip=1, times=3))
    plan = plan_of(world.leads(301), options=options(100))
    told = world.carry_out(plan, control=Levers(), steer=lambda e, c: c.resume())
    assert told.states == {"deleted": 1, "unknown": 300}
    control, ended = Levers(), Event()

    def hang(_: Attempt) -> None:
        if sum("recycle_bin" in read.path for read in world.wire.reads) == 2:
            control.abandon()
            ended.wait(60)

    world.wire.on_read = hang
    later = world.resolve(told, control=control)
    ended.set()
    assert later.states == {"deleted": 101, "unknown": 200}
    assert not reason(later)
    world.wire.on_read = lambda _: None
    assert world.resolve(told).states == {"deleted": 301}


def test_a_run_without_doubt_is_only_verified(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(3)), and_look_up=True)
    assert not told.of(Resolving)
    assert [read.path for read in world.wire.reads] == ["/crm/v8/settings/recycle_bin"]
    assert world.resolve(told).kinds == ["StepEnded"]


def test_a_batch_that_was_under_way_when_the_process_died_is_waited_for(world: World) -> None:
    plan = plan_of(world.leads(5), options=options(4))
    world.sandbox.faults.add(fault(FaultKind.HANG_BEFORE, skip=1))
    told = world.carry_out(plan)
    whole = told.journal.read_bytes().splitlines(keepends=True)
    told.journal.write_bytes(b"".join(whole[:4]))
    later = world.resolve(told)
    assert later.states == {"deleted": 1, "failed": 4}
    assert world.clock.naps[-1] == pytest.approx(120 + ZOHO_LAG, abs=1)


@pytest.mark.parametrize("knows", [False, True])
def test_a_clock_that_was_put_back_does_not_make_it_wait_for_ever(
    world: World, *, knows: bool
) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_BEFORE))
    told = world.carry_out(plan_of(world.leads(1)))
    if not knows:
        without_skews(told.journal)
    world.ahead -= 1_000_000
    later = world.resolve(told)
    assert later.states == {"failed": 1}
    assert world.clock.naps[-1] <= 120 + ZOHO_LAG


KINDS = st.sampled_from([kind for kind in FaultKind if kind is not FaultKind.DELAY])


@given(
    count=st.integers(1, 20),
    size=st.integers(1, 8),
    parallel=st.integers(1, 4),
    faults=st.lists(st.tuples(KINDS, st.integers(0, 8), st.integers(1, 3)), max_size=5),
    missing=st.integers(0, 5),
    kill=st.integers(0, 24),
)
def test_what_reading_tells_is_what_the_ledger_says(  # noqa: PLR0917 - one a strategy
    tmp_path_factory: pytest.TempPathFactory,
    count: int,
    size: int,
    parallel: int,
    faults: list[tuple[FaultKind, int, int]],
    missing: int,
    kill: int,
) -> None:
    """Killed after any event or not at all, and settled and resumed by later sessions."""
    world = World(Path(tmp_path_factory.mktemp("resolve")))
    for kind, skip, times in faults:
        world.sandbox.faults.add(fault(kind, skip=skip, times=times))
    made_up = [OLD_ID + number for number in range(missing)]
    plan = plan_of([*world.leads(count), *made_up], options=options(size, parallel))
    told = world.carry_out(plan, close_after=kill or None, and_look_up=True)
    world.sandbox.faults.clear()
    if not replay(told.journal).finished:
        told = world.resume(told)
    told = world.resolve(told)
    promises_hold(world, told)
    settled_truly(world, told, verified=False)
    assert told.rows.count(State.ENTERED, State.SENDING) == 0
