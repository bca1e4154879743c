"""Runs of this very session in the history, and what merely looking at a run does not change."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.tui.earlier import BEFORE, asked, leave_run
from tests.tui.practice import practice
from tests.tui.test_history import listed, opened
from tests.world.plans import found_out
from zohotui import cli
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Resolved
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.opening import Opening
from zohotui.sandbox import Fault, FaultKind, Sandbox
from zohotui.tui.app import ZohotuiApp
from zohotui.tui.keys.phase import Phase


async def test_a_run_of_this_session_is_shown_as_this_session_knows_it(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"]
    leave_run(tmp_path, sandbox, ids[3:6], landed=2, finished=True, at=BEFORE)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.choose("Leads")
        await stage.enter("\n".join(ids[:3]))
        await stage.delete("delete 3 Leads")
        (watched,) = stage.runs
        await opened(stage, 1)
        await stage.until(lambda: stage.watched is not watched)
        assert stage.runs == [watched]
        await opened(stage)
        await stage.until(lambda: stage.watched is watched)
        assert watched.rows.tally == {State.VERIFIED: 3}


async def test_what_another_program_found_out_is_shown_too(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:3]
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        sandbox.faults.add(Fault(kind=FaultKind.BAD_GATEWAY_AFTER, skip=1))
        await stage.ask()
        sandbox.faults.add(
            Fault(
                kind=FaultKind.FLAT_ERROR,
                method="GET",
                path="/Leads",
                status=403,
                code="NO_PERMISSION",
            )
        )
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        (watched,) = stage.runs
        assert watched.rows.tally == {State.DELETED: 1, State.UNKNOWN: 2}
        assert watched.journal is not None
        read = replay(watched.journal)
        found = Outcome(State.DELETED, "FOUND_IN_BIN")
        with closing(Journal.reopen(read_journal(watched.journal))) as journal:
            resolved = [(place, read.plan.ids[place], found) for place in (1, 2)]
            journal.record(found_out(Resolved, resolved))
        await opened(stage)
        await stage.until(lambda: watched.rows.tally == {State.DELETED: 3})
        assert stage.watched is watched
        assert not watched.left.in_doubt


@pytest.mark.parametrize("deletes", [True, False])
async def test_looking_at_an_old_run_changes_neither_last_words_nor_exit_code(
    tmp_path: Path,
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    deletes: bool,
) -> None:
    ids = sandbox.sample_ids()["Leads"]
    leave_run(tmp_path, sandbox, ids[3:9], landed=1, finished=not deletes, at=BEFORE)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        if deletes:
            await asked(stage)
            await stage.pilot.press("escape")
            await stage.until(stage.no_dialog)
            await stage.choose("Leads")
            await stage.enter("\n".join(ids[:3]))
            await stage.delete("delete 3 Leads")
        await listed(stage)
        await stage.pilot.press("end", "enter")
        await stage.until(lambda: stage.watched and stage.watched not in stage.runs)
        app = stage.app
    code, words = left_behind_by(app, monkeypatch, capsys)
    assert code == 0
    assert words.count("\n") == deletes
    assert words.startswith("Leads: 3 deleted, 0 gone, 0 failed") is deletes


def left_behind_by(
    app: ZohotuiApp, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Let the command line end with an app that has just ended."""
    capsys.readouterr()
    patch.setattr("zohotui.tui.app.ZohotuiApp", lambda *_, **__: app)
    patch.setattr(app, "run", lambda **_: None)
    opening = Opening(
        begin=lambda: app.conductor.session, folder=Path(), theme="", mouse=False, read_only=False
    )
    code = cli._show(opening)
    return code, capsys.readouterr().out


async def test_a_run_of_an_earlier_session_is_named_by_its_saved_copies(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = sandbox.sample_ids()["Leads"][:3]
    names = [str(sandbox.org.record("Leads", one).fields["Full_Name"]) for one in ids]
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await stage.choose("Leads")
        await stage.enter("\n".join(ids))
        await stage.delete("delete 3 Leads")
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await opened(stage)
        await stage.until(lambda: stage.watched is not None and stage.watched.is_named)
        assert stage.watched is not None
        records = [stage.watched.record(place) for place in range(3)]
        assert [one.name for one in records if one] == names
        await stage.until(lambda: names[0] in stage.text())
        # Of very many rows only the row that is opened and the export are named.
        await stage.pilot.press("escape", "escape")
        monkeypatch.setattr("zohotui.tui.screens.run_screen._NAMED_AT_ONCE", 2)
        await opened(stage)
        await stage.pilot.pause()
        assert not stage.watched.is_named
