"""The saved copies: when they are made, what is in them, and that none is left lying about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.earlier import asked, leave_run
from tests.tui.lists import (
    Clock,
    Gate,
    adds_up,
    at_rest,
    deletes,
    enter,
    eventually,
    go_to,
    hold_reads,
    leads,
    look,
    reads,
    release,
    said,
    saved,
    snapshots,
    tally,
    toasts,
    words,
)
from tests.tui.practice import NOON, Stage, practice, refused_lead
from zohotui.deletion.journal.saved_copies import snapshots_of
from zohotui.deletion.journal.snapshot import read_snapshot
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.unfinished import UnfinishedRun
from zohotui.tui.keys.phase import Phase


async def test_every_record_of_the_plan_is_saved_beside_the_journal(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = leads(stage, 130)
        fields = dict(stage.sandbox.org.record("Leads", ids[0]).fields)
        await enter(stage, ids)
        await stage.ask()
        (path,) = snapshots(tmp_path)
        assert "130 records, " in words(stage)
        assert "Not in the saved copies: subform rows and line items" in words(stage)
        await stage.say("delete 130 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
        journal = stage.runs[-1].journal
        assert journal
        (kept,) = snapshots_of(journal)
        assert snapshots(tmp_path) == [kept]
        assert kept.name == journal.name.replace(".jsonl", ".snapshot.jsonl.gz")
        assert kept.stat().st_mode & 0o777 == 0o600
        head, records = saved(kept)
        assert (head["module"], head["read"]) == ("Leads", "as lists")
        assert sorted(records) == sorted(ids)
        record = next(one for one in [*read_snapshot(kept)][1:] if one["id"] == ids[0])
        listed = {name: value for name, value in fields.items() if name == "Tag" or name in record}
        assert listed
        assert {name: record[name] for name in listed} == listed
    assert snapshots(tmp_path) == [kept]
    assert not path.exists()


async def test_what_nobody_confirmed_is_erased(tmp_path: Path) -> None:
    """With another list, with a cleared one, and on the way out."""
    async with practice(tmp_path) as stage:
        ids = leads(stage, 3)
        await enter(stage, ids[:2])
        for way in ("another list", "cleared", "quit"):
            await stage.ask()
            assert len(snapshots(tmp_path)) == 1, way
            await stage.pilot.press("escape")
            await at_rest(stage)
            assert len(snapshots(tmp_path)) == 1, way
            if way == "another list":
                await stage.enter(f"\n{ids[2]}")
                await stage.until(lambda: not snapshots(tmp_path))
            elif way == "cleared":
                await stage.pilot.press("ctrl+n", "y")
                await stage.until(lambda: not snapshots(tmp_path))
                await stage.enter(ids[0])
            else:
                stage.app.exit()
    assert snapshots(tmp_path) == []


async def test_quitting_in_the_dialog_erases_its_copies(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 2))
        await stage.ask()
        assert len(snapshots(tmp_path)) == 1
        stage.app.exit()
    assert snapshots(tmp_path) == []


async def test_a_retry_is_saved_by_itself_and_one_that_nobody_confirmed_leaves_nothing(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        ids = [*leads(stage, 3), refused_lead(stage)]
        await enter(stage, ids)
        await stage.ask()
        stage.sandbox.org.lock("Leads", ids[1])
        stage.sandbox.org.lock("Leads", ids[2])
        await stage.say("delete 4 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
        stage.sandbox.org.unlock("Leads", ids[1])
        (first,) = snapshots(tmp_path)
        await _retried(stage)
        assert len(snapshots(tmp_path)) == 2
        await stage.pilot.press("escape")
        await at_rest(stage)
        assert snapshots(tmp_path) == [first]
        before = reads(stage)
        await stage.delete_again("delete 2 Leads")
        assert reads(stage) > before
        assert sorted(stage.sandbox.ledger.deleted_ids("Leads")) == sorted(ids[:2])
        journal = stage.runs[-1].journal
        assert journal
        (kept,) = snapshots_of(journal)
        assert sorted(saved(kept)[1]) == sorted(ids[1:])
        assert snapshots(tmp_path) == sorted([first, kept])
        assert adds_up(stage, held=1, deleted=1, failed=1)
        await _retried(stage)
        assert len(snapshots(tmp_path)) == 3
        stage.app.exit()
    assert snapshots(tmp_path) == sorted([first, kept])


async def _retried(stage: Stage) -> None:
    """Press r, and wait for the question."""
    await stage.pilot.press("r")
    await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
    await stage.until(stage.may_type)


async def test_a_run_that_goes_on_is_reviewed_and_gets_a_second_snapshot(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    ids = sandbox.sample_ids()["Leads"][:12]
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=2)
    path.with_name(path.name.replace(".jsonl", ".snapshot.jsonl.gz")).write_bytes(b"the first")
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("space")
        await stage.until(lambda: not stage.app.screen.query_one("#sentence").disabled)
        assert reads(stage) == 1
        await stage.say("delete 7 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
        second, first = snapshots_of(path)
        assert first.read_bytes() == b"the first"
        assert sorted(saved(second)[1]) == sorted(ids[5:])
        assert snapshots(tmp_path) == sorted([first, second])
        assert tally(stage) == {"deleted": 12}


async def test_a_run_goes_on_only_as_a_whole_and_is_asked_about_again(tmp_path: Path) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    ids = sandbox.sample_ids()["Leads"][:12]
    leave_run(tmp_path, sandbox, ids, size=4, landed=2)
    sandbox.org.lock("Leads", ids[10])
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("space")
        await stage.until(lambda: said(stage, "Some of this run can no longer be deleted"))
        assert "6 ready · 1 held" in toasts(stage)
        await stage.until(lambda: isinstance(stage.app.screen, UnfinishedRun))
        assert snapshots(tmp_path) == []
        await asked(stage)
        await stage.pilot.press("x")
        await stage.until(lambda: said(stage, "The run is closed"))
        await stage.delete_again("delete 6 Leads")
        assert sorted(deletes(stage)) == sorted(one for one in ids if one != ids[10])


async def test_off_saves_nothing_and_says_so(tmp_path: Path) -> None:
    async with practice(tmp_path, profile={"snapshot": "off"}) as stage:
        await enter(stage, leads(stage, 2))
        await stage.ask()
        assert "no copies: the profile has snapshot = off" in words(stage)
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
        assert snapshots(tmp_path) == []
        assert len(deletes(stage)) == 2


async def test_full_tells_its_price_before_anything_is_read(tmp_path: Path) -> None:
    async with practice(tmp_path, profile={"snapshot": "full"}) as stage:
        ids = leads(stage, 12)
        await enter(stage, ids)
        await stage.pilot.press("d")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        assert "reads each record by itself. That takes 12 API calls" in words(stage)
        assert reads(stage) == 0
        await stage.pilot.press("n")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert reads(stage) == 0
        await stage.until(lambda: said(stage, "Nothing was read."))
        await stage.pilot.press("d")
        await stage.until(lambda: isinstance(stage.app.screen, Ask))
        await stage.pilot.press("y")
        await stage.until(lambda: not stage.app.screen.query_one("#sentence").disabled)
        assert reads(stage) == 12
        assert "of a very long subform" in words(stage)
        await stage.say("delete 12 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
        (kept,) = snapshots(tmp_path)
        head, records = saved(kept)
        assert head["read"] == "one by one"
        assert sorted(records) == sorted(ids)


async def test_what_is_taken_out_or_released_needs_no_new_reading(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = leads(stage, 3)
        stage.sandbox.org.lock("Leads", ids[0])
        await enter(stage, ids)
        await look(stage)
        stage.sandbox.org.unlock("Leads", ids[0])
        await release(stage, ids[0], "agreed")
        await go_to(stage, ids[2])
        await stage.pilot.press("x")
        await stage.delete("delete 2 Leads")
        assert reads(stage) == 1
        (kept,) = snapshots(tmp_path)
        assert sorted(saved(kept)[1]) == sorted(ids)


async def test_each_review_saves_anew_and_erases_the_one_before(tmp_path: Path) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        ids = leads(stage, 2)
        await enter(stage, ids)
        await look(stage)
        (first,) = snapshots(tmp_path)
        assert len(_open_copies(tmp_path)) == 1
        clock.pass_by(1)
        stage.sandbox.org.change_fields("Leads", ids[0], Company="Renamed")
        await look(stage)
        (second,) = snapshots(tmp_path)
        assert second != first
        assert len(_open_copies(tmp_path)) == 1
        await stage.delete("delete 2 Leads")
        (kept,) = snapshots(tmp_path)
        assert _open_copies(tmp_path) == []
        assert b"Renamed" in b"".join(str(one).encode() for one in _records(kept))


def _records(path: Path) -> list[object]:
    return list(read_snapshot(path))


def _open_copies(home: Path) -> list[str]:
    """Name the copies of which this process has a descriptor."""
    found = []
    for one in Path("/proc/self/fd").iterdir():
        try:
            found.append(str(one.readlink()))
        except FileNotFoundError:
            continue
    return [one for one in found if str(home) in one and ".snapshot." in one]


async def test_a_run_that_cannot_begin_leaves_no_copies_behind(tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with practice(tmp_path) as stage:
        await enter(stage, leads(stage, 2))
        await stage.ask()
        with pytest.MonkeyPatch.context() as patch:
            # The copies cannot go with the journal.
            patch.setattr(Path, "rename", full)
            await stage.say("delete 2 Leads")
            await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
            await at_rest(stage)
            await stage.until(lambda: "No space left on device" in toasts(stage))
            await stage.until(lambda: "Nothing was sent" in toasts(stage))
            assert not deletes(stage)
            assert snapshots(tmp_path) == []
    async with practice(tmp_path / "locked") as stage:
        await enter(stage, leads(stage, 2))
        await stage.ask()
        locks = stage.app.conductor.session.archive.locks
        locks.mkdir(parents=True, exist_ok=True)
        for entry in locks.iterdir():
            entry.unlink()
        locks.rmdir()
        locks.write_text("in the way")
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        await at_rest(stage)
        assert not deletes(stage)
        assert snapshots(tmp_path / "locked") == []


@pytest.mark.parametrize("way", ["stopped", "quit"])
async def test_a_review_that_was_ended_leaves_no_copies_behind(tmp_path: Path, way: str) -> None:
    gate = Gate()
    sandbox = Sandbox(clock=lambda: NOON, sleep=gate)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await enter(stage, leads(stage, 130))
        sandbox.faults.add(
            Fault(kind=FaultKind.DELAY, method="GET", path="/Leads", seconds=1.0, skip=1)
        )
        await stage.pilot.press("v")
        await stage.until(
            lambda: gate.reached.is_set() and stage.main.listed.rows.count(State.READY)
        )
        assert len(snapshots(tmp_path)) == 1
        if way == "stopped":
            await stage.pilot.press("s")
            await at_rest(stage)
            assert snapshots(tmp_path) == []
            gate.open()
    # Where the program was left instead, the read is still on its way. The thread of the review
    # may be erasing them.
    await eventually(lambda: not snapshots(tmp_path))
    gate.open()


async def test_nothing_is_written_once_a_review_was_stopped(tmp_path: Path) -> None:
    gate = Gate()
    sandbox = Sandbox(clock=lambda: NOON, sleep=gate)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await enter(stage, leads(stage, 5))
        hold_reads(sandbox)
        await stage.pilot.press("v")
        await stage.until(gate.reached.is_set)
        await stage.pilot.press("s")
        await at_rest(stage)
        gate.open()
        sandbox.faults.clear()
        assert snapshots(tmp_path) == []
        await look(stage)
        (path,) = snapshots(tmp_path)
        assert sorted(saved(path)[1]) == leads(stage, 5)
