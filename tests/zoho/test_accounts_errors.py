"""The accounts server says no, or nothing of use: every word has its sentence."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.zoho.support import (
    ACCESS_TOKEN,
    CLIENT,
    CODE,
    EU,
    LOCAL,
    REFRESH_TOKEN,
    accounts,
)
from tests.zoho.test_client import WIRE
from zohotui.zoho.accounts import Accounts
from zohotui.zoho.accounts_advice import WAIT, Step, known_words, sentence
from zohotui.zoho.datacentre import AccountsServer
from zohotui.zoho.errors import NotSent, SignInNeeded, TokenThrottled
from zohotui.zoho.secret import Secret

ASKS: dict[Step, Callable[[Accounts], object]] = {
    Step.CODE: lambda server: server.exchange(CLIENT, Secret(CODE)),
    Step.REFRESH: lambda server: server.refresh(CLIENT, Secret(REFRESH_TOKEN)),
    Step.DEVICE: lambda server: server.poll_device(CLIENT, Secret(CODE)),
}
QUESTIONS: dict[str, Callable[[Accounts], object]] = {
    **{step.name: ask for step, ask in ASKS.items()},
    "begin": lambda server: server.begin_device(CLIENT.client_id, ["A"]),
    "revoke": lambda server: server.revoke(Secret(REFRESH_TOKEN)),
}
EVERY_QUESTION = each_row("question", QUESTIONS)

THROTTLED = {
    "error_description": "You have made too many requests continuously.",
    "error": "Access Denied",
    "status": "failure",
}
REMEDY = re.compile(r"\b(Make|make|[Ss]ign in|Begin|Start again|Use|Check|Copy|Wait)\b")


def refusal(step: Step, body: object, status: int = 200, *, at: AccountsServer = EU) -> NotSent:
    server, _ = accounts(httpx.Response(status, json=body), server=at)
    with pytest.raises(NotSent) as caught:
        ASKS[step](server)
    assert caught.value.__cause__ is None
    return caught.value


WORDS = [
    "invalid_code",
    "invalid_client",
    "invalid_client_secret",
    "invalid_scope",
    "invalid_redirect_uri",
    "redirect_uri_mismatch",
    "access_denied",
]


@each_row("status", [200, 400, 401, 500])
@each_row("step", Step)
@each_row("word", WORDS)
def test_every_word_at_every_step_says_why_and_what_to_do(
    word: str, step: Step, status: int
) -> None:
    error = refusal(step, {"error": word}, status)
    assert isinstance(error, SignInNeeded)
    assert (error.code, error.status, error.temporary) == (word, status, False)
    assert error.detail == sentence(word, step, "EU")
    assert REMEDY.search(error.detail)
    assert error.detail.endswith(".")
    assert "{" not in error.detail


def test_no_word_is_described_that_is_not_tried_here() -> None:
    assert {word for word, _ in known_words()} == {*WORDS, "Access Denied", "expired"}


@each_row("step", [Step.CODE, Step.REFRESH])
@each_row("word", ["invalid_code", "invalid_client", "invalid_client_secret"])
def test_what_a_wrong_data_centre_looks_like_names_the_data_centre(word: str, step: Step) -> None:
    assert " EU" in refusal(step, {"error": word}).detail
    here = refusal(step, {"error": word}, at=LOCAL).detail
    assert "this address" in here
    assert "local" not in here


def test_the_same_word_means_something_else_at_each_step() -> None:
    for word in ("invalid_code", "access_denied"):
        assert len({refusal(step, {"error": word}).detail for step in Step}) == 3


@pytest.mark.parametrize("step", [Step.CODE, Step.REFRESH])
def test_a_word_of_another_step_is_not_explained(step: Step) -> None:
    error = refusal(step, {"error": "expired"})
    assert not isinstance(error, SignInNeeded)
    assert "the error expired" in error.detail


def test_a_code_that_is_too_old_is_told() -> None:
    error = refusal(Step.DEVICE, {"error": "expired"})
    assert isinstance(error, SignInNeeded)
    assert "not entered in time" in error.detail


# Throttled


@each_row("status", [200, 400, 429])
@each_row("step", Step)
def test_a_throttled_request_says_how_long_to_wait(step: Step, status: int) -> None:
    error = refusal(step, THROTTLED, status)
    assert isinstance(error, TokenThrottled)
    assert (error.wait, error.temporary, error.code) == (WAIT, True, "Access Denied")
    assert "too many were made" in error.detail


@each_row("word", ["access denied", "ACCESS DENIED", "Access denied"])
def test_a_throttled_request_is_known_in_any_case(word: str) -> None:
    assert isinstance(refusal(Step.REFRESH, {"error": word}, 400), TokenThrottled)


@each_row("step", Step)
def test_a_no_is_not_taken_for_a_throttled_request(step: Step) -> None:
    error = refusal(step, {"error": "access_denied"}, 400)
    assert not isinstance(error, TokenThrottled)
    assert error.wait == 0


def test_a_429_without_a_word_is_a_throttled_request() -> None:
    server, _ = accounts(httpx.Response(429, html="<h1>slow down</h1>"))
    with pytest.raises(TokenThrottled):
        server.refresh(CLIENT, Secret(REFRESH_TOKEN))


# Nothing of use

BODIES = [
    b"",
    b" ",
    b"<html><body>Bad Gateway</body></html>",
    b"[]",
    b'[{"access_token": "1000.a.b"}]',
    b'"invalid_code"',
    b"null",
    b"7",
    b"{}",
    b'{"access_token": "1000.acce5500000',
    b'{"access_token": "1000.acce5500000000.000002"',
    b'{"error": null}',
    b'{"error": ["invalid_code"]}',
    b'{"error": {"code": "invalid_code"}}',
    b'{"error": 400}',
    b"\xff\xfe\x00",
    b"[" * 50_000,
    b'{"a":' * 50_000,
    b'{"expires_in": ' + b"9" * 5_000 + b"}",
]


@EVERY_QUESTION
@each_row("status", [200, 204, 400, 500, 502, 503])
def test_an_answer_that_says_nothing_is_no_answer(question: str, status: int) -> None:
    for body in BODIES:
        server, _ = accounts(httpx.Response(status, content=body))
        with pytest.raises(NotSent) as caught:
            QUESTIONS[question](server)
        assert type(caught.value) is NotSent
        assert caught.value.temporary
        assert f"HTTP {status}" in caught.value.detail


@each_row("step", Step)
@each_row("word", ["server_error", "general error", "INVALID_CODE", "x"])
def test_a_word_that_nobody_described_is_shown_and_may_pass(step: Step, word: str) -> None:
    error = refusal(step, {"error": word}, 400)
    assert type(error) is NotSent
    assert error.detail == f"Zoho's accounts server sent the error {word}."


HOSTILE = [
    "",
    " ",
    f"bad token {REFRESH_TOKEN}",
    REFRESH_TOKEN,
    ACCESS_TOKEN,
    CODE,
    "invalid_code\n",
    "invalid\x1b[31m_code",
    "invalid_code\u202e",
    "rm -rf",
    "[red]invalid[/red]",
    "a" * 41,
    "ünknown",
    "https://evil.io",
    "<script>",
]


@each_row("step", Step)
@each_row("word", HOSTILE)
def test_a_word_that_may_hold_anything_is_not_shown(step: Step, word: str) -> None:
    error = refusal(step, {"error": word, "error_description": f"no {REFRESH_TOKEN}"}, 400)
    assert error.detail == "Zoho's accounts server sent no usable answer (HTTP 400)."
    assert (error.code, error.message, error.answer) == ("", "", "")


@given(word=st.text(), description=st.text(), step=st.sampled_from(Step))
def test_whatever_the_word_the_sentence_is_harmless(
    word: str, description: str, step: Step
) -> None:
    error = refusal(step, {"error": word, "error_description": f"\x00{description}"})
    assert error.detail.isprintable()
    assert error.detail.isascii()
    assert len(error.detail) < 300


# The wire


@each_row("kind", WIRE)
def test_what_breaks_on_the_way_is_not_sent_and_may_be_asked_again(kind: type[Exception]) -> None:
    server, script = accounts(kind("a\x1b[31m reason"))
    with pytest.raises(NotSent) as caught:
        server.refresh(CLIENT, Secret(REFRESH_TOKEN))
    assert type(caught.value) is NotSent
    assert caught.value.temporary
    assert "accounts.zoho.eu" in caught.value.detail
    never_left = WIRE[kind] is NotSent
    assert ("was not reached" if never_left else "did not answer") in caught.value.detail
    assert caught.value.detail.isprintable()
    assert caught.value.__suppress_context__
    assert len(script.requests) == 1


@EVERY_QUESTION
@each_row("status", [301, 302, 303, 307, 308])
def test_no_redirect_carries_the_secrets_on(question: str, status: int) -> None:
    for place in ("https://evil.io/", "/oauth/v2/other", "http://[", "mailto:x"):
        server, script = accounts(httpx.Response(status, headers={"Location": place}))
        with pytest.raises(NotSent):
            QUESTIONS[question](server)
        assert script.hosts == ["accounts.zoho.eu"]


@each_row(
    ("status", "body", "why"),
    [
        (400, {"error": "invalid_token"}, "invalid_token"),
        (400, {}, "HTTP 400"),
        (200, {}, "HTTP 200"),
        (200, {"status": "failure"}, "HTTP 200"),
        (200, {"status": ["success"]}, "HTTP 200"),
        (500, {"status": "success"}, "HTTP 500"),
    ],
)
def test_a_token_counts_as_revoked_only_where_zoho_says_so(
    status: int, body: dict[str, object], why: str
) -> None:
    server, _ = accounts(httpx.Response(status, json=body))
    with pytest.raises(NotSent, match="did not revoke") as caught:
        server.revoke(Secret(REFRESH_TOKEN))
    assert why in caught.value.detail
