"""Zoho Accounts: the server that turns codes and refresh tokens into access tokens.

Source: zoho-api.md, "OAuth". Errors come with any status, so the body decides; nothing of a body
but Zoho's own word for the error is ever shown, because the rest may hold tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from zohotui.zoho.accounts_advice import WAIT, Step, sentence
from zohotui.zoho.bounds import SIGNING_IN, json_of
from zohotui.zoho.datacentre import AccountsServer
from zohotui.zoho.errors import NotSent, SignInNeeded, TokenThrottled
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.records import text
from zohotui.zoho.secret import Secret
from zohotui.zoho.wire import NEVER_LEFT, Host, reason

_LIFETIME = 3600.0
"""Seconds an access token lives where the answer does not say. Source: "Validity and limits"."""

_WORD = re.compile(r"[A-Za-z][A-Za-z_ ]{0,39}")
_MILLISECONDS = 1_000
_LONGEST_LIFE = 86_400.0
_SECRETS = ("access_token", "refresh_token", "device_code")


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A new access token and what came with it. Source: zoho-api.md, "Self client"."""

    access_token: Secret
    lifetime: float
    """Seconds."""
    api_domain: str = ""
    """Where it is good, as Zoho says; to be checked before anything is sent there."""
    refresh_token: Secret | None = None
    scopes: tuple[str, ...] = ()
    """What it may do; empty where the answer does not say."""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A code to be entered on another device. Source: zoho-api.md, "Device flow"."""

    user_code: str
    url: str
    """Where it is entered."""
    device_code: Secret
    lifetime: float
    """Seconds."""
    interval: float
    """Seconds between two polls at least."""
    link: str = ""
    """The same place with the code filled in; empty where the answer names none there."""


@dataclass(frozen=True, slots=True)
class Pending:
    """The code has not been entered yet, as far as this accounts server knows."""

    slow_down: bool = False
    """Whether it was asked too early."""
    location: str = ""
    """The data centre to ask from now on, as Zoho names it; empty for this one."""


class Accounts:
    """One data centre's accounts server. Safe to use from several threads at once."""

    def __init__(
        self, server: AccountsServer, transport: httpx.BaseTransport | None = None
    ) -> None:
        self.server = server
        self.transport = transport
        self._host = Host(server.url, transport)

    def close(self) -> None:
        """Let go of the connections."""
        self._host.close()

    def exchange(self, client: OAuthClient, code: Secret) -> TokenAnswer:
        """Turn a Self Client's grant code into tokens.

        Raises SignInNeeded, TokenThrottled or NotSent, as do the others.
        """
        fields = {**_signed(client, "authorization_code"), "code": code}
        return self._token("/oauth/v2/token", fields, Step.CODE)

    def refresh(self, client: OAuthClient, refresh_token: Secret) -> TokenAnswer:
        """Make another access token."""
        fields = {**_signed(client, "refresh_token"), "refresh_token": refresh_token}
        return self._token("/oauth/v2/token", fields, Step.REFRESH)

    def revoke(self, token: Secret) -> None:
        """End a refresh token and the access tokens made from it, or one access token."""
        status, body = self._post("/oauth/v2/token/revoke", {"token": token})
        if status != HTTPStatus.OK or body.get("status") != "success":
            word = _error_word(body)
            raise NotSent(f"Zoho did not revoke the token ({word or f'HTTP {status}'}).", code=word)

    def begin_device(self, client_id: str, scopes: Sequence[str]) -> DeviceCode:
        """Ask for a code that is entered in a browser anywhere."""
        fields: dict[str, str | Secret] = {
            "client_id": client_id,
            "grant_type": "device_request",
            "scope": ",".join(scopes),
            "access_type": "offline",
            "prompt": "consent",
        }
        status, body = self._post("/oauth/v3/device/code", fields)
        user_code = text(body.get("user_code"), 40)
        url = text(body.get("verification_url") or body.get("verification_uri"), 200)
        device_code = _secret(body.get("device_code"))
        if not user_code or not url or device_code is None:
            raise self._refusal(status, body, Step.DEVICE)
        return DeviceCode(
            user_code,
            url,
            device_code,
            _span(body.get("expires_in"), 300.0, longest=10_000),
            _span(body.get("interval"), 30.0, longest=1_000),
            _there(text(body.get("verification_uri_complete"), 300), url),
        )

    def poll_device(self, client: OAuthClient, device_code: Secret) -> TokenAnswer | Pending:
        """Ask whether the code was entered."""
        fields = {**_signed(client, "device_token"), "code": device_code}
        status, body = self._post("/oauth/v3/device/token", fields)
        match _error_word(body):
            case "authorization_pending" | "slow_down" as word:
                return Pending(slow_down=word == "slow_down")
            case "other_dc":
                return Pending(location=text(body.get("user_location"), 20) or "unnamed")
            case _:
                return self._read_token(status, body, Step.DEVICE)

    def _token(self, path: str, fields: Mapping[str, str | Secret], step: Step) -> TokenAnswer:
        return self._read_token(*self._post(path, fields), step)

    def _read_token(self, status: int, body: Mapping[str, Any], step: Step) -> TokenAnswer:
        token, refresh = _secret(body.get("access_token")), _secret(body.get("refresh_token"))
        if token is None:
            raise self._refusal(status, body, step)
        return TokenAnswer(
            token,
            _lifetime(body),
            text(body.get("api_domain"), 200),
            refresh,
            # Blanks in answers, commas in requests.
            tuple(text(body.get("scope"), 4_000).replace(",", " ").split()),
        )

    def _refusal(self, status: int, body: Mapping[str, Any], step: Step) -> NotSent:
        word = _error_word(body)
        where = self.server.location
        if word.lower() == "access denied" or status == HTTPStatus.TOO_MANY_REQUESTS:
            # Not access_denied, which is a person's no.
            return TokenThrottled(sentence("Access Denied", step, where), WAIT)
        if told := sentence(word, step, where):
            return SignInNeeded(told, code=word, status=status)
        said = f"the error {word}" if word else f"no usable answer (HTTP {status})"
        return NotSent(f"Zoho's accounts server sent {said}.", code=word, status=status)

    def _post(self, path: str, fields: Mapping[str, str | Secret]) -> tuple[int, Mapping[str, Any]]:
        """Send a form; return the status and the JSON object of the answer, empty if none."""
        try:
            answer = self._host.ask(
                "POST",
                path,
                SIGNING_IN,
                content=_form(fields),
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Content-Length": str(sum(map(len, _form(fields)))),
                },
            )
        except NEVER_LEFT as error:
            raise NotSent(f"{self._name} was not reached: {reason(error)}.") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise NotSent(f"{self._name} did not answer: {reason(error)}.") from None
        try:
            body = json_of(answer.body)
        except ValueError:
            body = None
        return answer.status, _hidden(body) if isinstance(body, dict) else {}

    @property
    def _name(self) -> str:
        return f"Zoho's accounts server {self.server.url.partition('://')[2]}"


def _signed(client: OAuthClient, grant_type: str) -> dict[str, str | Secret]:
    return {
        "grant_type": grant_type,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
    }


def _form(fields: Mapping[str, str | Secret]) -> Iterator[bytes]:
    """Write the fields one by one as they leave: no frame of a traceback holds them all."""
    for number, (name, value) in enumerate(fields.items()):
        plain = value.reveal() if isinstance(value, Secret) else value
        yield (f"{'&' if number else ''}{urlencode({name: plain})}").encode()


def _error_word(body: Mapping[str, Any]) -> str:
    """Return Zoho's word for the error; empty if it is none that may be shown."""
    word = body.get("error")
    return word if isinstance(word, str) and _WORD.fullmatch(word) else ""


def _hidden(body: dict[str, Any]) -> dict[str, Any]:
    """Wrap what is secret in an answer, so that no traceback's locals show it."""
    for name in _SECRETS:
        if isinstance(body.get(name), str):
            body[name] = Secret(body[name])
    return body


def _there(link: str, url: str) -> str:
    """Return a link if it leads to where the code is entered anyway, else nothing."""
    try:
        leads, place = urlsplit(link), urlsplit(url)
    except ValueError:
        return ""
    return link if (leads.scheme, leads.netloc) == (place.scheme, place.netloc) else ""


def _secret(value: object) -> Secret | None:
    return value if isinstance(value, Secret) and value.is_plausible else None


def _lifetime(body: Mapping[str, Any]) -> float:
    """Read how long a token lives, in seconds.

    Old answers give milliseconds in `expires_in` and seconds in `expires_in_sec` beside it.
    """
    value = _number(body.get("expires_in_sec")) or _number(body.get("expires_in")) or _LIFETIME
    seconds = value / _MILLISECONDS if value > _LONGEST_LIFE else value
    return min(seconds, _LONGEST_LIFE)


def _span(value: object, otherwise: float, longest: float) -> float:
    """Read a span of seconds, or of milliseconds if it is too long for those.

    Source: zoho-api.md, "Device flow", where two versions of Zoho's page contradict each other.
    """
    number = _number(value) or otherwise
    return min(number / _MILLISECONDS, longest) if number >= longest else number


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 < number < float("inf") else None
