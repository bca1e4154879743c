"""Runs that others have gone on with, brakes nobody has seen, and threads of an earlier run."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tests.tui.earlier import asked, bundle, leave_run
from tests.tui.practice import NOON, Stage, hold_deletes, levers, practice
from tests.tui.test_limits import Gate
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, this_tool
from zohotui.deletion.model.events import Landed, Resumed, Sent
from zohotui.deletion.model.outcome import State
from zohotui.deletion.run.answer import read_landing
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.shown_run import ShownRun


def go_on_elsewhere(path: Path, stage: Stage) -> None:
    """Delete one more batch of an unfinished run, as another program would that then dies."""
    told = replay(path)
    batch = next(b for b in told.plan.batches() if b.number not in told.spent)
    account = stage.org.account
    assert account is not None
    with closing(Journal.reopen(read_journal(path), clock=lambda: NOON)) as journal:
        journal.record(Resumed(this_tool()))
        journal.record(Sent(batch))
        answer = account.crm.delete_records("Leads", [*map(str, batch.ids)])
        journal.record(Landed(batch, tuple(read_landing(batch, answer).outcomes or ())))


async def test_a_run_that_went_on_elsewhere_is_not_gone_on_with_on_an_old_sentence(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.org.add_records("Leads", 13)
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=1, lost=1)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        # Looking up begins with what the journal tells now, and looks once.
        go_on_elsewhere(path, stage)
        bundle(stage, "down", "enter", "enter")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert len(stage.runs) == 1
        assert sum(b'"resolved"' in line for line in path.read_bytes().splitlines()) == 1
        await stage.until(lambda: "13 ids = 4 queued + 9 verified" in stage.text())
        await stage.pilot.press("space")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.until(stage.may_type)
        go_on_elsewhere(path, stage)
        sent = list(sandbox.ledger.sent_ids("Leads"))
        await stage.say("delete 4 Leads")
        told = "Another zohotui has gone on with this run since it was shown. Nothing was sent."
        await stage.until(lambda: any(told in n for n in stage.told))
        await stage.until(lambda: stage.phase is Phase.IDLE)
        watched = stage.watched
        assert watched is not None
        assert watched.rows.tally == replay(path).rows.tally
        assert watched.rows.tally == {State.VERIFIED: 9, State.DELETED: 4}
        assert "unknown" not in stage.text()
        assert sandbox.ledger.sent_ids("Leads") == sent


async def test_a_brake_that_nobody_has_seen_is_not_lifted(tmp_path: Path) -> None:
    gate = Gate()
    sandbox = Sandbox(clock=lambda: NOON, sleep=gate)
    async with practice(tmp_path, sandbox=sandbox, batch_size=20, parallel=1) as stage:
        good = sandbox.org.add_records("Leads", 1)
        locked = sandbox.org.add_records("Leads", 40)
        hold_deletes(sandbox)
        await stage.choose("Leads")
        await stage.enter("\n".join([*good, *locked]))
        await stage.ask()
        for record_id in locked:
            sandbox.org.lock("Leads", record_id)
        await stage.say("delete 41 Leads")
        gate.let(1)
        watched = await _in_flight(stage)
        levers(watched).pause()
        # What lands now brakes; whoever resumes knows only of the pause.
        seen = watched.headway.brakes
        gate.let(1)
        await stage.until(lambda: watched.headway.brakes > seen)
        assert not levers(watched).resume(seen)
        assert levers(watched).paused
        await stage.until(lambda: "Is this the right module" in stage.text())
        assert stage.phase is Phase.PAUSED
        await stage.pilot.press("s", "y")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert sandbox.ledger.sent_ids("Leads") == [*good, *locked[:20]]


async def _in_flight(stage: Stage) -> ShownRun:
    await stage.until(lambda: stage.watched and stage.watched.rows.count(State.SENDING) == 20)
    watched = stage.watched
    assert watched is not None
    return watched


async def test_the_end_of_an_older_thread_is_not_the_end_of_this_run(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    gate = Gate()
    held = Sandbox(clock=lambda: NOON, sleep=gate)
    async with practice(tmp_path, sandbox=held) as stage:
        hold_deletes(held)
        await stage.choose("Leads")
        await stage.enter("\n".join(held.org.add_records("Leads", 3)))
        await stage.ask()
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.watched and stage.watched.in_flight == 1)
        older = stage.main.run_worker(lambda: None, thread=True, group="run")
        await older.wait()
        await stage.pilot.pause()
        assert stage.phase is Phase.RUNNING
        gate.let(100)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert held.ledger.sent_ids("Leads")


async def test_a_retry_knows_that_there_is_no_way_back(tmp_path: Path, sandbox: Sandbox) -> None:
    ids = sandbox.org.add_records("Leads", 2)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.delete("delete 2 Leads", lambda: sandbox.org.lock("Leads", ids[0]))
        sandbox.org.unlock("Leads", ids[0])
        sandbox.org.change_module("Leads", recycle_bin=False)
        await stage.pilot.press("ctrl+r")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        await stage.pilot.press("r")
        await stage.until(lambda: "permanently delete 1 Lead" in stage.text())
        assert "PERMANENT: this module has no Recycle Bin" in stage.text()
        # It is refused while a new list waits.
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        await stage.enter(sandbox.sample_ids()["Leads"][0])
        await stage.pilot.press("r")
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert len(stage.main.entry.ids.ids) == 1
