"""Zoho Accounts: grant codes, refresh tokens and access tokens with their limits."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any

from zohotui.sandbox.scopes import FULL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

ACCESS_LIFETIME = 3600.0
CODE_LIFETIME = 180.0
WINDOW = 600.0
REFRESHES_PER_WINDOW = 10
LIVE_TOKENS = 15


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code, refresh token or access token stands for.

    `expires` is a moment of the sandbox's clock; `parent` is the refresh token an access token
    was made from, empty for one issued by hand.
    """

    scopes: tuple[str, ...]
    expires: float
    parent: str = ""


class Throttled(Exception):
    """Too many new access tokens in ten minutes."""


class OAuthRefusal(Exception):
    """The token endpoint says no; the argument is the value of `error`."""


class Accounts:
    """One client of one user; safe from any thread. Source: zoho-api.md, "Validity and limits"."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._mutex = Lock()
        self._codes: dict[str, Grant] = {}
        self._access: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._refreshed: dict[str, deque[float]] = {}
        self.client_id = f"1000.{secrets.token_hex(15).upper()}"
        self.client_secret = secrets.token_hex(21)
        self.refresh_token = self._new_refresh(FULL)

    def issue_token(self, scopes: Iterable[str] | None = None, lifetime: float = 3600) -> str:
        """Return a new access token that no refresh token stands behind."""
        granted = FULL if scopes is None else tuple(scopes)
        with self._mutex:
            return self._new_access(Grant(granted, self._clock() + lifetime))

    def issue_code(self, scopes: Iterable[str] | None = None) -> str:
        """Return a new grant code, as the API console's Self Client makes it."""
        code = _token()
        granted = FULL if scopes is None else tuple(scopes)
        with self._mutex:
            self._codes[code] = Grant(granted, self._clock() + CODE_LIFETIME)
        return code

    def expire(self, token: str) -> None:
        """Let an access token end now; KeyError for an unknown one."""
        with self._mutex:
            self._access[token] = replace(self._access[token], expires=self._clock())

    def check(self, token: str) -> Grant | None:
        """Return what a live access token stands for; None for any other text."""
        with self._mutex:
            grant = self._access.get(token)
            return grant if grant is not None and grant.expires > self._clock() else None

    def token(self, params: Mapping[str, str]) -> dict[str, Any]:
        """Exchange a code or refresh: the members of the answer but for api_domain.

        Raises OAuthRefusal or Throttled. Source: zoho-api.md, "Token-endpoint errors".
        """
        if params.get("client_id") != self.client_id:
            raise OAuthRefusal("invalid_client")
        if params.get("client_secret") != self.client_secret:
            raise OAuthRefusal("invalid_client_secret")
        with self._mutex:
            if params.get("grant_type") == "authorization_code":
                return self._exchange(params.get("code", ""))
            if params.get("grant_type") == "refresh_token":
                return self._renew(params.get("refresh_token", ""))
        raise OAuthRefusal("invalid_code")

    def revoke(self, token: str) -> bool:
        """End a refresh token with its access tokens, or one access token; False if unknown."""
        with self._mutex:
            if self._access.pop(token, None) is not None:
                return True
            if self._refresh.pop(token, None) is None:
                return False
            for access in [key for key, held in self._access.items() if held.parent == token]:
                del self._access[access]
            return True

    def _exchange(self, code: str) -> dict[str, Any]:
        grant = self._codes.pop(code, None)
        if grant is None or grant.expires <= self._clock():
            raise OAuthRefusal("invalid_code")
        refresh = self._new_refresh(grant.scopes)
        return {**self._access_answer(refresh, grant.scopes), "refresh_token": refresh}

    def _renew(self, refresh: str) -> dict[str, Any]:
        grant = self._refresh.get(refresh)
        if grant is None:
            raise OAuthRefusal("invalid_code")
        return self._access_answer(refresh, grant.scopes)

    def _access_answer(self, refresh: str, scopes: tuple[str, ...]) -> dict[str, Any]:
        now = self._clock()
        times = self._refreshed[refresh]
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) >= REFRESHES_PER_WINDOW:
            raise Throttled
        times.append(now)
        access = self._new_access(Grant(scopes, now + ACCESS_LIFETIME, refresh))
        return {"access_token": access, "scope": " ".join(scopes)}

    def _new_refresh(self, scopes: tuple[str, ...]) -> str:
        refresh = _token()
        self._refresh[refresh] = Grant(scopes, float("inf"))
        self._refreshed[refresh] = deque()
        return refresh

    def _new_access(self, grant: Grant) -> str:
        """Add a token; of those made from one refresh token the oldest goes beyond fifteen."""
        access = _token()
        self._access[access] = grant
        if grant.parent:
            live = [
                key
                for key, held in self._access.items()
                if held.parent == grant.parent and held.expires > self._clock()
            ]
            for key in live[:-LIVE_TOKENS]:
                del self._access[key]
        return access


def _token() -> str:
    return f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
