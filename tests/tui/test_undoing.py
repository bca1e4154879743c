"""A run checked and undone on the screen: from its results and from the history."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.tui.earlier import asked, earlier, leave_run, said
from tests.tui.lists import Clock
from tests.tui.practice import NOON, Stage, practice
from tests.tui.test_history import opened
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.last_words import exit_code
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.reads.work import Work
from zohotui.deletion.run.run import run
from zohotui.sandbox import Fault, FaultKind, Sandbox, Variants
from zohotui.tui.dialogs.undo_question import UndoQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.typed_question import Sentence

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 40)])


async def deleted(stage: Stage, count: int = 12) -> list[str]:
    ids = stage.sandbox.org.add_records("Leads", count)
    await stage.choose("Leads")
    await stage.enter("\n".join(ids))
    await stage.delete(f"delete {count} Leads")
    return ids


async def ask(stage: Stage) -> UndoQuestion:
    await stage.pilot.press("u")
    await stage.until(lambda: isinstance(stage.app.screen, UndoQuestion))
    dialog = stage.app.screen
    assert isinstance(dialog, UndoQuestion)
    await stage.until(stage.may_type)
    return dialog


async def restored(stage: Stage) -> None:
    await stage.until(
        lambda: (
            stage.phase is Phase.IDLE and stage.watched and stage.watched.rows.count(State.RESTORED)
        )
    )


async def test_a_run_is_undone_after_its_own_sentence(tmp_path: Path, sandbox: Sandbox) -> None:
    async with practice(tmp_path, sandbox=sandbox) as stage:
        ids = await deleted(stage)
        dialog = await ask(stage)
        words = " ".join(stage.text(dialog).split())
        assert "Restore 12 records of Leads?" in words
        assert "until 25 Jan 2027, 60 days left" in words
        dialog.query_one(Sentence).value = "restore 12 Leads"
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        assert not sandbox.ledger.restored_ids
        assert stage.offers("undo") is True
        dialog = await ask(stage)
        for wrong in ("restore 11 Leads", "restore 12 Lead", "delete 12 Leads", ""):
            await stage.say(wrong)
            assert stage.app.screen is dialog
        assert not sandbox.ledger.restored_ids
        await stage.say("restore 12 Leads")
        await restored(stage)
        assert all(sandbox.org.exists("Leads", record_id) for record_id in ids)
        await stage.until(lambda: "12 ids = 12 restored" in stage.text())
        assert stage.offers("undo") is False
        watched = stage.watched
        assert watched is not None
        assert watched.journal is not None
        assert replay(watched.journal).rows.tally == {State.RESTORED: 12}
        assert stage.sandbox.ledger.sent_ids("Leads") == ids
        # Another, whose answer is lost.
        ids = await deleted(stage, 4)
        sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY_AFTER, method="POST", path="/restore"))
        await ask(stage)
        await stage.say("restore 4 Leads")
        await restored(stage)
        await stage.until(lambda: "4 ids = 4 restored" in stage.text())
        assert all(sandbox.org.exists("Leads", record_id) for record_id in ids)
        # Another, whose records somebody restored.
        for record_id in await deleted(stage, 3):
            sandbox.org.restore(record_id)
        await is_not_deleted_again_by_a_retry(stage)


async def is_not_deleted_again_by_a_retry(stage: Stage) -> None:
    """Retry a run of three that are back, and then the one that failed for another reason."""
    watched = stage.watched
    assert watched is not None
    back = Outcome(State.FAILED, "STILL_THERE_AFTER_SUCCESS", "it is back")
    watched.rows.set_all(0, 3, back)
    await stage.pilot.press("r")
    await stage.until(lambda: said(stage, "Somebody may have restored these on purpose"))
    assert stage.no_dialog()
    watched.rows.set_all(2, 1, Outcome(State.FAILED, "RECORD_LOCKED"))
    await stage.pilot.press("r")
    await stage.until(lambda: "1 id of the last run: 1 failed" in stage.text())


async def test_without_the_right_scope_it_says_so_and_nothing_changes(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    scopes = ["ZohoCRM.modules.ALL", "ZohoCRM.org.READ", "ZohoCRM.settings.recycle_bin.READ"]
    token = sandbox.issue_token(scopes=scopes)
    async with practice(tmp_path, sandbox=sandbox, token=token) as stage:
        await deleted(stage, 3)
        await ask(stage)
        await stage.say("restore 3 Leads")
        await stage.until(
            lambda: any("ZohoCRM.settings.recycle_bin.UPDATE" in n for n in stage.told)
        )
        await stage.until(lambda: stage.phase is Phase.IDLE)
        watched = stage.watched
        assert watched is not None
        assert watched.rows.tally == {State.VERIFIED: 3}
        assert stage.offers("undo") is True


async def test_a_run_of_the_history_is_looked_at_and_undone(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.org.add_records("Leads", 6)
    path = leave_run(tmp_path, sandbox, ids, size=5, landed=2, finished=True)
    sandbox.org.purge(ids[:1])
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await opened(stage)
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert stage.runs[0].rows.tally == {State.VERIFIED: 5, State.DELETED: 1}
        await stage.until(
            lambda: "1 record is NEITHER in the module NOR in the Recycle Bin" in stage.text()
        )
        assert replay(path).rows.count(State.VERIFIED) == 5
        await ask(stage)
        await stage.say("restore 6 Leads")
        await restored(stage)
    assert [one for one in ids if sandbox.org.exists("Leads", one)] == ids[1:]
    assert replay(path).rows.count(State.RESTORED) == 5
    assert sandbox.ledger.sent_ids("Leads") == ids


async def test_nothing_is_restored_if_somebody_went_on_with_the_run_meanwhile(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:12]
    journal = leave_run(tmp_path, sandbox, ids, size=4, landed=2)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        await opened(stage)
        dialog = await ask(stage)
        assert "restore 5 Leads" in stage.text(dialog)
        with earlier(tmp_path, sandbox) as (crm, _):
            told = replay(journal)
            with closing(Journal.reopen(read_journal(journal), clock=lambda: NOON)) as again:
                for _event in run(told.plan, Work(crm, again, Levers()), told):
                    pass
        await stage.say("restore 5 Leads")
        await stage.until(
            lambda: said(stage, "Another zohotui has gone on with this run since it was shown.")
        )
        assert stage.phase is Phase.IDLE
        assert stage.watched
        assert stage.watched.rows.tally == {State.DELETED: 12}
    assert not sandbox.ledger.asked_back


async def test_what_zoho_restores_later_is_in_doubt_until_y_sees_it_back(tmp_path: Path) -> None:
    clock = Clock()
    variants = Variants(restore_at_once=0, restore_delay=30.0)
    sandbox = Sandbox(clock=clock, variants=variants)
    async with practice(tmp_path, sandbox=sandbox, clock=clock) as stage:
        await deleted(stage, 3)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        watched = stage.watched
        assert watched is not None
        assert watched.rows.tally == {State.VERIFIED: 3}
        assert stage.offers("resolve") is not True
        await ask(stage)
        await stage.say("restore 3 Leads")
        await stage.until(lambda: watched.rows.asked_back == 3 and watched.headway.trouble)
        await stage.pilot.press("s")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert {watched.rows.outcome(place).code for place in range(3)} == {"SCHEDULED"}
        assert exit_code([(watched.plan, watched.rows)]) == 1
        clock.now += 60
        assert stage.offers("resolve") is True
        await stage.pilot.press("y")
        await stage.until(lambda: watched.rows.count(State.RESTORED) == 3)
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert watched.left.in_doubt == 0
