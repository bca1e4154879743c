"""A session from the environment, without a stored profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zohotui.config.credentials import Credentials
from zohotui.config.errors import ConfigError
from zohotui.config.settings import addresses
from zohotui.zoho.datacentre import AccountsServer, ApiDomain
from zohotui.zoho.errors import UnlistedHost
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret

TOKEN_VARIABLE = "ZOHOTUI_ACCESS_TOKEN"  # noqa: S105 - the name of a variable, not a token
DOMAIN_VARIABLE = "ZOHOTUI_API_DOMAIN"
ACCOUNTS_VARIABLE = "ZOHOTUI_ACCOUNTS_URL"
CLIENT_VARIABLES = (
    "ZOHOTUI_CLIENT_ID",
    "ZOHOTUI_CLIENT_SECRET",
    "ZOHOTUI_REFRESH_TOKEN",
)
VARIABLES = (TOKEN_VARIABLE, *CLIENT_VARIABLES, DOMAIN_VARIABLE, ACCOUNTS_VARIABLE)


@dataclass(frozen=True, slots=True)
class FromEnvironment:
    """What the environment opens: an access token, or credentials that make some."""

    accounts: AccountsServer
    domain: ApiDomain
    access_token: Secret | None = None
    credentials: Credentials | None = None


def from_environment(environ: Mapping[str, str]) -> FromEnvironment | None:
    """Read a session from the environment; None if nothing of it is set.

    Raises ConfigError if only half of it is there, if it contradicts itself or if an address is
    not Zoho's.
    """
    given = {name: environ[name] for name in VARIABLES if environ.get(name)}
    if not given:
        return None
    accounts, domain = _addresses(given)
    client = [name for name in CLIENT_VARIABLES if name in given]
    if TOKEN_VARIABLE in given and client:
        raise ConfigError(
            f"{TOKEN_VARIABLE} and {client[0]} are both set. Set the access token alone, or the "
            "client with its refresh token."
        )
    for name in (TOKEN_VARIABLE, *CLIENT_VARIABLES):
        if name in given and not Secret(given[name]).is_plausible:
            raise ConfigError(f"{name} has characters that cannot be in it.")
    if TOKEN_VARIABLE in given:
        return FromEnvironment(accounts, domain, access_token=Secret(given[TOKEN_VARIABLE]))
    if not client:
        raise ConfigError(
            f"{next(iter(given))} is set, but {TOKEN_VARIABLE} is not, nor are "
            f"{', '.join(CLIENT_VARIABLES)}."
        )
    for name in CLIENT_VARIABLES:
        if name not in given:
            raise ConfigError(f"{client[0]} is set, but {name} is not.")
    identity, secret, refresh = (given[name] for name in CLIENT_VARIABLES)
    credentials = Credentials(OAuthClient(identity, Secret(secret)), Secret(refresh))
    return FromEnvironment(accounts, domain, credentials=credentials)


def _addresses(given: Mapping[str, str]) -> tuple[AccountsServer, ApiDomain]:
    domain, accounts = given.get(DOMAIN_VARIABLE, ""), given.get(ACCOUNTS_VARIABLE, "")
    if not domain and not accounts:
        raise ConfigError(
            f"{next(iter(given))} is set, but {DOMAIN_VARIABLE} is not: set it to the API address "
            "of your data centre, like https://www.zohoapis.eu."
        )
    names = [name for name in (DOMAIN_VARIABLE, ACCOUNTS_VARIABLE) if name in given]
    try:
        return addresses("", "", accounts, domain)
    except UnlistedHost as error:
        raise ConfigError(f"{' or '.join(names)}: {error.detail}") from None
    except ConfigError as error:
        raise ConfigError(f"{' and '.join(names)}: {error}") from None
