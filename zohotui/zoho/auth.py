"""How a request is signed: with an access token, set as it leaves and held nowhere else."""

from __future__ import annotations

from collections.abc import Generator

import httpx

from zohotui.zoho.datacentre import ApiDomain
from zohotui.zoho.errors import NotAuthorized, TokenExpired
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import Tokens


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


def unsigned(
    tokens: Tokens, token: Secret, domain: ApiDomain, error: NotAuthorized
) -> NotAuthorized:
    """Say what the refusal of a token means for the session that it is of."""
    again = tokens.refused(token)
    kind, hint = NotAuthorized, ""
    place = f"{domain.location} ({domain.url.partition('://')[2]})"
    if again:
        kind = TokenExpired
    elif tokens.renewable:
        hint = (
            f". It was made just now, so it is probably not for {place}: check the data "
            "centre and environment of this sign-in."
        )
    elif domain.location != "local":
        hint = f". It may be older than an hour, or not for {place}."
    return kind(
        f"{error.detail}{hint}",
        code=error.code,
        message=error.message,
        status=error.status,
        answer=error.answer,
    )
