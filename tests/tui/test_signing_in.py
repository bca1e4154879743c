"""The sign-in on the screen: every way, what goes wrong, and which org it ends in."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input, OptionList

from tests.tui.practice import Stage, opened
from tests.tui.signing_in import (
    Orgs,
    choose_way,
    fill,
    keep,
    nobody,
    send,
    sign_in_with_code,
    until_ways,
)
from zohotui.tui.dialogs.sign_in import SignIn
from zohotui.tui.keys.phase import Phase
from zohotui.tui.sign_in_ways import WAYS
from zohotui.tui.widgets.choice import Choice
from zohotui.tui.widgets.device_code import DeviceCodePane
from zohotui.tui.widgets.sign_in_form import SignInForm
from zohotui.zoho import device
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.scopes import ASKED


def hint(stage: Stage) -> str:
    return str(stage.app.screen.query_one("#hint").render())


def _says(stage: Stage, words: str) -> bool:
    return words in stage.text()


async def test_it_opens_by_itself_and_explains_every_way(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, _):
        assert stage.phase is Phase.OFFLINE
        options = stage.app.screen.query_one("#ways", OptionList).options
        titles = [str(option.prompt) for option in options]
        assert titles[:-1] == [way.title for way in WAYS.values()]
        assert titles[-1] == "Practice org: nothing in it is real (p)"
        for way in WAYS.values():
            await stage.until(partial(_says, stage, way.words))
            await stage.pilot.press("down")
        assert all(scope in stage.text() for scope in ASKED)
        await stage.pilot.press("c")
        assert stage.app.clipboard == ",".join(ASKED)
        for size in ((80, 24), (120, 40)):
            await stage.resize(size)
            found = stage.app.screen.query_one("#hint").region
            assert found.bottom <= size[1]


async def test_a_grant_code_shows_the_org_before_it_is_entered(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await sign_in_with_code(stage, orgs, orgs.code())
        shown = stage.text()
        assert "Acme Ltd" in shown
        assert "PRODUCTION" in shown
        assert "EU · https://www.zohoapis.eu" in shown
        assert "anna@acme.example" in shown
        assert "no org yet" in stage.text(stage.shown)
        await keep(stage, "acme")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        await stage.until(lambda: "Acme Ltd · PRODUCTION · EU · anna@acme.example" in stage.text())
        assert orgs.profiles.settings().profiles["acme"].org == "700000001"


async def test_a_code_for_a_sandbox_org_goes_to_the_sandbox_host(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await sign_in_with_code(stage, orgs, orgs.code(orgs.other), Environment.SANDBOX)
        assert "Acme Trial" in stage.text()
        assert "SANDBOX" in stage.text()
        await keep(stage, "")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert {host for host in orgs.cloud.hosts if "zohoapis" in host} == {"sandbox.zohoapis.eu"}
        assert not orgs.profiles.settings().profiles


async def test_a_device_code_is_shown_and_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "LEAST_INTERVAL", 0.1)
    async with nobody(tmp_path) as (stage, orgs):
        orgs.sandbox.devices.interval = 0.1
        await choose_way(stage, 0)
        await fill(
            stage,
            place="https://crm.zoho.eu/crm/org700000001/tab/Leads",
            client_id=orgs.sandbox.client_id,
            client_secret=orgs.sandbox.client_secret,
        )
        await send(stage)
        await stage.until(lambda: stage.app.screen.query_one(DeviceCodePane).display)
        (code,) = orgs.sandbox.pending_devices()
        assert code in stage.text()
        assert "asked again in" in stage.text()
        await stage.pilot.press("c")
        assert stage.app.clipboard.endswith(code)
        orgs.sandbox.approve_device(code)
        await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
        await keep(stage, "by-device")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert set(orgs.profiles.settings().profiles) == {"by-device"}


async def test_a_device_code_can_be_given_up_and_nothing_comes_of_it_later(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await choose_way(stage, 0)
        await fill(
            stage,
            place="crm.zoho.eu/crm/org700000001/tab/Leads",
            client_id=orgs.sandbox.client_id,
            client_secret=orgs.sandbox.client_secret,
        )
        await send(stage)
        await stage.until(lambda: stage.app.screen.query_one(DeviceCodePane).display)
        (code,) = orgs.sandbox.pending_devices()
        await stage.pilot.press("escape")
        assert stage.app.screen.query_one("#step-form").display
        assert stage.app.screen.query_one("#client-id", Input).value == orgs.sandbox.client_id
        orgs.sandbox.approve_device(code)
        dialog = stage.app.screen
        await stage.until(
            lambda: not any(work.node is dialog and work.is_running for work in stage.app.workers)
        )
        await stage.pilot.pause()
        assert stage.app.screen.query_one("#step-form").display


WRONG: list[tuple[dict[str, str], str]] = [
    ({"place": ""}, "Name the data centre"),
    ({"place": "mars"}, "no data centre with this name. There are: US, EU"),
    ({"place": "https://accounts.zoho.eu.evil.example"}, "no data centre with this name"),
    ({"client_id": ""}, "The client id is missing."),
    ({"client_secret": ""}, "The client secret is missing."),
    ({"secret": "one two"}, "The grant code has spaces"),
    ({"client_id": "1000.OTHER"}, "Zoho has no such client in EU"),
    ({"client_secret": "other"}, "does not belong to this client id in EU"),
    ({"secret": "1000.used.before"}, "Zoho does not accept the grant code"),
]


async def test_what_is_wrong_is_said_and_nothing_filled_in_is_lost(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await choose_way(stage, 1)
        right = {
            "place": "EU",
            "client_id": orgs.sandbox.client_id,
            "client_secret": orgs.sandbox.client_secret,
            "secret": orgs.code(),
        }
        for fields, said in WRONG:
            await fill(stage, **{**right, **fields})
            await send(stage)
            await stage.until(lambda said=said: said in hint(stage))  # type: ignore[misc]
            for name, value in {**right, **fields}.items():
                field = stage.app.screen.query_one(f"#{name.replace('_', '-')}", Input)
                assert field.value == value, said
            assert stage.org.account is None, said
        # Put right, it works.
        await fill(stage, **right)
        await send(stage)
        await stage.until(lambda: stage.app.screen.query_one("#step-found").display)


async def test_an_access_token_alone_is_never_kept(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await choose_way(stage, 3)
        assert not stage.app.screen.query_one("#client-line").display
        await fill(stage, place="eu", secret=orgs.sandbox.access_token)
        await send(stage)
        await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
        assert "within the hour" in stage.text()
        assert not stage.app.screen.query_one("#name-line").display
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert not any((tmp_path / "config").rglob("*"))


async def test_scopes_that_are_missing_are_said_at_once(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        code = orgs.sandbox.issue_code(scopes=["ZohoCRM.modules.ALL", "ZohoCRM.users.READ"])
        await sign_in_with_code(stage, orgs, code)
        shown = " ".join(stage.text().split())
        assert "NOT KNOWN: the org cannot be named" in shown
        assert "without ZohoCRM.settings.recycle_bin.UPDATE: no undo" in shown
        assert "without ZohoCRM.users.READ" not in shown


async def test_the_form_s_secrets_are_dots_on_the_screen(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, orgs):
        await choose_way(stage, 1)
        await fill(stage, client_secret=orgs.sandbox.client_secret, secret="1000.secret.code")
        await stage.pilot.pause()
        picture = stage.app.export_screenshot()
        assert "•••" in picture
        assert orgs.sandbox.client_secret not in picture
        assert "1000.secret.code" not in picture
        for name in ("client-secret", "secret"):
            field = stage.app.screen.query_one(f"#{name}", Input)
            field.focus()
            await stage.pilot.press("ctrl+shift+a", "ctrl+c", "ctrl+x")
            assert field.value
        assert stage.app.clipboard == ""


async def test_escape_leaves_step_by_step_and_l_opens_it_again(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, _):

        def steps() -> bool:
            return stage.app.screen.query_one("#why").display

        assert steps()
        await choose_way(stage, 2)
        # They are those of the first way.
        assert not steps()
        await stage.pilot.press("escape")
        assert stage.app.screen.query_one("#step-ways").display
        assert steps()
        await stage.pilot.press("home")
        await choose_way(stage, 0)
        assert steps()
        await stage.pilot.press("escape")
        await stage.pilot.press("escape")
        await stage.until(stage.no_dialog)
        assert "You are not signed in" in stage.text()
        await stage.pilot.press("l")
        await until_ways(stage)


async def test_leaving_it_before_it_is_painted_is_no_fault(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, _):
        await stage.pilot.press("escape")
        for _ in range(5):
            stage.app.post_message(events.Key("l", "l"))
            while not isinstance(stage.app.screen, SignIn):  # noqa: ASYNC110 - no later
                await asyncio.sleep(0)
            stage.app.post_message(events.Key("escape", None))
            await stage.until(stage.no_dialog)
        await stage.pilot.press("l")
        await until_ways(stage)


async def test_leaving_the_program_as_it_opens_is_no_fault(tmp_path: Path) -> None:
    for turns in (0, 1, 2, 4):
        home = tmp_path / str(turns)
        orgs = Orgs.make(home)
        async with opened(orgs.session(home), orgs.sandbox, home, connected=False) as stage:
            for _ in range(turns):
                await stage.pilot.pause()
            stage.app.exit()


async def test_enter_signs_in_wherever_the_cursor_stands(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, _):
        await choose_way(stage, 3)
        await fill(stage, place="eux")
        stage.app.screen.query_one(Choice).focus()
        assert "← → environment" in hint(stage)
        await stage.pilot.press("right", "enter")
        assert stage.app.screen.query_one(Choice).value == Environment.SANDBOX
        await stage.until(lambda: "There is no data centre with this name" in hint(stage))
        await fill(stage, place="eu")
        stage.app.screen.query_one(Choice).focus()
        await stage.pilot.press("enter")
        await stage.until(lambda: "The access token is missing." in hint(stage))


async def test_the_steps_of_the_first_way_stay_away_when_another_way_fails(tmp_path: Path) -> None:
    async with nobody(tmp_path) as (stage, _):
        steps = stage.app.screen.query_one("#why")
        assert steps.display
        for way, shown in ((3, False), (0, True), (2, False)):
            await stage.pilot.press("home")
            await choose_way(stage, way)
            assert steps.display is shown, way
            await fill(stage, place="eu", client_id="1000.X", client_secret="no", secret="no")
            await send(stage)
            await stage.until(
                lambda: (
                    stage.app.screen.query_one(SignInForm).display
                    and not hint(stage).startswith("Enter")
                )
            )
            assert steps.display is shown, way
            await stage.pilot.press("escape")
            assert steps.display
