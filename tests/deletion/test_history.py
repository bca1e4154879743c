"""The list of runs, told from the ends of their journals, whatever lies in the folder."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.deletion.forging import unchain
from tests.rows import each_row
from tests.world.clock import Clock
from tests.world.plans import TARGET, batch_of, found_out, options, plan_of
from tests.world.world import Told, World
from zohotui.deletion.journal.history import Summary, Unreadable, history, unfinished
from zohotui.deletion.journal.lines import FORMAT
from zohotui.deletion.journal.lock import locked
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, JournalError, this_tool
from zohotui.deletion.model.events import (
    Braked,
    Finished,
    Landed,
    Resolved,
    Resumed,
    Returned,
    Sent,
)
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.plan import Plan, Target
from zohotui.sandbox import Fault, FaultKind
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.printable import printable

PLAN = plan_of([11, 12, 13, 14], options=options(2))
GONE = Outcome(State.DELETED, "SUCCESS", "record deleted", 200)
AS_NOBODY = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


def begun(folder: Path, plan: Plan = PLAN, clock: Callable[[], float] | None = None) -> Path:
    """Leave the journal of a run that died with its second request under way."""
    with closing(Journal.create(folder, plan, clock=clock or Clock())) as journal:
        first, second = [*plan.batches()][:2]
        journal.record(Sent(first))
        journal.record(Landed(first, (GONE,)))
        journal.record(Sent(second))
        return journal.path


def only(folder: Path) -> Summary:
    (one,) = history(folder)
    assert isinstance(one, Summary)
    return one


def why(folder: Path) -> str:
    (one,) = history(folder)
    assert isinstance(one, Unreadable)
    return one.why


def told_as_read_back(told: Told) -> Summary:
    """Hold the summary to what the whole journal tells."""
    one, read = only(told.journal.parent), replay(told.journal)
    assert (one.path, one.finished) == (told.journal, read.finished)
    assert (one.count, one.module, one.label) == (len(read.plan.ids), "Leads", "Leads")
    assert one.target == read.plan.target
    if one.tally is not None:
        assert {state: n for state, n in one.tally.items() if n} == read.rows.tally
    return one


def test_a_run_that_ended_is_told_with_its_sums(world: World) -> None:
    ids = world.leads(9)
    world.sandbox.org.lock("Leads", str(ids[3]))
    one = told_as_read_back(world.carry_out(plan_of(ids, options=options(4))))
    assert one.finished
    assert one.tally == {State.DELETED: 8, State.FAILED: 1}
    assert one.began == world.clock()


def test_a_run_that_was_stopped_is_told_with_what_was_not_sent(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), steer=lambda _, c: c.stop())
    one = told_as_read_back(told)
    assert one.finished
    assert one.tally == {State.DELETED: 1, State.NOT_SENT: 8}


def test_a_run_whose_process_died_is_unfinished_and_has_no_sums_yet(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), close_after=2)
    one = told_as_read_back(told)
    assert not one.finished
    assert one.tally is None
    assert one.count == 9


@pytest.mark.parametrize("ended", [True, False])
def test_what_was_looked_up_last_is_in_the_sums(world: World, ended: bool) -> None:
    world.sandbox.faults.add(Fault(kind=FaultKind.HANG_AFTER, skip=1))
    plan = plan_of(world.leads(9), options=options(4))
    told = world.carry_out(plan)
    if not ended:
        lines = told.journal.read_bytes().splitlines(keepends=True)
        told.journal.write_bytes(b"".join(lines[:4]))
    assert "resolved" in _last_line(world.resolve(told).journal)
    one = told_as_read_back(told)
    assert one.finished is ended
    assert one.tally == ({State.DELETED: 9} if ended else {State.DELETED: 5, State.ENTERED: 4})


def _last_line(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8").splitlines()[-1])


def test_a_run_that_went_on_is_told_as_a_whole(world: World) -> None:
    plan = plan_of(world.leads(9), options=options(4))
    told = world.carry_out(plan, close_after=2)
    with closing(Journal.reopen(read_journal(told.journal))) as journal:
        journal.record(Resumed(this_tool()))
    assert not told_as_read_back(told).finished
    world.resume(told)
    one = told_as_read_back(told)
    assert one.finished
    assert one.tally == {State.VERIFIED: 9}


def test_a_journal_that_is_cut_is_told_as_it_would_be_read_back(world: World) -> None:
    """At each end of a line, around it, and within; `replay` is tried with every cut."""
    told = world.carry_out(plan_of(world.leads(5), options=options(3)))
    whole = told.journal.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord(b"\n")]
    near = {end + off for end in [0, *ends] for off in range(-3, 4)} | {*range(0, len(whole), 7)}
    for cut in sorted(near & {*range(len(whole) + 1)}):
        told.journal.write_bytes(whole[:cut])
        if cut <= whole.index(b"\n"):
            assert why(told.journal.parent) == "it is not a complete journal of zohotui"
        else:
            one = told_as_read_back(told)
            assert one.finished is (cut == len(whole))


def test_a_journal_of_the_first_format_is_told_too(world: World) -> None:
    """As it was written then: without `count`, and without the user's number."""
    told = world.carry_out(plan_of(world.leads(9), options=options(4)))
    as_before(told.journal)
    one = only(told.journal.parent)
    assert (one.count, one.tally, one.finished) == (9, {State.DELETED: 9}, True)
    assert one.target == replace(TARGET, user_id="")
    lines = told.journal.read_bytes().splitlines(keepends=True)
    told.journal.write_bytes(b"".join(lines[:-1]))
    one = only(told.journal.parent)
    assert (one.count, one.tally, one.finished) == (None, None, False)


def as_before(path: Path) -> None:
    unchain(path)
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    plan = json.loads(first)
    del plan["count"], plan["target"]["user_id"]
    line = json.dumps({**plan, "journal": 1}, separators=(",", ":"))
    path.write_text(f"{line}\n{rest}", encoding="utf-8")


@pytest.mark.parametrize("target", [{}, {"instance": "a new field"}])
def test_a_journal_of_a_newer_format_is_no_unfinished_run(
    tmp_path: Path, target: dict[str, str]
) -> None:
    path = begun(tmp_path)
    first, rest = path.read_text(encoding="utf-8").split("\n", 1)
    plan = json.loads(first)
    plan = {**plan, "journal": FORMAT + 1, "target": {**plan["target"], **target}}
    path.write_text(f"{json.dumps(plan, separators=(',', ':'))}\n{rest}", encoding="utf-8")
    assert why(tmp_path) == "it was written by a newer zohotui"
    assert not unfinished(tmp_path, tmp_path, TARGET)


def test_a_last_line_larger_than_what_is_read_first_is_read_all_the_same(tmp_path: Path) -> None:
    plan = plan_of(range(1, 102))
    with closing(Journal.create(tmp_path, plan)) as journal:
        first, second = plan.batches()
        journal.record(Sent(first))
        journal.record(Landed(first, (GONE,)))
        journal.record(Sent(second))
        answers = [Outcome(State.FAILED, answer=f"{n}{'x' * 2_000}") for n in range(100)]
        journal.record(Landed(second, tuple(answers)))
        assert len(journal.path.read_bytes().splitlines()[-1]) > 200_000
        assert not only(tmp_path).finished
        found = [(place, plan.ids[place], answers[place - 1]) for place in range(1, 101)]
        journal.record(found_out(Resolved, found))
    assert only(tmp_path).tally == {State.DELETED: 1, State.FAILED: 100}


@each_row("source", [',"ids":["', 'x","ids":["1"]}', '\\","ids":["', "a" * 4_096, "\udcff\u2028\n"])
def test_where_the_ids_came_from_cannot_pass_for_the_ids(tmp_path: Path, source: str) -> None:
    target = replace(TARGET, org=source, user=source)
    plan = replace(PLAN, source=source, label=source, target=target)
    begun(tmp_path, plan)
    one = only(tmp_path)
    assert one.count == 4
    assert (one.target.zgid, one.target.org) == (TARGET.zgid, printable(source))


@each_row("number", [4, 5_000, 100_000])
def test_only_the_ends_are_read_of_however_many_ids(
    tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = begun(tmp_path, plan_of(range(1, number + 1)))
    with monkeypatch.context() as patch:
        read = count_reads(patch)
        assert only(tmp_path).count == number
        assert sum(read) < 90_000
    first = path.read_bytes().split(b"\n", 1)[0]
    path.write_bytes(first + b"\n")
    one = only(tmp_path)
    assert (one.count, one.tally, one.finished) == (number, None, False)
    path.write_bytes(first)
    assert why(tmp_path) == "it is not a complete journal of zohotui"


def count_reads(patch: pytest.MonkeyPatch) -> list[int]:
    """Let every file that is opened note how many bytes are read of it."""
    read: list[int] = []

    class Counted(io.FileIO):
        def readinto(self, buffer: Any) -> int:
            read.append(super().readinto(buffer))
            return read[-1]

    patch.setattr(Path, "open", lambda path, _: io.BufferedReader(Counted(path)))
    return read


def test_no_folder_has_no_runs(tmp_path: Path) -> None:
    assert history(tmp_path / "none") == []
    assert unfinished(tmp_path / "none", tmp_path / "locks", TARGET) == []


def test_a_folder_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "journals").write_text("in the way")
    with pytest.raises(JournalError, match=r"^The folder .* cannot be read: Not a directory\.$"):
        history(tmp_path / "journals")


@AS_NOBODY
def test_a_folder_without_permission_is_told_in_a_sentence(tmp_path: Path) -> None:
    begun(tmp_path / "journals")
    (tmp_path / "journals").chmod(0)
    try:
        with pytest.raises(JournalError, match=r"cannot be read: Permission denied\.$"):
            history(tmp_path / "journals")
        (tmp_path / "journals").chmod(0o400)
        assert why(tmp_path / "journals") == "it cannot be read: Permission denied"
    finally:
        (tmp_path / "journals").chmod(0o700)


@AS_NOBODY
def test_a_journal_that_may_not_be_read_is_named_and_hides_no_other(tmp_path: Path) -> None:
    other = begun(tmp_path)
    (tmp_path / "closed.jsonl").touch(mode=0)
    closed, one = history(tmp_path)
    assert closed == Unreadable(tmp_path / "closed.jsonl", "it cannot be read: Permission denied")
    assert one.path == other


def test_what_is_no_file_is_named_and_never_waited_for(tmp_path: Path) -> None:
    other = begun(tmp_path)
    (tmp_path / "a-folder.jsonl").mkdir()
    (tmp_path / "nowhere.jsonl").symlink_to(tmp_path / "none")
    os.mkfifo(tmp_path / "pipe.jsonl")
    told = {one.path.name: one.why for one in history(tmp_path) if isinstance(one, Unreadable)}
    assert told == {
        "a-folder.jsonl": "it is not a file",
        "nowhere.jsonl": "it cannot be read: No such file or directory",
        "pipe.jsonl": "it is not a file",
    }
    assert [one.path for one in unfinished(tmp_path, tmp_path, TARGET)] == [other]


def test_the_newest_comes_first_also_within_a_second(tmp_path: Path) -> None:
    clock = Clock()
    paths = [begun(tmp_path, clock=clock) for _ in range(3)]
    clock.now += 1
    paths.append(begun(tmp_path, clock=clock))
    clock.now += 86_400
    paths.append(begun(tmp_path, plan_of([1, 2], "Accounts"), clock))
    assert [one.path for one in history(tmp_path)] == paths[::-1]


def test_the_unfinished_runs_are_those_of_this_very_org(tmp_path: Path) -> None:
    ours = begun(tmp_path)
    others: list[Target] = [
        replace(TARGET, zgid="700000002"),
        replace(TARGET, environment=Environment.PRODUCTION),
        replace(TARGET, api_domain="http://elsewhere"),
        replace(TARGET, zgid=""),
        replace(TARGET, zgid="", org=""),
    ]
    for other in others:
        begun(tmp_path, replace(PLAN, target=other))
    colleague = begun(tmp_path, replace(PLAN, target=replace(TARGET, user="bob", user_id="9")))
    locks = tmp_path / "locks"
    assert {one.path for one in unfinished(tmp_path, locks, TARGET)} == {ours, colleague}
    for other in others[:3]:
        (one,) = unfinished(tmp_path, locks, other)
        assert one.target == other
    # Two orgs that cannot be named are not the same one.
    assert [unfinished(tmp_path, locks, other) for other in others[3:]] == [[], []]


def test_a_run_at_which_somebody_is_at_work_is_left_out(tmp_path: Path) -> None:
    leads, deals = begun(tmp_path), begun(tmp_path, plan_of([1, 2], "Deals"))
    locks = tmp_path / "locks"
    with locked(locks, PLAN, Clock()):
        assert [one.path for one in unfinished(tmp_path, locks, TARGET)] == [deals]
    assert {one.path for one in unfinished(tmp_path, locks, TARGET)} == {leads, deals}


def test_a_run_that_ended_or_was_closed_is_not_unfinished(tmp_path: Path) -> None:
    path = begun(tmp_path)
    with closing(Journal.reopen(read_journal(path))) as journal:
        journal.record(Finished(stopped=True))
        assert not unfinished(tmp_path, tmp_path, TARGET)
        outcome = replace(GONE, code="FOUND_IN_BIN")
        journal.record(found_out(Resolved, [(1, 12, outcome), (2, 13, outcome)]))
    assert not unfinished(tmp_path, tmp_path, TARGET)
    assert only(tmp_path).tally == {State.DELETED: 3, State.NOT_SENT: 1}


def test_braked_and_returned_are_no_end(tmp_path: Path) -> None:
    path = begun(tmp_path)
    with closing(Journal.reopen(read_journal(path))) as journal:
        journal.record(Returned(batch_of(12, 13, number=2, start=1), 'finished "finished"'))
        assert not only(tmp_path).finished
        journal.record(Braked("finished"))
        assert not only(tmp_path).finished
