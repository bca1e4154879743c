"""A scripted way to Zoho, and everything that a traceback shows."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from urllib.parse import parse_qsl

import httpx
from rich.pretty import pretty_repr
from rich.traceback import Traceback

from zohotui.zoho.accounts import Accounts
from zohotui.zoho.datacentre import DATA_CENTRES, AccountsServer
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret

CLIENT_SECRET = "5ec4e7c11e47000000000000"
REFRESH_TOKEN = "1000.4ef4e500000000.000001"
ACCESS_TOKEN = "1000.acce5500000000.000002"
CODE = "1000.c0de0000000000.000003"
SECRETS = (CLIENT_SECRET, REFRESH_TOKEN, ACCESS_TOKEN, CODE)
CLIENT = OAuthClient("1000.CLIENT1D", Secret(CLIENT_SECRET))
EU = next(centre.accounts_server for centre in DATA_CENTRES if centre.location == "EU")
LOCAL = AccountsServer("http://localhost", "local")

Answer = httpx.Response | Exception | Mapping[str, object]


class Script(httpx.BaseTransport):
    """Answers one request after the other as told; one too many fails the test."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        assert self.answers, f"nobody expected {request.method} {request.url}"
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def forms(self) -> list[dict[str, str]]:
        return [
            dict(parse_qsl(request.content.decode(), keep_blank_values=True, strict_parsing=True))
            for request in self.requests
        ]

    @property
    def hosts(self) -> list[str]:
        return [request.url.host for request in self.requests]


def accounts(*answers: Answer, server: AccountsServer = EU) -> tuple[Accounts, Script]:
    script = Script(*answers)
    return Accounts(server, script), script


def granted(token: str = ACCESS_TOKEN, **more: object) -> dict[str, object]:
    """Give the body of a token answer."""
    return {"access_token": token, "expires_in": 3600, "token_type": "Bearer", **more}


def everything_shown(error: BaseException) -> str:
    """Format a traceback with all its locals, as Python does and as Textual does.

    To draw the frames that Textual puts around them would take most of the time.
    """
    whole = Traceback.extract(
        type(error), error, error.__traceback__, show_locals=True, locals_max_length=1000
    )
    shown = [
        f"{name} = {pretty_repr(value, max_width=300)}"
        for stack in whole.stacks
        for frame in stack.frames
        for name, value in (frame.locals or {}).items()
    ]
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    values = [stack.exc_value for stack in whole.stacks]
    return "\n".join([*shown, *values, "".join(told.format()), repr(error), str(vars(error))])
