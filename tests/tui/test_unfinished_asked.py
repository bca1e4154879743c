"""Which of the runs that were left behind are asked about, and when."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Button

from tests.tui.earlier import (
    BEFORE,
    asked,
    choices,
    elsewhere,
    leave_run,
    left_behind,
    nothing_is_asked,
    said,
    sent,
    target_of,
)
from tests.tui.practice import practice
from zohotui.deletion.journal.lock import locked
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Finished
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.keys.phase import Phase
from zohotui.tui.runs import UNFINISHED
from zohotui.tui.widgets.id_editor import IdEditor


async def test_the_file_of_the_command_line_comes_first(tmp_path: Path, sandbox: Sandbox) -> None:
    ids, _ = left_behind(tmp_path, sandbox)
    file = tmp_path / "new.txt"
    new = sandbox.sample_ids()["Leads"][20:22]
    file.write_text("\n".join(new))
    async with practice(tmp_path, sandbox=sandbox, ids=file, module="Leads") as stage:
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
        await stage.until(lambda: isinstance(stage.app.focused, Button))
        await stage.until(lambda: UNFINISHED in stage.app.conductor.desk.waiting)
        assert len(stage.app.screen_stack) == 2
        await stage.pilot.press("enter")
        await asked(stage)
        editor = stage.main.query_one(IdEditor)
        assert [*editor.ids.ids] == [*map(int, new)]
        # Going on would end with an empty list, so it is not begun over a new one.
        await stage.pilot.press("space")
        await stage.until(lambda: said(stage, "There is a new list of ids"))
        assert stage.phase is Phase.IDLE
        assert [*editor.ids.ids] == [*map(int, new)]
        assert not editor.locked
    assert sent(sandbox) == ids[:9]


async def test_looking_up_and_closing_keep_a_new_list(tmp_path: Path, sandbox: Sandbox) -> None:
    left_behind(tmp_path, sandbox)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        editor = stage.main.query_one(IdEditor)
        await asked(stage)
        editor.paste("554023000000201001")
        await stage.until(lambda: len(editor.ids.ids))
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert [*editor.ids.ids] == [554023000000201001]
        assert not editor.locked


async def test_of_two_unfinished_runs_the_newest_is_asked_about_first(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"]
    older = leave_run(tmp_path, sandbox, ids[:5], at=BEFORE)
    leave_run(tmp_path, sandbox, ids[5:8], at=BEFORE + 60)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        assert "Leads: 3 ids" in stage.text(dialog)
        assert "h lists 1 more unfinished run too." in stage.text(dialog)
        await stage.pilot.press("x")
        await stage.until(lambda: said(stage, "The run is closed"))
    assert not replay(older).finished
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        assert "Leads: 5 ids" in stage.text(dialog)
        assert "more unfinished" not in stage.text(dialog)


async def test_a_damaged_journal_hides_no_other_unfinished_run(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"]
    leave_run(tmp_path, sandbox, ids[:5], at=BEFORE)
    damaged = leave_run(tmp_path, sandbox, ids[5:8], at=BEFORE + 60)
    first, _, last = damaged.read_bytes().splitlines(keepends=True)
    damaged.write_bytes(first + b"nonsense\n" + last)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        dialog = await asked(stage)
        assert "Leads: 5 ids" in stage.text(dialog)
        assert said(stage, "is damaged in line 2")


async def test_a_run_of_another_org_does_not_ask(tmp_path: Path, sandbox: Sandbox) -> None:
    target = target_of(tmp_path, sandbox)
    ids = sandbox.sample_ids()["Leads"][:5]
    for other in (elsewhere(target), replace(target, zgid=""), replace(target, api_domain="x")):
        leave_run(tmp_path, sandbox, ids, landed=0, target=other)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await nothing_is_asked(stage)


async def test_a_run_that_is_still_at_work_does_not_ask(tmp_path: Path, sandbox: Sandbox) -> None:
    _, path = left_behind(tmp_path, sandbox)
    with locked(tmp_path / "locks", replay(path).plan, time.time):
        async with practice(tmp_path, sandbox=sandbox) as stage:
            await nothing_is_asked(stage)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)


async def test_a_run_that_ends_while_it_is_looked_at_does_not_ask(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, path = left_behind(tmp_path, sandbox)

    def ends(*arguments: object) -> str:
        with closing(Journal.reopen(read_journal(path))) as journal:
            journal.record(Finished(stopped=True))
        return ""

    monkeypatch.setattr("zohotui.deletion.journal.history.holder", ends)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await nothing_is_asked(stage)


async def test_a_read_only_session_looks_up_but_does_not_go_on(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids, path = left_behind(tmp_path, sandbox)
    async with practice(tmp_path, sandbox=sandbox, read_only=True) as stage:
        dialog = await asked(stage)
        assert choices(dialog) == ["LATER", "RESOLVE", "CLOSE"]
        await stage.pilot.press("space")
        await stage.pilot.pause()
        assert len(stage.app.screen_stack) == 2
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert stage.runs[0].rows.tally == {State.VERIFIED: 9, State.ENTERED: 3}
        assert stage.offers("resume") is False
        await stage.pilot.press("space")
        await stage.pilot.pause()
        assert stage.no_dialog()
    assert sent(sandbox) == ids[:9]
    assert not replay(path).finished


async def test_unknown_ids_of_a_run_that_ended_are_told_at_the_start(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.org.add_records("Leads", 9)
    leave_run(tmp_path, sandbox, ids, size=4, landed=2, lost=1, finished=True)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        told = (
            "The outcome of 4 ids of earlier runs is still unknown. h opens a run, y looks them up."
        )
        await stage.until(lambda: any(n == told for n in stage.told))
        assert stage.no_dialog()
