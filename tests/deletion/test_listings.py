"""What a list was read from is kept: in the plan, the journal, the receipt and the export."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.deletion.lists_support import by_values, follow, numbered
from tests.world.plans import options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import World
from zohotui.deletion.export import export
from zohotui.deletion.ids.id_list import IdList, merge
from zohotui.deletion.ids.pasted import parse_text
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.receipt import is_as_told, write_receipt
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.lists.by_query import read_query
from zohotui.deletion.model.listing import Kind
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan
from zohotui.zoho.queries import Query

VALUES = ["K-1", "K-2", "none", "=cmd", "größe 7", "K-5"]


def listed(world: World) -> IdList:
    """Resolve values, one of which no record has and one that two records have."""
    numbered(world, ["K-1", "K-2", "=cmd", "größe 7", "K-5"])
    (second,) = world.leads(1)
    world.sandbox.org.externals.give("Leads", "ERP_No", str(second), "K-5")
    return follow(world, by_values(VALUES, source="values.csv")).ids


def plan(ids: IdList, left: Sequence[int] = ()) -> Plan:
    going = [one for one in ids.ids if one not in left]
    held = Outcome(State.HELD, "TAKEN_OUT", "you took it out")
    return replace(
        plan_of(going, options=options(2)),
        source=ids.source,
        listings=ids.listings,
        left_out=((held, tuple(left)),) if left else (),
    )


def test_each_id_keeps_its_value_from_the_plan_to_the_receipt(world: World, tmp_path: Path) -> None:
    ids = listed(world)
    confirmed = plan(ids, [ids.ids[1]])
    told = world.carry_out(confirmed)
    promises_hold(world, told)
    read = replay(told.journal)
    assert read.plan == confirmed
    assert dict(read.plan.external) == dict(
        zip(ids.ids, ["K-1", "K-2", "=cmd", "größe 7"], strict=True)
    )
    receipt = write_receipt(told.journal, 0.0)
    text = receipt.read_text()
    assert "Read from         external: ERP_No" in text
    assert "4 values have a record, 2 have none" in text
    assert "VALUES WITHOUT A RECORD\n\n  none: not found (no record" in text
    assert "  K-5: found twice (more than one record" in text
    for record_id, value in confirmed.external.items():
        assert f"  {record_id}  {value:<14}  " in text
    assert is_as_told(receipt, read_journal(told.journal), told.journal.name)
    (summary,) = history(told.journal.parent)
    assert isinstance(summary, Summary)
    lines = export(tmp_path / "all.csv", read.plan, read.rows).read_text().splitlines()
    rows = list(csv.DictReader(lines))
    assert [row["External value"] for row in rows] == ["K-1", "'=cmd", "größe 7", "K-2"]
    told_json = json.loads(export(tmp_path / "all.json", read.plan, read.rows).read_text())
    assert [one["external"] for one in told_json["outcomes"]] == ["K-1", "=cmd", "größe 7", "K-2"]
    assert [one["value"] for one in told_json["listings"][0]["unresolved"]] == ["none", "K-5"]


def test_a_query_is_kept_with_its_time(world: World) -> None:
    world.leads(3)
    query = Query.of("select id from Leads where id is not null limit 2")
    ids = follow(world, partial(read_query, query)).ids
    told = world.carry_out(plan(ids))
    (listing,) = replay(told.journal).plan.listings
    assert listing == ids.listings[0]
    assert (listing.kind, listing.at) == (Kind.QUERY, world.clock.now)
    text = write_receipt(told.journal, 0.0).read_text()
    assert "Read from         query: select id from Leads where id is not null limit 2" in text


def test_a_list_that_was_not_read_from_zoho_says_nothing_of_it(
    world: World, tmp_path: Path
) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    assert "listings" not in told.journal.read_text()
    text = write_receipt(told.journal, 0.0).read_text()
    assert "EXTERNAL" not in text
    assert "Read from" not in text
    exported = export(tmp_path / "all.csv", told.plan, told.rows).read_text()
    assert "External" not in exported


@pytest.mark.parametrize("first", [True, False])
def test_a_list_that_is_added_to_another_keeps_what_it_was_read_from(
    world: World, *, first: bool
) -> None:
    ids, typed = listed(world), parse_text("410405000002264040")
    both = merge(ids, typed) if first else merge(typed, ids)
    assert both.listings == ids.listings
