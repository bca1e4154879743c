"""Runs whose records were saved before, and the org itself as the judge of what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from tests.deletion.review_support import look
from tests.deletion.undo_support import compare, undo
from tests.world.plans import options, plan_of
from tests.world.world import Told, World
from zohotui.deletion.journal.differences_file import differences_of
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.snapshot import Snapshot

SHAPES = ("Leads", "Contacts", "Accounts", "Deals", "Tasks", "Warranties")
"""Modules whose records have different fields."""


def save(
    world: World, ids: Sequence[int], module: str = "Leads", *, api: str = "v2", whole: bool = False
) -> Snapshot:
    """Review records and save them."""
    plan = plan_of(ids, module)
    snapshot = Snapshot.create(world.folder, plan.target, module, whole=whole, clock=world.clock)
    look(world, ids, module, api=api, whole=whole, keep=snapshot.add)
    snapshot.close()
    return snapshot


def saved_and_deleted(
    world: World, ids: Sequence[int], module: str = "Leads", *, api: str = "v2", whole: bool = False
) -> Told:
    """Save records and delete them; the copies lie beside the journal then."""
    snapshot = save(world, ids, module, api=api, whole=whole)
    told = world.carry_out(plan_of(ids, module, options=options(parallel=3)), api=api)
    assert told.states == {"deleted": len(ids)}
    snapshot.belong_to(told.journal)
    return told


def undone(world: World, told: Told) -> Told:
    """Bring all of a run back."""
    later = undo(world, told)
    assert later.states == {"restored": len(told.plan.ids)}
    return later


def compared(world: World) -> tuple[Told, str]:
    """Undo a run of three of which one is not as saved then; return the file of that too."""
    told = saved_and_deleted(world, world.leads(3))
    undone(world, told)
    org = world.sandbox.org
    org.change_fields("Leads", str(told.plan.ids[1]), Email="new@example.com")
    compare(world, told)
    return told, written(told)


def made(world: World, module: str, count: int) -> list[int]:
    """Make records that have all there is: tags, lookups, long texts, hostile names, nothing."""
    org = world.sandbox.org
    ids = org.add_records(module, count)
    for place, record_id in enumerate(ids):
        if place % 5 == 0:
            org.tag(module, record_id, "Keep", f"Batch {place}")
        if place % 7 == 0:
            parent = {"name": f"Parent {place}", "id": f"55402300000099{place:04d}"}
            org.change_fields(module, record_id, Parent=parent, Description="x" * 400)
        if place % 11 == 0:
            org.change_fields(
                module, record_id, Description="\x1b[2J[red]\u202e", Colours=["b", "a"]
            )
    return list(map(int, ids))


def held(world: World, told: Told) -> dict[int, Mapping[str, Any]]:
    """Return what the org holds of each record of a run, alive or binned."""
    org, module = world.sandbox.org, told.plan.module
    return {i: deepcopy(dict(org.record(module, str(i)).fields)) for i in told.plan.ids}


def written(told: Told) -> str:
    """Return what stands in the file of the differences; empty if there is none."""
    path = differences_of(told.journal)
    return path.read_text(encoding="utf-8") if path.exists() else ""


def journal_agrees(later: Told) -> None:
    """Hold the journal to the rows that were shown."""
    file = read_journal(later.journal)
    assert not file.torn
    for place in range(len(later.plan.ids)):
        assert file.run.rows.outcome(place) == later.rows.outcome(place)
