"""Sign-ins that are not kept leave nothing on the disk, and share their tokens once they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.config.support import LOCAL, Home, fingerprint, secrets_of
from zohotui.config import token_file
from zohotui.config.credentials import Credentials, read_credentials
from zohotui.config.environment import FromEnvironment
from zohotui.config.profiles import Account, Profiles
from zohotui.config.token_file import TokenFile
from zohotui.zoho.datacentre import Environment, api_domain
from zohotui.zoho.errors import TokenThrottled
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import LIMITS, Kept

HOUR = 3600.0


def refreshed(home: Home, profiles: Profiles, credentials: Credentials | None = None) -> Account:
    """Sign in with a refresh token."""
    refresh = Secret(home.sandbox.refresh_token)
    given = credentials or Credentials(home.client, refresh)
    return profiles.from_refresh_token(LOCAL, Environment.PRODUCTION, given)


def environment(home: Home, profiles: Profiles) -> Account:
    """Sign in with what the environment names."""
    credentials = Credentials(home.client, Secret(home.sandbox.refresh_token))
    given = FromEnvironment(LOCAL, api_domain("http://localhost"), credentials=credentials)
    return profiles.from_environment(given, for_now=True)


def exchanged(home: Home, _profiles: Profiles) -> Account:
    """Sign in with a grant code."""
    return home.sign_in()


def shared(home: Home) -> Kept:
    """Read what the next zohotui finds of the profile's tokens."""
    return TokenFile(home.folders.tokens, fingerprint(home)).read()


@pytest.mark.parametrize("way", [exchanged, refreshed, environment])
def test_what_is_dropped_leaves_nothing(
    home: Home, way: Callable[[Home, Profiles], Account]
) -> None:
    account = way(home, home.profiles())
    assert account.crm.org().zgid == "700000001"
    home.clock.now += HOUR
    assert account.crm.org().zgid == "700000001"
    account.crm.close()
    assert home.files == {}
    assert not home.folders.tokens.exists()


def test_what_is_dropped_takes_nothing_from_a_profile_of_the_same_sign_in(home: Home) -> None:
    home.kept()
    kept = read_credentials(secrets_of(home))
    (file,) = home.folders.tokens.glob("*.json")
    before = file.read_bytes()
    account = refreshed(home, home.profiles(), kept)
    assert account.crm.org().zgid == "700000001"
    account.crm.close()
    assert file.read_bytes() == before


@pytest.mark.parametrize("before", [True, False])
def test_once_it_is_kept_its_tokens_are_shared(home: Home, before: bool) -> None:
    """Also those that whoever signed in renews later: a run goes on with that client."""
    account = home.sign_in()
    if before:
        account.crm.org()
    home.profiles().keep(account, "acme", "700000001", read_only=False)
    assert shared(home).token is not None
    assert home.profiles().open("acme").crm.org().zgid == "700000001"
    assert home.token_requests == 1
    home.clock.now += HOUR
    account.crm.org()
    assert home.profiles().open("acme").crm.org().zgid == "700000001"
    assert home.token_requests == 2


def test_newer_tokens_on_the_disk_stay_when_it_is_kept(home: Home) -> None:
    account = refreshed(home, home.profiles())
    assert account.credentials is not None
    newer = Kept(Secret("1000.newer"), home.clock.now, home.clock.now + HOUR, (home.clock.now + 1,))
    TokenFile(home.folders.tokens, account.credentials.fingerprint).write(newer)
    home.profiles().keep(account, "acme", "700000001", read_only=False)
    assert shared(home) == newer


def test_it_is_kept_although_another_zohotui_does_not_let_go(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = home.sign_in()
    assert account.credentials is not None
    monkeypatch.setattr(token_file, "_PATIENCE", 0.0)
    with TokenFile(home.folders.tokens, account.credentials.fingerprint).held():
        home.profiles().keep(account, "acme", "700000001", read_only=False)
    assert read_credentials(secrets_of(home)) == account.credentials
    assert home.profiles().open("acme").crm.org().zgid == "700000001"


@pytest.mark.parametrize("kept", [True, False])
def test_zoho_s_limits_hold_from_one_try_to_the_next(home: Home, kept: bool) -> None:
    """Also those of a profile that is signed in with the same refresh token."""
    most, _ = LIMITS[0]
    profiles = home.profiles()
    first = refreshed(home, profiles)
    if kept:
        profiles.keep(first, "acme", "700000001", read_only=False)
        profiles = home.profiles()
    for _ in range(most - 1):
        refreshed(home, profiles).crm.close()
    with pytest.raises(TokenThrottled, match=f"{most} access tokens were made"):
        refreshed(home, profiles)
    assert home.token_requests == most
