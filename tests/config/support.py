"""Profiles on folders of their own, against a practice org or a whole practice cloud."""

from __future__ import annotations

import json
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import httpx

from tests.world.clock import Clock
from tests.world.wire import Wire
from zohotui.config.credentials import read_credentials
from zohotui.config.folders import Folders
from zohotui.config.profiles import Account, Profiles
from zohotui.sandbox import Cloud, Org, Sandbox
from zohotui.zoho.accounts import Accounts
from zohotui.zoho.datacentre import AccountsServer, Environment, accounts_server
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret

LOCAL = accounts_server("http://localhost")
CLIENT = ("1000.PRACT1CE", "5ec4e75ec4e7")
SECOND = "700000002"
"""The number of the practice user's other org."""


class Home:
    """A home folder, and a practice user with two orgs in one data centre, or in a cloud of two."""

    def __init__(self, folder: Path, *, in_cloud: bool = False) -> None:
        self.clock = Clock()
        self.folders = Folders(folder / "state", folder / "config")
        self.folders.make()
        self.sandbox = self._sandbox(Org.empty(), Org.empty(zgid=SECOND, prefix="554024"))
        # Outside a cloud the wire may break, too.
        self.transport: httpx.BaseTransport = Wire(self.sandbox)
        if in_cloud:
            test = Org.empty(zgid="700000003", prefix="554025", environment="sandbox")
            eu = Org.empty(zgid="700000004", prefix="554026")
            self.us = self._sandbox(test)
            self.sandbox = self._sandbox(
                eu, Org.empty(zgid="700000005", prefix="554027", environment="sandbox")
            )
            self.cloud = Cloud({"us": self.us, "eu": self.sandbox})
            self.transport = httpx.WSGITransport(app=self.cloud)

    def _sandbox(self, org: Org, *others: Org) -> Sandbox:
        return Sandbox(org, *others, clock=self.clock, sleep=self.clock.sleep, client=CLIENT)

    @property
    def client(self) -> OAuthClient:
        return OAuthClient(CLIENT[0], Secret(CLIENT[1]))

    def profiles(self, *, read_only: bool = False) -> Profiles:
        """Give the profiles as another zohotui would see them."""
        return Profiles(self.folders, read_only, self.transport, self.clock)

    def vary(self, **changes: object) -> None:
        """Make the practice accounts server another possible one."""
        self.sandbox.variants = replace(self.sandbox.variants, **changes)  # type: ignore[arg-type]

    def sign_in(
        self,
        server: AccountsServer = LOCAL,
        environment: Environment = Environment.PRODUCTION,
        org: Org | None = None,
    ) -> Account:
        """Exchange a grant code of an org (the first); nothing is kept yet."""
        profiles = self.profiles()
        accounts = Accounts(server, profiles.transport)
        code = Secret(self.sandbox.issue_code(org=org))
        answer = accounts.exchange(self.client, code)
        return profiles.from_answer(server, environment, self.client, answer)

    def kept(self, name: str = "acme", *, read_only: bool = False) -> Account:
        """Sign in and keep it."""
        return self.profiles().keep(self.sign_in(), name, "700000001", read_only=read_only)

    @property
    def token_requests(self) -> int:
        """How often tokens were asked for."""
        return sum(
            request.path.startswith("/oauth/v2/token") and "revoke" not in request.path
            for request in self.sandbox.ledger.requests
        )

    @property
    def files(self) -> dict[str, int]:
        """Every file there is, with its mode."""
        roots = (self.folders.state, self.folders.config)
        found = (file for root in roots for file in root.rglob("*"))
        return {
            str(file.relative_to(file.parents[1])): file.stat().st_mode & 0o777
            for file in found
            if file.is_file()
        }

    def holds(self, secret: str) -> bool:
        """Whether any file holds this text."""
        roots = (self.folders.state, self.folders.config)
        files = (file for root in roots for file in root.rglob("*") if file.is_file())
        return any(secret.encode() in file.read_bytes() for file in files)


def secrets_of(home: Home, name: str = "acme") -> Path:
    return home.folders.secrets / f"{name}.json"


def refresh_token(home: Home, name: str = "acme") -> str:
    return str(json.loads(secrets_of(home, name).read_bytes())["refresh_token"])


def fingerprint(home: Home, name: str = "acme") -> str:
    credentials = read_credentials(secrets_of(home, name))
    assert credentials is not None
    return credentials.fingerprint


def write_command_profile(home: Home, output: str = "{}") -> None:
    program = "import sys; print(sys.argv[1])"
    command = shlex.join([sys.executable, "-c", program, output])
    home.folders.settings.write_text(
        f"[profiles.safe]\napi_domain = 'http://localhost'\n"
        f"secret_command = {json.dumps(command)}\n"
    )
