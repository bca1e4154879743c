"""The closed table of hosts: the only addresses this tool ever speaks to.

Source: zoho-api.md, "Environments and hosts". Hosts that stand there as a guess are spoken to only
where the admin names them; no answer of Zoho's leads to one.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from zohotui.zoho.errors import UnlistedHost
from zohotui.zoho.printable import printable


class Environment(StrEnum):
    """Which kind of org an address or an answer speaks of."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"
    DEVELOPER = "developer"
    BIGIN = "bigin"
    PRACTICE = "practice"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DataCentre:
    """One of Zoho's data centres."""

    location: str
    """Short name as in the `location` of Zoho's own answers, upper case: EU."""
    country: str
    accounts: str
    """Host of the accounts server, where tokens come from."""
    domain: str
    """What follows `www.`, `sandbox.` or `developer.` in the API host."""
    test_hosts: bool = True
    """Whether sandbox and developer hosts are documented."""

    @property
    def accounts_server(self) -> AccountsServer:
        """Where this data centre's tokens come from."""
        return AccountsServer(f"https://{self.accounts}", self.location)

    def api(self, environment: Environment) -> ApiDomain:
        """Give the API address of production, a sandbox or a developer org here."""
        words = {kind: word for word, kind in _SUBDOMAINS.items()}
        url = f"https://{words[environment]}.{self.domain}"
        return ApiDomain(url, self.location, environment)


DATA_CENTRES = (
    DataCentre("US", "United States", "accounts.zoho.com", "zohoapis.com"),
    DataCentre("EU", "Europe", "accounts.zoho.eu", "zohoapis.eu"),
    DataCentre("IN", "India", "accounts.zoho.in", "zohoapis.in"),
    DataCentre("AU", "Australia", "accounts.zoho.com.au", "zohoapis.com.au"),
    DataCentre("CN", "China", "accounts.zoho.com.cn", "zohoapis.com.cn"),
    DataCentre("JP", "Japan", "accounts.zoho.jp", "zohoapis.jp"),
    DataCentre("CA", "Canada", "accounts.zohocloud.ca", "zohoapis.ca"),
    DataCentre("SA", "Saudi Arabia", "accounts.zoho.sa", "zohoapis.sa"),
    DataCentre("UK", "United Kingdom", "accounts.zoho.uk", "zohoapis.uk", test_hosts=False),
    DataCentre("AE", "United Arab Emirates", "accounts.zoho.ae", "zohoapis.ae", test_hosts=False),
    DataCentre("SG", "Singapore", "accounts.zoho.sg", "zohoapis.sg", test_hosts=False),
)

KNOWN_LOCATIONS = frozenset(centre.location for centre in DATA_CENTRES)


def data_centre(location: str) -> DataCentre | None:
    """Find a data centre by its short name in any case, as in `location=eu`; None if unknown."""
    wanted = location.upper()
    return next((centre for centre in DATA_CENTRES if centre.location == wanted), None)


def location_of(web_host: str) -> str:
    """Tell the data centre of any host of Zoho's, such as crm.zoho.eu; empty if unknown."""
    domain = web_host.lower().partition(".")[2]
    for centre in DATA_CENTRES:
        if domain in {centre.accounts.partition(".")[2], centre.domain}:
            return centre.location
    return ""


_SUBDOMAINS = {
    "www": Environment.PRODUCTION,
    "sandbox": Environment.SANDBOX,
    "developer": Environment.DEVELOPER,
}


@dataclass(frozen=True, slots=True)
class ApiDomain:
    """A checked address of Zoho's API."""

    url: str
    """Scheme and host, no path: https://www.zohoapis.eu."""
    location: str
    """The data centre's short name, or "local" on loopback."""
    environment: Environment
    """What the host name says of the environment."""


@dataclass(frozen=True, slots=True)
class AccountsServer:
    """A checked address of Zoho's accounts server."""

    url: str
    """Scheme and host, no path: https://accounts.zoho.eu."""
    location: str
    """The data centre's short name, or "local" on loopback."""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    # Not *.localhost: some resolvers ask the network about such names.
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def api_domain(address: str, *, named: bool = False) -> ApiDomain:
    """Check an API address against the table.

    `named`: by the admin, so that sandbox and developer hosts that Zoho does not document are
    taken too. Raises UnlistedHost unless it is https to a listed host, or http(s) to loopback.
    """
    url, host = _checked(address, _API_EXAMPLE)
    if is_loopback(host):
        return ApiDomain(url, "local", Environment.UNKNOWN)
    subdomain, _, domain = host.partition(".")
    for centre in DATA_CENTRES:
        known = subdomain == "www" or ((centre.test_hosts or named) and subdomain in _SUBDOMAINS)
        if known and domain == centre.domain:
            return ApiDomain(url, centre.location, _SUBDOMAINS[subdomain])
    shown = printable(address, 80)
    raise UnlistedHost(f"{shown!r} is not one of Zoho's API hosts. Give one like {_API_EXAMPLE}.")


def accounts_server(address: str) -> AccountsServer:
    """Check the address of an accounts server against the table.

    Raises UnlistedHost unless it is https to a listed host, or http(s) to loopback.
    """
    url, host = _checked(address, _ACCOUNTS_EXAMPLE)
    if is_loopback(host):
        return AccountsServer(url, "local")
    for centre in DATA_CENTRES:
        if host == centre.accounts:
            return centre.accounts_server
    shown = printable(address, 80)
    raise UnlistedHost(
        f"{shown!r} is not one of Zoho's accounts hosts. Give one like {_ACCOUNTS_EXAMPLE}."
    )


def _checked(address: str, example: str) -> tuple[str, str]:
    """Take an address apart and put it together again: what is checked is what is spoken to."""
    shown = printable(address, 80)
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise UnlistedHost(f"{shown!r} is not an address. Give one like {example}.") from None
    if parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"):
        raise UnlistedHost(f"{shown!r} must be scheme and host only, like {example}.")
    if is_loopback(host) and parts.scheme in {"http", "https"}:
        named = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{named}" + ("" if port is None else f":{port}"), host
    if parts.scheme != "https" or port not in {None, 443}:
        raise UnlistedHost(f"{shown!r} must start with https and carry no port number.")
    return f"https://{host}", host


_API_EXAMPLE = "https://www.zohoapis.com or https://www.zohoapis.eu"
_ACCOUNTS_EXAMPLE = "https://accounts.zoho.com or https://accounts.zoho.eu"
