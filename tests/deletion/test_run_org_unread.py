"""The org cannot be read before a run: it waits or brakes, and sends nothing until it can."""

from __future__ import annotations

from dataclasses import replace

from tests.deletion.test_run_signed_in import SignedIn, stop_at_brake, world
from tests.rows import each_row
from tests.world.plans import TARGET, options
from tests.world.promises import promises_hold
from zohotui.deletion.model.events import Braked, Waiting
from zohotui.deletion.model.plan import Plan
from zohotui.sandbox import Fault, FaultKind

__all__ = ["world"]

PASSING = [
    FaultKind.REFUSE,
    FaultKind.HANG_BEFORE,
    FaultKind.RESET_BEFORE,
    FaultKind.INTERNAL_ERROR_BEFORE,
    FaultKind.BAD_GATEWAY_BEFORE,
    FaultKind.UNAVAILABLE,
    FaultKind.HTML_OK_BEFORE,
    FaultKind.TOO_MANY_REQUESTS,
    FaultKind.TRUNCATED_JSON,
    FaultKind.EMPTY_BODY,
    FaultKind.CUT_BODY,
]


def fault(kind: FaultKind, times: int, skip: int = 0) -> Fault:
    return Fault(kind=kind, method="GET", path="/org", times=times, skip=skip)


@each_row("kind", PASSING)
def test_trouble_that_passes_is_waited_out(world: SignedIn, kind: FaultKind) -> None:
    world.sandbox.faults.add(fault(kind, 2))
    told = world.run_of(9)
    assert told.kinds[:3] == ["Waiting", "Waiting", "Sent"]
    assert told.states == {"deleted": 9}
    first = told.events[0]
    assert isinstance(first, Waiting)
    assert first.why.startswith("Before sending, zohotui reads the org again")
    assert 1 <= first.seconds <= 2


@each_row("kind", PASSING)
def test_trouble_that_stays_brakes_and_nothing_was_sent(world: SignedIn, kind: FaultKind) -> None:
    world.sandbox.faults.add(fault(kind, 10_000))
    told = world.run_of(9, steer=stop_at_brake)
    assert told.states == {"not sent": 9}
    assert set(told.kinds) == {"Waiting", "Braked", "Finished"}
    assert not world.wire.attempts
    assert not world.sandbox.ledger.sent_ids("Leads")
    (brake,) = told.of(Braked)
    assert isinstance(brake, Braked)
    assert not brake.sign_in


def test_trouble_after_a_pause_is_waited_out_too(world: SignedIn) -> None:
    world.sandbox.faults.add(fault(FaultKind.RESET_BEFORE, 2, skip=1))
    world.sandbox.faults.add(Fault(kind=FaultKind.HANG_AFTER, skip=1, times=2))
    told = world.run_of(21)
    assert told.states == {"deleted": 13, "unknown": 8}
    resumed = told.kinds.index("Unpaused")
    assert told.kinds[resumed + 1 : resumed + 4] == ["Waiting", "Waiting", "Sent"]


@each_row(
    ("status", "code"),
    [(403, "NO_PERMISSION"), (401, "OAUTH_SCOPE_MISMATCH"), (400, "LICENSE_LIMIT_EXCEEDED")],
)
def test_a_refusal_brakes_at_once(world: SignedIn, status: int, code: str) -> None:
    world.sandbox.faults.add(
        Fault(kind=FaultKind.FLAT_ERROR, method="GET", path="/org", status=status, code=code)
    )
    told = world.run_of(9, steer=stop_at_brake)
    assert told.kinds == ["Braked", "Finished"]
    assert code in str(told.of(Braked)[0])
    assert not world.wire.attempts


def test_a_sign_in_without_the_scope_sends_nothing(world: SignedIn) -> None:
    world.client = world.sign_in(scopes=["ZohoCRM.modules.ALL"])
    told = world.run_of(9, steer=stop_at_brake)
    assert told.kinds == ["Braked", "Finished"]
    assert told.states == {"not sent": 9}
    assert not world.wire.attempts


def test_an_org_that_could_not_be_named_was_confirmed_as_such(world: SignedIn) -> None:
    """Whoever typed the sentence was told so; there is nothing to hold it against."""
    world.client = world.sign_in(scopes=["ZohoCRM.modules.ALL"])
    target = replace(TARGET, org="", zgid="")
    plan = Plan(target, "Leads", "Leads", False, tuple(world.leads(9)), options(4))
    told = world.carry_out(plan)
    promises_hold(world, told)
    assert told.states == {"deleted": 9}
    assert world.wire.proofs == 0
