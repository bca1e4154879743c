"""The ways to sign in, and what each takes; no screen is known here."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from zohotui.config.credentials import Credentials
from zohotui.config.errors import ConfigError
from zohotui.config.profiles import Account, Profiles
from zohotui.config.settings import addresses
from zohotui.zoho.accounts import Accounts
from zohotui.zoho.datacentre import (
    DATA_CENTRES,
    AccountsServer,
    ApiDomain,
    Environment,
    data_centre,
    location_of,
)
from zohotui.zoho.device import DeviceEvent, Entered, device_flow
from zohotui.zoho.errors import SignInNeeded, UnlistedHost
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.scopes import ASKED
from zohotui.zoho.secret import Secret


class Way(StrEnum):
    """How somebody signs in."""

    DEVICE = "device"
    CODE = "code"
    REFRESH = "refresh"
    TOKEN = "token"  # noqa: S105 - the name of a way, no token


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What somebody filled in."""

    way: Way
    accounts: AccountsServer
    domain: ApiDomain
    """Where requests go, as far as the admin said; a token answer may know better."""
    client: OAuthClient | None = None
    secret: Secret
    """The grant code, refresh token or access token; nothing for a device."""


def place(text: str, environment: Environment) -> tuple[AccountsServer, ApiDomain]:
    """Understand where somebody's org is: `eu`, or any address of Zoho's there.

    Raises ConfigError with a sentence.
    """
    words = text.strip()
    if not words:
        raise ConfigError("Name the data centre: EU if you open crm.zoho.eu, and so on.")
    centre = data_centre(words) or data_centre(location_of(_host(words)))
    try:
        if centre is not None:
            return addresses(centre.location, environment.value, "", "")
        return addresses("", "", words, "")
    except UnlistedHost:
        known = ", ".join(centre.location for centre in DATA_CENTRES)
        raise ConfigError(f"There is no data centre with this name. There are: {known}.") from None


def _host(address: str) -> str:
    try:
        return urlsplit(address if "://" in address else f"https://{address}").hostname or ""
    except ValueError:
        return ""


def sign_in(
    profiles: Profiles,
    form: Form,
    told: Callable[[DeviceEvent], None],
    sleep: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Account:
    """Sign in and open what that leads to; it is not kept yet.

    `told` hears the steps of a device's sign-in, `sleep` waits between them, and `clock` tells
    seconds from anywhere. Raises SignInNeeded,
    TokenThrottled, NotSent or ConfigError, each with a sentence.
    """
    if form.way is Way.TOKEN:
        return profiles.from_token(form.accounts, form.domain, form.secret)
    if form.client is None:
        raise ConfigError("Signing in needs a client id and its secret.")
    environment = form.domain.environment
    if form.way is Way.REFRESH:
        credentials = Credentials(form.client, form.secret)
        return profiles.from_refresh_token(form.accounts, environment, credentials)
    with closing(Accounts(form.accounts, profiles.transport)) as accounts:
        if form.way is Way.CODE:
            answer = accounts.exchange(form.client, form.secret)
            return profiles.from_answer(form.accounts, environment, form.client, answer)
        for event in device_flow(accounts, form.client, ASKED, clock=clock, sleep=sleep):
            told(event)
            if isinstance(event, Entered):
                return profiles.from_answer(event.server, environment, form.client, event.answer)
    raise SignInNeeded("The sign-in ended without a token. Start again.")
