"""Zoho's data centres and their host names, and which environment a host belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zohotui.sandbox.org.org import Environment

DEVICE_PAGE = "/device"
"""Path, on an accounts host, of the page where a device's code is entered."""

_SUBDOMAINS: tuple[tuple[str, Environment], ...] = (
    ("www", "production"),
    ("sandbox", "sandbox"),
    ("developer", "developer"),
)


@dataclass(frozen=True, slots=True)
class DataCentre:
    """One row of zoho-api.md, "Environments and hosts".

    `location` as in `user_location`: "eu"; `accounts` is the accounts host; `domain` is what
    follows `www.`, `sandbox.` or `developer.` in the API hosts.
    """

    location: str
    accounts: str
    domain: str

    def api_host(self, environment: Environment) -> str:
        """Return the API host of one environment here: `sandbox.zohoapis.eu`."""
        return next(f"{word}.{self.domain}" for word, kind in _SUBDOMAINS if kind == environment)


DATA_CENTRES = (
    DataCentre("us", "accounts.zoho.com", "zohoapis.com"),
    DataCentre("eu", "accounts.zoho.eu", "zohoapis.eu"),
    DataCentre("in", "accounts.zoho.in", "zohoapis.in"),
    DataCentre("au", "accounts.zoho.com.au", "zohoapis.com.au"),
    DataCentre("cn", "accounts.zoho.com.cn", "zohoapis.com.cn"),
    DataCentre("jp", "accounts.zoho.jp", "zohoapis.jp"),
    DataCentre("ca", "accounts.zohocloud.ca", "zohoapis.ca"),
    DataCentre("sa", "accounts.zoho.sa", "zohoapis.sa"),
    DataCentre("uk", "accounts.zoho.uk", "zohoapis.uk"),
    DataCentre("ae", "accounts.zoho.ae", "zohoapis.ae"),
    DataCentre("sg", "accounts.zoho.sg", "zohoapis.sg"),
)
"""Every listed data centre. Source: zoho-api.md, "Environments and hosts"."""


def bare(host: str) -> str:
    """Return the value of a Host header in lower case and without its port."""
    name, _, port = host.lower().rpartition(":")
    return name if port.isdecimal() else host.lower()


def location_of(host: str) -> str:
    """Return the location that a listed accounts or API host belongs to; "" for any other."""
    name = bare(host)
    for centre in DATA_CENTRES:
        if name == centre.accounts or name in _api_hosts(centre):
            return centre.location
    return ""


def is_accounts(host: str) -> bool:
    """Whether this is a listed accounts host."""
    return any(bare(host) == centre.accounts for centre in DATA_CENTRES)


def environment_of(host: str) -> Environment | None:
    """Return the environment whose orgs a listed API host serves; None for any other host."""
    name = bare(host)
    for centre in DATA_CENTRES:
        if name in _api_hosts(centre):
            return _api_hosts(centre)[name]
    return None


def api_domain(origin: str, environment: Environment) -> str:
    """Return the API's address that belongs to an accounts host's; any other host serves both."""
    scheme, _, host = origin.partition("://")
    for centre in DATA_CENTRES:
        if bare(host) == centre.accounts:
            return f"{scheme}://{centre.api_host(environment)}"
    return origin


def _api_hosts(centre: DataCentre) -> dict[str, Environment]:
    return {f"{word}.{centre.domain}": kind for word, kind in _SUBDOMAINS}
