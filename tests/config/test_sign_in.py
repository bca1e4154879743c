"""A sign-in that was just made: which address it leads to, in every data centre."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.support import CLIENT, LOCAL, Home
from tests.rows import each_row
from zohotui.config.errors import ConfigError
from zohotui.config.sign_in import Form, Way, place, sign_in
from zohotui.zoho.datacentre import (
    DATA_CENTRES,
    DataCentre,
    Environment,
    api_domain,
    data_centre,
)
from zohotui.zoho.device import Asking, DeviceEvent, Shown
from zohotui.zoho.errors import SignInNeeded, TokenThrottled
from zohotui.zoho.follow import domain_of
from zohotui.zoho.secret import Secret

PRODUCTION, SANDBOX = Environment.PRODUCTION, Environment.SANDBOX


def centre(name: str) -> DataCentre:
    found = data_centre(name)
    assert found is not None
    return found


EU = centre("EU").accounts_server


@each_row(
    ("environment", "said", "url"),
    [
        (PRODUCTION, "", "https://www.zohoapis.eu"),
        (PRODUCTION, "https://www.zohoapis.eu", "https://www.zohoapis.eu"),
        (SANDBOX, "", "https://sandbox.zohoapis.eu"),
        (SANDBOX, "https://www.zohoapis.eu", "https://sandbox.zohoapis.eu"),
        (SANDBOX, "https://sandbox.zohoapis.eu", "https://sandbox.zohoapis.eu"),
        (PRODUCTION, "https://sandbox.zohoapis.eu", "https://sandbox.zohoapis.eu"),
        (Environment.DEVELOPER, "https://www.zohoapis.eu", "https://developer.zohoapis.eu"),
    ],
)
def test_where_requests_go_follows_from_the_answer_and_the_admin(
    environment: Environment, said: str, url: str
) -> None:
    assert domain_of(EU, environment, said).url == url


@each_row("one", DATA_CENTRES)
def test_a_sandbox_can_be_opened_in_every_data_centre(one: DataCentre) -> None:
    domain = domain_of(one.accounts_server, SANDBOX, f"https://www.{one.domain}")
    assert (domain.url, domain.location) == (f"https://sandbox.{one.domain}", one.location)


@each_row(
    ("said", "why"),
    [
        ("https://www.zohoapis.com", "is for US"),
        ("https://evil.io", "was not used"),
        ("https://www.zohoapis.eu.evil.io", "was not used"),
        ("https://sandbox.zohoapis.uk", "was not used"),
        ("http://www.zohoapis.eu", "was not used"),
        ("http://localhost:8080", "is for local"),
        ("http://127.0.0.1", "is for local"),
    ],
)
def test_an_answer_that_leads_elsewhere_is_not_followed(said: str, why: str) -> None:
    with pytest.raises(SignInNeeded, match=why):
        domain_of(EU, PRODUCTION, said)


@pytest.mark.parametrize("said", ["https://www.zohoapis.eu", "https://evil.io"])
def test_no_answer_leads_off_this_machine(said: str) -> None:
    with pytest.raises(SignInNeeded):
        domain_of(LOCAL, PRODUCTION, said)
    assert domain_of(LOCAL, PRODUCTION, "http://localhost:1").url == "http://localhost:1"


# Places


@each_row(
    ("words", "location"),
    [
        ("eu", "EU"),
        (" EU ", "EU"),
        ("crm.zoho.eu", "EU"),
        ("https://crm.zoho.eu/crm/org1/tab/Home/begin", "EU"),
        ("https://crm.zohocloud.ca/", "CA"),
        ("accounts.zoho.com.au", "AU"),
        ("https://accounts.zoho.in", "IN"),
        ("http://localhost:8080", "local"),
    ],
)
def test_a_place_is_understood_however_it_is_named(words: str, location: str) -> None:
    accounts, domain = place(words, PRODUCTION)
    assert accounts.location == domain.location == location


@each_row(
    "words",
    ["", " ", "xx", "evil.io", "https://crm.zoho.eu.evil.io", "crm.zoho.eu@evil.io", "\x1b"],
)
def test_a_place_that_is_none_is_a_sentence(words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        place(words, PRODUCTION)
    assert str(caught.value).endswith(".")
    assert str(caught.value).isprintable()


# Signing in


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, in_cloud=True)


def nobody(event: DeviceEvent) -> None:
    raise AssertionError(f"{event} without a device")


def form(
    home: Home, way: Way, secret: str = "", where: str = "eu", environment: Environment = PRODUCTION
) -> Form:
    accounts, domain = place(where, environment)
    return Form(
        way=way, accounts=accounts, domain=domain, client=home.client, secret=Secret(secret)
    )


def test_a_grant_code_opens_the_org_it_is_for(home: Home) -> None:
    code = form(home, Way.CODE, home.sandbox.issue_code())
    account = sign_in(home.profiles(), code, nobody)
    assert account.crm.domain == api_domain("https://www.zohoapis.eu")
    assert account.crm.org().zgid == "700000004"
    assert set(home.cloud.hosts) == {"accounts.zoho.eu", "www.zohoapis.eu"}


@pytest.mark.parametrize("says", ["production", "environment"])
def test_a_grant_code_of_a_sandbox_opens_the_sandbox(home: Home, says: str) -> None:
    """What Zoho says of it is not known; the admin's word is enough."""
    home.vary(grant_api_domain=says)
    code = home.sandbox.issue_code(org=home.sandbox.orgs[1])
    account = sign_in(home.profiles(), form(home, Way.CODE, code, environment=SANDBOX), nobody)
    assert account.crm.domain.url == "https://sandbox.zohoapis.eu"
    assert account.crm.org().zgid == "700000005"
    kept = home.profiles().keep(account, "acme-sandbox", "700000005", read_only=False)
    home.clock.now += 4000
    assert home.profiles().open("acme-sandbox").crm.org().zgid == "700000005"
    assert kept.profile.environment is SANDBOX


def test_a_refresh_token_made_elsewhere_opens_its_org_and_can_be_kept(home: Home) -> None:
    refresh = home.sandbox.issue_refresh_token()
    account = sign_in(home.profiles(), form(home, Way.REFRESH, refresh), nobody)
    kept = home.profiles().keep(account, "acme", "700000004", read_only=False)
    assert kept.credentials is not None
    assert kept.credentials.refresh_token == Secret(refresh)
    assert home.token_requests == 1
    assert kept.crm.org().zgid == "700000004"
    assert home.token_requests == 1


def test_an_access_token_alone_asks_nobody(home: Home) -> None:
    token = form(home, Way.TOKEN, home.sandbox.access_token)
    account = sign_in(home.profiles(), token, nobody)
    assert home.cloud.hosts == []
    assert account.credentials is None
    assert account.crm.org().zgid == "700000004"


@pytest.mark.parametrize("where", ["us", "eu"])
def test_a_device_signs_in_wherever_the_account_is(home: Home, where: str) -> None:
    events: list[DeviceEvent] = []

    def told(event: DeviceEvent) -> None:
        events.append(event)
        if isinstance(event, Shown):
            sandbox = home.us if where == "us" else home.sandbox
            home.us.approve_device(event.code.user_code, sandbox.org, where)

    environment = SANDBOX if where == "us" else PRODUCTION
    begin = form(home, Way.DEVICE, where="us", environment=environment)
    account = sign_in(home.profiles(), begin, told, home.clock.sleep, home.clock)
    assert account.crm.org().zgid == {"us": "700000003", "eu": "700000004"}[where]
    assert account.crm.domain.location == where.upper()
    assert account.profile.accounts == centre(where).accounts_server
    asked = [event.location for event in events if isinstance(event, Asking)]
    assert asked == (["US"] if where == "us" else ["US", "EU"])


def test_a_code_of_another_data_centre_says_so(home: Home) -> None:
    code = home.sandbox.issue_code()
    with pytest.raises(SignInNeeded, match="this sign-in is in US"):
        sign_in(home.profiles(), form(home, Way.CODE, code, where="us"), nobody)


def test_a_throttled_sign_in_can_be_tried_later(home: Home) -> None:
    code = form(home, Way.CODE, home.sandbox.issue_code())
    home.sandbox.accounts.throttle_for(60)
    with pytest.raises(TokenThrottled):
        sign_in(home.profiles(), code, nobody)
    home.clock.now += 61
    assert sign_in(home.profiles(), code, nobody).crm.org().zgid == "700000004"


def test_an_impostor_s_address_gets_no_token(tmp_path: Path) -> None:
    home = Home(tmp_path, in_cloud=True)
    home.vary(api_domain="https://evil.io")
    code = form(home, Way.CODE, home.sandbox.issue_code())
    with pytest.raises(SignInNeeded, match="was not used"):
        sign_in(home.profiles(), code, nobody)
    assert set(home.cloud.hosts) == {"accounts.zoho.eu"}
    assert home.files == {}


@pytest.mark.parametrize("way", [Way.CODE, Way.REFRESH, Way.DEVICE])
def test_without_a_client_there_is_no_sign_in(home: Home, way: Way) -> None:
    given = form(home, way)
    bare = Form(way=way, accounts=given.accounts, domain=given.domain, secret=Secret("x"))
    with pytest.raises(ConfigError, match="client id"):
        sign_in(home.profiles(), bare, nobody)
    assert home.cloud.hosts == []


def test_no_secret_of_a_form_shows(home: Home) -> None:
    assert CLIENT[1] not in repr(form(home, Way.CODE, CLIENT[1]))
