"""Signing out revokes the token and erases the secrets, or says what stays and where."""

from __future__ import annotations

import pytest

from tests.config.support import (
    CLIENT,
    Home,
    fingerprint,
    refresh_token,
    secrets_of,
    write_command_profile,
)
from zohotui.config import token_file
from zohotui.config.errors import ConfigError
from zohotui.config.token_file import TokenFile
from zohotui.sandbox import Fault, FaultKind
from zohotui.zoho.errors import NotAuthorized, SignInNeeded


def test_signing_out_revokes_and_erases(home: Home) -> None:
    account = home.kept()
    token, access = refresh_token(home), account.crm._tokens.current().reveal()
    said = home.profiles().sign_out("acme")
    assert said == "Signed out of acme: the token is revoked and erased."
    for secret in (token, access, CLIENT[1]):
        assert not home.holds(secret)
    assert home.profiles().settings().named("acme").org == "700000001"
    with pytest.raises(NotAuthorized):
        account.crm.org()
    with pytest.raises(SignInNeeded, match="You are not signed in"):
        home.profiles().open("acme")
    assert home.profiles().sign_out("acme") == "You were not signed in to acme."


FAULTS = [
    FaultKind.REFUSE,
    FaultKind.RESET_BEFORE,
    FaultKind.BAD_GATEWAY_BEFORE,
    FaultKind.HTML_OK_BEFORE,
    FaultKind.EMPTY_BODY,
    FaultKind.HANG_AFTER,
]


@pytest.mark.parametrize("kind", FAULTS)
def test_what_zoho_does_not_revoke_is_erased_all_the_same(home: Home, kind: FaultKind) -> None:
    home.kept()
    token = refresh_token(home)
    home.sandbox.faults.add(Fault(kind=kind, method="POST", path="revoke"))
    said = home.profiles().sign_out("acme")
    assert "are erased, but Zoho was not told" in said
    assert "Connected Apps" in said
    assert token not in said
    assert not home.holds(token)
    assert not home.holds(CLIENT[1])


def test_a_lock_that_is_not_let_go_of_keeps_no_secret_from_being_erased(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    access = home.kept().crm._tokens.current().reveal()
    monkeypatch.setattr(token_file, "_PATIENCE", 0.0)
    with TokenFile(home.folders.tokens, fingerprint(home)).held():
        said = home.profiles().sign_out("acme")
    assert "Zoho was not told: Another zohotui is getting an access token" in said
    assert "Connected Apps" in said
    assert not home.holds(access)
    assert not home.holds(CLIENT[1])


def test_secrets_that_cannot_be_used_are_erased_and_that_is_told(home: Home) -> None:
    home.kept()
    token = refresh_token(home)
    secrets_of(home).chmod(0o644)
    said = home.profiles().sign_out("acme")
    assert "They are erased, but Zoho was not told" in said
    assert "Connected Apps" in said
    assert not home.holds(token)


def test_secrets_of_a_command_are_not_ours_to_erase(home: Home) -> None:
    write_command_profile(home)
    with pytest.raises(ConfigError, match="Remove them there"):
        home.profiles().sign_out("safe")
