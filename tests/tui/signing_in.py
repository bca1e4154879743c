"""Signing in on the screen, driven by a Pilot: two orgs behind one client, and the keys for it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from textual.widgets import Input, OptionList

from tests.tui.practice import NOON, Stage, folders_in, opened
from zohotui.config.credentials import Credentials, write_credentials
from zohotui.config.profiles import Account, Profiles
from zohotui.config.sign_in import Form, Way, place, sign_in
from zohotui.opening import check_guards
from zohotui.sandbox import Cloud, Org, Sandbox, sample_org
from zohotui.tui.dialogs.sign_in import SignIn
from zohotui.tui.dialogs.switch_profile import SwitchProfile
from zohotui.tui.session import Session
from zohotui.tui.widgets.choice import Choice
from zohotui.tui.widgets.secret_field import SecretField
from zohotui.tui.widgets.sign_in_form import SignInForm
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret


@dataclass
class Orgs:
    """A production org and a sandbox org in the EU, behind one client."""

    sandbox: Sandbox
    cloud: Cloud
    profiles: Profiles
    other: Org

    @classmethod
    def make(cls, home: Path, sleep: Callable[[float], None] = time.sleep) -> Orgs:
        other = sample_org(
            environment="sandbox", company="Acme Trial", zgid="700000002", prefix="410405"
        )
        other.change_module("Leads", plural_label="Prospects")
        start = time.monotonic()
        sandbox = Sandbox(
            sample_org(),
            other,
            clock=lambda: NOON + time.monotonic() - start,
            sleep=sleep,
        )
        cloud = Cloud({"eu": sandbox})
        transport = httpx.WSGITransport(app=cloud)
        folders = folders_in(home)
        folders.make()
        profiles = Profiles(folders, transport=transport, clock=lambda: NOON, check=check_guards)
        return cls(sandbox, cloud, profiles, other)

    def session(self, home: Path, account: Account | None = None) -> Session:
        return Session(
            account=account,
            profiles=self.profiles,
            journals=home / "journals",
            clock=lambda: NOON,
        )

    def code(self, org: Org | None = None) -> str:
        return self.sandbox.issue_code(org=org)

    def keep_secrets(self, name: str, refresh_token: str) -> None:
        """Write what an earlier sign-in to a profile left."""
        client = OAuthClient(self.sandbox.client_id, Secret(self.sandbox.client_secret))
        path = self.profiles.folders.secrets / f"{name}.json"
        write_credentials(path, Credentials(client, Secret(refresh_token)))


@asynccontextmanager
async def nobody(home: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Stage, Orgs]]:
    """Open the app with nobody signed in, and wait for the sign-in."""
    orgs = Orgs.make(home)
    async with opened(orgs.session(home), orgs.sandbox, home, size, connected=False) as stage:
        await until_ways(stage)
        yield stage, orgs


async def until_ways(stage: Stage) -> None:
    """Wait for the sign-in and its cursor."""
    await stage.until(lambda: isinstance(stage.app.screen, SignIn) and stage.app.screen.focused)


async def fill(stage: Stage, **fields: str) -> None:
    """Fill in fields by their ids, `_` for `-`."""
    screen = stage.app.screen
    for name, value in fields.items():
        screen.query_one(f"#{name.replace('_', '-')}", Input).value = value


async def choose_way(stage: Stage, place: int) -> None:
    """Choose the way at this place of the list."""
    await stage.pilot.press(*["down"] * place, "enter")
    await stage.until(lambda: stage.app.screen.query_one(SignInForm).display)


async def send(stage: Stage) -> None:
    """Press Enter in the form's last field."""
    field = stage.app.screen.query_one("#client-secret", SecretField)
    if stage.app.screen.query_one("#secret-line").display:
        field = stage.app.screen.query_one("#secret", SecretField)
    field.focus()
    await stage.pilot.press("enter")


async def sign_in_with_code(
    stage: Stage, orgs: Orgs, code: str, environment: Environment = Environment.PRODUCTION
) -> None:
    """Go from the ways to the org that a grant code opens."""
    await choose_way(stage, 1)
    await fill(
        stage,
        place="eu",
        client_id=orgs.sandbox.client_id,
        client_secret=orgs.sandbox.client_secret,
        secret=code,
    )
    stage.app.screen.query_one(Choice).value = environment.value
    await send(stage)
    await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
    await stage.pilot.pause()


async def keep(stage: Stage, name: str) -> None:
    """Keep what was found under a name."""
    await fill(stage, name=name)
    stage.app.screen.query_one("#name", Input).focus()
    await stage.pilot.press("enter")


def add_profile(orgs: Orgs, name: str, org: Org, environment: Environment) -> None:
    """Sign in to an org by a refresh token of its own, and keep it."""
    accounts, domain = place("eu", environment)
    refresh = orgs.sandbox.issue_refresh_token(org=org)
    client = OAuthClient(orgs.sandbox.client_id, Secret(orgs.sandbox.client_secret))
    form = Form(
        way=Way.REFRESH, accounts=accounts, domain=domain, client=client, secret=Secret(refresh)
    )
    account = sign_in(orgs.profiles, form, lambda _: None)
    orgs.profiles.keep(account, name, org.zgid, read_only=False).crm.close()
    account.crm.close()


@asynccontextmanager
async def two_profiles(
    home: Path,
    size: tuple[int, int] = (80, 24),
    sleep: Callable[[float], None] = time.sleep,
) -> AsyncIterator[tuple[Stage, Orgs]]:
    """Open the app on the first of two profiles, in an org that waits by this `sleep`."""
    orgs = Orgs.make(home, sleep)
    add_profile(orgs, "acme", orgs.sandbox.org, Environment.PRODUCTION)
    add_profile(orgs, "trial", orgs.other, Environment.SANDBOX)
    session = orgs.session(home, orgs.profiles.open("acme"))
    async with opened(session, orgs.sandbox, home, size) as stage:
        yield stage, orgs


async def point_at(stage: Stage, name: str) -> None:
    """Open the list of profiles and put the cursor on one."""
    await stage.pilot.press("p")
    await stage.until(lambda: isinstance(stage.app.screen, SwitchProfile))
    options = stage.app.screen.query_one(OptionList)
    await stage.until(lambda: options.option_count)
    options.highlighted = options.get_option_index(name)


async def switch_to(stage: Stage, name: str) -> None:
    """Open a profile from the list."""
    await point_at(stage, name)
    await stage.pilot.press("enter")


async def begin_run(
    stage: Stage, count: int, meanwhile: Callable[[], object] = lambda: None
) -> list[str]:
    """Confirm a run of leads; return their ids. `meanwhile` happens in the org after the review."""
    ids = stage.sandbox.sample_ids()["Leads"][:count]
    await stage.choose("Leads")
    await stage.enter("\n".join(ids))
    await stage.ask()
    meanwhile()
    await stage.say(f"delete {count} Leads")
    await stage.until(lambda: stage.runs)
    return ids


def revoke(orgs: Orgs, stage: Stage) -> None:
    """End the open profile's sign-in at Zoho."""
    account = stage.org.account
    assert account is not None
    assert account.credentials is not None
    orgs.sandbox.accounts.revoke(account.credentials.refresh_token.reveal())
