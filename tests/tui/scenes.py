"""The scenes that the README shows, played on the practice org."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.tui.practice import NOON, Stage, folders_in, opened, practice
from tests.tui.signing_in import until_ways
from zohotui.config.profiles import Profiles
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Cloud, Sandbox, sample_file, sample_org
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.dialogs.undo_question import UndoQuestion
from zohotui.tui.keys.phase import Phase
from zohotui.tui.session import Session
from zohotui.zoho.datacentre import Environment, data_centre
from zohotui.zoho.secret import Secret

Play = Callable[[Stage], Awaitable[None]]


async def entered(stage: Stage) -> None:
    """Open a list and choose a module; nothing is sent."""
    await stage.choose("Leads")
    await stage.pilot.press("escape", "o")
    await stage.until(lambda: isinstance(stage.app.screen, OpenFile))
    await stage.pilot.press("enter")
    await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
    await stage.pilot.press("enter")
    await stage.until(lambda: len(stage.pane.rows))


async def review(stage: Stage) -> None:
    """Look at a list, and highlight a record that is held."""
    await entered(stage)
    await stage.pilot.press("v")
    await stage.until(lambda: stage.main.listed.began is not None)
    await stage.until(lambda: stage.phase is Phase.IDLE)
    stage.forget_told()
    pane = stage.pane
    pane.table.go_to(next(pane.rows.places({State.HELD})))
    await stage.until(lambda: stage.detail and "NOT_EDITABLE" in stage.text())


async def confirmation(stage: Stage) -> None:
    """Ask, and type half of the sentence."""
    await entered(stage)
    await stage.ask()
    await stage.pilot.press(*"delete", "space", "4")


async def results(stage: Stage) -> None:
    """Finish a run and highlight a record that Zoho refused."""
    await entered(stage)
    await stage.delete("delete 46 Leads")
    pane = stage.pane
    pane.table.go_to(next(pane.rows.places({State.FAILED})))
    await stage.until(lambda: stage.detail and "NO_PERMISSION" in stage.text())


async def undo(stage: Stage) -> None:
    """Finish a run and ask to bring it back."""
    await entered(stage)
    await stage.delete("delete 46 Leads")
    # Where the cursor stood depends on how the answers came.
    stage.pane.table.go_to(0)
    await stage.until(lambda: stage.offers("undo"))
    await stage.pilot.press("u")
    await stage.until(lambda: isinstance(stage.app.screen, UndoQuestion))
    await stage.until(stage.may_type)
    await stage.pilot.press(*"restore", "space", "4")


async def sign_in(stage: Stage) -> None:
    """Begin with nobody signed in, and look at the Self Client."""
    await until_ways(stage)
    await stage.pilot.press("down")


async def in_sight(stage: Stage) -> None:
    """Open a short list in an org, and highlight its first record."""
    await stage.choose("Leads")
    await stage.enter("\n".join(stage.sandbox.sample_ids()["Leads"][:40]))


@dataclass(frozen=True)
class Scene:
    """What is played, where, and in what window."""

    play: Play
    size: tuple[int, int] = (100, 30)
    environment: Environment = Environment.PRACTICE
    signed_in: bool = True


SCENES: dict[str, Scene] = {
    "review": Scene(review),
    "confirmation": Scene(confirmation),
    "results": Scene(results),
    "undo": Scene(undo),
    "sign-in": Scene(sign_in, (80, 24), Environment.PRODUCTION, signed_in=False),
    "production": Scene(in_sight, (80, 17), Environment.PRODUCTION),
    "sandbox": Scene(in_sight, (80, 17), Environment.SANDBOX),
}


async def draw(name: str, home: Path) -> str:
    """Play a scene and return it as SVG."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    scene = SCENES[name]
    if scene.environment is Environment.PRACTICE:
        return await _in_practice(scene, home)
    org = sample_org()
    if scene.environment is Environment.SANDBOX:
        org = sample_org(environment="sandbox", company="Acme Ltd Sandbox")
    sandbox = Sandbox(org, clock=lambda: NOON)
    transport = httpx.WSGITransport(app=Cloud({"eu": sandbox}))
    profiles = Profiles(folders_in(home), transport=transport, clock=lambda: NOON)
    centre = data_centre("EU")
    assert centre is not None
    domain, token = centre.api(scene.environment), Secret(sandbox.access_token)
    server = centre.accounts_server
    account = profiles.from_token(server, domain, token) if scene.signed_in else None
    session = Session(
        account=account, profiles=profiles, journals=home / "journals", clock=lambda: NOON
    )
    connected = scene.signed_in
    async with opened(session, sandbox, home, scene.size, connected=connected) as stage:
        return await _picture(scene, stage, "zohotui")


async def _in_practice(scene: Scene, home: Path) -> str:
    sandbox = Sandbox(sample_org(), clock=lambda: NOON)
    sample = home / "practice-leads.csv"
    sample.write_text(sample_file(sandbox.org), encoding="utf-8")
    # The confirmation names the folder of the copies, which must not differ from draw to draw.
    with chdir(home):
        async with practice(
            home,
            size=scene.size,
            sandbox=sandbox,
            sample=sample,
            practice=True,
            journals=Path("zohotui/journals"),
        ) as stage:
            return await _picture(scene, stage, "zohotui --demo")


async def _picture(scene: Scene, stage: Stage, title: str) -> str:
    await scene.play(stage)
    await stage.pilot.pause()
    return stage.app.export_screenshot(title=title, simplify=True)
