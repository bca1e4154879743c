"""A review counts for a time: then the records are read again, and what changed since is held."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    reads,
    release,
    said,
    tally,
    toasts,
    words,
)
from tests.tui.practice import practice
from zohotui.sandbox import Sandbox
from zohotui.tui.phase import Phase


async def test_a_stale_review_is_made_again_and_what_changed_since_is_held(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        ids = leads(stage, 3)
        await enter(stage, ids)
        await look(stage)
        by_colleague(stage.sandbox, ids[1])
        for read in (2, 3):
            clock.pass_by(15.1)
            dialog = await stage.ask()
            assert reads(stage) == read
            assert "1 held (1 changed since the review)" in " ".join(stage.text(dialog).split())
            await stage.pilot.press("escape")
            await at_rest(stage)
            assert outcome(stage, ids[1]) == "held CHANGED"
        await go_to(stage, ids[1])
        assert "changed since the review by Bo Li" in words(stage)
        await stage.ask()
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert sorted(deletes(stage)) == sorted([ids[0], ids[2]])


async def test_what_changed_goes_after_somebody_has_looked_again(tmp_path: Path) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        ids = leads(stage, 3)
        await enter(stage, ids)
        await look(stage)
        by_colleague(stage.sandbox, ids[1])
        clock.pass_by(16)
        await look(stage)
        assert outcome(stage, ids[1]) == "held CHANGED"
        await look(stage)
        assert tally(stage) == {"ready": 3}
        await stage.ask()
        await stage.say("delete 3 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert sorted(deletes(stage)) == sorted(ids)


async def test_what_changed_goes_if_it_is_released_but_not_if_it_changes_once_more(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        ids = leads(stage, 3)
        await enter(stage, ids)
        await look(stage)
        by_colleague(stage.sandbox, ids[1])
        clock.pass_by(16)
        await look(stage)
        await release(stage, ids[1], "Bo agrees")
        assert outcome(stage, ids[1]) == "ready RELEASED"
        clock.pass_by(16)
        await stage.ask()
        assert "delete 3 Leads" in stage.text()
        await stage.pilot.press("escape")
        by_colleague(stage.sandbox, ids[1], "2026-11-26T12:33:00+00:00")
        clock.pass_by(16)
        await stage.ask()
        assert "delete 2 Leads" in stage.text()
        await stage.pilot.press("escape")
        await at_rest(stage)
        assert outcome(stage, ids[1]) == "held CHANGED"


async def test_a_dialog_left_open_until_the_review_is_old_refuses_the_sentence(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock, profile={"review_valid_minutes": 5}) as stage:
        await enter(stage, leads(stage, 2))
        dialog = await stage.ask()
        clock.pass_by(5.1)
        await stage.say("delete 2 Leads")
        await stage.pilot.pause()
        assert stage.app.screen is dialog
        assert "read more than 5 minutes ago" in stage.text(dialog)
        assert not deletes(stage)
        await stage.pilot.press("escape")
        await at_rest(stage)
        await stage.ask()
        assert reads(stage) == 2
        await stage.say("delete 2 Leads")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)


async def test_a_clock_that_was_put_back_makes_a_review_old(tmp_path: Path) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        await enter(stage, leads(stage, 2))
        await look(stage)
        clock.pass_by(-1)
        await stage.ask()
        assert reads(stage) == 2


async def test_a_review_that_took_longer_than_it_counts_says_so_and_does_not_ask(
    tmp_path: Path,
) -> None:
    clock = Clock()

    def slow(_seconds: float) -> None:
        clock.pass_by(20)

    sandbox = Sandbox(clock=clock, sleep=slow)
    async with practice(tmp_path, sandbox=sandbox, clock=clock) as stage:
        await enter(stage, leads(stage, 2))
        sandbox.latency = 1.0
        await stage.pilot.press("d")
        await stage.until(lambda: stage.phase is Phase.IDLE and reads(stage))
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert "review_valid_minutes" in toasts(stage)
        assert not deletes(stage)


async def test_an_hour_without_a_key_disarms_the_session(tmp_path: Path) -> None:
    clock = Clock()
    settings = {"idle_minutes": 10, "review_valid_minutes": 600}
    async with practice(tmp_path, clock=clock, profile=settings) as stage:
        await enter(stage, leads(stage, 2))
        await look(stage)
        clock.pass_by(9)
        await stage.pilot.press("down")
        clock.pass_by(9)
        await stage.ask()
        assert reads(stage) == 1
        await stage.pilot.press("escape")
        await at_rest(stage)
        clock.pass_by(10.1)
        await stage.pilot.press("down")
        assert said(stage, "No key was pressed for 10 minutes")
        assert stage.main.listed.began is None
        assert "reviewed" not in stage.text()
        await stage.ask()
        assert reads(stage) == 2


@pytest.mark.parametrize("forbidden", [False, True])
async def test_a_dialog_in_front_of_which_nobody_sits_is_disarmed_too(
    tmp_path: Path, *, forbidden: bool
) -> None:
    clock = Clock()
    settings = {"idle_minutes": 10, "review_valid_minutes": 600}
    sandbox = Sandbox(clock=clock)
    scopes = ["ZohoCRM.modules.leads.DELETE", "ZohoCRM.org.READ"]
    token = sandbox.issue_token(scopes=scopes, lifetime=36_000) if forbidden else ""
    async with practice(
        tmp_path, clock=clock, profile=settings, sandbox=sandbox, token=token
    ) as stage:
        await enter(stage, leads(stage, 2))
        dialog = await stage.ask()
        clock.pass_by(10.1)
        await stage.say("delete 2 Leads")
        await stage.pilot.pause()
        assert stage.app.screen is dialog
        assert "No key was pressed for too long" in stage.text(dialog)
        assert not deletes(stage)


async def test_keys_during_a_long_dialog_keep_the_session_armed(tmp_path: Path) -> None:
    clock = Clock()
    settings = {"idle_minutes": 10, "review_valid_minutes": 600}
    async with practice(tmp_path, clock=clock, profile=settings) as stage:
        await enter(stage, leads(stage, 2))
        await stage.ask()
        for letter in "delete 2 Leads":
            clock.pass_by(9)
            await stage.type(letter)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert len(deletes(stage)) == 2
