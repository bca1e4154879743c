"""Credits, reserve and requests at once: what a run does when Zoho or a person sets limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rows import each_row
from tests.world.plans import options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import Steered, World
from zohotui.deletion.model.events import Braked, Event, Landed, Sent, Unpaused
from zohotui.deletion.model.levers import Levers
from zohotui.zoho.limits import at_once

PLAN = replace(options(4, 2), reserve=10)


def brakes(events: list[Event]) -> list[str]:
    return [event.why for event in events if isinstance(event, Braked)]


@each_row("total", [22, 24, 27])
def test_a_run_pauses_before_it_uses_the_reserve(world: World, total: int) -> None:
    world.sandbox.limits.total = total
    told = world.carry_out(plan_of(world.leads(80), options=PLAN), control=Steered(0))
    promises_hold(world, told)
    (why,) = brakes(told.events)
    assert "the profile keeps 10 in reserve" in why
    # Reading the org costs one too, and what is in flight when Zoho tells has been counted.
    assert 10 <= world.sandbox.limits.remaining <= 12
    assert told.states["not sent"] > 0


def test_whoever_says_go_on_is_not_asked_about_the_reserve_again(world: World) -> None:
    world.sandbox.limits.total = 24
    told = world.carry_out(plan_of(world.leads(60), options=PLAN))
    promises_hold(world, told)
    assert told.states == {"deleted": 60}
    assert len(brakes(told.events)) == 1
    assert len(told.of(Unpaused)) == 1


@pytest.mark.parametrize("reserve", [0, 10])
def test_without_a_word_from_zoho_or_a_reserve_nothing_is_held_back(
    world: World, reserve: int
) -> None:
    if not reserve:
        world.sandbox.limits.total = 24
    plan = plan_of(world.leads(60), options=replace(PLAN, reserve=reserve))
    told = world.carry_out(plan)
    promises_hold(world, told)
    assert told.states == {"deleted": 60}
    assert not brakes(told.events)


def test_refusals_for_minutes_are_explained_with_what_zoho_says_of_the_credits(
    world: World,
) -> None:
    world.sandbox.limits.total = 4
    told = world.carry_out(plan_of(world.leads(20), options=options(4)), control=Steered(0))
    promises_hold(world, told)
    (why,) = brakes(told.events)
    assert "This has lasted for minutes: the org's API credits of the last 24 hours" in why
    assert "Zoho says that 0 are left" in why
    assert sum(world.clock.naps) >= 300


def most_in_flight(events: list[Event]) -> int:
    flying = most = 0
    for event in events:
        flying += isinstance(event, Sent) - isinstance(event, Landed)
        most = max(most, flying)
    return most


def test_fewer_at_once_hold_from_the_next_batch_on(world: World) -> None:
    def fewer(event: Event, control: Levers) -> None:
        if isinstance(event, Landed):
            control.parallel = 1

    told = world.carry_out(plan_of(world.leads(41), options=options(4, 5)), steer=fewer)
    promises_hold(world, told)
    assert most_in_flight(told.events) == 1
    assert told.states == {"deleted": 41}


def test_more_at_once_may_be_wanted_than_were_planned(world: World) -> None:
    def more(event: Event, control: Levers) -> None:
        if isinstance(event, Landed):
            control.parallel = 6

    told = world.carry_out(plan_of(world.leads(61), options=options(4, 1)), steer=more)
    promises_hold(world, told)
    assert most_in_flight(told.events) == 6
    assert told.states == {"deleted": 61}


def test_more_at_once_never_come_before_the_canary(world: World) -> None:
    control = Steered()
    control.parallel = 6
    told = world.carry_out(plan_of(world.leads(9), options=options(4, 1)), control=control)
    assert told.kinds[:2] == ["Sent", "Landed"]


@each_row(
    ("edition", "most"),
    [("free", 5), ("Standard", 10), ("professional", 10), ("zohooneenterprise", 10), ("", 10)],
)
def test_an_edition_takes_so_many_at_once(edition: str, most: int) -> None:
    assert at_once(edition) == most
