"""What settings.toml may say: how the program behaves, and one table a profile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zohotui.config.errors import ConfigError
from zohotui.config.key_names import key_names
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
    most_records_a_day: int = 0
    """Records that one run, or all runs of a day, may delete; 0: any number."""
    four_eyes_above: int = 0
    """Records above which a run needs a plan that another user wrote; 0: none does."""
    protected_ids: tuple[str, ...] = ()
    protected_owners: tuple[str, ...] = ()
    """Names, e-mail addresses or ids of users whose records are held."""
    protected_tags: tuple[str, ...] = ()
    protected_if: tuple[str, ...] = ()
    """Rules such as `Amount > 0`, as text: what they mean is told where records are."""
    rules_at: str = field(default="", compare=False)
    """File and line of these rules, as an error message begins with them."""
    review_valid_minutes: int = 15
    """How long a review counts before the records are read again."""
    snapshot: str = "list"
    """How records are saved before a delete: as the lists of the review have them, in full, off."""
    require_reason: bool = False
    """Whether a run needs a reason in words, such as a ticket, before its sentence counts."""
    short_sentence: bool = False
    """Whether `delete 46` is enough; never in production, nor where that is not known."""
    idle_minutes: int = 0
    """Minutes without a key after which the session asks to be confirmed again; 0: never."""
    secret_command: str = ""
    """A command that prints the secrets, instead of a file that holds them."""

    @property
    def environment(self) -> Environment:
        """What its address says of the environment."""
        return self.domain.environment


@dataclass(frozen=True, slots=True)
class KeyLine:
    """The keys that a command was given, and where that stands."""

    keys: tuple[str, ...]
    """As they are named in the file: d, ctrl+n, space, f5."""
    where: str
    """File and line, as an error message begins with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of settings.toml."""

    profile: str = ""
    """The profile that opens when none is named; empty: the only one, if there is one."""
    theme: str = "dark"
    low_bandwidth: bool = False
    mouse: bool = True
    attention: str = "bell"
    """How the terminal is told that a long run ended, paused itself or asks."""
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    keys: Mapping[str, KeyLine] = field(default_factory=dict)
    """By a command's id; which commands there are is known where the screens are."""

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
        there = (
            f"There are: {', '.join(self.profiles)}."
            if self.profiles
            else ("There are no profiles yet.")
        )
        raise ConfigError(f"There is no profile {name!r} in settings.toml. {there}")


@dataclass(frozen=True, slots=True)
class Key:
    """What one key of settings.toml takes and does."""

    check: Check
    meaning: str
    """In an admin's words; the default stands beside the field of the same name."""

    @property
    def takes(self) -> str:
        """The values that it takes, as the error message of a wrong one names them."""
        try:
            self.check(None)
        except ValueError as error:
            return str(error)
        return "anything"


TOP_KEYS = {
    "profile": Key(
        a_text, "The profile opened when none is named. If there is only one: that one."
    ),
    "theme": Key(one_of("dark", "light"), "The colours of the screen."),
    "low_bandwidth": Key(a_switch, "true: repaint less often, for slow lines."),
    "mouse": Key(a_switch, "false: leave the mouse to the terminal."),
    "attention": Key(
        one_of("bell", "notify", "off"),
        "What the terminal does when a run of more than ten seconds ends, pauses itself or asks. "
        "notify: a notification of the desktop, where the terminal has them.",
    ),
}
"""The keys above all tables."""

PROFILE_KEYS = {
    "data_centre": Key(
        one_of(*sorted(KNOWN_LOCATIONS)),
        "The org's data centre. Required unless accounts_url or api_domain is set.",
    ),
    "environment": Key(
        one_of("production", "sandbox", "developer"), "The kind of org. If not set: production."
    ),
    "org": Key(
        digits,
        "The org's number. If the sign-in opens another org, nothing is done. If not set: any org.",
    ),
    "read_only": Key(a_switch, "true: nothing can be deleted."),
    "wf_trigger": Key(
        a_switch, "How a delete's switch for workflow rules is set. false: they do not run."
    ),
    "batch_size": Key(a_number(1, MOST_IDS), "Records per request."),
    "parallel": Key(
        a_number(1, MOST_PARALLEL), "Requests in parallel, within what your edition allows."
    ),
    "reserve_credits": Key(
        a_number(0, 100_000_000),
        "API credits to leave for others. A run pauses when Zoho says no more than these are "
        "left. 0: off.",
    ),
    "records_api": Key(
        one_of("v2", "v8"), "The version of Zoho's API that reads and deletes records."
    ),
    "most_records_a_run": Key(
        a_number(0, 100_000_000),
        "Most records per run. Held and missing ids do not count. 0: no limit.",
    ),
    "most_records_a_day": Key(
        a_number(0, 100_000_000),
        "Daily limit for this org, counted from this machine's journals before a run begins. "
        "Interrupted, running and restored ids count. 0: no limit.",
    ),
    "four_eyes_above": Key(
        a_number(0, 100_000_000),
        "A run of more records needs a plan (--plan) that another user of the org wrote. There is "
        "no server: it is a handshake, not a lock. Files can be forged, and smaller runs pass "
        "(see most_records_a_day). 0: off.",
    ),
    "protected_ids": Key(record_ids, "Records with these ids are held."),
    "protected_owners": Key(
        texts, "Records of these users are held. Give names, e-mail addresses or ids."
    ),
    "protected_tags": Key(texts, "Records with one of these tags are held."),
    "protected_if": Key(
        texts,
        "Records that match one of these rules are held. A rule is the API name of a field, "
        "one of = != > >= < <=, and a text, a number or a date, like Amount > 0; or: "
        "modified in the last 7 days; or: created in the last 7 days. A record whose value "
        "cannot be compared is held too. An empty field is never greater or smaller.",
    ),
    "review_valid_minutes": Key(
        a_number(1, 1_440), "How long a review is valid before the records are read again."
    ),
    "snapshot": Key(
        one_of("list", "full", "off"),
        "How records are saved before they are deleted. list: as the review reads them, 100 "
        "per call. full: one by one with subforms, one call per record. off: not saved.",
    ),
    "require_reason": Key(
        a_switch,
        "true: a run needs a reason, such as the number of a ticket. The journal keeps it.",
    ),
    "short_sentence": Key(
        a_switch, "true: `delete 46` is enough in a sandbox or developer org. Never in production."
    ),
    "idle_minutes": Key(
        a_number(0, 1_440),
        "Minutes without a key after which the records must be read again. 0: never.",
    ),
    "secret_command": Key(
        a_text,
        "A command that prints client_id, client_secret and refresh_token, as JSON or as "
        "lines of name=value. If not set: they are in a file that only you can read.",
    ),
    "accounts_url": Key(a_text, "The address of the accounts server, instead of data_centre."),
    "api_domain": Key(a_text, "The address of Zoho's API, instead of data_centre."),
}
"""The keys of a profile's table."""


def _keys(document: Document) -> dict[str, KeyLine]:
    """Read the table [keys]; raises ConfigError for a key that is none."""
    table = document.root.get("keys", {})
    if not isinstance(table, dict):
        raise ConfigError(f"{document.where((), 'keys')}keys must be a table.")
    checks = dict.fromkeys(table, key_names)
    taken = document.take(("keys",), checks) if table else {}
    return {
        name: KeyLine(tuple(map(str, taken[name])), document.where(("keys",), name))  # type: ignore[arg-type] # key_names gives names
        for name in taken
    }


def _checks(keys: Mapping[str, Key]) -> dict[str, Check]:
    return {name: key.check for name, key in keys.items()}


def read_settings(path: Path) -> Settings:
    """Read settings.toml; an absent one says nothing. Raises ConfigError for what is wrong in it.

    The message names file, line and key, and the nearest key that there is.
    """
    document = Document.read(path)
    for key, value in document.root.items():
        if isinstance(value, dict) and key not in {"profiles", "keys"}:
            document.unknown((key,), "", ("profiles", "keys"))
    tables = document.root.get("profiles", {})
    if not isinstance(tables, dict):
        raise ConfigError(f"{document.where((), 'profiles')}profiles must be tables.")
    values: dict[str, Any] = document.take((), _checks(TOP_KEYS))
    profiles = {name: _profile(document, name) for name in tables}
    settings = Settings(**values, profiles=profiles, keys=_keys(document))
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
    values: dict[str, Any] = document.take(table, _checks(PROFILE_KEYS))
    place = values.pop("data_centre", ""), values.pop("environment", "")
    urls = values.pop("accounts_url", ""), values.pop("api_domain", "")
    try:
        accounts, domain = addresses(*place, *urls)
    except (UnlistedHost, ConfigError) as error:
        raise ConfigError(f"{document.where(table)}{error}") from None
    rules_at = document.where(table, "protected_if") if "protected_if" in values else ""
    return Profile(name=name, accounts=accounts, domain=domain, rules_at=rules_at, **values)


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
