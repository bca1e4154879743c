"""A sign-in that is dropped, or meant for the session alone, leaves nothing on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.practice import Stage
from tests.tui.signing_in import Orgs, choose_way, fill, keep, nobody, send, until_ways
from zohotui.tui.phase import Phase

WAYS = pytest.mark.parametrize("place", [1, 2, 3], ids=["code", "refresh token", "access token"])


def left(home: Path) -> list[Path]:
    """Name the files of a home folder."""
    return [path for path in home.rglob("*") if path.is_file()]


async def find(stage: Stage, orgs: Orgs, place: int) -> None:
    """Go from the ways to the org that is found."""
    sandbox = orgs.sandbox
    await choose_way(stage, place)
    secrets = {1: orgs.code(), 2: sandbox.refresh_token, 3: sandbox.access_token}
    await fill(stage, place="eu", secret=secrets[place])
    await fill(stage, client_id=sandbox.client_id, client_secret=sandbox.client_secret)
    await send(stage)
    await stage.until(lambda: stage.app.screen.query_one("#step-found").display)


@WAYS
async def test_neither_a_dropped_sign_in_nor_one_for_the_session_alone_leaves_anything(
    tmp_path: Path, place: int
) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await find(stage, orgs, place)
        await stage.pilot.press("escape")
        assert stage.app.screen.query_one("#step-form").display
        await stage.pilot.press("escape", "escape")
        await stage.until(stage.no_dialog)
        assert left(tmp_path) == []
        await stage.pilot.press("l")
        await until_ways(stage)
        await find(stage, orgs, place)
        if place == 3:
            await stage.pilot.press("enter")
        else:
            await keep(stage, "")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        await stage.until(lambda: "Acme Ltd" in stage.text())
        assert left(tmp_path) == []


async def test_a_sign_in_that_is_dropped_can_be_made_again_and_kept(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await find(stage, orgs, 2)
        await stage.pilot.press("escape", "escape", "escape", "l")
        await until_ways(stage)
        await find(stage, orgs, 2)
        await keep(stage, "acme")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert {path.name for path in left(tmp_path / "config")} == {"settings.toml", "acme.json"}
        assert len(list((tmp_path / "state/tokens").glob("*.json"))) == 1
