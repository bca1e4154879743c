"""The closed table of hosts, and addresses that try to look as if they stood in it."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from zohotui.zoho.datacentre import (
    DATA_CENTRES,
    AccountsServer,
    DataCentre,
    Environment,
    accounts_server,
    api_domain,
    data_centre,
    location_of,
)
from zohotui.zoho.errors import UnlistedHost

ENVIRONMENTS = {
    "www": Environment.PRODUCTION,
    "sandbox": Environment.SANDBOX,
    "developer": Environment.DEVELOPER,
}
LISTED = {
    f"https://{word}.{centre.domain}": (centre.location, environment)
    for centre in DATA_CENTRES
    for word, environment in ENVIRONMENTS.items()
    if word == "www" or centre.test_hosts
}


@each_row("address", LISTED)
def test_every_host_of_the_table_is_known(address: str) -> None:
    domain = api_domain(address)
    assert (domain.url, domain.location, domain.environment) == (address, *LISTED[address])
    assert api_domain(address.removeprefix("https://")) == domain


def test_the_table_has_zoho_s_eleven_data_centres() -> None:
    places = {centre.location for centre in DATA_CENTRES}
    assert places == {"US", "EU", "IN", "AU", "CN", "JP", "CA", "SA", "UK", "AE", "SG"}
    assert len(LISTED) == 27


@each_row(
    "address",
    [
        "https://WWW.ZOHOAPIS.EU",
        "HTTPS://www.zohoapis.eu/",
        "www.zohoapis.eu",
        "https://www.zohoapis.eu.",
        "https://www.zohoapis.eu:443",
        "https://www.zohoapis.eu//",
    ],
)
def test_other_ways_to_write_a_listed_host_become_the_listed_one(address: str) -> None:
    assert api_domain(address).url == "https://www.zohoapis.eu"


HOSTILE = [
    "",
    "https://",
    "http://www.zohoapis.eu",
    "ftp://www.zohoapis.eu",
    "https://zohoapis.eu",
    "https://www.zohoapis.eu.evil.io",
    "https://www.zohoapis.eu@evil.io",
    "https://www.zohoapis.eu:443@evil.io",
    "https://user@www.zohoapis.eu",
    "https://user:word@www.zohoapis.eu",
    "https://:word@www.zohoapis.eu",
    "https://www.zohoapis.eu:8443",
    "https://www.zohoapis.eu:99999",
    "https://www.zohoapis.eu:x",
    "https://www.zohoapis.eu/crm",
    "https://www.zohoapis.eu/../evil",
    "https://www.zohoapis.eu/?x=1",
    "https://www.zohoapis.eu?x=1",
    "https://www.zohoapis.eu#x",
    "https://www.zohoapis.eu\\.evil.io",
    "https://evil.io\\www.zohoapis.eu",
    "https://evil.io/www.zohoapis.eu",
    "https://evil.io#www.zohoapis.eu",
    "https://evil.io?www.zohoapis.eu",
    "https://www-zohoapis.eu",
    "https://www.zohoapis.eu%2eevil.io",
    "https://www.zohoapis.eu%00.evil.io",
    "https://xn--www-zohoapis.eu",
    "https://www.zohoapıs.eu",
    "https://www.zohoapis\N{FULLWIDTH FULL STOP}eu",
    "https://www.zohoapis.eu\N{FULLWIDTH SOLIDUS}.evil.io",
    "https://sandbox.zohoapis.uk",
    "https://developer.zohoapis.ae",
    "https://accounts.zoho.eu",
    "https://evil.zohoapis.eu",
    "https://a.www.zohoapis.eu",
    "https://..zohoapis.eu",
    "https://[www.zohoapis.eu]",
    "https://[::1",
    "http://0.0.0.0",
    "http://128.0.0.1",
    "http://127.1",
    "http://2130706433",
    "http://0x7f000001",
    "http://127.0.0.1.evil.io",
    "http://127.0.0.1@evil.io",
    "http://localhost@evil.io",
    "http://localhost.evil.io",
    "http://evil.io\\.localhost",
    "http://evil.localhost",
    "http://evil.io#localhost",
    "http://localhost/path",
    "http://[::2]",
    "http://[::]",
    "http://10.0.0.1",
    "http://169.254.169.254",
    "ws://localhost",
    "file://localhost",
    "javascript://localhost",
    "https://www.zohoapis.eu \x1b[2J.evil.io",
]


@each_row("address", HOSTILE)
def test_no_other_address_is_ever_spoken_to(address: str) -> None:
    with pytest.raises(UnlistedHost) as caught:
        api_domain(address)
    assert caught.value.detail.isprintable()
    assert caught.value.detail.endswith(".")


@each_row(
    "address",
    [
        "http://localhost",
        "http://localhost:8080",
        "https://localhost:8443/",
        "http://LOCALHOST:1",
        "http://127.0.0.1:8080",
        "http://127.9.9.9",
        "http://[::1]",
        "http://[::1]:8080",
    ],
)
def test_the_loopback_may_be_plain(address: str) -> None:
    domain = api_domain(address)
    assert (domain.location, domain.environment) == ("local", Environment.UNKNOWN)
    assert domain.url.casefold() == address.rstrip("/").casefold()
    assert httpx.URL(domain.url).host in {"localhost", "127.0.0.1", "127.9.9.9", "::1"}


PIECES = (
    *("https://", "http://", "www.", "zohoapis.eu", "localhost", "127.0.0.1", "[::1]", "evil.io"),
    *("@", ":", "443", "/", "\\", ".", "#", "?", "%2e", "\t", "\n", " ", "[", "]"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_whatever_is_pieced_together_httpx_goes_to_a_listed_host_or_nowhere(address: str) -> None:
    try:
        domain = api_domain(address)
    except UnlistedHost:
        return
    url = httpx.URL(domain.url)
    assert url.host in {"localhost", "127.0.0.1", "::1", "www.zohoapis.eu"}
    assert url.scheme == "https" or url.host != "www.zohoapis.eu"
    assert not url.userinfo


# Hosts that only the admin may name


GUESSED = {
    f"https://{word}.{centre.domain}": (centre.location, ENVIRONMENTS[word])
    for centre in DATA_CENTRES
    for word in ("sandbox", "developer")
    if not centre.test_hosts
}


@each_row("address", GUESSED)
def test_a_host_that_zoho_does_not_document_is_taken_from_the_admin_alone(address: str) -> None:
    domain = api_domain(address, named=True)
    assert (domain.url, domain.location, domain.environment) == (address, *GUESSED[address])
    with pytest.raises(UnlistedHost):
        api_domain(address)


def test_these_are_the_guessed_ones() -> None:
    assert {place for place, _ in GUESSED.values()} == {"UK", "AE", "SG"}
    assert len(GUESSED) == 6


@each_row("address", [one for one in HOSTILE if one.split("//")[-1] not in str(GUESSED)])
def test_nothing_else_is_taken_from_the_admin_either(address: str) -> None:
    with pytest.raises(UnlistedHost):
        api_domain(address, named=True)


@each_row("address", LISTED)
def test_what_is_listed_is_the_same_named_or_not(address: str) -> None:
    assert api_domain(address, named=True) == api_domain(address)


# Accounts servers


@each_row("centre", DATA_CENTRES)
def test_every_accounts_server_is_known(centre: DataCentre) -> None:
    server = accounts_server(f"https://{centre.accounts}")
    assert server == AccountsServer(f"https://{centre.accounts}", centre.location)
    assert server == centre.accounts_server
    assert accounts_server(f"{centre.accounts.upper()}:443/") == server
    assert data_centre(centre.location.lower()) is centre


def test_canada_s_and_australia_s_are_not_like_the_others() -> None:
    assert accounts_server("accounts.zohocloud.ca").location == "CA"
    assert accounts_server("accounts.zoho.com.au").location == "AU"
    for address in ("accounts.zoho.ca", "accounts.zoho.au", "accounts.zoho.cn"):
        with pytest.raises(UnlistedHost):
            accounts_server(address)


HOSTILE_ACCOUNTS = [
    address.replace("www.zohoapis", "accounts.zoho").replace("www-zohoapis", "accounts-zoho")
    for address in HOSTILE
    if "accounts.zoho" not in address
] + [
    "https://www.zohoapis.eu",
    "https://zoho.eu",
    "https://accounts.zohoapis.eu",
    "https://a.accounts.zoho.eu",
    "https://accounts.zoho.com.evil.io",
    "https://accounts.zoho.eu/oauth/v2/token",
]


@each_row("address", HOSTILE_ACCOUNTS)
def test_no_other_accounts_server_is_ever_spoken_to(address: str) -> None:
    with pytest.raises(UnlistedHost) as caught:
        accounts_server(address)
    assert caught.value.detail.isprintable()
    assert caught.value.detail.endswith(".")


@each_row("address", ["http://localhost:8080", "http://127.0.0.1", "http://[::1]:1"])
def test_an_accounts_server_on_the_loopback_may_be_plain(address: str) -> None:
    assert accounts_server(address) == AccountsServer(address, "local")


ACCOUNTS_PIECES = [piece.replace("zohoapis.eu", "zoho.eu") for piece in PIECES] + ["accounts."]


@given(st.lists(st.sampled_from(ACCOUNTS_PIECES), max_size=7).map("".join))
def test_whatever_is_pieced_together_secrets_go_to_a_listed_host_or_nowhere(address: str) -> None:
    try:
        server = accounts_server(address)
    except UnlistedHost:
        return
    url = httpx.URL(server.url)
    assert url.host in {"localhost", "127.0.0.1", "::1", "accounts.zoho.eu"}
    assert url.scheme == "https" or url.host != "accounts.zoho.eu"
    assert not url.userinfo


@each_row(
    ("host", "place"),
    [
        ("crm.zoho.eu", "EU"),
        ("CRM.ZOHO.COM", "US"),
        ("crm.zohocloud.ca", "CA"),
        ("crmsandbox.zoho.com.au", "AU"),
        ("crm.zoho.eu.evil.io", ""),
        ("zoho.eu", ""),
        ("", ""),
    ],
)
def test_a_host_of_the_web_tells_its_data_centre(host: str, place: str) -> None:
    assert location_of(host) == place


@each_row("name", ["", "xx", "eu ", "local", "e"])
def test_a_name_of_no_data_centre_finds_none(name: str) -> None:
    assert data_centre(name) is None
