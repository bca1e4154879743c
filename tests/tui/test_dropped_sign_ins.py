"""A sign-in that is dropped, or meant for the session alone, leaves nothing on the disk."""

from __future__ import annotations

from pathlib import Path

from tests.tui.practice import Stage
from tests.tui.signing_in import Orgs, choose_way, fill, keep, nobody, send, until_ways
from zohotui.tui.keys.phase import Phase

WAYS = {1: "code", 2: "refresh token", 3: "access token"}


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


async def test_a_sign_in_that_is_dropped_or_for_the_session_alone_leaves_nothing(
    tmp_path: Path,
) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        for place, way in WAYS.items():
            await find(stage, orgs, place)
            await stage.pilot.press("escape")
            assert stage.app.screen.query_one("#step-form").display, way
            await stage.pilot.press("escape", "escape")
            await stage.until(stage.no_dialog)
            assert left(tmp_path) == [], way
            await stage.pilot.press("l")
            await until_ways(stage)
            await find(stage, orgs, place)
            if place == 3:
                await stage.pilot.press("enter")
            else:
                await keep(stage, "")
            await stage.until(stage.no_dialog)
            await stage.until(lambda: stage.phase is Phase.IDLE)
            assert "Acme Ltd" in stage.text(), way
            assert left(tmp_path) == [], way
            stage.org.open(None)
            await stage.until(lambda: "Signed out." in stage.text())
            await stage.pilot.press("l")
            await until_ways(stage)
        # What was dropped can be made again and kept.
        await find(stage, orgs, 2)
        await keep(stage, "acme")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert {path.name for path in left(tmp_path / "config")} == {"settings.toml", "acme.json"}
        assert len(list((tmp_path / "state/tokens").glob("*.json"))) == 1
