"""Undo under every fault, killed at every step: what it tells is what the org holds."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.test_run_faults import fault
from tests.deletion.test_undo import on_restore
from tests.deletion.undo_support import deleted, outcomes, reason, told_truly, undo, verify
from tests.rows import each_row
from tests.world.plans import in_turn
from tests.world.world import Told, World, with_variants
from zohotui.deletion.afterwards import undo as undoing
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import FaultKind

BIN, MODULE = "/settings/recycle_bin", "/v2/Leads"

ENDS_IT = (FaultKind.FLAT_ERROR, FaultKind.EXPIRED_TOKEN, FaultKind.EXTRA_ITEM)


@pytest.fixture
def four_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have seven records take two requests, as more than 200 do."""
    monkeypatch.setattr(undoing, "MOST_BINNED", 4)


@pytest.mark.usefixtures("four_a_request")
@each_row(
    ("kind", "skip"),
    [*in_turn(FaultKind, 0, 1), *((kind, 0) for kind in ENDS_IT), *((kind, 1) for kind in ENDS_IT)],
)
def test_a_fault_of_a_restore(world: World, kind: FaultKind, skip: int) -> None:
    told = deleted(world, 7)
    world.sandbox.faults.add(on_restore(kind, skip=skip))
    later = undo(world, told)
    told_truly(world, later)
    if kind in ENDS_IT:
        assert reason(later)
        left = (3 if kind is FaultKind.EXTRA_ITEM else 7) if not skip else 3
        left = 0 if kind is FaultKind.EXTRA_ITEM and skip else left
        assert later.states.get("deleted", 0) == left
    else:
        assert not reason(later)
        assert later.states == {"restored": 7}
    last = undo(world, told)
    assert last.states == {"restored": 7}
    told_truly(world, last)


@each_row("kind", FaultKind)
def test_a_fault_of_a_restore_that_never_ends(world: World, kind: FaultKind) -> None:
    told = deleted(world, 3)
    world.sandbox.faults.add(on_restore(kind, times=10_000))
    later = undo(world, told)
    told_truly(world, later)
    assert not any(outcome.code == "RESTORING" for outcome in outcomes(later))
    world.sandbox.faults.clear()
    last = undo(world, told)
    assert last.states == {"restored": 3}
    told_truly(world, last)


@each_row(("kind", "path"), in_turn(FaultKind, BIN, MODULE, "/org"))
def test_a_fault_of_a_read_that_never_ends(world: World, kind: FaultKind, path: str) -> None:
    """Verifying meets the same fault, once, at the next of these reads."""
    told = deleted(world, 3)
    world.sandbox.org.restore(str(told.plan.ids[0]))
    world.sandbox.faults.add(replace(fault(kind, times=10_000), method="GET", path=path))
    later = undo(world, told)
    told_truly(world, later, unseen=told.plan.ids[:1])
    world.sandbox.faults.clear()
    last = undo(world, told)
    told_truly(world, last)
    assert last.states == {"restored": 3}


class Killed(BaseException):
    """The process is no more; nothing catches it."""


class Mortal:
    """Writes a journal until it dies at one write: before it, in the middle of it or after it."""

    def __init__(self, end: int, how: str) -> None:
        self.left, self._how, self._write = end, how, Journal._write

    def write(self, journal: Journal, pieces: Any) -> None:
        self.left -= 1
        if self.left == 0 and self._how == "middle":
            whole = b"".join(pieces)
            os.write(journal._descriptor, whole[: len(whole) // 2])
        elif self.left or self._how == "after":
            self._write(journal, pieces)
        if self.left == 0:
            raise Killed


@each_row("how", ["before", "middle", "after"])
@each_row("kind", [FaultKind.DELAY, FaultKind.RESET_AFTER, FaultKind.MISSING_ITEM])
def test_killed_at_each_write_and_undone_by_a_later_session(
    tmp_path: Path, kind: FaultKind, how: str
) -> None:
    for end in range(1, 20):
        world = World(tmp_path / str(end))
        told = deleted(world, 5)
        world.sandbox.org.restore(str(told.plan.ids[0]))
        world.sandbox.faults.add(on_restore(kind))
        mortal = Mortal(end, how)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Journal, "_write", lambda j, pieces, m=mortal: m.write(j, pieces))
            died = _dies(world, told)
        assert died is (mortal.left <= 0)
        told_truly(world, replace(told, events=[]), unseen=told.plan.ids[:1])
        last = undo(world, told)
        assert last.states == {"restored": 5}
        told_truly(world, last)
        if not died:
            assert end > 3
            break


def _dies(world: World, told: Told) -> bool:
    try:
        undo(world, told)
    except Killed:
        return True
    return False


@pytest.mark.usefixtures("four_a_request")
@each_row("events", range(1, 12))
def test_closed_after_any_event_and_undone_by_a_later_session(world: World, events: int) -> None:
    told = deleted(world, 7)
    world.sandbox.faults.add(on_restore(FaultKind.HANG_AFTER), on_restore(FaultKind.REFUSE))
    later = undo(world, told, close_after=events)
    told_truly(world, later)
    last = undo(world, told)
    assert last.states == {"restored": 7}
    told_truly(world, last)


KINDS = st.sampled_from([kind for kind in FaultKind if kind is not FaultKind.EXPIRED_TOKEN])


@given(
    count=st.integers(1, 12),
    faults=st.lists(st.tuples(KINDS, st.integers(0, 4), st.integers(1, 4)), max_size=4),
    back=st.sets(st.integers(0, 11), max_size=3),
    again=st.sets(st.integers(0, 11), max_size=3),
    purged=st.sets(st.integers(0, 11), max_size=3),
    at_once=st.sampled_from([3, 1_000]),
    kill=st.integers(0, 12),
    check=st.booleans(),
)
def test_what_undo_tells_is_what_the_org_holds(  # noqa: PLR0917 - one a strategy
    tmp_path_factory: pytest.TempPathFactory,
    count: int,
    faults: list[tuple[FaultKind, int, int]],
    back: set[int],
    again: set[int],
    purged: set[int],
    at_once: int,
    kill: int,
    check: bool,
) -> None:
    world = World(Path(tmp_path_factory.mktemp("undo")))
    with_variants(world, restore_at_once=at_once)
    bystanders = world.leads(3)
    told = deleted(world, count)
    org = world.sandbox.org
    for record in bystanders:
        org.bin("Leads", str(record), at=world.clock())
    ids = dict(enumerate(map(str, told.plan.ids)))
    foreign = set()
    for place in back | again:
        org.restore(ids.get(place, ""))
    for place in again & set(ids):
        org.bin("Leads", ids[place], at=world.clock() + 60, by=org.users[1])
        foreign.add(ids[place])
    org.purge(ids[place] for place in purged & set(ids))
    if check:
        told_truly(world, verify(world, told))
    for kind, skip, times in faults:
        world.sandbox.faults.add(on_restore(kind, skip=skip, times=times))
    later = undo(world, told, close_after=kill or None)
    told_truly(world, later, unseen=told.plan.ids)
    world.sandbox.faults.clear()
    last = undo(world, told)
    told_truly(world, last)
    asked = set(world.sandbox.ledger.asked_back)
    assert not asked & (foreign | set(map(str, bystanders)))
    for place, record_id in ids.items():
        if place not in back | again | purged:
            assert org.exists("Leads", record_id)
            assert last.rows.state(place) is State.RESTORED
