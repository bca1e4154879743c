"""A session from the environment: all of it, or a sentence about what is missing."""

from __future__ import annotations

from itertools import product

import pytest
from rich.pretty import pretty_repr

from tests.rows import each_row
from tests.zoho.support import ACCESS_TOKEN, CLIENT, CLIENT_SECRET, REFRESH_TOKEN, SECRETS
from zohotui.config.environment import VARIABLES, FromEnvironment, from_environment
from zohotui.config.errors import ConfigError

GIVEN = {
    "ZOHOTUI_ACCESS_TOKEN": ACCESS_TOKEN,
    "ZOHOTUI_CLIENT_ID": CLIENT.client_id,
    "ZOHOTUI_CLIENT_SECRET": CLIENT_SECRET,
    "ZOHOTUI_REFRESH_TOKEN": REFRESH_TOKEN,
    "ZOHOTUI_API_DOMAIN": "https://www.zohoapis.eu",
    "ZOHOTUI_ACCOUNTS_URL": "https://accounts.zoho.eu",
}
TOKEN, IDENTITY, SECRET, REFRESH, DOMAIN, ACCOUNTS = GIVEN
CLIENT_PARTS = {IDENTITY, SECRET, REFRESH}
PLACES = {DOMAIN, ACCOUNTS}


def opens(names: set[str]) -> bool:
    """Whether exactly these variables make a session."""
    return bool(names & PLACES) and (names - PLACES in ({TOKEN}, CLIENT_PARTS))


def test_these_are_the_variables() -> None:
    assert set(GIVEN) == set(VARIABLES)


@each_row("chosen", list(product([False, True], repeat=6)))
def test_all_of_a_session_opens_and_every_half_of_one_is_a_sentence(
    chosen: tuple[bool, ...],
) -> None:
    names = {name for name, is_set in zip(GIVEN, chosen, strict=True) if is_set}
    environ = {name: value if name in names else "" for name, value in GIVEN.items()}
    if not names:
        assert from_environment(environ) is None
    elif opens(names):
        opened = from_environment(environ)
        assert opened is not None
        is_as_given(opened, names)
    else:
        with pytest.raises(ConfigError, match="ZOHOTUI_") as caught:
            from_environment(environ)
        said = str(caught.value)
        assert not [secret for secret in SECRETS if secret in said]
        assert said.endswith(".")


def is_as_given(opened: FromEnvironment, names: set[str]) -> None:
    assert opened.domain.url == GIVEN[DOMAIN]
    assert opened.accounts.url == GIVEN[ACCOUNTS]
    if TOKEN in names:
        assert opened.access_token is not None
        assert opened.access_token.reveal() == ACCESS_TOKEN
        assert opened.credentials is None
        return
    assert opened.access_token is None
    assert opened.credentials is not None
    assert opened.credentials.client.client_id == CLIENT.client_id
    assert opened.credentials.client.client_secret.reveal() == CLIENT_SECRET
    assert opened.credentials.refresh_token.reveal() == REFRESH_TOKEN
    assert not [s for s in SECRETS if s in repr(opened) + pretty_repr(opened)]


def test_an_empty_environment_opens_nothing() -> None:
    assert from_environment({}) is None
    assert from_environment({"PATH": "/bin", "ZOHOTUI_HOME": "/x"}) is None


SENTENCES = [
    ({TOKEN}, "ZOHOTUI_ACCESS_TOKEN is set, but ZOHOTUI_API_DOMAIN is not"),
    ({DOMAIN}, "ZOHOTUI_API_DOMAIN is set, but ZOHOTUI_ACCESS_TOKEN is not"),
    ({ACCOUNTS}, "ZOHOTUI_ACCOUNTS_URL is set, but"),
    ({DOMAIN, IDENTITY}, "ZOHOTUI_CLIENT_ID is set, but ZOHOTUI_CLIENT_SECRET is not"),
    ({DOMAIN, IDENTITY, SECRET}, "ZOHOTUI_CLIENT_ID is set, but ZOHOTUI_REFRESH_TOKEN is not"),
    ({DOMAIN, REFRESH}, "ZOHOTUI_REFRESH_TOKEN is set, but ZOHOTUI_CLIENT_ID is not"),
    ({DOMAIN, TOKEN, SECRET}, "ZOHOTUI_ACCESS_TOKEN and ZOHOTUI_CLIENT_SECRET are both set"),
]


@each_row(("names", "sentence"), SENTENCES)
def test_what_is_missing_is_named(names: set[str], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        from_environment({name: GIVEN[name] for name in names})


@each_row("name", [TOKEN, IDENTITY, SECRET, REFRESH])
@each_row("value", [" ", "1000.a b", "1000.a\n", "\t", "1000.ü", "\x1b[2J"])
def test_a_value_that_cannot_be_one_is_refused_and_not_shown(name: str, value: str) -> None:
    names = {TOKEN} if name == TOKEN else CLIENT_PARTS
    environ = {**{one: GIVEN[one] for one in names | {DOMAIN}}, name: value}
    with pytest.raises(ConfigError, match=f"{name} has characters") as caught:
        from_environment(environ)
    assert str(caught.value).isprintable()
    assert "1000" not in str(caught.value)


ADDRESSES = [
    ({DOMAIN: "https://evil.io"}, "ZOHOTUI_API_DOMAIN: .* not one of Zoho's API hosts"),
    ({ACCOUNTS: "https://evil.io"}, "ZOHOTUI_ACCOUNTS_URL: .* not one of Zoho's accounts hosts"),
    ({DOMAIN: "http://www.zohoapis.eu"}, "must start with https"),
    ({DOMAIN: GIVEN[DOMAIN], ACCOUNTS: "accounts.zoho.com"}, "different data centres"),
    ({DOMAIN: GIVEN[DOMAIN], ACCOUNTS: "http://localhost"}, "different data centres"),
    ({DOMAIN: "http://localhost", ACCOUNTS: GIVEN[ACCOUNTS]}, "different data centres"),
    ({DOMAIN: "https://www.zohoapis.eu.evil.io\x1b"}, "not one of Zoho's API hosts"),
]


@each_row(("places", "sentence"), ADDRESSES)
def test_no_secret_goes_to_an_address_that_is_not_zoho_s(
    places: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        from_environment({TOKEN: ACCESS_TOKEN, **places})
    said = str(caught.value)
    assert said.isprintable()
    assert ACCESS_TOKEN not in said
    assert "ZOHOTUI_" in said


@pytest.mark.parametrize("name", [DOMAIN, ACCOUNTS])
def test_on_the_loopback_either_address_is_enough(name: str) -> None:
    opened = from_environment({TOKEN: ACCESS_TOKEN, name: "http://localhost:8080"})
    assert opened is not None
    assert opened.domain.url == opened.accounts.url == "http://localhost:8080"


@pytest.mark.parametrize("address", ["https://sandbox.zohoapis.uk", "developer.zohoapis.ae"])
def test_the_admin_may_name_a_host_that_zoho_does_not_document(address: str) -> None:
    opened = from_environment({TOKEN: ACCESS_TOKEN, DOMAIN: address})
    assert opened is not None
    assert opened.domain.url.endswith(address.rpartition("/")[2])
