"""The one loop that asks where records are: which places, in which order, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.deletion.undo_support import deleted
from tests.rows import each_row
from tests.world.plans import options, plan_of
from tests.world.world import Told, World
from zohotui.deletion.afterwards.whereabouts import (
    IN_MODULE,
    Deleted,
    Deleter,
    Known,
    Route,
    Search,
    Spot,
    Whereabouts,
)
from zohotui.deletion.afterwards.window import Window
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.events import Event
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.reads.reads import Reads
from zohotui.zoho.errors import Refused

MODULE_BIN = Route((Spot.MODULE, Spot.BIN))
BIN_MODULE = Route((Spot.BIN, Spot.MODULE))
THRICE = Route((Spot.BIN, Spot.MODULE, Spot.BIN))
SPARING = Route((Spot.BIN, Spot.MODULE), spares_requests=True)
NEEDS_BIN = Route((Spot.BIN, Spot.MODULE), needs_bin=True)


def whereabouts(world: World, told: Told, route: Route) -> list[Whereabouts]:
    """Look for each id of a run, and hold what is handed on to what is handed on once."""
    read, handed = replay(told.journal), list[int]()
    with closing(world.crm()) as crm:
        reads: Reads[Event] = Reads(Levers(), world.times, 1)
        search = Search(read, crm, reads, Window(read, crm.clock, world.times))
        found: dict[int, Whereabouts] = {}

        def keep(known: Known) -> Iterator[Event]:
            assert known
            assert list(known) == sorted(known)
            handed.extend(known)
            found.update(known)
            yield from ()

        assert list(search.look(range(len(told.plan.ids)), route, keep)) == []
    assert sorted(handed) == [*range(len(told.plan.ids))]
    return [found[place] for place in range(len(told.plan.ids))]


def asked(world: World) -> str:
    """Tell which places were asked, by a letter each."""
    return "".join("b" if "recycle_bin" in one.path else "m" for one in world.wire.reads)


@each_row(
    ("route", "where", "spot", "way"),
    [
        (MODULE_BIN, "module", Spot.MODULE, "m"),
        (MODULE_BIN, "bin", Spot.BIN, "mb"),
        (MODULE_BIN, "nowhere", Spot.NOWHERE, "mb"),
        (BIN_MODULE, "module", Spot.MODULE, "bm"),
        (BIN_MODULE, "bin", Spot.BIN, "b"),
        (BIN_MODULE, "nowhere", Spot.NOWHERE, "bm"),
        (THRICE, "module", Spot.MODULE, "bm"),
        (THRICE, "bin", Spot.BIN, "b"),
        (THRICE, "nowhere", Spot.NOWHERE, "bmb"),
        (SPARING, "module", Spot.NOT_IN_BIN, "b"),
        (SPARING, "bin", Spot.BIN, "b"),
        (SPARING, "nowhere", Spot.NOT_IN_BIN, "b"),
        (NEEDS_BIN, "nowhere", Spot.NOWHERE, "bm"),
        (IN_MODULE, "bin", Spot.NOWHERE, "m"),
    ],
)
def test_a_record_is_looked_for_along_the_route_and_no_further(
    world: World, route: Route, where: str, spot: Spot, way: str
) -> None:
    told, org = deleted(world, 1), world.sandbox.org
    record = str(told.plan.ids[0])
    if where == "module":
        org.restore(record)
    elif where == "nowhere":
        org.purge([record])
    (found,) = whereabouts(world, told, route)
    assert found.spot is spot
    assert asked(world) == way
    assert found.may_go


def test_what_may_go_no_longer_is_looked_for_everywhere(world: World) -> None:
    told = deleted(world, 1)
    world.sandbox.org.restore(str(told.plan.ids[0]))
    world.clock.now += 600
    (found,) = whereabouts(world, told, SPARING)
    assert (found.spot, found.may_go, found.may_return) == (Spot.MODULE, False, False)


@each_row(("route", "way"), [(MODULE_BIN, "mbmm"), (BIN_MODULE, "bmmm"), (THRICE, "bmmm")])
def test_a_bin_that_may_not_be_read_is_asked_once_and_the_module_must_do(
    world: World, route: Route, way: str
) -> None:
    told = deleted(world, 250)
    there = told.plan.ids[3]
    world.sandbox.org.restore(str(there))
    scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.org.READ"]
    world.sandbox.access_token = world.sandbox.issue_token(scopes=scopes)
    found = whereabouts(world, told, route)
    assert [one.spot for one in found].count(Spot.NOT_IN_MODULE) == 249
    assert found[3].spot is Spot.MODULE
    assert "OAUTH_SCOPE_MISMATCH" in found[0].bin_closed
    assert asked(world) == way


def test_where_the_bin_is_needed_its_refusal_is_raised(world: World) -> None:
    told = deleted(world, 1)
    world.sandbox.access_token = world.sandbox.issue_token(scopes=["ZohoCRM.modules.ALL"])
    with pytest.raises(Refused, match="OAUTH_SCOPE_MISMATCH"):
        whereabouts(world, told, NEEDS_BIN)


@each_row("route", [MODULE_BIN, BIN_MODULE, THRICE])
def test_a_module_that_may_not_be_read_tells_nothing(world: World, route: Route) -> None:
    told = deleted(world, 1)
    world.sandbox.org.restore(str(told.plan.ids[0]))
    world.sandbox.org.deny("Leads", "READ")
    with pytest.raises(Refused, match="NO_PERMISSION"):
        whereabouts(world, told, route)


def test_where_there_is_no_bin_it_is_not_asked(world: World) -> None:
    world.sandbox.org.change_module("Leads", recycle_bin=False)
    told = world.carry_out(plan_of(world.leads(1), permanent=True))
    (found,) = whereabouts(world, told, THRICE)
    assert (found.spot, asked(world)) == (Spot.NOT_IN_MODULE, "m")
    assert found.bin_closed == "the module has no Recycle Bin"


def test_two_hundred_are_looked_for_in_the_bin_at_a_time_and_one_hundred_in_the_module(
    world: World,
) -> None:
    told = deleted(world, 401)
    world.sandbox.org.purge([str(record) for record in told.plan.ids])
    assert {one.spot for one in whereabouts(world, told, BIN_MODULE)} == {Spot.NOWHERE}
    assert asked(world) == "bmmbmmbm"
    assert [len(read.ids) for read in world.wire.reads] == [200, 100, 100] * 2 + [1, 1]


@each_row(
    ("at", "by", "deleter", "when"),
    [
        (0.0, 0, Deleter.RUNS_USER, Deleted.IN_WINDOW),
        (30.0, 1, Deleter.ANOTHER, Deleted.IN_WINDOW),
        (-1_000.0, 0, Deleter.RUNS_USER, Deleted.BEFORE),
        (1_000.0, 0, Deleter.RUNS_USER, Deleted.ANOTHER_TIME),
        (-90_000.0, 1, Deleter.ANOTHER, Deleted.BEFORE),
    ],
)
def test_what_is_in_the_bin_says_who_deleted_it_and_when(
    world: World, at: float, by: int, deleter: Deleter, when: Deleted
) -> None:
    told, org = deleted(world, 1), world.sandbox.org
    record = str(told.plan.ids[0])
    org.restore(record)
    org.bin("Leads", record, at=world.clock() + at, by=org.users[by])
    (found,) = whereabouts(world, told, BIN_MODULE)
    assert (found.spot, found.deleter, found.deleted) == (Spot.BIN, deleter, when)
    assert found.moment == world.clock() + at
    assert found.since.endswith(f", deleted by {org.users[by].full_name}")
    assert found.of_module
    assert found.knows_clock


def test_what_came_from_another_module_is_told_apart(world: World) -> None:
    (contact,) = world.sandbox.org.add_records("Contacts")
    world.sandbox.org.bin("Contacts", contact, at=world.clock())
    told = world.carry_out(plan_of([int(contact)], options=options(1)))
    (found,) = whereabouts(world, told, BIN_MODULE)
    assert (found.spot, found.of_module) == (Spot.BIN, False)
