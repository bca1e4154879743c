"""Runs whose process died, gone on with: what has left never leaves again."""

from __future__ import annotations

import errno
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.deletion.test_history import as_before, begun
from tests.deletion.test_journal import Disk, lines
from tests.rows import each_row
from tests.world.plans import TARGET, options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import Told, World
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, JournalError, this_tool
from zohotui.deletion.model.events import Resumed
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Plan, PlanError
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.run.run import run
from zohotui.sandbox import Fault, FaultKind

PLAN = plan_of([11, 12, 13, 14], options=options(2))


def killed(world: World, plan: Plan, events: int, *, lost: int = 0) -> Told:
    """Let a run die after so many events, with so many of its last lines never written."""
    told = world.carry_out(plan, close_after=events)
    if lost:
        whole = told.journal.read_bytes().splitlines(keepends=True)
        told.journal.write_bytes(b"".join(whole[: max(1, len(whole) - lost)]))
    return told


def sent(world: World, since: int = 0) -> list[int]:
    return [record_id for attempt in world.wire.attempts[since:] for record_id in attempt.ids]


def go_on(world: World, told: Told, before: RunState, plan: Plan | None = None) -> list[Any]:
    with closing(Journal.reopen(read_journal(told.journal), clock=world.clock)) as journal:
        work = world.work(world.crm(), journal, Levers())
        return list(run(plan or before.plan, work, before))


@each_row(("events", "parallel"), [*product(range(1, 9), [1, 3])])
def test_only_what_never_left_is_sent_wherever_it_was_killed(
    world: World, events: int, parallel: int
) -> None:
    plan = plan_of(world.leads(13), options=options(4, parallel))
    told = killed(world, plan, events)
    before, already = replay(told.journal), len(world.wire.attempts)
    left = [before.plan.ids[place] for place in before.rows.places({State.ENTERED})]
    later = world.resume(told)
    assert sorted(sent(world, already)) == left
    promises_hold(world, later)
    assert later.states == {"verified": 13}
    assert [line["finished"] for line in lines(told.journal) if "finished" in line] == [
        {"deleted": 13}
    ]
    assert replay(told.journal).rows.tally == {State.VERIFIED: 13}


def test_a_batch_under_way_when_it_was_killed_is_looked_up_and_never_sent_again(
    world: World,
) -> None:
    plan = plan_of(world.leads(9), options=options(4))
    told = killed(world, plan, 4, lost=1)
    assert replay(told.journal).rows.tally == {
        State.DELETED: 1,
        State.UNKNOWN: 4,
        State.ENTERED: 4,
    }
    already = len(world.wire.attempts)
    later = world.resume(told)
    assert sent(world, already) == [*plan.ids[5:]]
    promises_hold(world, later)
    assert later.states == {"verified": 9}
    assert [later.rows.outcome(place).code for place in (0, 1, 4, 5)] == [
        "IN_BIN",
        "FOUND_IN_BIN",
        "FOUND_IN_BIN",
        "IN_BIN",
    ]


def test_what_was_turned_away_before_it_was_killed_is_sent(world: World) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.TOO_MANY_REQUESTS, skip=1))
    plan = plan_of(world.leads(9), options=options(4))
    told = killed(world, plan, 4)
    assert told.kinds[-1] == "Returned"
    later = world.resume(told)
    promises_hold(world, later)
    assert later.states == {"verified": 9}


def test_it_may_be_killed_again_and_again(world: World) -> None:
    plan = plan_of(world.leads(21), options=options(4))
    told = killed(world, plan, 2)
    for _ in range(3):
        before = replay(told.journal)
        with closing(Journal.reopen(read_journal(told.journal), clock=world.clock)) as journal:
            running = run(before.plan, world.work(world.crm(), journal, Levers()), before)
            next(running)
            running.close()
        # The process dies while it writes.
        with told.journal.open("ab") as file:
            file.write(b'{"sending":')
    later = world.resume(told)
    promises_hold(world, later)
    assert later.states == {"verified": 21}
    assert lines(told.journal)[-1]["tally"] == {"verified": 21}
    assert sum("resumed" in line for line in lines(told.journal)) == 4


def test_the_sums_at_the_end_are_those_of_the_whole_run(world: World) -> None:
    ids = [*world.leads(9), 410405000002264040]
    world.sandbox.org.lock("Leads", str(ids[2]))
    world.sandbox.faults.add(Fault(kind=FaultKind.HANG_AFTER, skip=2))
    told = killed(world, plan_of(ids, options=options(3)), 6)
    go_on(world, told, replay(told.journal))
    assert lines(told.journal)[-1]["finished"] == {"deleted": 5, "failed": 2, "unknown": 3}
    assert replay(told.journal).rows.tally == {
        State.DELETED: 5,
        State.FAILED: 2,
        State.UNKNOWN: 3,
    }


def test_a_run_that_goes_on_can_be_stopped_again(world: World) -> None:
    plan = plan_of(world.leads(9), options=options(4))
    told = killed(world, plan, 2)
    later = world.resume(told, steer=lambda _, control: control.stop())
    promises_hold(world, later)
    assert later.states == {"verified": 5, "not sent": 4}
    assert replay(told.journal).finished


def test_a_journal_of_the_first_format_goes_on(world: World) -> None:
    plan = plan_of(world.leads(9), options=options(4))
    told = killed(world, plan, 2)
    as_before(told.journal)
    later = world.resume(told)
    promises_hold(world, Told(later.run.plan, later.events, later.run, told.journal))
    assert later.states == {"verified": 9}


CHANGES = [
    {"ids": [12, 11, 13, 14]},
    {"ids": [11, 12, 13]},
    {"module": "Contacts"},
    {"options": options(3)},
    {"options": options(2, wf_trigger=False)},
    {"target": replace(TARGET, zgid="700000002")},
]


@each_row("changes", CHANGES)
def test_the_journal_of_another_plan_is_refused(world: World, changes: dict[str, Any]) -> None:
    told = Told(PLAN, [], replay(begun(world.folder)), next(world.folder.iterdir()))
    whole = told.journal.read_bytes()
    with pytest.raises(PlanError, match="not that of an unfinished run of this plan"):
        go_on(world, told, replay(told.journal), replace(PLAN, **changes))
    assert not world.wire.attempts
    assert told.journal.read_bytes() == whole


def test_a_run_that_is_over_is_refused(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(3)), steer=lambda _, control: control.stop())
    whole, already = told.journal.read_bytes(), len(world.wire.attempts)
    with pytest.raises(PlanError, match="not that of an unfinished run of this plan"):
        go_on(world, told, replay(told.journal))
    assert len(world.wire.attempts) == already
    assert told.journal.read_bytes() == whole


@each_row("call", ["write", "fdatasync", "ftruncate"])
def test_a_disk_that_cannot_take_that_it_goes_on_lets_nothing_leave(
    world: World, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    told = killed(world, plan_of(world.leads(9), options=options(4)), 2)
    with told.journal.open("ab") as file:
        file.write(b'{"landed":2,"at":"20')
    already = len(world.wire.attempts)
    with monkeypatch.context() as patch:
        patch.setattr("zohotui.files.os", Disk(call, 1))
        with pytest.raises(JournalError, match="No space left on device"):
            go_on(world, told, replay(told.journal))
    assert len(world.wire.attempts) == already
    assert not replay(told.journal).finished
    later = world.resume(told)
    promises_hold(world, later)
    assert later.states == {"verified": 9}


def test_a_disk_that_is_read_only_lets_nothing_leave(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = killed(world, plan_of(world.leads(9), options=options(4)), 2)
    already = len(world.wire.attempts)
    monkeypatch.setattr("zohotui.files.os", Disk("open", 1, errno.EROFS))
    with pytest.raises(JournalError, match=r"cannot be written: Read-only file system\.$"):
        go_on(world, told, replay(told.journal))
    assert len(world.wire.attempts) == already


def test_a_journal_that_became_shorter_is_not_written_to(tmp_path: Path) -> None:
    path = begun(tmp_path)
    read, whole = read_journal(path), path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(JournalError, match="has become shorter"):
        Journal.reopen(read)
    assert path.read_bytes() == whole[:-1]


def test_a_symbolic_link_is_not_written_to(tmp_path: Path) -> None:
    path = begun(tmp_path / "elsewhere")
    link = tmp_path / "link.jsonl"
    link.symlink_to(path)
    with pytest.raises(JournalError, match=r"link.jsonl cannot be written: .*\.$"):
        Journal.reopen(replace(read_journal(path), path=link))


def test_what_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    read = read_journal(begun(tmp_path))
    read.path.unlink()
    with pytest.raises(JournalError, match="cannot be written: No such file or directory"):
        Journal.reopen(read)


@each_row("torn", [b"", b"{", b'{"sending":2,"at":"2026', b"\x00" * 4_096])
def test_half_a_line_is_cut_off_before_the_next(tmp_path: Path, torn: bytes) -> None:
    path = begun(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    read = read_journal(path)
    assert (read.torn, read.size) == (bool(torn), len(whole))
    with closing(Journal.reopen(read)) as journal:
        assert path.read_bytes() == whole + torn
        journal.record(Resumed(this_tool()))
    assert path.read_bytes().startswith(whole + b'{"resumed":"zohotui ')
    assert not read_journal(path).torn
