"""The runs of this and earlier sessions: listed, opened, and worked with as after the run."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, OptionList

from tests.deletion.forging import with_plan
from tests.tui.earlier import (
    BEFORE,
    asked,
    bundle,
    deleted,
    elsewhere,
    leave_run,
    said,
    sent,
    target_of,
)
from tests.tui.fingers import PATIENCE
from tests.tui.practice import Stage, practice
from tests.world.plans import TARGET
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Plan, Target
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.new_file import NewFile
from zohotui.tui.keys.phase import Phase
from zohotui.tui.screens.run_screen import RunScreen
from zohotui.tui.screens.runs_screen import RunsScreen, holds
from zohotui.tui.widgets.id_editor import IdEditor
from zohotui.tui.words.text import clock, moment


async def listed(stage: Stage) -> OptionList:
    """Open the list of runs and wait until it is read."""
    await stage.pilot.press("h")
    await stage.until(lambda: isinstance(stage.app.screen, RunsScreen))
    await stage.until(lambda: "Reading the journals" not in stage.text())
    return stage.app.screen.query_one(OptionList)


def lines(runs: OptionList) -> list[str]:
    return [str(option.prompt) for option in runs.options]


async def opened(stage: Stage, place: int = 0) -> None:
    """Open the run at this place of the list."""
    await listed(stage)
    await stage.pilot.press("home", *["down"] * place, "enter")
    await stage.until(lambda: isinstance(stage.app.screen, RunScreen) and stage.no_dialog())


async def test_h_lists_the_runs_the_newest_first_with_their_sums(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"]
    sandbox.org.lock("Leads", ids[2])
    leave_run(tmp_path, sandbox, ids[:4], landed=2, finished=True, at=BEFORE - 86_400)
    many = [ids[4], *map(str, range(1, 1_296))]
    leave_run(tmp_path, sandbox, many, landed=1, finished=True, at=BEFORE - 60)
    other = elsewhere(target_of(tmp_path, sandbox))
    leave_run(tmp_path, sandbox, ids[5:8], landed=0, target=other, at=BEFORE)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        runs = await listed(stage)
        assert lines(runs) == [
            f"{moment(BEFORE)}  Leads 3 ids  UNFINISHED  {other.words}",
            f"{moment(BEFORE - 60)}  Leads 1,296 ids  1 deleted · 1,295 not sent",
            f"{moment(BEFORE - 86_400)}  Leads 4 ids  3 deleted · 1 failed",
        ]
        assert runs.highlighted == 0
        assert stage.app.screen.region.contains_region(runs.region)
        bundle(stage, "slash", *"fail", "space", *"lea")
        await stage.until(lambda: len(lines(runs)) == 1)
        assert "1 failed" in lines(runs)[0]
        assert "1 of 3 runs" in stage.text()
        await stage.pilot.press("escape")
        await stage.until(lambda: len(lines(runs)) == 3)
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        assert stage.watched is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("leads", True),
        ("acme failed", True),
        ("duplicates of june", True),
        ("contacts", False),
        ("gone", False),
        ("unfinished", False),
    ],
)
def test_a_run_is_found_by_module_org_state_and_reason(words: str, *, found: bool) -> None:
    tally = {State.DELETED: 3, State.FAILED: 1, State.GONE: 0}
    run = Summary(Path("a"), BEFORE, TARGET, "Leads", "Leads", 4, tally, finished=True)
    run = replace(run, reason="Duplicates of June")
    assert holds(run, words.split()) is found


async def test_without_runs_it_says_so(tmp_path: Path, sandbox: Sandbox) -> None:
    async with practice(tmp_path, sandbox=sandbox) as stage:
        assert lines(await listed(stage)) == []
        assert "There are no runs yet." in stage.text()
        await stage.pilot.press("enter")
        assert isinstance(stage.app.screen, RunsScreen)
        (tmp_path / "journals").write_text("in the way")
        await stage.pilot.press("q")
        await stage.until(stage.no_dialog)
        await listed(stage)
        assert "cannot be read: Not a directory." in stage.text()


async def test_an_opened_run_is_shown_as_after_the_run(tmp_path: Path, sandbox: Sandbox) -> None:
    ids = sandbox.sample_ids()["Leads"][:9]
    sandbox.org.lock("Leads", ids[2])
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=2, finished=True)
    async with practice(tmp_path, size=(120, 40), sandbox=sandbox) as stage:
        await opened(stage)
        pane = stage.pane
        assert "9 ids = 4 deleted + 1 failed + 4 not sent" in stage.text()
        assert str(pane.border_title).startswith("Leads: run of ")
        assert str(pane.border_subtitle) == f"journal {path.name}"
        pane.table.go_to(2)
        await stage.until(lambda: "RECORD_LOCKED" in stage.text())
        assert stage.detail is not None
        assert "DELETE Leads, batch 2, 4 ids" in stage.detail.plain
        assert clock(BEFORE) in stage.detail.plain
        await stage.show_only("failed")
        await stage.until(lambda: stage.filter() == "failed")
        await stage.pilot.press("slash", *ids[8][-4:], "enter")
        await stage.until(lambda: pane.table.place == 8)
        assert not stage.filter()
        await stage.pilot.press("e")
        await stage.until(lambda: isinstance(stage.app.screen, NewFile))
        await stage.until(lambda: stage.app.screen.query("#path"))
        name = stage.app.screen.query_one("#path", Input)
        suggested = name.value
        await stage.pilot.press(*["backspace"] * 3, "m", "d")
        assert name.value == suggested.removesuffix("csv") + "md"
        name.value = str(tmp_path / "out.json")
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        written = json.loads((tmp_path / "out.json").read_text())
        assert written["tally"] == {"deleted": 4, "failed": 1, "not sent": 4}
        assert [one["id"] for one in written["outcomes"]] == ids
    assert sent(sandbox) == ids[:5]


async def test_r_retries_what_failed_or_was_not_sent_of_an_old_run(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:9]
    sandbox.org.lock("Leads", ids[2])
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=2, lost=0, finished=True)
    whole = path.read_bytes()
    sandbox.org.unlock("Leads", ids[2])
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await opened(stage)
        await stage.delete_again("delete 5 Leads")
        assert stage.runs[-1].rows.tally == {State.VERIFIED: 5}
        assert len(stage.runs) == 1
    assert sorted(deleted(sandbox)) == sorted(ids)
    assert path.read_bytes() == whole
    assert len([*path.parent.glob("*.jsonl")]) == 2


async def test_y_looks_up_and_space_goes_on_with_an_old_run(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:12]
    leave_run(tmp_path, sandbox, ids[:3], landed=1, finished=True)
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=2, lost=1, at=BEFORE - 60)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        await opened(stage, 1)
        assert "cut off · y looks up · space goes on" in stage.text()
        await stage.pilot.press("y")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        # The first of them was deleted by the run before this one.
        tally = {State.VERIFIED: 8, State.GONE: 1, State.ENTERED: 3}
        assert stage.runs[0].rows.tally == tally
        await stage.pilot.press("space")
        await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
        await stage.until(stage.may_type)
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs[0].finished and stage.phase is Phase.IDLE)
        tally = {State.VERIFIED: 11, State.GONE: 1}
        assert stage.runs[0].rows.tally == tally
        assert len(stage.runs) == 1
    assert replay(path).finished
    assert sorted(sent(sandbox)) == sorted([ids[0], *ids])


async def test_a_run_of_another_org_opens_but_nothing_is_done_with_it(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"][:12]
    sandbox.org.lock("Leads", ids[2])
    other = elsewhere(target_of(tmp_path, sandbox))
    path = leave_run(tmp_path, sandbox, ids, size=4, landed=2, lost=1, target=other)
    whole, already = path.read_bytes(), sent(sandbox)
    reads = len(sandbox.ledger.requests)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        connected = len(sandbox.ledger.requests) - reads
        await opened(stage)
        assert f", in {other.words}" in stage.text()
        for key in ("y", "space", "r"):
            stage.forget_told()
            await stage.pilot.press(key)
            told = f"That run was in another org: {other.words}."
            await stage.until(partial(said, stage, told))
            assert stage.no_dialog()
            assert stage.phase is Phase.IDLE
        assert not stage.runs
    assert path.read_bytes() == whole
    assert sent(sandbox) == already
    assert len(sandbox.ledger.requests) == reads + connected


async def test_a_run_whose_org_could_not_be_named_is_of_no_org(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    target = target_of(tmp_path, sandbox)
    unnamed = Target(target.api_domain, target.location, target.environment, "", "", target.user)
    ids = sandbox.sample_ids()["Leads"][:3]
    leave_run(tmp_path, sandbox, ids, landed=0, target=unnamed)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await opened(stage)
        await stage.pilot.press("space")
        await stage.until(lambda: said(stage, "The org of that run has no known number"))
        assert stage.no_dialog()
    assert not sent(sandbox)


async def test_opening_a_run_keeps_the_list_that_was_entered(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"]
    sandbox.org.lock("Leads", ids[0])
    leave_run(tmp_path, sandbox, ids[:5], landed=1, finished=True)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        editor = stage.main.query_one(IdEditor)
        await stage.choose("Leads")
        await stage.enter("\n".join(ids[5:8]))
        await opened(stage)
        assert "5 ids = 1 failed + 4 not sent" in stage.text()
        assert [*editor.ids.ids] == [*map(int, ids[5:8])]
        await stage.pilot.press("r")
        await stage.until(lambda: said(stage, "There is a new list of ids"))
        assert stage.no_dialog()
        # What d would send is what it says it would: the list, not the run that is shown.
        dialog = await stage.ask()
        assert "delete 3 Leads" in stage.text(dialog)
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.phase is Phase.IDLE)
        assert stage.runs[0].rows.tally == {State.VERIFIED: 3}
    assert deleted(sandbox) == ids[5:8]


HOSTILE = "[/x] [red]\x1b]0;pwned\x07 \u202egnp.exe {'a': ['b[0]']} 日本語"


async def test_what_is_damaged_says_why_and_foreign_texts_cannot_act_on_the_list(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    ids = sandbox.sample_ids()["Leads"]
    whole = leave_run(tmp_path, sandbox, ids[:3], finished=True, landed=2)
    middle = leave_run(tmp_path, sandbox, ids[3:6], finished=True, landed=2, at=BEFORE - 60)
    (whole.parent / "odd\x1b[31m.jsonl").write_bytes(b"\xff\xfe\x00")
    first, _, *rest = middle.read_bytes().splitlines(keepends=True)
    middle.write_bytes(b"".join([first, b"nonsense\n", *rest]))
    target = target_of(tmp_path, sandbox)
    other = Target("http://x", HOSTILE, target.environment, HOSTILE, "1", HOSTILE)
    foreign = Plan(other, "Leads", HOSTILE, permanent=False, ids=(1,))
    Journal.create(whole.parent, foreign).close()
    async with practice(tmp_path, sandbox=sandbox) as stage:
        runs = await listed(stage)
        told = lines(runs)
        assert (
            told[0]
            == "odd\N{REPLACEMENT CHARACTER}[31m.jsonl: it is not a complete journal of zohotui"
        )
        assert all(line.isprintable() for line in told)
        assert any("[red]" in line for line in told)
        assert runs.options[0].disabled
        assert runs.highlighted == 1
        await stage.pilot.press("end", "enter")
        await stage.until(lambda: said(stage, "is damaged in line 2"))
        assert isinstance(stage.app.screen, RunsScreen)


async def test_keys_in_one_bundle_leave_no_locked_screen(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = sandbox.sample_ids()["Leads"][:3]
    leave_run(tmp_path, sandbox, ids, landed=2, finished=True)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        # The second key may find the list open, and close it before anybody looks.
        push, pushed = stage.app.push_screen, list[Any]()

        def noted(*screen: Any, **how: Any) -> Any:
            pushed.extend(screen)
            return push(*screen, **how)

        monkeypatch.setattr(stage.app, "push_screen", noted)
        for keys in (["h", "h"], ["h", "escape", "escape"], ["h", "d"]):
            pushed.clear()
            bundle(stage, *keys)
            if keys[-1] != "escape":
                await stage.until(lambda: pushed)
            for _ in range(2):
                bundle(stage, "escape", "escape")
                await stage.pilot.pause()
            await stage.until(stage.no_dialog)
            assert stage.phase is Phase.IDLE, keys
            # Enter more than once opens one run.
            await listed(stage)
            bundle(stage, "enter", "enter", "enter")
            await stage.until(lambda: isinstance(stage.app.screen, RunScreen))
            await stage.until(lambda: stage.phase is Phase.IDLE and stage.no_dialog())
            assert len(stage.app.screen_stack) == 3, keys
            assert isinstance(stage.app.screen_stack[1], RunsScreen), keys
            await stage.go_to_list()


async def test_esc_leads_back_to_where_a_run_was_opened_from(
    tmp_path: Path, sandbox: Sandbox
) -> None:
    """From the history to it, with the cursor on that run; from there to the run or list below."""
    ids = sandbox.sample_ids()["Leads"]
    leave_run(tmp_path, sandbox, ids[:3], finished=True, at=BEFORE - 60)
    leave_run(tmp_path, sandbox, ids[3:5], finished=True)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await opened(stage, 1)
        first = stage.shown
        await stage.pilot.press("escape")
        await stage.until(lambda: isinstance(stage.app.screen, RunsScreen))
        runs = stage.app.screen.query_one(OptionList)
        await stage.until(lambda: runs.highlighted == 1)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.shown not in {first, stage.main} and stage.no_dialog())
        # h goes back to the history that is open already: nothing piles up.
        await stage.pilot.press("h")
        await stage.until(lambda: isinstance(stage.app.screen, RunsScreen))
        assert len(stage.app.screen_stack) == 2
        await stage.go_to_list()
        assert stage.no_dialog()


async def test_hundreds_of_journals_keep_no_key_waiting(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = leave_run(tmp_path, sandbox, sandbox.sample_ids()["Leads"][:3], finished=True)
    whole = one.read_bytes()
    for number in range(300):
        path = one.with_name(f"2025{number:04}.jsonl")
        path.write_bytes(whole)
        with_plan(path, label=f"Leads {number}")
    gate = threading.Event()

    def held(folder: Path) -> object:
        gate.wait(PATIENCE)
        return history(folder)

    monkeypatch.setattr("zohotui.tui.screens.runs_screen.history", held)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        # While they are being read it can be left, and opened again.
        await stage.pilot.press("h")
        await stage.until(lambda: isinstance(stage.app.screen, RunsScreen))
        assert "Reading the journals…" in stage.text()
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        gate.set()
        runs = await listed(stage)
        assert len(lines(runs)) == 301
        assert "Leads 299 3 ids" in lines(runs)[1]
        await stage.pilot.press("end", "enter")
        await stage.until(lambda: stage.watched)
        assert stage.watched is not None
        assert stage.watched.plan.label == "Leads 0"
