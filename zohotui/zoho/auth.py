"""Who is asking: the access token, kept out of every repr, log and traceback."""

from __future__ import annotations

from collections.abc import Generator

import httpx


class Secret:
    """A string that shows itself only when asked to.

    Not a subclass of str: pretty printers would find the value there.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, for the one place that sends it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> tuple[object, ...]:
        """Refuse to be pickled or deep-copied into places that are not watched."""
        raise TypeError("a Secret is not written anywhere")


class AccessTokenAuth(httpx.Auth):
    """Signs each request with an access token.

    Source: zoho-api.md, "Calling the API": always `Zoho-oauthtoken`, never `Bearer`.
    """

    def __init__(self, token: Secret) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Set the header as the request leaves, so that no other object ever holds it."""
        request.headers["Authorization"] = f"Zoho-oauthtoken {self._token.reveal()}"
        yield request
