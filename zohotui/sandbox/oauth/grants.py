"""What codes and tokens stand for, and the ways in which the accounts host says no."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zohotui.sandbox.org.org import Org


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code, refresh token or access token stands for.

    `expires` is a moment of the sandbox's clock; `parent` is the refresh token an access token
    was made from, empty for one without. `org`: None for the sandbox's first.
    """

    scopes: tuple[str, ...]
    expires: float
    parent: str = ""
    org: Org | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a token request gave, before it is put into Zoho's words.

    `lifetime` is in seconds; `refresh_token` is empty where none belongs into the answer;
    `org`: None for the sandbox's first. Source: zoho-api.md, "Self client".
    """

    access_token: str
    scopes: tuple[str, ...]
    lifetime: float
    refresh_token: str = ""
    org: Org | None = None


class Throttled(Exception):
    """Too many new access tokens in ten minutes."""


class OAuthRefusal(Exception):
    """The accounts host says no; the argument is the value of `error`."""


class OtherDataCentre(Exception):
    """The user's account is in another data centre; the argument is its location: "eu"."""


def new_token() -> str:
    """Make up a code or token in Zoho's form."""
    return f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
