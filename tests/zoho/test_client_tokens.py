"""A client whose tokens end: what is asked again, what never is, and what it takes over."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest

from tests.rows import each_row
from tests.world.plans import OLD_ID
from tests.zoho.support import EU, LOCAL, Answer, Script
from tests.zoho.test_tokens import Signed, named
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import ApiDomain, api_domain
from zohotui.zoho.errors import (
    AnswerLost,
    NotAuthorized,
    Refused,
    SignInNeeded,
    TokenExpired,
    TokenThrottled,
    ZohoError,
)
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken, Tokens
from zohotui.zoho.zoho_clock import ZohoClock

ID = str(OLD_ID)
DOMAIN = api_domain("https://www.zohoapis.eu")
TOKEN_CODES = [
    "INVALID_TOKEN",
    "INVALID_OAUTHTOKEN",
    "AUTHENTICATION_FAILURE",
    "AUTHENTICATION_FAILED",
]


def unsigned(code: str = "INVALID_TOKEN", status: int = 401) -> httpx.Response:
    body = {"code": code, "details": {}, "message": "invalid oauth token", "status": "error"}
    return httpx.Response(status, json=body)


def org_answer(zgid: str = "700000001", name: str = "Acme Ltd") -> Answer:
    return {"org": [{"zgid": zgid, "company_name": name, "type": "production"}]}


def deleted(record_id: str = ID) -> Answer:
    item = {"code": "SUCCESS", "details": {"id": record_id}, "message": "", "status": "success"}
    return {"data": [item]}


def client(
    tokens: Tokens,
    *answers: Answer,
    domain: ApiDomain = DOMAIN,
    read_only: bool = False,
    clock: Callable[[], float] = time.time,
) -> tuple[ZohoCRM, Script]:
    script, zoho = Script(*answers), ZohoClock(clock)
    return ZohoCRM(domain, tokens, read_only=read_only, transport=script, clock=zoho), script


def used(script: Script) -> list[str]:
    """List the names of the tokens that requests were signed with."""
    signs = [request.headers["Authorization"] for request in script.requests]
    return [sign.removeprefix("Zoho-oauthtoken 1000.") for sign in signs]


READS: list[Callable[[ZohoCRM], object]] = [
    ZohoCRM.org,
    ZohoCRM.current_user,
    ZohoCRM.modules,
    lambda crm: crm.get_records("Leads", [ID]),
]
DELETES: list[Callable[[ZohoCRM], object]] = [
    lambda crm: crm.delete_records("Leads", [ID]),
    lambda crm: crm.delete_records("Leads", [ID, "1"], wf_trigger=False),
    lambda crm: crm.delete_record("Leads", ID),
]


def old_sign_in(*names: str) -> Signed:
    """Give a sign-in whose first token is older than a minute."""
    signed = Signed(*named(*names))
    signed.tokens.current()
    signed.clock.now += 120
    return signed


@each_row("read", READS)
@each_row("code", TOKEN_CODES)
def test_a_read_that_was_turned_away_is_asked_again_once(
    read: Callable[[ZohoCRM], object], code: str
) -> None:
    body = {**org_answer(), "users": [{"id": "1"}], "modules": [], "data": [{"id": ID}]}  # type: ignore[dict-item]
    crm, script = client(old_sign_in("a", "b").tokens, unsigned(code), body)
    read(crm)
    assert used(script) == ["a", "b"]
    assert script.requests[0].url == script.requests[1].url


@each_row("delete", DELETES)
@each_row("code", TOKEN_CODES)
@each_row("status", [400, 401, 403])
def test_a_delete_that_was_turned_away_is_never_sent_again_by_itself(
    delete: Callable[[ZohoCRM], object], code: str, status: int
) -> None:
    signed = old_sign_in("a")
    crm, script = client(signed.tokens, unsigned(code, status))
    with pytest.raises(TokenExpired) as caught:
        delete(crm)
    assert used(script) == ["a"]
    assert signed.sent == 1
    error = caught.value
    assert (error.code, error.status, error.temporary) == (code, status, True)
    assert not error.result_unknown


def test_a_delete_that_is_sent_once_more_has_the_new_token() -> None:
    crm, script = client(old_sign_in("a", "b").tokens, unsigned(), deleted())
    with pytest.raises(TokenExpired):
        crm.delete_record("Leads", ID)
    assert crm.delete_record("Leads", ID).results[ID].succeeded
    assert used(script) == ["a", "b"]


@pytest.mark.parametrize("ask", [READS[0], DELETES[0]])
def test_a_new_token_that_is_turned_away_is_told_with_its_place(
    ask: Callable[[ZohoCRM], object],
) -> None:
    crm, script = client(Signed(*named("a")).tokens, unsigned())
    with pytest.raises(NotAuthorized) as caught:
        ask(crm)
    assert not isinstance(caught.value, TokenExpired)
    assert "EU (www.zohoapis.eu)" in caught.value.detail
    assert "made just now" in caught.value.detail
    assert not caught.value.temporary
    assert used(script) == ["a"]


def test_a_new_token_that_was_good_once_can_only_have_ended() -> None:
    crm, script = client(Signed(*named("a", "b")).tokens, org_answer(), unsigned(), org_answer())
    assert crm.org() == crm.org()
    assert used(script) == ["a", "a", "b"]


def test_an_error_does_not_prove_a_token_good() -> None:
    crm, script = client(
        Signed(*named("a")).tokens,
        httpx.Response(500),
        unsigned("OAUTH_SCOPE_MISMATCH"),
        unsigned(),
    )
    for kind in (AnswerLost, Refused, NotAuthorized):
        with pytest.raises(kind):
            crm.org()
    assert used(script) == ["a"] * 3


def test_a_read_is_not_asked_a_third_time() -> None:
    crm, script = client(old_sign_in("a", "b").tokens, unsigned(), unsigned())
    with pytest.raises(NotAuthorized) as caught:
        crm.org()
    assert not isinstance(caught.value, TokenExpired)
    assert used(script) == ["a", "b"]


@each_row("ask", [*READS, *DELETES])
def test_a_fixed_token_that_is_turned_away_is_told_with_a_hint(
    ask: Callable[[ZohoCRM], object],
) -> None:
    crm, script = client(FixedToken(Secret("1000.a")), unsigned())
    with pytest.raises(NotAuthorized, match="older than an hour, or not for EU") as caught:
        ask(crm)
    assert not isinstance(caught.value, TokenExpired)
    assert used(script) == ["a"]


def test_the_practice_org_has_no_data_centre_to_be_wrong_about() -> None:
    domain = api_domain(LOCAL.url)
    crm, _ = client(FixedToken(Secret("1000.a")), unsigned(), domain=domain)
    with pytest.raises(NotAuthorized) as caught:
        crm.org()
    assert "older than" not in caught.value.detail


@each_row(
    "answer",
    [
        httpx.Response(401, html="<h1>Unauthorized</h1>"),
        httpx.Response(401, content=b""),
        httpx.Response(401, json=[]),
        httpx.Response(401, json={"code": "TEAPOT"}),
        httpx.Response(500, json={"code": "INVALID_TOKEN"}),
        httpx.Response(502, json={"code": "AUTHENTICATION_FAILURE"}),
    ],
)
def test_what_does_not_say_that_it_is_the_token_leaves_a_delete_unknown(
    answer: httpx.Response,
) -> None:
    crm, script = client(old_sign_in("a").tokens, answer)
    with pytest.raises(AnswerLost):
        crm.delete_records("Leads", [ID, "1"])
    assert len(script.requests) == 1


def test_a_word_of_one_record_is_no_word_about_the_token() -> None:
    item = {"code": "INVALID_TOKEN", "details": {"id": ID}, "message": "", "status": "error"}
    crm, script = client(old_sign_in("a").tokens, httpx.Response(401, json={"data": [item]}))
    assert not crm.delete_records("Leads", [ID]).results[ID].succeeded
    assert len(script.requests) == 1


def test_a_missing_scope_is_not_taken_for_an_expired_token() -> None:
    signed = old_sign_in("a")
    crm, script = client(signed.tokens, unsigned("OAUTH_SCOPE_MISMATCH"))
    with pytest.raises(Refused) as caught:
        crm.org()
    assert not isinstance(caught.value, NotAuthorized)
    assert (len(script.requests), signed.sent) == (1, 1)


@each_row("ask", [READS[0], DELETES[0]])
@each_row(
    ("answer", "kind"),
    [
        ({"error": "invalid_code"}, SignInNeeded),
        (httpx.Response(400, json={"error": "Access Denied"}), TokenThrottled),
    ],
)
def test_without_a_token_nothing_leaves(
    ask: Callable[[ZohoCRM], object], answer: Answer, kind: type[ZohoError]
) -> None:
    crm, script = client(Signed(answer).tokens)
    with pytest.raises(kind):
        ask(crm)
    assert script.requests == []


# Whose clock is wrong


@each_row("ahead", [-7200, 0, 7200])
@each_row("hours", [0, 1, -8])
def test_the_clock_s_fault_is_seen_from_when_the_token_ends(ahead: int, hours: int) -> None:
    signed = Signed(*named("a"))
    zone = timezone(timedelta(hours=hours)) if hours else UTC
    end = datetime.fromtimestamp(signed.clock.now + 3600 - ahead, zone)
    reset = httpx.Response(204, headers={"X-ACCESSTOKEN-RESET": end.isoformat()})
    crm, _ = client(signed.tokens, reset, clock=signed.clock)
    crm.modules()
    skew = crm.clock.skew
    assert skew is not None
    assert abs(skew.ahead - ahead) <= skew.within <= 10


@each_row("status", [200, 401, 429, 500])
def test_every_answer_tells_of_the_clock(status: int) -> None:
    signed = Signed(*named("a"))
    headers = {"Date": "Tue, 14 Nov 2023 22:13:20 GMT", "Content-Type": "application/json"}
    dated = httpx.Response(status, headers=headers)
    crm, _ = client(FixedToken(Secret("1000.a")), dated, clock=signed.clock)
    with suppress(ZohoError):
        crm.modules()
    skew = crm.clock.skew
    assert skew is not None
    assert abs(skew.ahead - (signed.clock.now - 1_700_000_000)) <= skew.within <= 0.5


BAD_RESETS = ["", "soon", "2026-11-23", "2026-11-23T19:21:19", "1790000000", "2026-11-23T25:00Z"]


@each_row("reset", BAD_RESETS)
def test_a_header_that_tells_no_moment_tells_nothing(reset: str) -> None:
    crm, _ = client(
        Signed(*named("a")).tokens, httpx.Response(204, headers={"X-ACCESSTOKEN-RESET": reset})
    )
    crm.modules()
    assert crm.clock.skew is None


@pytest.mark.parametrize("reset", ["0001-01-01T00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_at_the_end_of_time_breaks_nothing(reset: str) -> None:
    crm, _ = client(
        Signed(*named("a")).tokens, httpx.Response(204, headers={"X-ACCESSTOKEN-RESET": reset})
    )
    assert crm.modules() == []


def test_a_client_of_one_data_centre_takes_its_tokens_there() -> None:
    signed = Signed(*named("a"), server=EU)
    crm, script = client(signed.tokens, httpx.Response(204))
    crm.modules()
    assert (script.hosts, signed.script.hosts) == (["www.zohoapis.eu"], ["accounts.zoho.eu"])
