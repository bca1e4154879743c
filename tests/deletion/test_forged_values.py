"""Journals of which somebody changed a value and computed the chain anew: never more is sent.

Each value of each line of a journal that holds every kind of line is put to values of other types
and ranges. Then the journal is refused, or it is read back to a plan of the very same ids; and a
run that goes on with it sends ids of the plan that were not sent before, to its module, with an
option that is true or false. What was sent is read off the practice org's ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, suppress
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.forging import append, rechain, unchain, with_plan
from tests.rows import each_row
from tests.world.plans import found_out, options, plan_of, released
from tests.world.world import Steered, World
from zohotui.deletion.journal.history import Summary, Unreadable, history
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, JournalError, this_tool
from zohotui.deletion.model.events import (
    Braked,
    Compared,
    Finished,
    Landed,
    Resolved,
    Restored,
    Restoring,
    Resumed,
    Returned,
    Saved,
    Sent,
    Verified,
)
from zohotui.deletion.model.listing import Kind, Listing, Miss, Unresolved
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan, PlanError
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.run.run import run

HELD = Outcome(State.HELD, "LOCKED", "the record is locked")
GONE = Outcome(State.DELETED, "SUCCESS", "record deleted", 200, '{"code": "SUCCESS"}')
STRANGER = "554023000000999999"
"""An id that no plan holds."""


def plan_in(world: World) -> Plan:
    *ids, held = world.leads(11)
    plan = plan_of(ids, options=options(3))
    listing = Listing(
        Kind.EXTERNAL,
        "Leads",
        "ERP_No",
        1.0,
        {held: "K-1", plan.ids[0]: "K-2"},
        (Unresolved("K-3", Miss.TWICE, "two"),),
        "a note",
    )
    return replace(
        plan,
        left_out=((HELD, (held,)),),
        reviewed=1.0,
        source="leads.csv",
        listings=(listing,),
    )


@cache
def whole(version: int) -> tuple[bytes, ...]:
    """Return the lines of a journal that holds every kind of line, and that can be gone on with."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        plan = plan_in(world)
        first, second, third, _ = plan.batches()
        with closing(Journal.create(world.folder, plan, clock=world.clock)) as journal:
            journal.record(released([(1, plan.ids[1], HELD)]))
            journal.record(Saved("a.snapshot.jsonl.gz", 11))
            journal.record(Sent(first))
            journal.record(Landed(first, (GONE,), (STRANGER,)))
            journal.record(Sent(second))
            journal.record(Returned(second, "Too many requests"))
            journal.record(Braked("Too many requests"))
            journal.record(Sent(second))
            journal.record(Landed(second, (GONE, GONE, Outcome(State.FAILED, "X", "y", 400))))
            journal.record(Sent(third))
            journal.record(Finished(stopped=True))
            lost, back = plan.ids[4], plan.ids[0]
            journal.record(found_out(Resolved, [(4, lost, replace(GONE, code="FOUND_IN_BIN"))]))
            state = replace(GONE, state=State.VERIFIED)
            journal.record(found_out(Verified, [(1, plan.ids[1], state)]))
            journal.record(Restoring((0,)))
            state = replace(GONE, state=State.RESTORED)
            journal.record(found_out(Restored, [(0, back, state)]))
            journal.record(found_out(Compared, [(0, back, replace(state, code="AS_SAVED"))]))
            journal.settle_here()
            journal.said_right("11 of 11 ids look rounded")
            journal.record(Resumed(this_tool()))
        if version < 3:
            unchain(journal.path, version)
        return tuple(journal.path.read_bytes().splitlines(keepends=True))


ODD: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 3, 101, 2**31, 2**63, 2**64, 2**70, 1.0, 1.5, 1e400),
    *("", "0", "1", "true", "false", "false&ids=" + STRANGER, STRANGER, "Contacts", "../Leads"),
    *("deleted", "entered", "not sent", "ready", "\x1b[2J", "\u0663", "1_0", " 11", "+11"),
    *("2026-09-21T14:13:20", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00", "now"),
    *([], {}, [None], [[]], [{}], [STRANGER], [-1], [True], {"a": 1}, {"deleted": -1}),
]


def places_in(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each value within a line of JSON."""
    if at:
        yield at
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places_in(one, (*at, key))


def changed(lines: tuple[bytes, ...], number: int, at: tuple[Any, ...], odd: Any) -> bytes:
    """Put another value into one place of one line; what is KeyError is taken out."""
    line = json.loads(lines[number])
    holder = line
    for key in at[:-1]:
        holder = holder[key]
    if odd is KeyError:
        del holder[at[-1]]
    else:
        holder[at[-1]] = deepcopy(odd)
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return b"".join((*lines[:number], text, *lines[number + 1 :]))


def read_back(path: Path) -> RunState | None:
    """Read everything that is ever read of a journal: it is told, or refused in a sentence."""
    (one,) = history(path.parent)
    assert isinstance(one, Summary | Unreadable)
    try:
        told = replay(path)
    except JournalError:
        return None
    write_receipt(path, 0.0).unlink()
    return told


def held_to(world: World, plan: Plan, told: RunState, journal: Path) -> None:
    """Go on with a run that could be read back, and hold it to what was confirmed."""
    assert type(told.plan.options.wf_trigger) is bool
    assert list(told.plan.ids) == list(plan.ids)
    left = [told.rows.ids[place] for place in told.rows.places([State.ENTERED])]
    with (
        closing(Journal.reopen(read_journal(journal), clock=world.clock)) as reopened,
        suppress(PlanError),
    ):
        crm = world.crm()
        list(run(told.plan, world.work(crm, reopened, Steered(2)), told))
    sent = list(map(int, world.sandbox.ledger.sent_ids(told.plan.module)))
    assert len(sent) == len(set(sent))
    assert set(sent) <= set(left) <= set(plan.ids)
    for request in world.sandbox.ledger.requests:
        if request.method != "GET":
            query = parse_qs(request.query)
            assert request.path.split("/")[3] == told.plan.module
            assert query["wf_trigger"] in (["true"], ["false"])
            assert set(query) <= {"ids", "wf_trigger"}


@pytest.mark.parametrize("version", [1, 2, 3])
@given(data=st.data())
def test_whatever_is_changed_nothing_is_sent_that_was_not_confirmed(
    tmp_path: Path, version: int, data: st.DataObject
) -> None:
    lines = whole(version)
    number = data.draw(st.integers(0, len(lines) - 1), "line")
    everywhere = [at for at in places_in(json.loads(lines[number])) if at != ("chain",)]
    at = data.draw(st.sampled_from(everywhere), "place")
    odd = data.draw(st.sampled_from([*ODD, KeyError]), "value")
    with TemporaryDirectory(dir=tmp_path) as folder:
        world = World(Path(folder) / "journals")
        world.folder.mkdir()
        plan, path = plan_in(world), world.folder / "a.jsonl"
        path.write_bytes(changed(lines, number, at, odd))
        if version >= 3:
            rechain(path)
        told = read_back(path)
        if told is not None:
            held_to(world, plan, told, path)


@each_row("version", [1, 2, 3])
def test_the_journal_that_is_forged_is_a_good_one(tmp_path: Path, version: int) -> None:
    world = World(tmp_path)
    plan, path = plan_in(world), tmp_path / "a.jsonl"
    path.write_bytes(b"".join(whole(version)))
    told = read_back(path)
    assert told is not None
    assert told.plan == plan
    assert not told.finished
    held_to(world, plan, told, path)
    assert len(world.sandbox.ledger.sent_ids("Leads")) == 3


PLANS: list[dict[str, Any]] = [
    {"options": {"wf_trigger": "false&ids=" + STRANGER}},
    {"options": {"wf_trigger": 1}},
    {"options": {"batch_size": True}},
    {"options": {"parallel": 2.0}},
    {"options": {"reserve": -1}},
    {"options": {"reserve": "0"}},
    {"options": {"new": True}},
    {"permanent": "false"},
    {"permanent": 0},
    {"module": "Leads\n"},
    {"label": None},
    {"reviewed": 7},
    {"at": "yesterday"},
    {"journal": True},
    {"journal": 0},
    {"count": 1},
    {"count": "11"},
    {"left_out": [{"state": "held", "ids": ["1", "1"]}]},
    {"left_out": [{"state": "held", "ids": [1]}]},
    {"left_out": [{"state": "held", "code": 7, "ids": ["1"]}]},
    {"left_out": {}},
]


@each_row("changes", PLANS)
def test_a_plan_with_a_wrong_value_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(whole(3)))
    first = json.loads(whole(3)[0])
    if "options" in changes:
        changes = {"options": {**first["options"], **changes["options"]}}
    with_plan(path, **changes)
    assert read_back(path) is None


def test_ids_are_as_zohotui_writes_them(tmp_path: Path) -> None:
    first = json.loads(whole(3)[0])
    for odd in ("0" + first["ids"][0], "+" + first["ids"][0], first["ids"][0] + " ", 554023, ""):
        path = tmp_path / "a.jsonl"
        path.write_bytes(b"".join(whole(3)))
        with_plan(path, ids=[odd, *first["ids"][1:]])
        assert read_back(path) is None


AT = "2026-09-21T14:13:20.000+00:00"
LINES: list[dict[str, Any]] = [
    {"sending": 4, "at": AT, "start": 1, "count": 3},
    {"sending": 5, "at": AT, "start": 10, "count": 3},
    {"sending": 9, "at": AT, "start": 7, "count": 3},
    {"sending": 0, "at": AT, "start": 0, "count": 1},
    {"sending": True, "at": AT, "start": 0, "count": 1},
    {"sending": "4", "at": AT, "start": 7, "count": 3},
    {"sending": 4, "start": 7, "count": 3},
    {"sending": 3, "at": AT, "start": 4, "count": 3},
    # What has never left cannot be found anywhere, or its batch would carry it unseen.
    {"resolved": [("gone", 7)]},
    {"verified": [("verified", 7)]},
    {"resolved": [("entered", 1)]},
    {"resolved": [("not sent", 1)]},
    {"resolved": [("ready", 1)]},
    {"resolved": [("deleted", 10)]},
    {"braked": 7, "at": AT},
    {"resumed": None, "at": AT},
    {"saved": 7, "records": 1, "at": AT},
    {"saved": "a", "records": "1", "at": AT},
    {"finished": {"deleted": "1"}, "stopped": False, "at": AT},
    {"finished": {"gone away": 1}, "stopped": False, "at": AT},
    {"finished": {}, "stopped": 0, "at": AT},
]


@each_row("line", LINES)
def test_a_line_with_a_wrong_value_is_refused(tmp_path: Path, line: dict[str, Any]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(whole(3)))
    word = next(iter(line))
    if word in {"resolved", "verified"}:
        ((state, place),) = line[word]
        first = json.loads(whole(3)[0])
        ids = [*first["ids"], *first["left_out"][0]["ids"]]
        group = {"state": state, "ids": [ids[place]], "places": [place]}
        line = {word: [group], "at": AT, "tally": {}, "ended": False}
    append(path, line)
    with pytest.raises(JournalError, match=f"is damaged in line {len(whole(3)) + 1}"):
        replay(path)


def test_a_batch_that_lands_with_ids_of_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    ids = json.loads(whole(3)[0])["ids"]
    sending = {"sending": 4, "at": AT, "start": 7, "count": 3}
    for outcomes in (
        [{"state": "deleted", "ids": ids[6:9]}],
        [{"state": "entered", "ids": ids[7:10]}],
        [{"state": "not sent", "ids": ids[7:10]}],
        [{"state": "failed", "status": "400", "ids": ids[7:10]}],
        [{"state": "failed", "answer": 7, "ids": ids[7:10]}],
    ):
        path.write_bytes(b"".join(whole(3)))
        append(path, sending, {"landed": 4, "at": AT, "outcomes": outcomes})
        with pytest.raises(JournalError, match="is damaged"):
            replay(path)
