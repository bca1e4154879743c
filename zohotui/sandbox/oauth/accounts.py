"""Zoho Accounts: grant codes, refresh tokens and access tokens with their limits."""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from zohotui.sandbox.oauth.grants import Grant, Issued, OAuthRefusal, Throttled, new_token
from zohotui.sandbox.oauth.scopes import FULL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from zohotui.sandbox.org.org import Org

ACCESS_LIFETIME = 3600.0
CODE_LIFETIME = 180.0
WINDOW = 600.0
CODES_PER_WINDOW = 10
REFRESHES_PER_WINDOW = 10
LIVE_TOKENS = 15
LIVE_REFRESH_TOKENS = 20
_NEVER = float("inf")


class Accounts:
    """One client of one user; safe from any thread. Source: zoho-api.md, "Validity and limits".

    `client` is (client id, client secret), made up unless told. `lifetime` is how many seconds
    new access tokens live; it may be changed at any time. Every code and token belongs to one
    org; None stands for the sandbox's first.
    """

    def __init__(self, clock: Callable[[], float], client: tuple[str, str] | None = None) -> None:
        self._clock = clock
        self._mutex = Lock()
        self._codes: dict[str, Grant] = {}
        self._codes_made: deque[float] = deque()
        self._surplus: set[str] = set()
        self._access: dict[str, Grant] = {}
        self._displaced: set[str] = set()
        self._refresh: dict[str, Grant] = {}
        self._refreshed: dict[str, deque[float]] = {}
        self._throttled_until = 0.0
        self.lifetime = ACCESS_LIFETIME
        self.client_id, self.client_secret = client or _new_client()
        self.refresh_token = self.issue_refresh_token()

    def issue_token(
        self,
        scopes: Iterable[str] | None = None,
        lifetime: float | None = None,
        org: Org | None = None,
    ) -> str:
        """Return a new access token that no refresh token stands behind."""
        with self._mutex:
            seconds = self.lifetime if lifetime is None else lifetime
            return self._new_access(Grant(_scopes(scopes), self._clock() + seconds, org=org))

    def issue_code(self, scopes: Iterable[str] | None = None, org: Org | None = None) -> str:
        """Return a new grant code, as the API console's Self Client makes it.

        The eleventh in ten minutes will be refused with `access_denied`.
        """
        code = new_token()
        with self._mutex:
            if not self._counted(self._codes_made, CODES_PER_WINDOW):
                self._surplus.add(code)
            self._codes[code] = Grant(_scopes(scopes), self._clock() + CODE_LIFETIME, org=org)
        return code

    def issue_refresh_token(
        self, scopes: Iterable[str] | None = None, org: Org | None = None
    ) -> str:
        """Return a new refresh token, as if a grant code had been exchanged for it."""
        with self._mutex:
            return self._new_refresh(Grant(_scopes(scopes), _NEVER, org=org))

    def issue(self, scopes: Iterable[str], org: Org | None, *, offline: bool) -> Issued:
        """Grant what a user has consented to; offline means with a refresh token."""
        grant = Grant(tuple(scopes), _NEVER, org=org)
        with self._mutex:
            return self._with_access(self._new_refresh(grant) if offline else "", grant)

    def throttle_for(self, seconds: float) -> None:
        """Answer every token request as throttled from now on, for this many seconds."""
        with self._mutex:
            self._throttled_until = self._clock() + seconds

    def check_throttle(self) -> None:
        """Raise Throttled while `throttle_for` lasts."""
        with self._mutex:
            self._refuse_if_throttled()

    def expire(self, token: str) -> None:
        """Let an access token end now; KeyError for an unknown one."""
        with self._mutex:
            self._access[token] = replace(self._access[token], expires=self._clock())

    def check(self, token: str) -> Grant | None:
        """Return what a live access token stands for; None for any other text."""
        with self._mutex:
            grant = self._access.get(token)
            return grant if grant is not None and grant.expires > self._clock() else None

    def was_displaced(self, token: str) -> bool:
        """Whether an access token ended because fifteen younger ones live."""
        with self._mutex:
            return token in self._displaced

    def check_client(self, params: Mapping[str, str], *, secret: bool = True) -> None:
        """Raise OAuthRefusal unless the parameters name this client, with its secret."""
        if params.get("client_id") != self.client_id:
            raise OAuthRefusal("invalid_client")
        if secret and params.get("client_secret") != self.client_secret:
            raise OAuthRefusal("invalid_client_secret")

    def token(self, params: Mapping[str, str]) -> Issued:
        """Exchange a code or refresh.

        Raises OAuthRefusal or Throttled. Source: zoho-api.md, "Token-endpoint errors".
        """
        self.check_client(params)
        with self._mutex:
            self._refuse_if_throttled()
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
            if token not in self._refresh:
                return False
            self._end_refresh(token)
            return True

    def _refuse_if_throttled(self) -> None:
        if self._clock() < self._throttled_until:
            raise Throttled

    def _exchange(self, code: str) -> Issued:
        grant = self._codes.pop(code, None)
        if grant is None or grant.expires <= self._clock():
            raise OAuthRefusal("invalid_code")
        if code in self._surplus:
            raise OAuthRefusal("access_denied")
        refresh = self._new_refresh(replace(grant, expires=_NEVER))
        return self._with_access(refresh, grant)

    def _renew(self, refresh: str) -> Issued:
        grant = self._refresh.get(refresh)
        if grant is None:
            raise OAuthRefusal("invalid_code")
        # The client has it already. Source: zoho-api.md, "Refresh".
        return replace(self._with_access(refresh, grant), refresh_token="")

    def _with_access(self, refresh: str, grant: Grant) -> Issued:
        """Make an access token from a refresh token, or from none where it is empty."""
        if refresh and not self._counted(self._refreshed[refresh], REFRESHES_PER_WINDOW):
            raise Throttled
        expires = self._clock() + self.lifetime
        return Issued(
            access_token=self._new_access(replace(grant, expires=expires, parent=refresh)),
            scopes=grant.scopes,
            lifetime=self.lifetime,
            refresh_token=refresh,
            org=grant.org,
        )

    def _counted(self, times: deque[float], most: int) -> bool:
        """Count one more into the last ten minutes; False, and not counted, beyond `most`."""
        now = self._clock()
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) >= most:
            return False
        times.append(now)
        return True

    def _new_refresh(self, grant: Grant) -> str:
        """Add a refresh token; the oldest ends beyond twenty."""
        refresh = new_token()
        self._refresh[refresh] = grant
        self._refreshed[refresh] = deque()
        for oldest in list(self._refresh)[:-LIVE_REFRESH_TOKENS]:
            self._end_refresh(oldest)
        return refresh

    def _end_refresh(self, refresh: str) -> None:
        del self._refresh[refresh], self._refreshed[refresh]
        for access in [key for key, held in self._access.items() if held.parent == refresh]:
            del self._access[access]

    def _new_access(self, grant: Grant) -> str:
        """Add a token; of those made from one refresh token the oldest goes beyond fifteen."""
        access = new_token()
        self._access[access] = grant
        if grant.parent:
            live = [
                key
                for key, held in self._access.items()
                if held.parent == grant.parent and held.expires > self._clock()
            ]
            for key in live[:-LIVE_TOKENS]:
                del self._access[key]
                self._displaced.add(key)
        return access


def _scopes(given: Iterable[str] | None) -> tuple[str, ...]:
    return FULL if given is None else tuple(given)


def _new_client() -> tuple[str, str]:
    return f"1000.{secrets.token_hex(15).upper()}", secrets.token_hex(21)
