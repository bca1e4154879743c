"""Silence is no answer: odd answers to reads prove nothing, and small pages are read to the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import Any

import httpx
import pytest

from tests.deletion.undo_support import codes, compare, reason, undo, verify
from tests.rows import each_row
from tests.world.plans import in_turn, options, plan_of
from tests.world.world import World, with_variants
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.last_words import exit_code
from zohotui.deletion.model.events import Reviewed, ReviewEnded
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.review.review import ReviewRequest, review
from zohotui.sandbox import Fault, FaultKind

STRANGER = "410405000009999001"

Rows = list[dict[str, Any]]
Spoil = Callable[[Rows], object]


def _foreign(rows: Rows) -> Rows:
    return [{**row, "id": str(int(row["id"]) + 1_000_000)} for row in rows]


SPOILT: dict[str, Spoil] = {
    "rows that nobody asked for": _foreign,
    "one more row": lambda rows: [*rows, {"id": STRANGER}],
    "no rows": lambda rows: rows[:0],
    "a row less": lambda rows: rows[1:],
    "ids that are no digits": lambda rows: [{**row, "id": f"zcrm_{row['id']}"} for row in rows],
    "ids as floats": lambda rows: [{**row, "id": float(row["id"])} for row in rows],
    "ids elsewhere": lambda rows: [{"details": {"id": row["id"]}} for row in rows],
    "no ids": lambda rows: [{"name": "Ada"} for _ in rows],
    "a row twice": lambda rows: [rows[0], *rows],
    "no objects": lambda rows: [row["id"] for row in rows],
}


class Spoilt(httpx.BaseTransport):
    """A way to the org on which lists of records are spoilt."""

    def __init__(self, world: World, spoil: Spoil, path: str) -> None:
        self._wire, self._spoil, self._path = world.wire, spoil, path

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._wire.handle_request(request)
        if request.method != "GET" or self._path not in request.url.path:
            return response
        body = json.loads(response.read() or b"{}")
        for key in ("data", "recycle_bin"):
            if body.get(key):
                body[key] = self._spoil(body[key])
                return httpx.Response(200, json=body)
        return response


def spoil(world: World, how: str, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let later clients of the org read spoilt answers."""
    crm = world.crm
    wire = Spoilt(world, SPOILT[how], path)

    def spoilt(api: str = "v2", *, read_only: bool = False) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(world, "wire", wire)
            return crm(api, read_only=read_only)

    monkeypatch.setattr(world, "crm", spoilt)


HOW_AND_API = each_row(("how", "api"), in_turn(SPOILT, "v2", "v8"))


@HOW_AND_API
def test_nothing_that_is_alive_is_told_to_be_gone(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str, api: str
) -> None:
    """Zoho says of records that are there that they are not deleted."""
    ids = world.leads(29)
    answer = Fault(kind=FaultKind.FLAT_ERROR, code="INVALID_DATA", message="record not deleted")
    world.sandbox.faults.add(answer)
    told = world.carry_out(plan_of(ids[:1]))
    world.sandbox.faults.add(Fault(kind=FaultKind.HANG_BEFORE, times=9))
    lost = world.carry_out(plan_of(ids, options=options(10)), api=api)
    spoil(world, how, "/Leads", monkeypatch)
    for run in (told, lost):
        later = world.resolve(run, api=api)
        assert reason(later)
        assert "so it is not used" in reason(later)
        assert later.rows.count(State.GONE, State.DELETED) == 0
        assert exit_code([(later.plan, later.rows)]) == 1


@HOW_AND_API
def test_a_review_tells_nothing_to_be_missing(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str, api: str
) -> None:
    ids = world.leads(3)
    spoil(world, how, "/Leads", monkeypatch)
    with closing(world.crm(api)) as crm:
        events = list(review(ReviewRequest(ids, "Leads"), crm, Levers(), world.times))
    last = events[-1]
    assert isinstance(last, ReviewEnded)
    assert "so it is not used" in last.why
    outcomes = [one for event in events if isinstance(event, Reviewed) for one in event.outcomes]
    assert not any(outcome.state is State.MISSING for outcome in outcomes)


@each_row(("how", "path"), in_turn(SPOILT, "/Leads", "/recycle_bin"))
def test_verify_undo_and_compare_conclude_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str, path: str
) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    still = str(told.plan.ids[0])
    world.sandbox.org.restore(still)
    with monkeypatch.context() as patch:
        spoil(world, how, path, patch)
        before = replay(told.journal).rows
        later = verify(world, told)
        assert "so it is not used" in reason(later)
        assert later.rows.outcome(0).state is State.DELETED
        assert not later.rows.any_like(lambda one: one.code == "NOT_IN_BIN")
        back = undo(world, told)
        assert "so it is not used" in reason(back)
        assert before.tally == {State.DELETED: 3}
        assert not back.rows.any_like(lambda one: one.code in {"NOT_IN_BIN", "NOT_BACK"})
    assert undo(world, told).states == {"restored": 3}
    with monkeypatch.context() as patch:
        spoil(world, how, "/Leads", patch)
        compare(world, told)
    assert replay(told.journal).rows.count(State.RESTORED) == 3


@each_row(("size", "api"), [(1, "v8"), (7, "v2"), (50, "v8")])
def test_small_pages_hide_nothing(world: World, size: int, api: str) -> None:
    with_variants(world, page_size=size)
    world.sandbox.faults.add(Fault(kind=FaultKind.RESET_AFTER, skip=1))
    there = world.leads(60)
    binned = world.leads(60)
    for record in binned:
        world.sandbox.org.bin("Leads", str(record), at=world.clock() - 86_400)
    told = world.carry_out(plan_of([*there, *binned], options=options()), api=api, and_look_up=True)
    assert codes(told) == {
        "verified IN_BIN": 1,
        "verified FOUND_IN_BIN": 59,
        "gone GONE": 60,
    }
    later = undo(world, told, crm=world.crm(api))
    assert later.states == {"restored": 60, "gone": 60}
    assert all(world.sandbox.org.exists("Leads", str(record)) for record in there)
    with closing(world.crm(api)) as crm:
        ids = [*there, *binned]
        events = list(review(ReviewRequest(ids, "Leads"), crm, Levers(), world.times))
    found = [one.code for event in events if isinstance(event, Reviewed) for one in event.outcomes]
    assert (found.count(""), found.count("ALREADY_BINNED")) == (60, 60)
