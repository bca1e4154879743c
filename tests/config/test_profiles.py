"""Profiles: opened, kept and signed out of, against the practice org."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.pretty import pretty_repr

from tests.config.support import (
    CLIENT,
    LOCAL,
    SECOND,
    Home,
    refresh_token,
    secrets_of,
    write_command_profile,
)
from tests.config.test_private_files import full_disk
from zohotui.config.environment import from_environment
from zohotui.config.errors import ConfigError
from zohotui.config.profiles import Account, Profiles
from zohotui.config.settings import PROFILE_NAME, Profile
from zohotui.zoho.datacentre import Environment, api_domain
from zohotui.zoho.errors import ReadOnly, SignInNeeded
from zohotui.zoho.secret import Secret


def deletes(account: Account, home: Home) -> bool:
    (record_id,) = home.sandbox.org.add_records("Leads", 1)
    return account.crm.delete_record("Leads", record_id).results[record_id].succeeded


# Keeping and opening


def test_a_sign_in_works_before_it_is_kept_and_leaves_no_profile(home: Home) -> None:
    account = home.sign_in()
    assert account.crm.org().zgid == "700000001"
    assert account.profile.name == ""
    assert "ZohoCRM.modules.ALL" in account.scopes
    assert home.profiles().settings().profiles == {}
    assert not home.folders.secrets.exists()


GUARD = "protected_ids = [410405000002264040]\n"


def test_an_open_profile_is_what_the_settings_say_of_it_or_it_is_told(home: Home) -> None:
    settings, profiles = home.folders.settings, home.profiles()
    opened = home.kept().profile
    text = settings.read_text()
    other = text[text.index("[profiles.acme]") :].replace("acme", "other")
    assert not profiles.outdated(opened)
    # Another profile is none of its business.
    settings.write_text(f"{text}\n{other}{GUARD}")
    assert not profiles.outdated(opened)
    settings.write_text(f"{text}{GUARD}")
    assert "something else of the profile acme by now" in profiles.outdated(opened)
    settings.write_text("")
    assert "something else of the profile acme by now" in profiles.outdated(opened)
    settings.write_text(f"{text}protected_ids = [")
    assert "settings.toml" in profiles.outdated(opened)
    assert not profiles.outdated(replace(opened, name=""))


def test_so_are_the_guards_of_several_profiles_together(home: Home) -> None:
    settings, profiles = home.folders.settings, home.profiles()
    domain = home.kept().profile.domain
    text = settings.read_text()
    other = text[text.index("[profiles.acme]") :].replace("acme", "other")
    settings.write_text(f"{text}\n{other}{GUARD}")
    both = profiles.of_org("700000001", domain)
    assert both is not None
    assert both.protected_ids
    assert not profiles.outdated(both)
    settings.write_text(f"{text}\n{other}{GUARD}require_reason = true\n")
    assert profiles.outdated(both)


def test_what_is_kept_opens_again_without_a_request(home: Home) -> None:
    kept = home.kept()
    assert (kept.profile.name, kept.profile.org) == ("acme", "700000001")
    before = len(home.sandbox.ledger.requests)
    opened = home.profiles().open("acme")
    assert len(home.sandbox.ledger.requests) == before
    assert opened.profile == kept.profile
    assert opened.credentials == kept.credentials
    assert deletes(opened, home)


def test_a_profile_that_does_not_pass_the_check_is_neither_opened_nor_signed_in_to(
    home: Home,
) -> None:
    home.kept()
    files, secrets = home.files, secrets_of(home).read_bytes()

    def refuse(profile: Profile) -> None:
        raise ConfigError(f"{profile.name} is not to be opened.")

    profiles = replace(home.profiles(), check=refuse)
    with pytest.raises(ConfigError, match="acme is not to be opened"):
        profiles.open("acme")
    with pytest.raises(ConfigError, match="acme is not to be opened"):
        profiles.keep(home.sign_in(), "acme", "700000001", read_only=False, meant=True)
    assert (home.files, secrets_of(home).read_bytes()) == (files, secrets)


def test_a_second_zohotui_makes_no_second_token(home: Home) -> None:
    home.kept()
    assert home.token_requests == 1
    for _ in range(5):
        assert home.profiles().open("acme").crm.org().zgid == "700000001"
    assert home.token_requests == 1
    home.clock.now += 3600
    assert [home.profiles().open("acme").crm.org().zgid for _ in range(5)] == ["700000001"] * 5
    assert home.token_requests == 2


def test_every_file_of_it_is_closed_to_others(home: Home) -> None:
    home.kept().crm.org()
    files = home.files
    assert {Path(name).name for name in files} >= {"acme.json", "settings.toml"}
    assert len([name for name in files if name.startswith("tokens/")]) == 2
    assert set(files.values()) == {0o600}
    for folder in (home.folders.secrets, home.folders.tokens):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_settings_hold_no_secret(home: Home) -> None:
    home.kept()
    text = home.folders.settings.read_text()
    assert "[profiles.acme]" in text
    for secret in (CLIENT[0], CLIENT[1], refresh_token(home)):
        assert secret not in text


def test_nothing_of_an_account_shows(home: Home) -> None:
    account = home.kept()
    tokens = account.crm._tokens
    token = tokens.current().reveal()
    shown = f"{account!r} {pretty_repr(account)} {home.profiles()!r} {vars(tokens)}"
    for secret in (CLIENT[1], refresh_token(home), token):
        assert secret not in shown


@pytest.mark.parametrize(
    "name", ["", "a b", "../x", "a/b", ".a", "-a", "ü", "a" * 41, "a\n", "x.y"]
)
def test_a_name_that_is_none_keeps_nothing(home: Home, name: str) -> None:
    account = home.sign_in()
    before = home.files
    with pytest.raises(ConfigError, match="A profile name has at most 40"):
        home.profiles().keep(account, name, "700000001", read_only=False)
    assert home.files == before


@pytest.mark.parametrize("pinned", [True, False])
@pytest.mark.parametrize("org", [SECOND, ""])
def test_the_name_of_another_org_s_profile_is_refused_and_nothing_is_written(
    home: Home, org: str, pinned: bool
) -> None:
    home.kept()
    if not pinned:
        text = home.folders.settings.read_text()
        home.folders.settings.write_text(text.replace("org =", "# org ="))
    other = home.sign_in(org=home.sandbox.orgs[1])
    before = home.files
    kept, written = refresh_token(home), home.folders.settings.read_bytes()
    with pytest.raises(ConfigError, match="choose another name"):
        home.profiles().keep(other, "acme", org, read_only=False)
    assert home.files == before
    assert (refresh_token(home), home.folders.settings.read_bytes()) == (kept, written)


def test_who_signs_in_to_a_profile_that_names_no_org_keeps_it_there(home: Home) -> None:
    written = "[profiles.acme]\napi_domain = 'http://localhost'\n"
    home.folders.settings.write_text(written)
    account = home.sign_in()
    kept = home.profiles().keep(account, "acme", "700000001", read_only=False, meant=True)
    assert kept.crm.org().zgid == "700000001"
    assert home.folders.settings.read_text() == written


def test_who_signs_in_anew_replaces_the_old_secrets(home: Home) -> None:
    home.kept()
    before = refresh_token(home)
    home.kept().crm.org()
    assert refresh_token(home) != before
    assert list(home.profiles().settings().profiles) == ["acme"]


def test_a_sign_in_that_shall_only_read_is_not_kept_as_one_that_deletes(home: Home) -> None:
    home.kept()
    kept = refresh_token(home)
    with pytest.raises(ConfigError, match="is not read-only"):
        home.kept(read_only=True)
    assert refresh_token(home) == kept


def test_an_access_token_alone_is_not_kept(home: Home) -> None:
    token = Secret(home.sandbox.access_token)
    account = home.profiles().from_token(LOCAL, api_domain("http://localhost"), token)
    with pytest.raises(ConfigError, match="expires within the hour"):
        home.profiles().keep(account, "acme", "700000001", read_only=False)
    assert home.files == {}


@pytest.mark.parametrize("call", ["replace", "write"])
def test_what_the_disk_does_not_take_is_told(
    home: Home, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = home.sign_in()
    full_disk(monkeypatch, call)
    with pytest.raises(ConfigError, match="No space left"):
        home.profiles().keep(account, "acme", "700000001", read_only=False)
    assert account.crm.org().zgid == "700000001"


def test_nobody_is_signed_in_to_a_profile_without_secrets(home: Home) -> None:
    home.folders.settings.write_text("[profiles.acme]\napi_domain = 'http://localhost'\n")
    profiles = home.profiles()
    assert not profiles.is_signed_in(profiles.settings().named("acme"))
    with pytest.raises(SignInNeeded, match="You are not signed in to the profile acme"):
        profiles.open("acme")
    with pytest.raises(ConfigError, match="no profile 'other'"):
        profiles.open("other")


@pytest.mark.parametrize("which", ["secrets", "tokens"])
def test_a_profile_whose_files_others_can_read_is_not_opened(home: Home, which: str) -> None:
    home.kept()
    folder = home.folders.secrets if which == "secrets" else home.folders.tokens
    (file,) = folder.glob("*.json")
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="can be read by others"):
        home.profiles().open("acme")


# Read-only


@pytest.mark.parametrize("by", ["session", "profile"])
def test_read_only_profiles_give_clients_that_cannot_delete(home: Home, by: str) -> None:
    home.kept(read_only=by == "profile")
    account = home.profiles(read_only=by == "session").open("acme")
    with pytest.raises(ReadOnly):
        deletes(account, home)
    assert account.crm.org().zgid == "700000001"
    assert not [r for r in home.sandbox.ledger.requests if r.method == "DELETE"]


def test_a_read_only_session_opens_nothing_that_deletes(home: Home) -> None:
    home.kept()
    profiles = home.profiles(read_only=True)
    token = home.sandbox.access_token
    environ = {"ZOHOTUI_ACCESS_TOKEN": token, "ZOHOTUI_API_DOMAIN": "http://localhost"}
    given_token = from_environment(environ)
    assert given_token is not None
    for account in (
        profiles.open("acme"),
        profiles.from_token(LOCAL, api_domain("http://localhost"), Secret(token)),
        profiles.from_environment(given_token),
        profiles.keep(home.sign_in(), "other", "700000001", read_only=False),
    ):
        assert account.crm.read_only
        with pytest.raises(ReadOnly):
            deletes(account, home)


# A command


def test_a_profile_may_get_its_secrets_from_a_command(home: Home) -> None:
    members = {
        "client_id": CLIENT[0],
        "client_secret": CLIENT[1],
        "refresh_token": home.sandbox.refresh_token,
    }
    write_command_profile(home, json.dumps(members))
    profiles = home.profiles()
    assert profiles.is_signed_in(profiles.settings().named("safe"))
    assert profiles.open("safe").crm.org().zgid == "700000001"
    assert not home.folders.secrets.exists()


def test_a_sign_in_is_not_kept_where_a_command_has_the_secrets(home: Home) -> None:
    write_command_profile(home)
    text = home.folders.settings.read_bytes()
    with pytest.raises(ConfigError, match="from a command"):
        home.kept("safe")
    assert home.folders.settings.read_bytes() == text
    assert not home.folders.secrets.exists()


@given(
    org=st.text(max_size=60),
    environment=st.sampled_from(list(Environment)),
)
def test_every_suggested_name_is_one(tmp_path: Path, org: str, environment: Environment) -> None:
    profiles = Profiles(Home(tmp_path).folders)
    assert PROFILE_NAME.fullmatch(profiles.suggested_name(org, environment))


def test_a_suggested_name_tells_the_org_and_the_environment(home: Home) -> None:
    suggest = home.profiles().suggested_name
    assert suggest("Acme Ltd.", Environment.PRODUCTION) == "acme-ltd"
    assert suggest("Acme Ltd.", Environment.SANDBOX) == "acme-ltd-sandbox"
