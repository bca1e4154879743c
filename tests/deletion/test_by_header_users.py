"""Values mean records to one user: nobody else goes on with them or sends them again."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from tests.deletion.test_by_header import K, braked, plan_of
from tests.world.plans import TARGET, options
from tests.world.world import World
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.events import Event, Landed, Paused
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import PlanError
from zohotui.tui.proposals import retry_of


def of_two_users(world: World) -> tuple[list[str], set[str]]:
    """Give Anna and Bob records with the same values of a field that is each user's own."""
    org = world.sandbox.org
    org.externals.define("Leads", "ERP_No", "user")
    annas, bobs = org.add_records("Leads", len(K)), org.add_records("Leads", len(K))
    for user, records in zip(org.users, (annas, bobs), strict=False):
        for value, record_id in zip(K, records, strict=True):
            org.externals.give("Leads", "ERP_No", record_id, value, user.id)
    return annas, set(bobs)


def test_another_user_cannot_go_on_with_values(world: World) -> None:
    _, bobs = of_two_users(world)
    told = world.carry_out(plan_of(*K), close_after=2)
    assert not replay(told.journal).finished
    world.sandbox.org.acting = world.sandbox.org.users[1]
    before = world.sandbox.ledger.deleted_ids("Leads")
    later = world.resume(told)
    assert world.sandbox.ledger.deleted_ids("Leads") == before
    assert not set(before) & bobs
    assert later.run.finished
    assert any("was confirmed by anna@acme.example" in why for why in braked(later))


def test_a_sign_in_of_another_user_in_a_pause_ends_a_run_of_values(world: World) -> None:
    annas, bobs = of_two_users(world)

    def bob_signs_in(event: Event, levers: Levers) -> None:
        if isinstance(event, Landed) and event.batch.number == 2:
            levers.pause()
        if isinstance(event, Paused):
            world.sandbox.org.acting = world.sandbox.org.users[1]
            levers.resume()

    told = world.carry_out(plan_of(*K), steer=bob_signs_in)
    assert set(world.sandbox.ledger.deleted_ids("Leads")) == set(annas[:5])
    assert any("may name another record for another user" in why for why in braked(told))
    assert told.rows.count(State.NOT_SENT) == 4
    assert bobs


def test_values_of_nobody_knows_whom_are_not_sent(world: World) -> None:
    nobody = replace(TARGET, user_id="")
    with pytest.raises(PlanError, match="who this sign-in is"):
        plan_of(*K, target=nobody)
    with pytest.raises(PlanError, match="who this sign-in is"):
        world.carry_out(replace(plan_of(*K), target=nobody))
    assert world.sandbox.ledger.requests == []


def test_a_retry_of_values_by_another_user_is_refused(world: World) -> None:
    told = world.carry_out(plan_of("none", "neither"))
    shown = SimpleNamespace(rows=told.rows, plan=told.plan)
    bob = replace(TARGET, user_id="554023000000000999")
    with pytest.raises(PlanError, match=r"sign in as anna@acme\.example"):
        retry_of(shown, "run", True, bob, options())  # type: ignore[arg-type]
