"""The closed table of hosts: the only addresses this tool ever speaks to.

Source: zoho-api.md, "Environments and hosts". Hosts that stand there as a guess are left out.
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
    accounts: str
    """Host of the accounts server, where tokens come from."""
    domain: str
    """What follows `www.`, `sandbox.` or `developer.` in the API host."""
    test_hosts: bool = True
    """Whether sandbox and developer hosts are documented."""


DATA_CENTRES = (
    DataCentre("US", "accounts.zoho.com", "zohoapis.com"),
    DataCentre("EU", "accounts.zoho.eu", "zohoapis.eu"),
    DataCentre("IN", "accounts.zoho.in", "zohoapis.in"),
    DataCentre("AU", "accounts.zoho.com.au", "zohoapis.com.au"),
    DataCentre("CN", "accounts.zoho.com.cn", "zohoapis.com.cn"),
    DataCentre("JP", "accounts.zoho.jp", "zohoapis.jp"),
    DataCentre("CA", "accounts.zohocloud.ca", "zohoapis.ca"),
    DataCentre("SA", "accounts.zoho.sa", "zohoapis.sa"),
    DataCentre("UK", "accounts.zoho.uk", "zohoapis.uk", test_hosts=False),
    DataCentre("AE", "accounts.zoho.ae", "zohoapis.ae", test_hosts=False),
)

KNOWN_LOCATIONS = frozenset(centre.location for centre in DATA_CENTRES)


def location_of(web_host: str) -> str:
    """Tell the data centre of a host of the web UI, such as crm.zoho.eu; empty if unknown."""
    domain = web_host.lower().partition(".")[2]
    known = {centre.accounts.partition(".")[2]: centre.location for centre in DATA_CENTRES}
    return known.get(domain, "")


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


def _is_loopback(host: str) -> bool:
    # Not *.localhost: some resolvers ask the network about such names.
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def api_domain(address: str) -> ApiDomain:
    """Check an API address against the table.

    Raises UnlistedHost unless it is https to a listed host, or http(s) to loopback.
    """
    shown = printable(address, 80)
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise UnlistedHost(f"{shown!r} is not an address. Give one like {_example()}.") from None
    if parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"):
        raise UnlistedHost(f"{shown!r} must be scheme and host only, like {_example()}.")
    if _is_loopback(host) and parts.scheme in {"http", "https"}:
        # Put together anew: what was checked is what is spoken to, and nothing besides.
        named = f"[{host}]" if ":" in host else host
        url = f"{parts.scheme}://{named}" + ("" if port is None else f":{port}")
        return ApiDomain(url, "local", Environment.UNKNOWN)
    if parts.scheme != "https" or port not in {None, 443}:
        raise UnlistedHost(f"{shown!r} must start with https and carry no port number.")
    for centre in DATA_CENTRES:
        subdomain, _, domain = host.partition(".")
        known = subdomain == "www" or (centre.test_hosts and subdomain in _SUBDOMAINS)
        if known and domain == centre.domain:
            return ApiDomain(f"https://{host}", centre.location, _SUBDOMAINS[subdomain])
    raise UnlistedHost(f"{shown!r} is not one of Zoho's API hosts. Give one like {_example()}.")


def _example() -> str:
    return "https://www.zohoapis.com or https://www.zohoapis.eu"
