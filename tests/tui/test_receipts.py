"""A receipt after everything that changes a run, and runs that stay as they are without one."""

from __future__ import annotations

from pathlib import Path
from shutil import rmtree

import pytest

from tests.tui.earlier import asked, asked_again, leave_run, left_behind, said
from tests.tui.practice import NOON, Stage, practice
from zohotui.deletion import jobs
from zohotui.deletion.journal.receipt import receipt_of
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.verify_file import WHOLE, verify_journal
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.dialogs.undo_question import UndoQuestion
from zohotui.tui.keys.keymap import with_keys
from zohotui.tui.keys.phase import Phase


async def deleted(stage: Stage, count: int = 6) -> Path:
    await stage.choose("Leads")
    await stage.enter("\n".join(stage.sandbox.org.add_records("Leads", count)))
    await stage.delete(f"delete {count} Leads")
    return journal_of(stage)


def journal_of(stage: Stage) -> Path:
    assert stage.watched is not None
    assert stage.watched.journal is not None
    return stage.watched.journal


def up_to_date(journal: Path, **counts: int) -> bool:
    """Whether a receipt is there, says what the journal says, and these sums in particular."""
    proof = verify_journal(journal)
    assert proof.code == WHOLE
    text = receipt_of(journal).read_text(encoding="utf-8")
    told = {state.value: count for state, count in replay(journal).rows.tally.items()}
    assert told == {state.replace("_", " "): count for state, count in counts.items()}
    assert all(f"{count:>11,}  {state}" in text for state, count in told.items())
    return any("says what the journal says" in line for line in proof.lines)


async def idle(stage: Stage) -> None:
    await stage.until(lambda: stage.phase is Phase.IDLE)


async def test_it_is_there_at_the_end_of_a_run_and_anew_after_undoing(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with practice(tmp_path, sandbox=sandbox) as stage:
        journal = await deleted(stage)
        assert up_to_date(journal, verified=6)
        await stage.pilot.press("u")
        await stage.until(lambda: isinstance(stage.app.screen, UndoQuestion))
        await stage.until(stage.may_type)
        await stage.say("restore 6 Leads")
        await stage.until(lambda: "6 ids = 6 restored" in stage.text())
        await idle(stage)
        assert up_to_date(journal, restored=6)
        # What reading found after a run is in it.
        sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY_AFTER, method="DELETE"))
        journal = await deleted(stage, 1)
        assert up_to_date(journal, verified=1)
        assert "FOUND_IN_BIN" in receipt_of(journal).read_text(encoding="utf-8")
        # Nobody waits for it to know that nothing is in flight.
        ended: list[bool] = []

        def noted(journal: Path, now: float, **_: object) -> str:
            ended.append(stage.runs[-1].over)
            return ""

        monkeypatch.setattr("zohotui.deletion.jobs.leave_receipt", noted)
        await deleted(stage)
        assert ended == [True, True]


async def test_a_run_that_was_cut_off_has_one_once_somebody_sees_to_it(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    _, journal = left_behind(tmp_path, sandbox)
    whole = journal.read_bytes()
    assert not receipt_of(journal).exists()
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("x")
        await stage.until(lambda: said(stage, "The run is closed"))
        assert up_to_date(journal, deleted=5, unknown=4, not_sent=3)
        # A run is closed although it gets none.
        journal.write_bytes(whole)
        receipt_of(journal).unlink()
        (receipt_of(journal) / "full").mkdir(parents=True)
        await asked_again(stage, journal)
        await stage.pilot.press("x")
        await stage.until(lambda: said(stage, "will not be sent. The receipt"))
        assert replay(journal).finished
        # Or it goes on.
        journal.write_bytes(whole)
        rmtree(receipt_of(journal))
        await asked_again(stage, journal)
        await stage.pilot.press("space")
        await stage.until(lambda: stage.app.screen.query("#sentence"))
        await stage.until(stage.may_type)
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await idle(stage)
    assert up_to_date(journal, verified=12)


def in_the_way(home: Path) -> Path:
    """Put a folder where the receipt of the next run belongs."""
    path = home / "journals" / "20261126T120000Z-700000001-Leads.receipt.txt"
    (path / "full").mkdir(parents=True)
    return path


async def test_a_run_without_one_is_what_it_was_and_the_reason_is_told(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    path = in_the_way(tmp_path)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        zgid = stage.org.target.zgid if stage.org.target else ""
        path = path.rename(path.with_name(path.name.replace("700000001", zgid)))
        journal = await deleted(stage)
        assert receipt_of(journal) == path
        assert said(stage, f"The receipt {path} cannot be written")
        assert "6 ids = 6 verified" in stage.text()
        assert stage.runs[-1].finished
        assert not stage.runs[-1].run.unjournaled
    assert replay(journal).rows.tally == {State.VERIFIED: 6}
    assert path.is_dir()


async def test_what_went_wrong_in_the_run_itself_is_told_before_it(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    token = sandbox.issue_token(scopes=["ZohoCRM.modules.leads.DELETE", "ZohoCRM.org.READ"])
    async with practice(tmp_path, sandbox=sandbox, token=token) as stage:
        target = stage.org.target
        assert target is not None
        (tmp_path / "journals" / f"20261126T120000Z-{target.zgid}-Leads.receipt.txt" / "x").mkdir(
            parents=True
        )
        sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY_AFTER, method="DELETE"))
        await deleted(stage, 1)
        (sentence,) = [one for one in stage.told if "The receipt" in one]
        assert sentence.startswith(with_keys(stage.runs[-1].headway.trouble))
        assert stage.runs[-1].headway.trouble
        assert stage.runs[-1].rows.tally == {State.UNKNOWN: 1}


@pytest.mark.parametrize(("ids", "written"), [(3, True), (4, False)])
def test_whoever_leaves_waits_for_a_small_one_only(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, ids: int, written: bool
) -> None:
    monkeypatch.setattr(jobs, "MOST_WHEN_LEAVING", 3)
    journal = leave_run(tmp_path, sandbox, sandbox.sample_ids()["Leads"][:ids], finished=True)
    why = jobs.leave_receipt(journal, NOON, ids=ids, leaving=True)
    assert receipt_of(journal).exists() is written
    assert bool(why) is not written
    assert not jobs.leave_receipt(journal, NOON, ids=ids, leaving=False)
    assert up_to_date(journal, **{s.value: n for s, n in replay(journal).rows.tally.items()})


def test_a_journal_that_cannot_be_read_is_not_said_to_have_everything(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    journal = leave_run(tmp_path, sandbox, sandbox.sample_ids()["Leads"][:3], finished=True)
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"x":1}\n')
    why = jobs.leave_receipt(journal, NOON)
    assert "is damaged in line" in why
    assert "has everything" not in why
    with pytest.raises(JournalError) as told:
        replay(journal)
    # The same words as the screen has for the run itself, so that they are said once.
    assert why == str(told.value)
