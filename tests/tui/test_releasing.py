"""Rows taken out of a reviewed list and put back, and held records that go for a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from textual.events import Paste

from tests.tui.lists import (
    Clock,
    at_rest,
    by_colleague,
    deletes,
    enter,
    go_to,
    leads,
    look,
    outcome,
    release,
    said,
    sums,
    tally,
    words,
)
from tests.tui.practice import Stage, practice
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.last_words import end_code
from zohotui.tui.dialogs.release import Release
from zohotui.tui.keys.phase import Phase


async def finish(stage: Stage, sentence: str) -> None:
    """Confirm, and wait for the end of the run."""
    await stage.delete(sentence)
    await at_rest(stage)


def journaled(stage: Stage, word: str) -> list[dict[str, Any]]:
    """Read the lines of the last run's journal that begin with a word."""
    path = stage.runs[-1].journal
    assert path
    found = map(json.loads, path.read_text().splitlines())
    return [line for line in found if next(iter(line)) == word]


def two_held(stage: Stage) -> tuple[list[str], str, str]:
    """Name six leads; the second is locked, the fourth waits for approval."""
    ids = leads(stage, 6)
    stage.sandbox.org.lock("Leads", ids[1])
    stage.sandbox.org.await_approval("Leads", ids[3])
    return ids, ids[1], ids[3]


async def test_x_takes_rows_out_which_stay_out_and_are_counted_to_the_end(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids = leads(stage, 4)
        nowhere = "554023000009999999"
        await enter(stage, [*ids[:3], nowhere])
        # Before anything is read.
        await go_to(stage, ids[0])
        await stage.pilot.press("x")
        await look(stage)
        assert tally(stage) == {"ready": 2, "held": 1, "missing": 1}
        await go_to(stage, nowhere)
        await stage.pilot.press("x")
        assert said(stage, "This id is missing")
        assert tally(stage) == {"ready": 2, "held": 1, "missing": 1}
        await go_to(stage, ids[1])
        await stage.pilot.press("x")
        assert stage.pane.table.place == 2
        await go_to(stage, ids[1])
        assert outcome(stage, ids[1]) == "held TAKEN_OUT"
        assert tally(stage) == {"ready": 1, "held": 2, "missing": 1}
        assert "you took it out of the list" in words(stage)
        await stage.pilot.press("x")
        assert tally(stage) == {"ready": 2, "held": 1, "missing": 1}
        await go_to(stage, ids[1])
        await stage.pilot.press("x")
        await stage.enter(f"\n{ids[3]}")
        await stage.until(lambda: len(stage.main.listed) == 5)
        assert outcome(stage, ids[0]) == outcome(stage, ids[1]) == "held TAKEN_OUT"
        await stage.ask()
        assert "2 of 5 ids" in words(stage)
        assert "2 held (2 taken out by you)" in words(stage)
        await stage.pilot.press("escape")
        await at_rest(stage)
        await finish(stage, "delete 2 Leads")
        assert sorted(deletes(stage)) == ids[2:]
        assert tally(stage) == {"held": 2, "deleted": 2, "missing": 1}
        assert end_code([run.end for run in stage.runs]) == 0
        assert "not as reviewed" not in [str(shown) for shown, _ in stage.pane.choices]


async def test_capital_x_takes_out_all_that_a_filter_shows_and_releases_nothing(
    tmp_path: Path,
) -> None:
    async with practice(tmp_path) as stage:
        ids, locked, waiting = two_held(stage)
        await enter(stage, ids)
        await go_to(stage, locked)
        await stage.pilot.press("x")
        await look(stage)
        await go_to(stage, locked)
        await stage.pilot.press("x")
        assert outcome(stage, locked) == "held NOT_EDITABLE"
        await stage.show_only("held")
        assert stage.filter() == "held"
        await stage.pilot.press("asterisk", "x")
        assert said(stage, "2 rows taken out.")
        assert outcome(stage, locked) == outcome(stage, waiting) == "held TAKEN_OUT"
        assert tally(stage) == {"ready": 4, "held": 2}
        await stage.pilot.press("asterisk", "x")
        assert said(stage, "2 rows put back.")
        assert outcome(stage, locked) == "held NOT_EDITABLE"
        assert outcome(stage, waiting) == "held IN_APPROVAL"
        await stage.show_only("ready")
        await stage.pilot.press("asterisk", "x", "d")
        await stage.until(lambda: said(stage, "None of them can be deleted: 6 held"))
        assert stage.no_dialog()
        assert stage.phase is Phase.IDLE
        await stage.show_only("held")
        await stage.pilot.press("asterisk", "x")
        assert said(stage, "2 rows taken out.")
        await stage.pilot.press("asterisk", "x")
        assert said(stage, "6 rows put back.")
        await finish(stage, "delete 4 Leads")
        assert sorted(deletes(stage)) == sorted({*ids} - {locked, waiting})


async def test_a_held_record_goes_for_a_reason_that_stands_in_the_journal(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids, locked, waiting = two_held(stage)
        await enter(stage, ids)
        await look(stage)
        await go_to(stage, waiting)
        await stage.pilot.press("R")
        await stage.until(lambda: isinstance(stage.app.screen, Release))
        assert waiting in words(stage)
        assert "IN_APPROVAL: the record is not approved" in words(stage)
        await stage.pilot.press("enter")
        assert "Say in a few words why this record may be deleted." in words(stage)
        assert outcome(stage, waiting) == "held IN_APPROVAL"
        await stage.type("a test record")
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        assert outcome(stage, waiting) == "ready RELEASED"
        assert "a test record (was IN_APPROVAL: the record is not approved)" in words(stage)
        await stage.ask()
        assert "including 1 held record that you released" in words(stage)
        await stage.pilot.press("escape")
        await at_rest(stage)
        stage.sandbox.org.unlock("Leads", waiting)
        await finish(stage, "delete 5 Leads")
        assert sorted(deletes(stage)) == sorted(one for one in ids if one != locked)
        (line,) = journaled(stage, "released")
        (released,) = line["released"]
        assert released["id"] == waiting
        assert released["why"].startswith("a test record (was IN_APPROVAL")
        read = replay(stage.runs[-1].journal or Path())
        assert read.plan.ids[released["place"]] == int(waiting)
        assert sums(read.rows) == {"held": 1, "deleted": 5}


async def test_release_is_for_one_held_record_and_its_reason_is_no_markup(tmp_path: Path) -> None:
    async with practice(tmp_path) as stage:
        ids, locked, waiting = two_held(stage)
        nowhere = "554023000009999999"
        await enter(stage, [*ids, nowhere])
        assert stage.offers("release") is False
        await look(stage)
        for one in (ids[0], nowhere):
            await go_to(stage, one)
            assert stage.offers("release") is False
        await go_to(stage, ids[2])
        await stage.pilot.press("x")
        await go_to(stage, ids[2])
        assert stage.offers("release") is False
        await go_to(stage, locked)
        await stage.pilot.press("R")
        await stage.until(lambda: isinstance(stage.app.screen, Release))
        await stage.type("agreed")
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        assert outcome(stage, locked) == "held NOT_EDITABLE"
        await stage.show_only("held")
        await go_to(stage, locked)
        await stage.pilot.press("R")
        await stage.until(lambda: isinstance(stage.app.screen, Release))
        stage.app.post_message(Paste("[red]so\x1b]0;x\x07 be it[/]\nsecond line"))
        await stage.pilot.pause()
        await stage.pilot.press("enter")
        await stage.until(stage.no_dialog)
        assert tally(stage) == {"ready": 4, "held": 2, "missing": 1}
        assert outcome(stage, waiting) == "held IN_APPROVAL"
        await stage.show_only("all")
        await go_to(stage, locked)
        await stage.until(lambda: "[red]so" in words(stage))
        assert "\x1b" not in stage.text()
        await stage.ask()
        assert "including 1 held record that you released" in words(stage)


async def test_what_was_released_is_held_again_for_another_reason(tmp_path: Path) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        ids, locked, _ = two_held(stage)
        await enter(stage, ids)
        await look(stage)
        await release(stage, locked, "agreed")
        stage.sandbox.org.unlock("Leads", locked)
        stage.sandbox.org.await_approval("Leads", locked)
        clock.pass_by(16)
        await stage.ask()
        assert "delete 4 Leads" in words(stage)


async def test_what_is_protected_and_was_released_is_held_again_if_it_changes(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock, profile={"protected_tags": ("Keep",)}) as stage:
        ids = leads(stage, 2)
        stage.sandbox.org.tag("Leads", ids[0], "Keep")
        await enter(stage, ids)
        await look(stage)
        await release(stage, ids[0], "agreed")
        clock.pass_by(16)
        await look(stage)
        assert outcome(stage, ids[0]) == "ready RELEASED"
        by_colleague(stage.sandbox, ids[0])
        clock.pass_by(16)
        await stage.ask()
        assert "delete 1 Lead" in words(stage)
        assert "1 held (1 protected by a guard)" in words(stage)
