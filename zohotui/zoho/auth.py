"""How a request is signed: with an access token, set as it leaves and held nowhere else."""

from __future__ import annotations

from collections.abc import Generator

import httpx

from zohotui.zoho.secret import Secret


class AccessTokenAuth(httpx.Auth):
    """Signs a request with an access token.

    Source: zoho-api.md, "Calling the API": always `Zoho-oauthtoken`, never `Bearer`.
    """

    def __init__(self, token: Secret) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Set the header as the request leaves, so that no other object ever holds it."""
        request.headers["Authorization"] = f"Zoho-oauthtoken {self._token.reveal()}"
        yield request
