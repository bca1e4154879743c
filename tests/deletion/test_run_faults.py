"""What Zoho may answer to a run, and faults in a row; each single fault is in fault_matrix.py."""

from __future__ import annotations

import pytest

from tests.rows import each_row
from tests.world.plans import OLD_ID, options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import World, with_variants
from zohotui.deletion.model.events import Braked, Landed, Returned
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind

BOTH = pytest.mark.parametrize("api", ["v2", "v8"])


def fault(kind: FaultKind, *, skip: int = 0, times: int = 1) -> Fault:
    if kind is FaultKind.FLAT_ERROR_AFTER:
        # After the work only an internal error is honest; a refusal would be a lie of Zoho's.
        return Fault(kind=kind, skip=skip, times=times, status=500, code="INTERNAL_ERROR")
    code = "NO_PERMISSION"
    return Fault(kind=kind, skip=skip, times=times, status=403, code=code, seconds=7)


CHANGES: tuple[dict[str, object], ...] = (
    {},
    {"v2_mixed_status": 202},
    {"v2_mixed_status": 207},
    {"v2_total_failure_status": 200},
    {"v2_total_failure_status": 202},
    {"v2_total_failure_status": 207},
    {"malformed_id": "item"},
    {"not_approved_with_id": True},
    {"one_form_failure": "item"},
    {"shuffle": True},
    {"missing_param_key": "param"},
    {"bad_wf_trigger": "INVALID_REQUEST"},
    {"locked_message": "no"},
    {"retry_after": 60},
    {"token_in_milliseconds": True},
)


@BOTH
def test_each_variant_of_zoho_with_records_of_every_sort(world: World, api: str) -> None:
    for changes in CHANGES:
        fresh = World(world.folder)
        with_variants(fresh, **changes)
        told = fresh.carry_out(plan_of(sorts_of_records(fresh), options=options(10)), api=api)
        promises_hold(fresh, told, api=api)
        assert told.states == {"deleted": 12, "failed": 7}, changes
        assert told.outcome(OLD_ID).code == "INVALID_DATA"


def sorts_of_records(world: World) -> list[int]:
    """Make twelve that go, then one of each sort that stays."""
    org = world.sandbox.org
    *good, locked, seen, waiting, forbidden, binned = world.leads(17)
    org.lock("Leads", str(locked))
    org.lock("Leads", str(seen), "zia_vision_processing")
    org.await_approval("Leads", str(waiting))
    org.forbid("Leads", str(forbidden))
    org.bin("Leads", str(binned))
    contact = int(org.add_records("Contacts")[0])
    return [*good, locked, seen, waiting, forbidden, binned, contact, OLD_ID]


@BOTH
@each_row(
    ("changes", "code"),
    [
        ({"ids_limit": 50}, "LIMIT_EXCEEDED"),
        ({"ids_limit_characters": 1024}, "LIMIT_EXCEEDED"),
    ],
)
def test_a_batch_larger_than_zoho_takes_is_refused_and_stops_the_run(
    world: World, api: str, changes: dict[str, object], code: str
) -> None:
    with_variants(world, **changes)
    told = world.carry_out(
        plan_of(world.leads(301), options=options()),
        api=api,
        steer=lambda e, c: c.stop() if is_brake(e) else None,
    )
    promises_hold(world, told, api=api)
    assert told.states == {"deleted": 1, "failed": 100, "not sent": 200}
    assert told.rows.outcome(1).code == code


def is_brake(event: object) -> bool:
    return isinstance(event, Braked)


@BOTH
def test_the_wrong_data_centre_leaves_every_record_unsent(world: World, api: str) -> None:
    with_variants(world, other_data_centre=True)
    told = world.carry_out(
        plan_of(world.leads(5)), api=api, steer=lambda e, c: c.stop() if is_brake(e) else None
    )
    promises_hold(world, told, api=api)
    assert told.states == {"not sent": 5}
    assert told.kinds == ["Braked", "Finished"]
    assert "INVALID_TOKEN" in str(told.of(Braked)[0])


@BOTH
@each_row("shape", ["flat", "item"])
@each_row("count", [1, 2])
def test_both_shapes_of_a_failure_of_one_record(
    world: World, api: str, shape: str, count: int
) -> None:
    with_variants(world, one_form_failure=shape)
    told = world.carry_out(plan_of([OLD_ID, OLD_ID + 1][:count], options=options(1)), api=api)
    promises_hold(world, told, api=api)
    assert told.states == {"failed": count}
    assert (told.outcome(OLD_ID).code, told.outcome(OLD_ID).status) == ("INVALID_DATA", 400)
    assert not told.of(Braked)


@BOTH
@each_row("scopes", [["ZohoCRM.modules.leads.READ"], []])
def test_a_token_without_the_scope(world: World, api: str, scopes: list[str]) -> None:
    world.sandbox.access_token = world.sandbox.issue_token(scopes=[*scopes, "ZohoCRM.org.READ"])
    told = world.carry_out(
        plan_of(world.leads(5)), api=api, steer=lambda e, c: c.stop() if is_brake(e) else None
    )
    promises_hold(world, told, api=api)
    assert told.states == {"failed": 1, "not sent": 4}
    assert told.rows.outcome(0).code == "OAUTH_SCOPE_MISMATCH"


@pytest.mark.parametrize("refusal", ["NO_PERMISSION", "AUTHORIZATION_FAILED"])
def test_a_user_without_the_permission(world: World, refusal: str) -> None:
    world.sandbox.org.deny("Leads", "DELETE", refusal)  # type: ignore[arg-type]
    told = world.carry_out(plan_of(world.leads(3)), control=None)
    promises_hold(world, told)
    assert told.states == {"failed": 3}
    assert {told.rows.outcome(place).code for place in range(3)} == {refusal}
    assert len(told.of(Braked)) == 2


def test_the_day_s_credits_gone_in_the_middle_of_a_run(world: World) -> None:
    world.sandbox.limits.total = 4
    told = world.carry_out(plan_of(world.leads(21), options=options(4, 4)))
    promises_hold(world, told)
    # Whichever two of the five batches of four arrive first.
    assert told.states == {"deleted": 9, "not sent": 12}
    assert any("minutes" in event.why for event in told.events if isinstance(event, Braked))


def test_a_token_that_ends_in_the_middle_can_be_waited_out(world: World) -> None:
    """A new token is for the screen to fetch; the run keeps what was turned away."""
    world.sandbox.faults.add(fault(FaultKind.EXPIRED_TOKEN, skip=1, times=3))
    told = world.carry_out(plan_of(world.leads(20), options=options(4, 3)))
    promises_hold(world, told)
    assert told.states == {"deleted": 20}
    assert len(told.of(Returned)) == 3


def test_what_landed_is_told_before_the_run_goes_on(world: World) -> None:
    world.sandbox.faults.add(fault(FaultKind.HANG_AFTER, skip=1, times=2))
    told = world.carry_out(plan_of(world.leads(11), options=options(5)))
    assert told.kinds == [
        *("Sent", "Landed"),
        *("Sent", "Landed"),
        *("Sent", "Landed", "Braked", "Paused"),
        "Finished",
    ]
    assert told.states == {"deleted": 1, "unknown": 10}
    (outcome,) = {o for e in told.events[2:] if isinstance(e, Landed) for o in e.outcomes}
    assert (outcome.state, outcome.code) == (State.UNKNOWN, "NO_ANSWER")


def test_lost_answers_that_are_not_in_a_row_stop_nothing(world: World) -> None:
    for skip in (1, 2):
        world.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, skip=skip))
    told = world.carry_out(plan_of(world.leads(13), options=options(3)))
    promises_hold(world, told)
    assert [isinstance(event, Landed) for event in told.of(Braked, Landed)] == [True] * 5
    assert told.states == {"deleted": 7, "unknown": 6}
