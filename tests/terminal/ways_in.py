"""Signing in as an admin does: a way is chosen, its form is filled in, the org is looked at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, confirm, leave
from zohotui.sandbox import Org

NOBODY: Mapping[str, str | None] = MappingProxyType(
    dict.fromkeys(("ZOHOTUI_ACCESS_TOKEN", "ZOHOTUI_API_DOMAIN"))
)
"""An environment that opens no org."""

BAND = "Acme Ltd · PRODUCTION · LOCAL · anna@acme.example"

OTHER_BAND = "Borealis Test · SANDBOX · LOCAL · anna@acme.example"

WAYS = (
    "Code on another device",
    "Self Client",
    "Refresh token",
    "Access token alone",
    "Environment variables",
)
"""In the order of the list."""

_TO_CHOOSE = "Enter chooses"
_TO_FILL_IN = "Enter signs in"
_TO_LOOK_AT = "Esc discards this sign-in"


def other_org() -> Org:
    """Make a second org of the same user, a sandbox."""
    return Org.empty(
        environment="sandbox", company="Borealis Test", zgid="700000002", prefix="554024"
    )


def begin_signing_in(stage: Stage, *arguments: str) -> Terminal:
    """Start with nothing; the list of ways opens by itself."""
    terminal = stage.start(*arguments, environ=NOBODY)
    terminal.wait_for(_TO_CHOOSE)
    return terminal


def choose(terminal: Terminal, way: str) -> None:
    """Take a way from the list, all keys in one bundle, and wait for its form."""
    terminal.wait_for(_TO_CHOOSE)
    terminal.press("home", *["down"] * WAYS.index(way), "enter")
    terminal.wait_for(_TO_FILL_IN)


def fill_in(terminal: Terminal, *values: str) -> None:
    """Fill in the fields from the one with the cursor on and press Enter, all in one bundle."""
    terminal.type("\t".join(values) + "\r")


def form(stage: Stage, *more: str, place: str = "", client: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the values of a whole form; the environment is left as it stands."""
    sandbox = stage.sandbox
    both = client or (sandbox.client_id, sandbox.client_secret)
    return (place or stage.url, "", *both, *more)


def spend(stage: Stage, code: str) -> str:
    """Use a grant code up, as another client would; returns it."""
    sandbox = stage.sandbox
    sandbox.accounts.token(
        {
            "client_id": sandbox.client_id,
            "client_secret": sandbox.client_secret,
            "grant_type": "authorization_code",
            "code": code,
        }
    )
    return code


def accept(terminal: Terminal, title: str = "Sign in") -> str:
    """Look at the org that was found, then go on; returns what was to be looked at."""
    terminal.wait_for(_TO_LOOK_AT)
    seen = terminal.box(title)
    terminal.press("enter")
    terminal.wait_for(lambda t: not t.box_lines(title))
    return seen


def delete_two(stage: Stage, terminal: Terminal, ids: Iterable[str]) -> None:
    """Take the two ids named at the start, delete them with the sentence, and leave."""
    terminal.wait_for("Use these ids")
    terminal.press("enter")
    terminal.wait_until_gone("Use these ids")
    ask(terminal)
    confirm(terminal, "delete 2 Leads")
    terminal.wait_for("2 ids = 2 verified")
    assert leave(terminal) == 0
    assert sorted(stage.sent) == sorted(ids)
    assert stage.deleted == set(ids)


def keep_profile(
    stage: Stage, name: str = "acme", *lines: str, refresh_token: str | None = None
) -> Path:
    """Write a profile and its secrets as an earlier session left them; the file of secrets."""
    sandbox = stage.sandbox
    with (stage.home / "settings.toml").open("a") as settings:
        table = (f"[profiles.{name}]", f'api_domain = "{stage.url}"', *lines)
        settings.write("\n".join(table) + "\n")
    secrets = stage.home / "secrets"
    secrets.mkdir(mode=0o700, exist_ok=True)
    path = secrets / f"{name}.json"
    path.touch(mode=0o600)
    members = {
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "refresh_token": sandbox.refresh_token if refresh_token is None else refresh_token,
    }
    path.write_text(json.dumps(members))
    return path
