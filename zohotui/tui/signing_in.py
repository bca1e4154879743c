"""What the sign-in does away from the screen, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace

from zohotui.config.credentials import Credentials
from zohotui.config.environment import FromEnvironment
from zohotui.config.errors import ConfigError
from zohotui.config.profiles import Account, Profiles, as_profile
from zohotui.config.settings import Profile
from zohotui.config.sign_in import Form, sign_in
from zohotui.deletion.connection import Connection
from zohotui.tui.reconnect import Waiting, connect_patiently
from zohotui.zoho.device import DeviceEvent
from zohotui.zoho.errors import WrongOrg


@dataclass(frozen=True, slots=True)
class SameOrg:
    """The org of a run that waits for a sign-in; no other will do."""

    account: Account
    zgid: str
    name: str
    user_id: str = ""
    """The user, if no other will do: where values are sent that may be one user's own."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign-in that works, and the org that it opens; it is not kept yet."""

    account: Account
    connection: Connection


def known_of(
    profiles: Profiles, name: str, same: SameOrg | None
) -> tuple[Profile, Credentials | None] | None:
    """Look up what the form need not ask; raises ConfigError."""
    if name:
        return profiles.known(name)
    return (same.account.profile, same.account.credentials) if same else None


def try_form(
    profiles: Profiles,
    form: Form | FromEnvironment,
    *,
    name: str,
    same: SameOrg | None,
    told: Callable[[DeviceEvent | Waiting], None],
    sleep: Callable[[float], object],
) -> Signed:
    """Sign in, to the profile of this name if there is one, and ask which org that is.

    Once signed in it asks until the org answers: a code that was spent serves no second time.
    Raises ZohoError or ConfigError, each with a sentence; WrongOrg if a run waits for another.
    """
    if isinstance(form, FromEnvironment):
        account = profiles.from_environment(form, for_now=True)
    else:
        account = sign_in(profiles, form, told, sleep)
    if name and (account.credentials is None or isinstance(form, FromEnvironment)):
        account = as_profile(profiles.known(name)[0], account)
    with ExitStack() as failing:
        failing.callback(account.crm.close)
        connection = connect_patiently(account, told, sleep)
        if same and (connection.org is None or connection.org.zgid != same.zgid):
            opened = connection.target.words
            raise WrongOrg(f"This sign-in opens {opened}, but the run is in {same.name}.")
        if same and same.user_id and connection.target.user_id != same.user_id:
            whose = connection.target.user or "another user"
            raise WrongOrg(
                f"This sign-in is {whose}'s. The run sends values of an external field, and they "
                "may name other records for another user: sign in as the user who confirmed it."
            )
        failing.pop_all()
    return Signed(account, connection)


def suggested_name(profiles: Profiles, signed: Signed) -> str:
    """Name the profile of that org, so that its guards go on; a new one if there is none."""
    target = signed.connection.target
    with suppress(ConfigError):
        there = profiles.of_org(target.zgid, signed.account.profile.domain)
        if there is not None:
            return there.name
    return profiles.suggested_name(target.org, target.environment)


def keep(
    profiles: Profiles,
    signed: Signed,
    name: str,
    same: SameOrg | None,
    *,
    read_only: bool,
    meant: bool,
) -> Account:
    """Keep a sign-in under a name, or, without one, for this session only.

    `meant`: whether the profile of that name is the one that was to be signed in to.
    The client of a run that waits goes on with it, once the org is proved to be the same. Raises
    ZohoError or ConfigError.
    """
    account = signed.account
    if same is not None:
        same.account.crm.take_over(account.crm, same.zgid)
    commanded = same is not None and same.account.profile.secret_command
    if name and account.credentials is not None and not commanded:
        zgid = signed.connection.target.zgid
        account = profiles.keep(account, name, zgid, read_only=read_only, meant=meant)
        signed.account.crm.close()
    if read_only:
        account.crm.read_only = True
    if same is None:
        return account
    account.crm.close()
    return replace(same.account, credentials=account.credentials, scopes=account.scopes)
