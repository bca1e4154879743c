"""Opening orgs: from a profile, from the environment, or from a sign-in that has just been made."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx

from zohotui.config.credentials import (
    Credentials,
    ask_command,
    read_credentials,
    write_credentials,
)
from zohotui.config.environment import FromEnvironment
from zohotui.config.errors import ConfigError
from zohotui.config.folders import Folders
from zohotui.config.private_files import erase_private
from zohotui.config.settings import (
    PROFILE_NAME,
    Profile,
    Settings,
    read_settings,
)
from zohotui.config.settings_file import add_profile
from zohotui.config.strictest import strictest
from zohotui.config.token_file import TokenFile
from zohotui.zoho.accounts import Accounts, TokenAnswer
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import AccountsServer, ApiDomain, Environment
from zohotui.zoho.errors import NotSent, SignInNeeded
from zohotui.zoho.follow import domain_of
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken, MemoryStore, RefreshedTokens, Tokens, TokenStore
from zohotui.zoho.zoho_clock import ZohoClock

_REVOKE_THERE = "Revoke the token in Zoho's account settings, under Connected Apps."


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One org, opened: what a session works with until another is opened."""

    crm: ZohoCRM
    profile: Profile
    """How to work in it; its name is empty if it is not kept."""
    credentials: Credentials | None = None
    """None if there is only an access token."""
    tokens: RefreshedTokens | None = None
    """What renews its access tokens; None if there is only one."""
    scopes: tuple[str, ...] = ()
    """What the token may do; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """The profiles of settings.toml, and whatever else opens an org.

    `read_only` holds for whatever is opened; `transport` stands in for the network in tests.
    `check` raises ConfigError for a profile with settings that only those above can judge.
    Everything here may wait for the disk or the network: not for the screen's own thread.
    """

    folders: Folders
    read_only: bool = False
    transport: httpx.BaseTransport | None = None
    clock: Callable[[], float] = time.time
    check: Callable[[Profile], None] = field(default=lambda _: None, repr=False)
    _unkept: dict[str, MemoryStore] = field(default_factory=dict, repr=False, compare=False)
    """What is known of the tokens of sign-ins that are not kept, by their fingerprints.

    So that Zoho's limits hold from one try to the next although nothing of them is on the disk.
    """

    def settings(self) -> Settings:
        """Read settings.toml as it is now; raises ConfigError."""
        return read_settings(self.folders.settings)

    def of_org(self, zgid: str, domain: ApiDomain) -> Profile | None:
        """Return the profile of an org, the strictest of several; None if there is none.

        Raises ConfigError if the settings, or the guards of one of them, cannot be understood.
        """
        alike = [
            profile
            for profile in self.settings().profiles.values()
            if zgid and profile.org == zgid and profile.domain.url == domain.url
        ]
        for profile in alike:
            self.check(profile)
        return strictest(alike) if alike else None

    def outdated(self, profile: Profile) -> str:
        """Say that settings.toml tells something else of an open profile by now, or nothing.

        A session may be open all day, and what its settings protect may have been written since.
        """
        if not profile.name:
            return ""

        def same(one: Profile | None) -> bool:
            """Whether it is that; where that is may have been told by the sign-in instead."""
            if one is None:
                return False
            return replace(one, accounts=profile.accounts, domain=profile.domain) == profile

        try:
            named = self.settings().profiles.get(profile.name)
            if same(named) or same(self.of_org(profile.org, profile.domain)):
                return ""
        except ConfigError as error:
            return str(error)
        return f"settings.toml says something else of the profile {profile.name} by now."

    def is_signed_in(self, profile: Profile) -> bool:
        """Whether a profile has secrets, as far as a look tells."""
        return bool(profile.secret_command) or self._secrets(profile.name).exists()

    def open(self, name: str, *, terminal: bool = False) -> Account:
        """Open a profile; no request is sent.

        `terminal`: whether its secret_command may ask for something. Raises ConfigError for what
        cannot be used, SignInNeeded if nobody is signed in.
        """
        profile = self.settings().named(name)
        self.check(profile)
        if profile.secret_command:
            credentials: Credentials | None = ask_command(
                profile.secret_command, name, terminal=terminal
            )
        else:
            credentials = read_credentials(self._secrets(name))
        if credentials is None:
            raise SignInNeeded(f"You are not signed in to the profile {name}.")
        return self._account(profile, credentials, self._on_disk(profile.accounts, credentials))

    def known(self, name: str) -> tuple[Profile, Credentials | None]:
        """Return a profile and what is kept of its sign-in; raises ConfigError."""
        profile = self.settings().named(name)
        return profile, read_credentials(self._secrets(name))

    def from_environment(self, given: FromEnvironment, *, for_now: bool = False) -> Account:
        """Open what the environment names; no request is sent.

        `for_now`: nothing of it goes to the disk, as it may yet be dropped.
        """
        if (credentials := given.credentials) is not None:
            renewed = self._in_memory if for_now else self._on_disk
            tokens = renewed(given.accounts, credentials)
            return self._account(_unnamed(given.accounts, given.domain), credentials, tokens)
        return self.from_token(given.accounts, given.domain, given.access_token or Secret(""))

    def from_token(self, accounts: AccountsServer, domain: ApiDomain, token: Secret) -> Account:
        """Open an access token alone, for as long as it lives; no request is sent."""
        profile = _unnamed(accounts, domain)
        return Account(crm=self._crm(profile, FixedToken(token)), profile=profile)

    def from_refresh_token(
        self, server: AccountsServer, environment: Environment, credentials: Credentials
    ) -> Account:
        """Open what a refresh token leads to, by making an access token; it is not kept yet.

        Raises SignInNeeded, TokenThrottled, NotSent or ConfigError.
        """
        tokens = self._in_memory(server, credentials)
        try:
            answer = tokens.renew()
            profile = _unnamed(server, domain_of(server, environment, answer.api_domain))
        except NotSent:
            tokens.close()
            raise
        account = self._account(profile, credentials, tokens)
        return replace(account, scopes=answer.scopes)

    def from_answer(
        self,
        server: AccountsServer,
        environment: Environment,
        client: OAuthClient,
        answer: TokenAnswer,
    ) -> Account:
        """Open what a new sign-in gave, which is not kept yet; no request is sent.

        Raises SignInNeeded if the answer leads to an address that is not followed.
        """
        profile = _unnamed(server, domain_of(server, environment, answer.api_domain))
        if answer.refresh_token is None:
            account = self.from_token(server, profile.domain, answer.access_token)
        else:
            credentials = Credentials(client, answer.refresh_token)
            tokens = self._in_memory(server, credentials)
            tokens.begin(answer)
            account = self._account(profile, credentials, tokens)
        return replace(account, scopes=answer.scopes)

    def keep(
        self, account: Account, name: str, org: str, *, read_only: bool, meant: bool = False
    ) -> Account:
        """Keep a sign-in as a profile and open it from there; raises ConfigError.

        `meant`: whether it is that profile that was signed in to, and not a new one of its name.
        """
        if not PROFILE_NAME.fullmatch(name):
            raise ConfigError(
                "A profile name has at most 40 letters, digits, - and _, and begins with a "
                "letter or digit."
            )
        if account.credentials is None:
            raise ConfigError("An access token alone is not saved: it expires within the hour.")
        there = self.settings().profiles.get(name)
        if there is not None:
            self.check(there)
            if there.secret_command:
                raise ConfigError(
                    f"The profile {name} gets its secrets from a command. Change them there."
                )
        add_profile(
            self.folders.settings,
            replace(account.profile, name=name, org=org, read_only=read_only),
            meant=meant,
        )
        write_credentials(self._secrets(name), account.credentials)
        if account.tokens is not None:
            # If it cannot be shared, the next zohotui makes a token of its own.
            with suppress(NotSent):
                account.tokens.keep_in(self._file(account.credentials))
        opened = self.open(name)
        return replace(opened, scopes=account.scopes)

    def sign_out(self, name: str) -> str:
        """Revoke a profile's refresh token and erase its secrets; the settings stay.

        Returns a sentence to show; raises ConfigError if something stays on the disk. Secrets that
        cannot be used are erased all the same.
        """
        profile = self.settings().named(name)
        if profile.secret_command:
            raise ConfigError(
                f"The profile {name} gets its secrets from a command. Remove them there, and "
                "revoke the token in Zoho's account settings."
            )
        path = self._secrets(name)
        try:
            credentials = read_credentials(path)
        except ConfigError:
            erase_private(path)
            return (
                f"The secrets of {name} could not be used. They are erased, but Zoho was not told: "
                f"{_REVOKE_THERE}"
            )
        if credentials is None:
            return f"You were not signed in to {name}."
        erase_private(path)
        store = self._file(credentials)
        tokens = self._tokens(profile.accounts, credentials, store)
        try:
            tokens.revoke()
        except NotSent as error:
            # Perhaps another zohotui kept it from coming so far.
            store.erase()
            return (
                f"The secrets of {name} are erased, but Zoho was not told: {error.detail} "
                f"{_REVOKE_THERE}"
            )
        finally:
            tokens.close()
        return f"Signed out of {name}: the token is revoked and erased."

    def suggested_name(self, org: str, environment: Environment) -> str:
        """Make a profile's name of an org's, such as acme-ltd or acme-ltd-sandbox."""
        plain = re.sub(r"[^a-z0-9]+", "-", org.lower()).strip("-")[:25].strip("-") or "org"
        usual = {Environment.PRODUCTION, Environment.UNKNOWN}
        return plain if environment in usual else f"{plain}-{environment}"

    def _account(
        self, profile: Profile, credentials: Credentials, tokens: RefreshedTokens
    ) -> Account:
        crm = self._crm(profile, tokens)
        return Account(crm=crm, profile=profile, credentials=credentials, tokens=tokens)

    def _crm(self, profile: Profile, tokens: Tokens) -> ZohoCRM:
        return ZohoCRM(
            profile.domain,
            tokens,
            records_api=profile.records_api,
            read_only=self.read_only or profile.read_only,
            transport=self.transport,
            clock=ZohoClock(self.clock),
        )

    def _on_disk(self, server: AccountsServer, credentials: Credentials) -> RefreshedTokens:
        """Share access tokens with every zohotui on this sign-in; raises ConfigError."""
        store = self._file(credentials)
        store.check()
        return self._tokens(server, credentials, store)

    def _in_memory(self, server: AccountsServer, credentials: Credentials) -> RefreshedTokens:
        """Leave nothing on the disk, but heed what a profile of this sign-in has left there.

        Raises ConfigError.
        """
        file = self._file(credentials)
        file.check()
        store = self._unkept.setdefault(credentials.fingerprint, MemoryStore())
        store.write(max(store.read(), file.read(), key=lambda kept: kept.age))
        return self._tokens(server, credentials, store)

    def _tokens(
        self, server: AccountsServer, credentials: Credentials, store: TokenStore
    ) -> RefreshedTokens:
        accounts = Accounts(server, self.transport)
        client, refresh = credentials.client, credentials.refresh_token
        return RefreshedTokens(accounts, client, refresh, store, self.clock)

    def _file(self, credentials: Credentials) -> TokenFile:
        return TokenFile(self.folders.tokens, credentials.fingerprint)

    def _secrets(self, name: str) -> Path:
        return self.folders.secrets / f"{name}.json"


def as_profile(profile: Profile, account: Account) -> Account:
    """Hold what is not kept in a profile to that profile's settings all the same."""
    account.crm.read_only = account.crm.read_only or profile.read_only
    return replace(
        account,
        profile=replace(profile, accounts=account.profile.accounts, domain=account.profile.domain),
    )


def _unnamed(accounts: AccountsServer, domain: ApiDomain) -> Profile:
    return Profile(name="", accounts=accounts, domain=domain)
