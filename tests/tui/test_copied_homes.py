"""A home that was copied: nothing of its runs is sent before the admin says that it is alone."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.deletion.forging import with_plan
from tests.tui.earlier import asked, leave_run, left_behind, sent
from tests.tui.practice import Stage, practice
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.home import Home
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.ask import Ask
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.undo_question import UndoQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.screens.runs_screen import RunsScreen


def copied(path: Path) -> Path:
    """Put a copy of the journal in its place, as a restored backup does."""
    copy = path.with_name("copy")
    shutil.copy2(path, copy)
    # So that the number of the file is not given to the copy.
    path.rename(path.parent.parent / "original")
    return copy.rename(path)


async def question(stage: Stage) -> str:
    await stage.until(lambda: isinstance(stage.app.screen, Ask))
    return " ".join(stage.text(stage.app.screen).split())


async def test_a_copied_run_goes_on_only_after_the_admin_has_said_that_nobody_else_does(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    copied(path)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        words = " ".join(stage.text(dialog).split())
        assert "was copied or restored from a backup since it was begun" in words
        assert "Another zohotui may be working on it" in words
        await stage.pilot.press("space")
        assert "Are you sure that none is?" in await question(stage)
        # The harmless answer is under the cursor.
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        assert stage.phase is Phase.IDLE
        await stage.pilot.press("space")
        await question(stage)
        await stage.pilot.press("y")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        assert sent(sandbox) == ids[:9]
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
    assert sent(sandbox) == ids
    told = replay(path)
    assert told.rows.tally == {State.VERIFIED: 12}
    assert told.home == Home.of_file(path.stat())


async def test_a_run_of_another_machine_is_looked_up_unasked_and_undone_after_the_question(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.org.add_records("Leads", 5)
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=2, finished=True)
    with_plan(path, home={"host": "elsewhere.example", "inode": path.stat().st_ino})
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.pilot.press("h")
        await stage.until(lambda: isinstance(stage.app.screen, RunsScreen))
        await stage.until(lambda: "Enter opens" in stage.text())
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.watched)
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert replay(path).rows.tally == {State.VERIFIED: 5}
        await stage.pilot.press("u")
        assert "begun on elsewhere.example, not on this machine" in await question(stage)
        await stage.pilot.press("n")
        await stage.until(stage.no_dialog)
        await stage.pilot.press("u")
        await question(stage)
        await stage.pilot.press("y")
        await stage.until(lambda: isinstance(stage.app.screen, UndoQuestion))
        assert not any(sandbox.org.exists("Leads", record_id) for record_id in ids)
        await stage.until(lambda: stage.app.screen.query("#sentence:enabled"))
        await stage.say("restore 5 Leads")
        await stage.until(lambda: stage.phase is Phase.IDLE)
    assert replay(path).rows.tally == {State.RESTORED: 5}
    assert replay(path).home == Home.of_file(path.stat())


async def test_a_run_that_was_not_moved_asks_nothing(tmp_path: Path, sandbox: Sandbox) -> None:
    left_behind(tmp_path, sandbox)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("space")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
