"""A request as it arrives, read from the WSGI environ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from zohotui.sandbox.hosts import DEVICE_PAGE

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_SCHEME = "Zoho-oauthtoken "


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A request as it stands in the environ; `host` is its Host header, port included."""

    method: str
    path: str
    query: str
    body: str
    token: str
    scheme: str
    host: str
    external: str
    """The X-EXTERNAL header."""
    modified_since: str
    """The If-Modified-Since header."""

    @classmethod
    def read(cls, environ: WSGIEnvironment) -> Arrival:
        """Read it, with its body."""
        length = environ.get("CONTENT_LENGTH") or "0"
        raw = environ["wsgi.input"].read(int(length)) if length != "0" else b""
        given = environ.get("HTTP_AUTHORIZATION", "")
        return cls(
            method=environ["REQUEST_METHOD"],
            path=environ.get("PATH_INFO", "/"),
            query=environ.get("QUERY_STRING", ""),
            body=raw.decode(errors="replace"),
            token=given.removeprefix(_SCHEME) if given.startswith(_SCHEME) else "",
            scheme=environ["wsgi.url_scheme"],
            host=environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "localhost"),
            external=environ.get("HTTP_X_EXTERNAL", ""),
            modified_since=environ.get("HTTP_IF_MODIFIED_SINCE", ""),
        )

    @property
    def origin(self) -> str:
        """Scheme and host that the client came to."""
        return f"{self.scheme}://{self.host}"

    @property
    def for_accounts(self) -> bool:
        """Whether it is for the accounts host: sign-in, tokens and their secrets."""
        return self.path.startswith("/oauth/") or self.path == DEVICE_PAGE

    @property
    def params(self) -> dict[str, str]:
        """The query, decoded; of a repeated parameter the first. OAuth may use the body."""
        text = f"{self.query}&{self.body}" if self.for_accounts else self.query
        return dict(reversed(parse_qsl(text)))
