"""A review counts for a time: then the records are read again, and what changed since is held."""

from __future__ import annotations

from pathlib import Path

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
    refuses_late,
    release,
    said,
    tally,
    toasts,
    words,
)
from tests.tui.practice import NOON, Stage, practice
from zohotui.sandbox import Sandbox
from zohotui.tui.keys.phase import Phase


async def test_a_stale_review_is_made_again_and_what_changed_since_is_held(
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock) as stage:
        ids = leads(stage, 4)
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
        # What was released stays so, unless it changes once more.
        await release(stage, ids[1], "Bo agrees")
        assert outcome(stage, ids[1]) == "ready RELEASED"
        clock.pass_by(16)
        await asks(stage, "delete 4 Leads")
        by_colleague(stage.sandbox, ids[1], "2026-11-26T12:33:00+00:00")
        by_colleague(stage.sandbox, ids[2])
        clock.pass_by(16)
        await look(stage)
        assert outcome(stage, ids[1]) == outcome(stage, ids[2]) == "held CHANGED"
        # The admin has looked again.
        await look(stage)
        assert tally(stage) == {"ready": 4}
        by_colleague(stage.sandbox, ids[2], "2026-11-26T12:44:00+00:00")
        clock.pass_by(16)
        await stage.delete("delete 3 Leads")
        assert sorted(deletes(stage)) == sorted([ids[0], ids[1], ids[3]])


async def asks(stage: Stage, sentence: str) -> None:
    """See which sentence is asked for, and go back to the list."""
    await stage.ask()
    assert sentence in stage.text()
    await stage.pilot.press("escape")
    await at_rest(stage)


async def test_a_dialog_left_open_until_the_review_is_old_refuses_the_sentence(
    tmp_path: Path,
) -> None:
    clock = Clock()

    def slow(_seconds: float) -> None:
        clock.pass_by(20)

    sandbox = Sandbox(clock=lambda: NOON, sleep=slow)
    async with practice(
        tmp_path, sandbox=sandbox, clock=clock, profile={"review_valid_minutes": 5}
    ) as stage:
        await enter(stage, leads(stage, 2))
        await refuses_late(stage, clock, 5.1, "read more than 5 minutes ago")
        await asks(stage, "delete 2 Leads")
        assert reads(stage) == 2
        # A clock that was put back makes it old too.
        clock.pass_by(-1)
        await asks(stage, "delete 2 Leads")
        assert reads(stage) == 3
        # A review that takes longer than it counts leads to no sentence.
        clock.pass_by(6)
        sandbox.latency = 1.0
        await stage.pilot.press("d")
        await stage.until(lambda: stage.phase is Phase.IDLE and reads(stage) == 4)
        await stage.pilot.pause()
        assert stage.no_dialog()
        assert "review_valid_minutes" in toasts(stage)
        sandbox.latency = 0.0
        await stage.delete("delete 2 Leads")
        assert reads(stage) == 5


ALONE = {"idle_minutes": 10, "review_valid_minutes": 600}


async def test_some_time_without_a_key_disarms_the_session(tmp_path: Path) -> None:
    clock = Clock()
    async with practice(tmp_path, clock=clock, profile=ALONE) as stage:
        await enter(stage, leads(stage, 2))
        await look(stage)
        clock.pass_by(9)
        await stage.pilot.press("down")
        clock.pass_by(9)
        await asks(stage, "delete 2 Leads")
        assert reads(stage) == 1
        clock.pass_by(10.1)
        await stage.pilot.press("down")
        assert said(stage, "No key was pressed for 10 minutes")
        assert stage.main.listed.began is None
        assert "reviewed" not in stage.text()
        await refuses_late(stage, clock, 10.1, "No key was pressed for too long")
        assert reads(stage) == 2
        # Keys in the dialog are keys.
        await stage.ask()
        for letter in "delete 2 Leads":
            clock.pass_by(9)
            await stage.type(letter)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.runs and stage.runs[-1].finished)
        assert len(deletes(stage)) == 2


async def test_a_dialog_of_what_may_not_be_read_is_disarmed_too(tmp_path: Path) -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    scopes = ["ZohoCRM.modules.leads.DELETE", "ZohoCRM.org.READ"]
    token = sandbox.issue_token(scopes=scopes, lifetime=36_000)
    async with practice(
        tmp_path, clock=clock, profile=ALONE, sandbox=sandbox, token=token
    ) as stage:
        await enter(stage, leads(stage, 2))
        await refuses_late(stage, clock, 10.1, "No key was pressed for too long")
