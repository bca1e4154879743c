"""A list that looks rounded is held until the admin has said that its ids are right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.earlier import asked, asked_again, leave_run
from tests.tui.lists import at_rest, deletes, leads, said, toasts, words
from tests.tui.practice import NOON, Stage, practice
from zohotui.deletion.journal.receipt import receipt_of
from zohotui.deletion.journal.replay import replay
from zohotui.sandbox import Sandbox
from zohotui.tui.dialogs.delete_question import DeleteQuestion
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.dialogs.rounded import RoundedIds
from zohotui.tui.keys.phase import Phase

SEEN = "ids look rounded to multiples of 64; by chance 1 in 64 would"


def living(stage: Stage, number: int) -> list[str]:
    """Name leads that are there and that a program might have rounded."""
    return [one for one in leads(stage, 600) if int(one) % 64 == 0][:number]


async def hold(stage: Stage, keys: str = "d") -> str:
    """Press a key and wait for the question about rounding; return what it says."""
    await stage.pilot.press(keys)
    await stage.until(lambda: isinstance(stage.app.screen, RoundedIds))
    dialog = stage.app.screen
    assert isinstance(dialog, RoundedIds)
    await stage.until(lambda: dialog.letters_count)
    return " ".join(stage.text(dialog).split())


async def sentence_asked(stage: Stage) -> str:
    await stage.until(lambda: isinstance(stage.app.screen, DeleteQuestion))
    await stage.pilot.pause()
    return " ".join(stage.text(stage.app.screen).split())


async def test_the_question_says_what_was_seen_and_takes_no_answer_typed_too_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with practice(tmp_path, size=(80, 24)) as stage:
        await stage.choose("Leads")
        ids = living(stage, 5)
        # A rounded id of which no record is left.
        await stage.enter("\n".join([*ids, ids[0], "554023000099999936"]))
        assert "6 look rounded" in words(stage)
        with monkeypatch.context() as patch:
            patch.setattr("zohotui.tui.arming.ARM_AFTER", 600)
            await stage.pilot.press("d")
            await stage.until(lambda: isinstance(stage.app.screen, RoundedIds))
            await stage.pilot.press("y", "tab", "enter")
            assert isinstance(stage.app.screen, RoundedIds)
            assert "That key came too soon" in stage.text()
            assert stage.app.screen.query_one("#hint").display
            await stage.pilot.press("escape")
            await at_rest(stage)
        told = await hold(stage)
        for part in (
            f"6 of 6 {SEEN}.",
            "554023000000201024 may have been any id from 554023000000200993 to 554023000000201055",
            "1 entry repeats an id: rounding makes different ids equal.",
            "1 of 6 ids is missing in Leads: rounded ids often are.",
            "Ids made in steps of 64 look the same.",
            "export the ids again as text",
        ):
            assert part in told
        stage.forget_told()
        await stage.pilot.press("enter")
        await at_rest(stage)
        await stage.until(lambda: said(stage, "Nothing was sent. Export the ids again as text"))
        await hold(stage)
        stage.forget_told()
        with monkeypatch.context() as patch:
            patch.setattr("zohotui.tui.arming.ARM_AFTER", 600)
            # The question takes keys by now; none of these words has an n, which goes back.
            await stage.pilot.press(*"5 of my")
            assert isinstance(stage.app.screen, RoundedIds)
            await stage.pilot.press("n")
            await at_rest(stage)
        await stage.until(lambda: said(stage, "Nothing was sent."))
        assert not deletes(stage)


async def test_who_says_that_they_are_right_goes_on_and_it_is_kept(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        await stage.choose("Leads")
        ids = living(stage, 6)
        for one in ids[1:]:
            stage.sandbox.org.forbid("Leads", one)
        await stage.enter("\n".join([*ids[:5], "554023000099999936"]))
        await hold(stage)
        await stage.pilot.press("y")
        told = await sentence_asked(stage)
        assert f"6 of 6 {SEEN}. You said the ids are right. 1 is missing" in told
        # The answer counts for this list as long as it is entered.
        await stage.pilot.press("escape")
        await at_rest(stage)
        await stage.ask()
        await stage.pilot.press("escape")
        await at_rest(stage)
        # Another paste is asked about.
        await stage.enter(f"\n{ids[5]}")
        assert f"7 of 7 {SEEN}" in await hold(stage)
        await stage.pilot.press("y")
        await sentence_asked(stage)
        await stage.until(stage.may_type)
        await stage.say("delete 6 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
        path = stage.runs[-1].journal
        assert path
        assert json.loads(path.read_text().splitlines()[0])["said_right"] == f"7 of 7 {SEEN}"
        assert replay(path).plan.said_right == f"7 of 7 {SEEN}"
        assert f"7 of 7 {SEEN}" in receipt_of(path).read_text()
        # A retry asks no more.
        await stage.pilot.press("r")
        assert f"7 of 7 {SEEN}. You said the ids are right." in await sentence_asked(stage)


async def test_the_rest_of_an_earlier_run_is_judged_too_and_what_is_said_journaled(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(clock=lambda: NOON)
    ids = [one for one in sandbox.sample_ids()["Leads"] if int(one) % 64 == 0]
    path = leave_run(tmp_path, sandbox, ids[:8], size=2, landed=1)
    async with practice(tmp_path, sandbox=sandbox) as stage:
        await asked(stage)
        assert f"7 of 7 {SEEN}." in await hold(stage, "space")
        await stage.pilot.press("n")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        # Only what the earlier session sent.
        assert deletes(stage) == ids[:1]
        await asked_again(stage, path)
        await hold(stage, "space")
        await stage.pilot.press("y")
        await sentence_asked(stage)
        await stage.until(stage.may_type)
        await stage.say("delete 7 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        await at_rest(stage)
    told = replay(path)
    assert not told.plan.said_right
    assert told.said_right == f"7 of 7 {SEEN}"
    assert f"7 of 7 {SEEN}; the admin said" in receipt_of(path).read_text()


async def test_they_are_told_before_a_file_is_taken_and_where_none_is_left_to_delete(
    tmp_path: Path,
) -> None:
    source = tmp_path / "ids.txt"
    async with practice(tmp_path, sample=source) as stage:
        source.write_text("\n".join(living(stage, 5)))
        await stage.choose("Leads")
        await stage.pilot.press("o", "enter")
        await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
        dialog = stage.app.screen
        await stage.until(lambda: dialog.query_one("#step-found").display)
        told = " ".join(stage.text(dialog).split())
        assert f"5 of 5 {SEEN}. Compare one with its record in Zoho CRM first." in told
        while not stage.no_dialog():
            await stage.pilot.press("escape")
            await stage.pilot.pause()
        await stage.enter("\n".join(str(554023000099999936 + 6400 * place) for place in range(5)))
        await stage.pilot.press("d")
        await stage.until(lambda: said(stage, "None of them can be deleted"))
        assert f"5 of 5 {SEEN}." in toasts(stage)
