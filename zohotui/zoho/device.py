"""Signing in on another device: a code is shown, a browser anywhere takes it.

Source: zoho-api.md, "Device flow".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from zohotui.zoho.accounts import Accounts, DeviceCode, Pending, TokenAnswer
from zohotui.zoho.datacentre import AccountsServer, data_centre
from zohotui.zoho.errors import NotSent, SignInNeeded
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret

LEAST_INTERVAL = 30.0
"""Seconds between two polls that Zoho wants at least, whatever its answer says."""

_BLINK = 0.01
"""Seconds."""

_SLOWER = 5.0
"""Seconds by which the interval grows when Zoho asks for it, as RFC 8628 has it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The code to enter, and where."""

    code: DeviceCode


@dataclass(frozen=True, slots=True)
class Asking:
    """Zoho is asked again in this many seconds."""

    seconds: float
    location: str
    """The data centre that is asked."""
    trouble: str = ""
    """Why the last question had no answer; empty if it had."""


@dataclass(frozen=True, slots=True)
class Entered:
    """The code was entered; signed in."""

    answer: TokenAnswer
    server: AccountsServer
    """Of the data centre that the account belongs to."""


DeviceEvent = Shown | Asking | Entered


def device_flow(
    accounts: Accounts,
    client: OAuthClient,
    scopes: Sequence[str],
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Generator[DeviceEvent]:
    """Show a code and ask until it is entered; ends after Entered.

    `sleep` may end early to ask now; Zoho is not asked before it may be, whatever it does.

    Raises SignInNeeded if it was refused or is too old, NotSent if there is no code at all. A
    question that has no answer is asked again: nothing is lost by it.
    """
    code = accounts.begin_device(client.client_id, scopes)
    end = clock() + code.lifetime
    interval = pause = _least(code.interval, accounts)
    yield Shown(code)
    here, trouble, not_before = accounts, "", clock()
    try:
        while clock() < end:
            yield Asking(pause, here.server.location, trouble)
            sleep(pause)
            # Less than a blink is the clock's own rounding, and no sleep would ever end it.
            if (pause := not_before - clock()) > _BLINK:
                continue
            told = _poll(here, client, code.device_code)
            if isinstance(told, TokenAnswer):
                yield Entered(told, here.server)
                return
            trouble, wait = ("", 0.0) if isinstance(told, Pending) else (told.detail, told.wait)
            if isinstance(told, Pending) and told.slow_down:
                interval += _SLOWER
            pause = max(interval, wait)
            not_before = clock() + pause
            if isinstance(told, Pending) and told.location:
                here = _moved(accounts, here, told.location)
    finally:
        if here is not accounts:
            here.close()
    raise SignInNeeded("The code was not entered in time. Start again.", code="expired")


def _poll(
    accounts: Accounts, client: OAuthClient, device_code: Secret
) -> TokenAnswer | Pending | NotSent:
    """Ask once; trouble on the way is no answer. Raises SignInNeeded."""
    try:
        return accounts.poll_device(client, device_code)
    except SignInNeeded:
        raise
    except NotSent as error:
        return error


def _least(interval: float, accounts: Accounts) -> float:
    """Keep Zoho's own rule with Zoho; the practice org on this machine may be quicker."""
    return interval if accounts.server.location == "local" else max(interval, LEAST_INTERVAL)


def _moved(first: Accounts, here: Accounts, location: str) -> Accounts:
    """Ask the data centre that the account belongs to from now on."""
    centre = data_centre(location)
    if centre is None or first.server.location == "local":
        raise SignInNeeded(
            f"The account belongs to the data centre {location}, which zohotui does not know.",
            code="other_dc",
        )
    if here is not first:
        here.close()
    return Accounts(centre.accounts_server, first.transport)
