"""A clock that was put back while nobody looked makes no review younger, nor a break shorter."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.lists import (
    Clock,
    at_rest,
    by_colleague,
    enter,
    leads,
    look,
    reads,
    refuses_late,
    said,
)
from tests.tui.practice import practice


@pytest.fixture
def steady() -> Clock:
    """Give the clock that nobody can put back; the other one shows what it did before."""
    return Clock(5_000.0)


@pytest.mark.parametrize(("minutes", "again"), [(14.9, False), (15.1, True)])
async def test_a_review_is_as_old_as_it_is(
    tmp_path: Path, steady: Clock, minutes: float, *, again: bool
) -> None:
    async with practice(tmp_path, steady=steady) as stage:
        ids = leads(stage, 3)
        await enter(stage, ids)
        await look(stage)
        by_colleague(stage.sandbox, ids[0])
        steady.pass_by(minutes)
        dialog = await stage.ask()
        assert reads(stage) == 1 + again
        assert ("delete 2 Leads" in stage.text(dialog)) is again


async def test_a_sentence_is_refused_as_well(tmp_path: Path, steady: Clock) -> None:
    async with practice(tmp_path, steady=steady) as stage:
        await enter(stage, leads(stage, 2))
        await refuses_late(stage, steady, 15.1, "read more than 15 minutes ago")


@pytest.mark.parametrize(("minutes", "disarmed"), [(9.9, False), (10.1, True)])
async def test_nobody_there_is_nobody_there(
    tmp_path: Path, steady: Clock, minutes: float, *, disarmed: bool
) -> None:
    settings = {"idle_minutes": 10, "review_valid_minutes": 600}
    async with practice(tmp_path, steady=steady, profile=settings) as stage:
        await enter(stage, leads(stage, 2))
        await look(stage)
        steady.pass_by(minutes)
        await stage.pilot.press("down")
        await at_rest(stage)
        assert said(stage, "No key was pressed for 10 minutes") is disarmed
        assert (stage.main.listed.began is None) is disarmed
