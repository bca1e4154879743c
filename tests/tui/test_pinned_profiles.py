"""A profile that names its org and is read-only is so for every way of signing in to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.earlier import said
from tests.tui.practice import opened
from tests.tui.signing_in import Orgs, choose_way, fill, send, until_ways
from zohotui.config.environment import FromEnvironment
from zohotui.config.settings import addresses
from zohotui.config.sign_in import Form, Way, place
from zohotui.deletion.connection import connect
from zohotui.tui.keys.phase import Phase
from zohotui.tui.signing_in import Signed, try_form
from zohotui.zoho.datacentre import Environment
from zohotui.zoho.errors import WrongOrg
from zohotui.zoho.secret import Secret

PINNED = """\
[profiles.acme]
data_centre = "EU"
environment = "production"
org = "700000001"
read_only = true
wf_trigger = false
"""

NAMELESS = ("ZohoCRM.modules.ALL", "ZohoCRM.users.READ", "ZohoCRM.settings.modules.READ")
"""Scopes that do not let a token say which org it opens."""

WAYS = pytest.mark.parametrize("way", ["form", "environment"])


@pytest.fixture
def orgs(tmp_path: Path) -> Orgs:
    """Two orgs, and a profile of the first that nobody is signed in to."""
    made = Orgs.make(tmp_path)
    made.other.environment = "production"
    made.profiles.folders.settings.write_text(PINNED)
    return made


def sign_in_to(orgs: Orgs, token: str, way: str, name: str = "acme") -> Signed:
    """Sign in to a profile with an access token alone."""
    accounts, domain = place("eu", Environment.PRODUCTION)
    form: Form | FromEnvironment = Form(
        way=Way.TOKEN, accounts=accounts, domain=domain, secret=Secret(token)
    )
    if way == "environment":
        form = FromEnvironment(accounts=accounts, domain=domain, access_token=Secret(token))
    return sign_in_with(orgs, form, name)


def sign_in_with(orgs: Orgs, form: Form | FromEnvironment, name: str = "acme") -> Signed:
    return try_form(
        orgs.profiles, form, name=name, same=None, told=lambda _: None, sleep=lambda _: None
    )


@WAYS
def test_its_settings_hold_for_an_access_token(orgs: Orgs, way: str) -> None:
    signed = sign_in_to(orgs, orgs.sandbox.access_token, way)
    assert signed.account.crm.read_only
    profile = signed.account.profile
    assert (profile.name, profile.org, profile.wf_trigger) == ("acme", "700000001", False)
    signed.account.crm.close()


@WAYS
def test_they_hold_for_nobody_who_signs_in_without_it(orgs: Orgs, way: str) -> None:
    signed = sign_in_to(orgs, orgs.sandbox.access_token, way, name="")
    assert not signed.account.crm.read_only
    assert signed.account.profile.name == ""
    signed.account.crm.close()


@WAYS
def test_an_access_token_of_another_org_is_refused(orgs: Orgs, way: str) -> None:
    token = orgs.sandbox.issue_token(org=orgs.other)
    with pytest.raises(WrongOrg, match=r"is for the org 700000001, but .* opens Acme Trial"):
        sign_in_to(orgs, token, way)


@WAYS
def test_an_access_token_that_may_not_name_its_org_is_refused(orgs: Orgs, way: str) -> None:
    token = orgs.sandbox.issue_token(scopes=NAMELESS)
    with pytest.raises(WrongOrg, match=r"may not say which org it opens .*ZohoCRM\.org\.READ"):
        sign_in_to(orgs, token, way)
    unpinned = sign_in_to(orgs, token, way, name="")
    assert unpinned.connection.org is None
    unpinned.account.crm.close()


def keep_nameless(orgs: Orgs) -> None:
    """Keep a sign-in for the profile that cannot say which org it opens."""
    orgs.keep_secrets("acme", orgs.sandbox.issue_refresh_token(scopes=NAMELESS))


@pytest.mark.parametrize("pinned", [True, False])
def test_what_is_kept_is_worked_with_only_if_it_names_the_org(orgs: Orgs, pinned: bool) -> None:
    keep_nameless(orgs)
    if not pinned:
        orgs.profiles.folders.settings.write_text(PINNED.replace("org =", "# org ="))
    account = orgs.profiles.open("acme")
    if pinned:
        with pytest.raises(WrongOrg, match="The profile acme is for the org 700000001"):
            connect(account.crm, account.profile.name, account.profile.org)
    else:
        assert connect(account.crm, account.profile.name, account.profile.org).org is None
    account.crm.close()


def test_what_the_environment_signs_in_with_is_held_to_it_too(orgs: Orgs) -> None:
    keep_nameless(orgs)
    profile, nameless = orgs.profiles.known("acme")
    assert nameless is not None
    whole = replace(nameless, refresh_token=Secret(orgs.sandbox.refresh_token))
    given = FromEnvironment(profile.accounts, profile.domain, credentials=whole)
    signed = sign_in_with(orgs, given)
    assert signed.account.crm.read_only
    assert signed.account.profile.name == "acme"
    signed.account.crm.close()
    with pytest.raises(WrongOrg, match="may not say which org it opens"):
        sign_in_with(orgs, replace(given, credentials=nameless))


async def test_the_screen_says_so_and_stays_out_of_the_org(orgs: Orgs, tmp_path: Path) -> None:
    keep_nameless(orgs)
    session = orgs.session(tmp_path, orgs.profiles.open("acme"))
    async with opened(session, orgs.sandbox, tmp_path, connected=False) as stage:
        await until_ways(stage)
        await stage.until(lambda: "may not say which org it opens" in stage.text())
        assert stage.org.target is None
        assert stage.phase is Phase.OFFLINE


async def test_a_sign_in_to_it_ends_in_its_org_and_read_only(orgs: Orgs, tmp_path: Path) -> None:
    session = replace(orgs.session(tmp_path), wanted="acme", why="Nobody is signed in to acme.")
    async with opened(session, orgs.sandbox, tmp_path, connected=False) as stage:
        await until_ways(stage)
        await choose_way(stage, 3)
        await fill(stage, secret=orgs.sandbox.issue_token(org=orgs.other))
        await send(stage)
        await stage.until(lambda: "but its sign-in opens Acme Trial" in stage.text())
        await fill(stage, secret=orgs.sandbox.access_token)
        await send(stage)
        await stage.until(lambda: stage.app.screen.query_one("#step-found").display)
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.phase is Phase.IDLE)
        assert stage.org.read_only
        await stage.until(lambda: "READ-ONLY" in stage.text())
        assert not orgs.profiles.folders.secrets.exists()


async def test_whoever_comes_into_its_org_is_held_to_its_settings(
    orgs: Orgs, tmp_path: Path
) -> None:
    server, domain = addresses("EU", "production", "", "")
    account = orgs.profiles.from_token(server, domain, Secret(orgs.sandbox.access_token))
    assert not account.profile.name
    async with opened(orgs.session(tmp_path, account), orgs.sandbox, tmp_path) as stage:
        await stage.until(lambda: stage.org.account is not account)
        assert stage.org.account
        assert stage.org.account.profile.name == "acme"
        assert stage.org.account.crm.read_only
        assert not stage.org.account.profile.wf_trigger
        assert said(stage, "The profile acme is for this org")
        await stage.choose("Leads")
        await stage.enter(orgs.sandbox.sample_ids()["Leads"][0])
        await stage.pilot.press("d")
        assert said(stage, "read-only")


def test_of_several_profiles_of_an_org_every_guard_holds(orgs: Orgs) -> None:
    settings = orgs.profiles.folders.settings
    settings.write_text(
        """
[profiles.one]
org = "700000001"
data_centre = "EU"
most_records_a_run = 50
protected_tags = ["Keep"]
[profiles.two]
org = "700000001"
data_centre = "EU"
read_only = true
most_records_a_run = 20
most_records_a_day = 9
protected_ids = [410405000002264040]
[profiles.other]
org = "700000002"
data_centre = "EU"
protected_owners = ["Bo"]
"""
    )
    _, domain = addresses("EU", "production", "", "")
    found = orgs.profiles.of_org("700000001", domain)
    assert found
    assert found.name == "one"
    assert found.read_only
    assert (found.most_records_a_run, found.most_records_a_day) == (20, 9)
    assert found.protected_tags == ("Keep",)
    assert found.protected_ids == ("410405000002264040",)
    assert not found.protected_owners
    assert orgs.profiles.of_org("", domain) is None
    assert orgs.profiles.of_org("700000001", addresses("EU", "sandbox", "", "")[1]) is None
