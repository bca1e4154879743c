"""What settings.toml may say: how the program behaves, and one table a profile."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zohotui.config.errors import ConfigError
from zohotui.config.strict import (
    Check,
    Document,
    a_number,
    a_switch,
    a_text,
    digits,
    one_of,
    record_ids,
    texts,
)
from zohotui.zoho.datacentre import (
    KNOWN_LOCATIONS,
    AccountsServer,
    ApiDomain,
    Environment,
    accounts_server,
    api_domain,
    data_centre,
)
from zohotui.zoho.errors import UnlistedHost
from zohotui.zoho.limits import DEFAULT_PARALLEL, MOST_IDS, MOST_PARALLEL

PROFILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
"""What a profile may be called; it is a name of files, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One org and how to work in it."""

    name: str
    accounts: AccountsServer
    domain: ApiDomain
    org: str = ""
    """The org's number (zgid); nothing is done if the sign-in opens another. Empty: any."""
    read_only: bool = False
    wf_trigger: bool = True
    """Whether the switch for workflow rules stands at RUN to begin with."""
    batch_size: int = MOST_IDS
    parallel: int = DEFAULT_PARALLEL
    reserve_credits: int = 0
    """API credits that runs leave to others; they pause when Zoho says that no more are left."""
    records_api: str = "v2"
    most_records_a_run: int = 0
    """Records that one run may delete; 0: any number."""
    most_records_a_day: int = 0
    """Records that all runs of a day may delete; 0: any number."""
    protected_ids: tuple[str, ...] = ()
    protected_owners: tuple[str, ...] = ()
    """Names, e-mail addresses or ids of users whose records are held."""
    protected_tags: tuple[str, ...] = ()
    protected_if: tuple[str, ...] = ()
    """Rules such as `Amount > 0`, as text: what they mean is told where records are."""
    review_valid_minutes: int = 15
    """How long a review counts before the records are read again."""
    snapshot: str = "list"
    """How records are saved before they go: as the review's lists have them, each in full, off."""
    idle_minutes: int = 0
    """Minutes without a key after which the session wants to be confirmed anew; 0: never."""
    secret_command: str = ""
    """A command that prints the secrets, instead of a file that holds them."""

    @property
    def environment(self) -> Environment:
        """What its address says of the environment."""
        return self.domain.environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of settings.toml."""

    profile: str = ""
    """The profile that opens when none is named; empty: the only one, if there is one."""
    theme: str = "dark"
    low_bandwidth: bool = False
    mouse: bool = True
    profiles: Mapping[str, Profile] = field(default_factory=dict)

    @property
    def default(self) -> str:
        """The profile that opens when none is named; empty if that is open."""
        if self.profile:
            return self.profile
        return next(iter(self.profiles)) if len(self.profiles) == 1 else ""

    def named(self, name: str) -> Profile:
        """Return a profile; raises ConfigError, naming those there are."""
        if name in self.profiles:
            return self.profiles[name]
        there = f"There are: {', '.join(self.profiles)}." if self.profiles else "There are none."
        raise ConfigError(f"There is no profile {name!r} in settings.toml. {there}")


def strictest(profiles: Sequence[Profile]) -> Profile:
    """Return the first of some profiles with the guards of all of them."""
    first, *others = profiles
    for other in others:
        first = replace(
            first,
            read_only=first.read_only or other.read_only,
            most_records_a_run=_fewer(first.most_records_a_run, other.most_records_a_run),
            most_records_a_day=_fewer(first.most_records_a_day, other.most_records_a_day),
            protected_ids=(*first.protected_ids, *other.protected_ids),
            protected_owners=(*first.protected_owners, *other.protected_owners),
            protected_tags=(*first.protected_tags, *other.protected_tags),
            protected_if=(*first.protected_if, *other.protected_if),
        )
    return first


def _fewer(one: int, other: int) -> int:
    """Return the smaller of two limits, of which 0 is none."""
    return min(one or other, other or one)


_TOP: dict[str, Check] = {
    "profile": a_text,
    "theme": one_of("dark", "light"),
    "low_bandwidth": a_switch,
    "mouse": a_switch,
}
_PROFILE: dict[str, Check] = {
    "data_centre": one_of(*sorted(KNOWN_LOCATIONS)),
    "environment": one_of("production", "sandbox", "developer"),
    "org": digits,
    "read_only": a_switch,
    "wf_trigger": a_switch,
    "batch_size": a_number(1, MOST_IDS),
    "parallel": a_number(1, MOST_PARALLEL),
    "reserve_credits": a_number(0, 100_000_000),
    "records_api": one_of("v2", "v8"),
    "most_records_a_run": a_number(0, 100_000_000),
    "most_records_a_day": a_number(0, 100_000_000),
    "protected_ids": record_ids,
    "protected_owners": texts,
    "protected_tags": texts,
    "protected_if": texts,
    "review_valid_minutes": a_number(1, 1_440),
    "snapshot": one_of("list", "full", "off"),
    "idle_minutes": a_number(0, 1_440),
    "secret_command": a_text,
    "accounts_url": a_text,
    "api_domain": a_text,
}


def read_settings(path: Path) -> Settings:
    """Read settings.toml; an absent one says nothing. Raises ConfigError for what is wrong in it.

    The message names file, line and key, and the nearest key that there is.
    """
    document = Document.read(path)
    for key, value in document.root.items():
        if isinstance(value, dict) and key != "profiles":
            document.unknown((key,), "", ("profiles",))
    tables = document.root.get("profiles", {})
    if not isinstance(tables, dict):
        raise ConfigError(f"{document.where((), 'profiles')}profiles must be tables.")
    values: dict[str, Any] = document.take((), _TOP)
    profiles = {name: _profile(document, name) for name in tables}
    settings = Settings(**values, profiles=profiles)
    if settings.profile and settings.profile not in profiles:
        where = document.where((), "profile")
        raise ConfigError(f"{where}there is no profile {settings.profile!r} in this file.")
    return settings


def _profile(document: Document, name: str) -> Profile:
    table = ("profiles", name)
    if not PROFILE_NAME.fullmatch(name):
        raise ConfigError(
            f"{document.where(table)}a profile's name is made of letters, digits, - and _, "
            "40 at most."
        )
    if not isinstance(document.root["profiles"][name], dict):
        raise ConfigError(f"{document.where(('profiles',), name)}{name} must be a table.")
    values: dict[str, Any] = document.take(table, _PROFILE)
    place = values.pop("data_centre", ""), values.pop("environment", "")
    urls = values.pop("accounts_url", ""), values.pop("api_domain", "")
    try:
        accounts, domain = addresses(*place, *urls)
    except (UnlistedHost, ConfigError) as error:
        raise ConfigError(f"{document.where(table)}{error}") from None
    return Profile(name=name, accounts=accounts, domain=domain, **values)


def addresses(
    location: str, environment: str, accounts_url: str, domain: str
) -> tuple[AccountsServer, ApiDomain]:
    """Work out both addresses from what is named of them; what is named wins.

    Raises UnlistedHost for a host outside the table, ConfigError if something is missing or
    contradicts another.
    """
    server = accounts_server(accounts_url) if accounts_url else None
    api = api_domain(domain, named=True) if domain else None
    place = location or (server or api or _Nowhere).location
    centre = data_centre(place)
    if api is None and server is not None and server.location == "local":
        api = api_domain(server.url)
    if server is None and api is not None and api.location == "local":
        server = AccountsServer(api.url, "local")
    if centre is not None:
        server = server or centre.accounts_server
        api = api or centre.api(Environment(environment or "production"))
    if server is None or api is None:
        raise ConfigError("Name the data centre, like EU.")
    if server.location != api.location or (centre and centre.location != api.location):
        raise ConfigError(
            f"The addresses are of different data centres: {server.url} and {api.url}"
            f"{f', not {location}' if location else ''}."
        )
    if environment and api.environment not in {Environment(environment), Environment.UNKNOWN}:
        raise ConfigError(f"{api.url} is not of the environment {environment}.")
    return server, api


class _Nowhere:
    location = ""
