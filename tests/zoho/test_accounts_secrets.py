"""What is sent to the accounts server and comes from it shows nowhere: not even when all fails."""

from __future__ import annotations

import contextlib
from urllib.parse import quote_plus

import httpx
import pytest
from rich.pretty import pretty_repr

from tests.rows import each_row
from tests.zoho.support import (
    ACCESS_TOKEN,
    CLIENT,
    CLIENT_SECRET,
    CODE,
    EU,
    REFRESH_TOKEN,
    SECRETS,
    Script,
    accounts,
    everything_shown,
    granted,
)
from tests.zoho.test_accounts import DEVICE
from tests.zoho.test_accounts_errors import EVERY_QUESTION, QUESTIONS
from zohotui.zoho.accounts import Accounts
from zohotui.zoho.errors import NotSent
from zohotui.zoho.secret import Secret


def nothing_shows(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text
        assert quote_plus(secret) not in text


FAULTS: list[Exception] = [
    httpx.ReadTimeout("x"),
    httpx.ConnectError("x"),
    KeyError("x"),
]


@EVERY_QUESTION
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_traceback_with_every_local_shows_no_secret(question: str, fault: Exception) -> None:
    """KeyError stands for a fault of our own: nobody turns that into a sentence."""
    server, script = accounts(fault)
    with pytest.raises((type(fault), NotSent)) as caught:
        QUESTIONS[question](server)
    assert script.requests[0].content
    shown = everything_shown(caught.value)
    assert "server" in shown
    nothing_shows(shown)


class Sending(httpx.BaseTransport):
    """Dies over each piece of a form as it leaves, as a socket might."""

    def __init__(self, pieces: int) -> None:
        self.left = pieces

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.SyncByteStream)
        for _ in request.stream:
            del _
            self.left -= 1
            if not self.left:
                raise KeyError("a fault of our own")
        raise AssertionError("the form has fewer pieces")


@each_row("pieces", [1, 2, 3, 4])
def test_a_fault_while_the_form_leaves_shows_no_secret(pieces: int) -> None:
    server = Accounts(EU, Sending(pieces))
    with pytest.raises(KeyError) as caught:
        server.exchange(CLIENT, Secret(CODE))
    nothing_shows(everything_shown(caught.value))


ECHO = {"was": {"client_secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN, "code": CODE}}
ECHOES = [
    httpx.Response(400, json={"error": f"bad {REFRESH_TOKEN}", **ECHO}),
    httpx.Response(200, json={"error": "invalid_code", "error_description": CODE, **ECHO}),
    httpx.Response(200, json={"error": "teapot", **ECHO}),
    httpx.Response(500, html=f"<pre>client_secret={CLIENT_SECRET}&code={CODE}</pre>"),
    httpx.Response(302, headers={"Location": f"https://evil.io/?code={CODE}"}),
    httpx.Response(302, headers={"Location": f"http://[{CODE}"}),
    httpx.Response(200, content=f'{{"access_token": "{ACCESS_TOKEN}'.encode()),
]


@EVERY_QUESTION
def test_an_answer_that_echoes_the_secrets_is_told_without_them(question: str) -> None:
    for answer in ECHOES:
        server, _ = accounts(
            httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)
        )
        with pytest.raises(NotSent) as caught:
            QUESTIONS[question](server)
        error = caught.value
        nothing_shows(f"{error!r} {error} {vars(error)}")


@EVERY_QUESTION
def test_half_an_answer_that_is_good_shows_no_secret_when_it_is_refused(question: str) -> None:
    """The other token of an answer that lacks one is still a token."""
    server, _ = accounts(
        {"access_token": "a b", "refresh_token": REFRESH_TOKEN, "device_code": CODE}
    )
    with pytest.raises(NotSent) as caught:
        QUESTIONS[question](server)
    nothing_shows(everything_shown(caught.value))


def test_what_comes_back_shows_no_secret() -> None:
    server, _ = accounts(granted(refresh_token=REFRESH_TOKEN), DEVICE)
    answer = server.exchange(CLIENT, Secret(CODE))
    code = server.begin_device(CLIENT.client_id, ["A"])
    for value in (answer, code, CLIENT, server, vars(server), [answer, {"x": code}]):
        nothing_shows(f"{value} {value!r} {pretty_repr(value, max_depth=8)}")


@EVERY_QUESTION
def test_no_secret_stands_in_an_address_or_a_header(question: str) -> None:
    script = Script(httpx.Response(500))
    with contextlib.suppress(NotSent):
        QUESTIONS[question](Accounts(EU, script))
    (request,) = script.requests
    nothing_shows(f"{request.url} {request.headers.raw!r} {request!r}")
