"""The accounts host: grant codes, refreshing, revoking and its limits. Rows 22 and 23."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import client, flat
from tests.world.clock import Clock
from zohotui.sandbox import Org, Sandbox, Variants

THROTTLED = {
    "error_description": (
        "You have made too many requests continuously. Please try again after some time."
    ),
    "error": "Access Denied",
    "status": "failure",
}


@pytest.fixture
def accounts(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(
        transport=httpx.WSGITransport(app=sandbox), base_url="https://accounts.zoho.eu"
    )


def refresh(sandbox: Sandbox, **changes: str) -> dict[str, str]:
    return {
        "grant_type": "refresh_token",
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "refresh_token": sandbox.refresh_token,
    } | changes


def exchange(sandbox: Sandbox, code: str) -> dict[str, str]:
    return refresh(sandbox, grant_type="authorization_code", code=code)


def works(sandbox: Sandbox, token: str) -> bool:
    with client(sandbox, token) as crm:
        return crm.get("/crm/v8/org").status_code == 200


@pytest.mark.parametrize("place", ["data", "params"])
def test_refreshing_by_form_or_query(accounts: httpx.Client, sandbox: Sandbox, place: str) -> None:
    options = {place: refresh(sandbox)}
    reply = accounts.post("/oauth/v2/token", **options)  # type: ignore[arg-type]
    body = reply.json()
    assert reply.status_code == 200
    assert "refresh_token" not in body
    assert body["api_domain"] == "https://www.zohoapis.eu"
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    assert "ZohoCRM.modules.ALL" in body["scope"].split(" ")
    assert works(sandbox, body["access_token"])


def test_a_grant_code_works_once_and_for_three_minutes(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    code = sandbox.issue_code(scopes=["ZohoCRM.org.READ"])
    body = accounts.post("/oauth/v2/token", data=exchange(sandbox, code)).json()
    assert body["scope"] == "ZohoCRM.org.READ"
    assert works(sandbox, body["access_token"])
    again = accounts.post("/oauth/v2/token", data=exchange(sandbox, code))
    assert (again.status_code, again.json()) == (200, {"error": "invalid_code"})
    late = sandbox.issue_code()
    clock.now += 180
    reply = accounts.post("/oauth/v2/token", data=exchange(sandbox, late))
    assert reply.json() == {"error": "invalid_code"}
    fresh = refresh(sandbox, refresh_token=body["refresh_token"])
    assert accounts.post("/oauth/v2/token", data=fresh).json()["scope"] == "ZohoCRM.org.READ"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "1000.OTHER"}, "invalid_client"),
        ({"client_secret": "other"}, "invalid_client_secret"),
        ({"refresh_token": "1000.other"}, "invalid_code"),
        ({"grant_type": "nonsense"}, "invalid_code"),
    ],
)
def test_errors_come_with_200(
    accounts: httpx.Client, sandbox: Sandbox, changes: dict[str, str], error: str
) -> None:
    reply = accounts.post("/oauth/v2/token", data=refresh(sandbox, **changes))
    assert (reply.status_code, reply.json()) == (200, {"error": error})


def test_the_wrong_data_centre_knows_no_client(accounts: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.variants = Variants(other_data_centre=True)
    reply = accounts.post("/oauth/v2/token", data=refresh(sandbox))
    assert reply.json() == {"error": "invalid_client"}


def test_the_eleventh_refresh_in_ten_minutes_is_throttled(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    replies = [accounts.post("/oauth/v2/token", data=refresh(sandbox)) for _ in range(11)]
    assert [reply.status_code for reply in replies] == [200] * 10 + [400]
    assert replies[-1].json() == THROTTLED
    clock.now += 600
    assert accounts.post("/oauth/v2/token", data=refresh(sandbox)).status_code == 200


def test_the_sixteenth_live_token_kills_the_oldest(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    tokens = []
    for number in range(16):
        clock.now += 600 if number == 10 else 0
        body = accounts.post("/oauth/v2/token", data=refresh(sandbox)).json()
        tokens.append(body["access_token"])
    assert [works(sandbox, token) for token in tokens] == [False] + [True] * 15
    assert works(sandbox, sandbox.access_token)


def test_revoking_a_refresh_token_ends_its_access_tokens(
    accounts: httpx.Client, sandbox: Sandbox
) -> None:
    token = accounts.post("/oauth/v2/token", data=refresh(sandbox)).json()["access_token"]
    path = "/oauth/v2/token/revoke"
    reply = accounts.post(path, params={"token": sandbox.refresh_token})
    assert (reply.status_code, reply.json()) == (200, {"status": "success"})
    assert not works(sandbox, token)
    lost = accounts.post("/oauth/v2/token", data=refresh(sandbox))
    assert lost.json() == {"error": "invalid_code"}
    assert accounts.post(path, params={"token": sandbox.refresh_token}).status_code == 400
    assert accounts.post(path, params={"token": sandbox.access_token}).status_code == 200
    assert not works(sandbox, sandbox.access_token)


def test_revoking_by_form(accounts: httpx.Client, sandbox: Sandbox) -> None:
    reply = accounts.post("/oauth/v2/token/revoke", data={"token": sandbox.access_token})
    assert (reply.status_code, reply.json()) == (200, {"status": "success"})
    assert not works(sandbox, sandbox.access_token)


def test_the_life_of_new_access_tokens_can_be_set(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.accounts.lifetime = 5
    body = accounts.post("/oauth/v2/token", data=refresh(sandbox)).json()
    by_hand = sandbox.issue_token()
    assert body["expires_in"] == 5
    clock.now += 4
    assert works(sandbox, body["access_token"])
    assert works(sandbox, by_hand)
    clock.now += 1
    assert not works(sandbox, body["access_token"])
    assert not works(sandbox, by_hand)
    assert works(sandbox, sandbox.access_token)


@pytest.mark.parametrize("status", [400, 200])
def test_throttling_can_be_forced_and_its_status_is_open(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock, status: int
) -> None:
    sandbox.variants = Variants(throttle_status=status)  # type: ignore[arg-type]
    code = sandbox.issue_code()
    sandbox.accounts.throttle_for(60)
    for form in (refresh(sandbox), exchange(sandbox, code)):
        reply = accounts.post("/oauth/v2/token", data=form)
        assert (reply.status_code, reply.json()) == (status, THROTTLED)
    wrong = accounts.post("/oauth/v2/token", data=refresh(sandbox, client_id="1000.OTHER"))
    assert wrong.json() == {"error": "invalid_client"}
    clock.now += 60
    for form in (refresh(sandbox), exchange(sandbox, code)):
        assert "access_token" in accounts.post("/oauth/v2/token", data=form).json()


def test_a_device_is_throttled_too_and_may_come_back(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    form = {"client_id": sandbox.client_id, "grant_type": "device_request", "scope": "x"}
    codes = accounts.post("/oauth/v3/device/code", data=form).json()
    sandbox.approve_device(codes["user_code"])
    sandbox.accounts.throttle_for(30)
    form = refresh(sandbox, grant_type="device_token", code=codes["device_code"])
    reply = accounts.post("/oauth/v3/device/token", data=form)
    assert (reply.status_code, reply.json()) == (400, THROTTLED)
    clock.now += 30
    assert "access_token" in accounts.post("/oauth/v3/device/token", data=form).json()


def test_the_eleventh_grant_code_in_ten_minutes_is_denied(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    codes = [sandbox.issue_code() for _ in range(11)]
    bodies = [
        accounts.post("/oauth/v2/token", data=exchange(sandbox, code)).json() for code in codes
    ]
    assert all("access_token" in body for body in bodies[:10])
    assert bodies[10] == {"error": "access_denied"}
    clock.now += 600
    late = accounts.post("/oauth/v2/token", data=exchange(sandbox, sandbox.issue_code()))
    assert "access_token" in late.json()


def test_the_twenty_first_refresh_token_kills_the_first(
    accounts: httpx.Client, sandbox: Sandbox
) -> None:
    old = accounts.post("/oauth/v2/token", data=refresh(sandbox)).json()["access_token"]
    others = [sandbox.issue_refresh_token(scopes=["ZohoCRM.org.READ"]) for _ in range(19)]
    assert works(sandbox, old)
    body = accounts.post("/oauth/v2/token", data=exchange(sandbox, sandbox.issue_code())).json()
    assert not works(sandbox, old)
    lost = accounts.post("/oauth/v2/token", data=refresh(sandbox))
    assert lost.json() == {"error": "invalid_code"}
    for token in (*others, body["refresh_token"]):
        form = refresh(sandbox, refresh_token=token)
        assert "access_token" in accounts.post("/oauth/v2/token", data=form).json()
    assert works(sandbox, sandbox.access_token)


@pytest.mark.parametrize("code", ["INVALID_TOKEN", "INVALID_OAUTHTOKEN"])
def test_the_code_for_a_displaced_token_is_open(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock, code: str
) -> None:
    sandbox.variants = Variants(killed_token_code=code)  # type: ignore[arg-type]
    tokens = []
    for number in range(16):
        clock.now += 600 if number == 10 else 0
        body = accounts.post("/oauth/v2/token", data=refresh(sandbox)).json()
        tokens.append(body["access_token"])
    sandbox.expire_token(tokens[1])
    answers = []
    for token in (tokens[0], tokens[1], "1000.made.up"):
        with client(sandbox, token) as crm:
            answers.append(flat(crm.get("/crm/v8/org"))[:3])
    assert answers == [
        (401, code, "invalid oauth token"),
        (401, "INVALID_TOKEN", "invalid oauth token"),
        (401, "INVALID_TOKEN", "invalid oauth token"),
    ]


def test_the_client_can_be_named() -> None:
    sandbox = Sandbox(Org.empty(), client=("1000.MINE", "my-secret"))
    assert (sandbox.client_id, sandbox.client_secret) == ("1000.MINE", "my-secret")
    transport = httpx.WSGITransport(app=sandbox)
    with httpx.Client(transport=transport, base_url="https://accounts.zoho.eu") as accounts:
        assert "access_token" in accounts.post("/oauth/v2/token", data=refresh(sandbox)).json()


def test_old_forms_of_the_answer(accounts: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.variants = Variants(token_in_milliseconds=True, token_scope=False)
    body = accounts.post("/oauth/v2/token", data=refresh(sandbox)).json()
    assert (body["expires_in_sec"], body["expires_in"]) == (3600, 3_600_000)
    assert "scope" not in body


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("accounts.zoho.com", "https://www.zohoapis.com"),
        ("accounts.zoho.com.au", "https://www.zohoapis.com.au"),
        ("accounts.zohocloud.ca", "https://www.zohoapis.ca"),
        ("127.0.0.1:8080", "https://127.0.0.1:8080"),
    ],
)
def test_the_api_domain_belongs_to_the_accounts_host(
    sandbox: Sandbox, host: str, domain: str
) -> None:
    with httpx.Client(transport=httpx.WSGITransport(app=sandbox)) as accounts:
        reply = accounts.post(f"https://{host}/oauth/v2/token", data=refresh(sandbox))
    assert reply.json()["api_domain"] == domain


def test_no_secret_reaches_the_ledger(accounts: httpx.Client, sandbox: Sandbox) -> None:
    accounts.post("/oauth/v2/token", params=refresh(sandbox))
    accounts.post("/oauth/v2/token", data=refresh(sandbox))
    works(sandbox, sandbox.access_token)
    written = str(sandbox.ledger.as_json())
    secrets = (sandbox.client_secret, sandbox.refresh_token, sandbox.access_token)
    assert not any(secret in written for secret in secrets)
    assert sandbox.ledger.requests[-1].token_tail == sandbox.access_token[-4:]
