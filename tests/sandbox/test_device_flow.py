"""Signing in with a user code: every answer, every open point, and the page. Row 24."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import client
from tests.world.clock import Clock
from zohotui.sandbox import Sandbox, Variants

ADDRESS = "https://accounts.zoho.eu"


@pytest.fixture
def accounts(sandbox: Sandbox) -> httpx.Client:
    return httpx.Client(transport=httpx.WSGITransport(app=sandbox), base_url=ADDRESS)


def request(sandbox: Sandbox, **changes: str) -> dict[str, str]:
    return {
        "client_id": sandbox.client_id,
        "grant_type": "device_request",
        "scope": "ZohoCRM.org.READ,ZohoCRM.users.READ",
        "access_type": "offline",
        "prompt": "consent",
    } | changes


def begin(accounts: httpx.Client, sandbox: Sandbox, **changes: str) -> dict[str, Any]:
    """Ask for codes; "user_code" and "device_code" are what matters."""
    reply = accounts.post("/oauth/v3/device/code", data=request(sandbox, **changes))
    codes: dict[str, Any] = reply.json()
    return codes


def polling(sandbox: Sandbox, device_code: str, **changes: str) -> dict[str, str]:
    return {
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "grant_type": "device_token",
        "code": device_code,
    } | changes


def poll(
    accounts: httpx.Client, sandbox: Sandbox, device_code: str, **changes: str
) -> httpx.Response:
    form = polling(sandbox, device_code, **changes)
    return accounts.post("/oauth/v3/device/token", data=form)


def test_the_codes_and_their_times(accounts: httpx.Client, sandbox: Sandbox) -> None:
    codes = begin(accounts, sandbox)
    assert set(codes) == {
        "user_code",
        "device_code",
        "verification_url",
        "expires_in",
        "interval",
    }
    assert codes["verification_url"] == f"{ADDRESS}/device"
    assert (codes["expires_in"], codes["interval"]) == (300, 30)
    left, _, right = codes["user_code"].partition("-")
    assert (len(left), len(right)) == (4, 4)
    assert sandbox.pending_devices() == [codes["user_code"]]


@pytest.mark.parametrize("place", ["data", "params"])
def test_a_sign_in_from_beginning_to_end(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock, place: str
) -> None:
    first = {place: request(sandbox)}
    codes = accounts.post("/oauth/v3/device/code", **first).json()  # type: ignore[arg-type]
    then = {place: polling(sandbox, codes["device_code"])}
    reply = accounts.post("/oauth/v3/device/token", **then)  # type: ignore[arg-type]
    assert (reply.status_code, reply.json()) == (200, {"error": "authorization_pending"})
    sandbox.approve_device(codes["user_code"].lower())
    assert sandbox.pending_devices() == []
    clock.now += 30
    body = accounts.post("/oauth/v3/device/token", **then).json()  # type: ignore[arg-type]
    assert body["scope"] == "ZohoCRM.org.READ ZohoCRM.users.READ"
    assert body["api_domain"] == "https://www.zohoapis.eu"
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3600)
    with client(sandbox, body["access_token"]) as crm:
        assert crm.get("/crm/v8/org").status_code == 200
        assert crm.get("/crm/v2/Leads").json()["code"] == "OAUTH_SCOPE_MISMATCH"
    form = polling(sandbox, "", grant_type="refresh_token", refresh_token=body["refresh_token"])
    again = accounts.post("/oauth/v2/token", data=form).json()
    assert again["scope"] == body["scope"]


@pytest.mark.parametrize("changes", [{"access_type": "online"}, {"access_type": ""}])
def test_online_access_gives_no_refresh_token(
    accounts: httpx.Client, sandbox: Sandbox, changes: dict[str, str]
) -> None:
    codes = begin(accounts, sandbox, **changes)
    sandbox.approve_device(codes["user_code"])
    body = poll(accounts, sandbox, codes["device_code"]).json()
    assert body["access_token"]
    assert "refresh_token" not in body


@pytest.mark.parametrize(
    ("needed", "prompt", "given"),
    [(False, "", True), (False, "consent", True), (True, "", False), (True, "consent", True)],
)
def test_offline_access_may_need_consent(
    accounts: httpx.Client, sandbox: Sandbox, needed: bool, prompt: str, given: bool
) -> None:
    sandbox.variants = Variants(offline_needs_consent=needed)
    codes = begin(accounts, sandbox, prompt=prompt)
    sandbox.approve_device(codes["user_code"])
    assert ("refresh_token" in poll(accounts, sandbox, codes["device_code"]).json()) is given


def test_polling_too_soon_is_told_to_slow_down(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    """Every poll counts, also one that was too soon itself, and also when all is approved."""
    codes = begin(accounts, sandbox)

    def error(after: float) -> str:
        clock.now += after
        return str(poll(accounts, sandbox, codes["device_code"]).json().get("error"))

    assert error(0) == "authorization_pending"
    assert error(29.9) == "slow_down"
    sandbox.approve_device(codes["user_code"])
    assert error(29.9) == "slow_down"
    assert error(30) == "None"


def test_the_least_interval_can_be_made_small(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.devices.interval = 0.25
    codes = begin(accounts, sandbox)
    assert codes["interval"] == 0.25
    poll(accounts, sandbox, codes["device_code"])
    clock.now += 0.125
    assert poll(accounts, sandbox, codes["device_code"]).json() == {"error": "slow_down"}
    clock.now += 0.25
    pending = poll(accounts, sandbox, codes["device_code"]).json()
    assert pending == {"error": "authorization_pending"}


def test_denied(accounts: httpx.Client, sandbox: Sandbox) -> None:
    codes = begin(accounts, sandbox)
    sandbox.deny_device(codes["user_code"])
    assert sandbox.pending_devices() == []
    reply = poll(accounts, sandbox, codes["device_code"])
    assert (reply.status_code, reply.json()) == (200, {"error": "access_denied"})


def test_expired_when_nobody_has_decided_in_five_minutes(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    codes, decided = begin(accounts, sandbox), begin(accounts, sandbox)
    clock.now += 299
    sandbox.approve_device(decided["user_code"])
    assert sandbox.pending_devices() == [codes["user_code"]]
    clock.now += 1
    assert sandbox.pending_devices() == []
    assert poll(accounts, sandbox, codes["device_code"]).json() == {"error": "expired"}
    assert "access_token" in poll(accounts, sandbox, decided["device_code"]).json()
    with pytest.raises(KeyError):
        sandbox.approve_device(codes["user_code"])


def test_a_code_is_decided_once(accounts: httpx.Client, sandbox: Sandbox) -> None:
    codes = begin(accounts, sandbox)
    sandbox.deny_device(codes["user_code"])
    with pytest.raises(KeyError):
        sandbox.approve_device(codes["user_code"])
    with pytest.raises(KeyError):
        sandbox.deny_device("BCDF-GHJK-")
    assert poll(accounts, sandbox, codes["device_code"]).json() == {"error": "access_denied"}


def test_a_user_of_another_data_centre(accounts: httpx.Client, sandbox: Sandbox) -> None:
    codes = begin(accounts, sandbox)
    sandbox.approve_device(codes["user_code"], location="EU")
    reply = poll(accounts, sandbox, codes["device_code"])
    assert (reply.status_code, reply.json()) == (
        200,
        {"error": "other_dc", "user_location": "eu"},
    )
    here = begin(accounts, sandbox)
    sandbox.approve_device(here["user_code"], location="us")
    assert "access_token" in poll(accounts, sandbox, here["device_code"]).json()


@pytest.mark.parametrize("unknown", ["invalid_code", "expired"])
def test_an_unknown_or_used_device_code(
    accounts: httpx.Client, sandbox: Sandbox, unknown: str
) -> None:
    sandbox.variants = replace(
        sandbox.variants,
        device_unknown_code=unknown,  # type: ignore[arg-type]
    )
    assert poll(accounts, sandbox, "1000.made.up").json() == {"error": unknown}
    codes = begin(accounts, sandbox)
    sandbox.approve_device(codes["user_code"])
    wrong = poll(accounts, sandbox, codes["device_code"], grant_type="device_request")
    assert wrong.json() == {"error": unknown}
    assert "access_token" in poll(accounts, sandbox, codes["device_code"]).json()
    assert poll(accounts, sandbox, codes["device_code"]).json() == {"error": unknown}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "1000.OTHER"}, "invalid_client"),
        ({"client_secret": "other"}, "invalid_client_secret"),
    ],
)
def test_a_wrong_client_learns_nothing_by_polling(
    accounts: httpx.Client, sandbox: Sandbox, changes: dict[str, str], error: str
) -> None:
    codes = begin(accounts, sandbox)
    sandbox.approve_device(codes["user_code"])
    assert poll(accounts, sandbox, codes["device_code"], **changes).json() == {"error": error}
    assert "access_token" in poll(accounts, sandbox, codes["device_code"]).json()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "1000.OTHER"}, "invalid_client"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"scope": " , "}, "invalid_request"),
    ],
)
def test_a_refused_request_for_codes(
    accounts: httpx.Client, sandbox: Sandbox, changes: dict[str, str], error: str
) -> None:
    assert begin(accounts, sandbox, **changes) == {"error": error}
    assert sandbox.pending_devices() == []


def test_the_wrong_data_centre_knows_no_client(accounts: httpx.Client, sandbox: Sandbox) -> None:
    codes = begin(accounts, sandbox)
    sandbox.approve_device(codes["user_code"])
    sandbox.variants = Variants(other_data_centre=True)
    assert begin(accounts, sandbox) == {"error": "invalid_client"}
    assert poll(accounts, sandbox, codes["device_code"]).json() == {"error": "invalid_client"}


def test_times_in_milliseconds(accounts: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.variants = Variants(device_times="milliseconds")
    codes = begin(accounts, sandbox)
    assert (codes["expires_in"], codes["interval"]) == (300_000, 30_000)


def test_the_names_of_rfc_8628(accounts: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.variants = Variants(device_uri_name="verification_uri")
    codes = begin(accounts, sandbox)
    assert "verification_url" not in codes
    assert codes["verification_uri"] == f"{ADDRESS}/device"
    complete = f"{ADDRESS}/device?user_code={codes['user_code']}"
    assert codes["verification_uri_complete"] == complete


@pytest.mark.parametrize("status", [200, 400])
def test_the_status_of_errors_is_open(
    accounts: httpx.Client, sandbox: Sandbox, clock: Clock, status: int
) -> None:
    sandbox.variants = Variants(device_error_status=status)  # type: ignore[arg-type]
    form = request(sandbox, client_id="1000.OTHER")
    assert accounts.post("/oauth/v3/device/code", data=form).status_code == status
    codes = begin(accounts, sandbox)
    statuses = [poll(accounts, sandbox, codes["device_code"]).status_code for _ in range(2)]
    sandbox.approve_device(codes["user_code"], location="in")
    clock.now += 30
    statuses.append(poll(accounts, sandbox, codes["device_code"]).status_code)
    statuses.append(poll(accounts, sandbox, "unknown").status_code)
    assert statuses == [status] * 4
    codes = begin(accounts, sandbox)
    sandbox.approve_device(codes["user_code"])
    assert poll(accounts, sandbox, codes["device_code"]).status_code == 200


def test_the_page_approves_a_code(accounts: httpx.Client, sandbox: Sandbox) -> None:
    codes = begin(accounts, sandbox)
    form = accounts.get("/device")
    assert form.headers["Content-Type"].startswith("text/html")
    assert '<form action="/device">' in form.text
    assert 'name="user_code"' in form.text
    assert sandbox.pending_devices() == [codes["user_code"]]
    done = accounts.get("/device", params={"user_code": codes["user_code"]})
    assert done.status_code == 200
    assert f"{codes['user_code']} is approved" in done.text
    assert "access_token" in poll(accounts, sandbox, codes["device_code"]).json()
    late = accounts.get("/device", params={"user_code": codes["user_code"]})
    assert late.status_code == 400
    assert "approved" not in late.text


def test_the_page_repeats_nothing_as_markup(accounts: httpx.Client) -> None:
    reply = accounts.get("/device", params={"user_code": "<script>"})
    assert "<script>" not in reply.text
    assert "&lt;script&gt; is unknown" in reply.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/oauth/v3/device/code"),
        ("GET", "/oauth/v3/device/token"),
        ("POST", "/device"),
        ("POST", "/oauth/v3/device/nonsense"),
    ],
)
def test_other_paths_and_methods_are_none(accounts: httpx.Client, method: str, path: str) -> None:
    reply = accounts.request(method, path)
    assert reply.status_code == 404
    assert "crmErrorPgCont" in reply.text


def test_no_code_reaches_the_ledger(accounts: httpx.Client, sandbox: Sandbox) -> None:
    codes = accounts.post("/oauth/v3/device/code", params=request(sandbox)).json()
    form = polling(sandbox, codes["device_code"])
    accounts.get("/device", params={"user_code": codes["user_code"]})
    body = accounts.post("/oauth/v3/device/token", params=form).json()
    written = str(sandbox.ledger.as_json())
    secrets = (
        codes["user_code"],
        codes["device_code"],
        sandbox.client_id,
        sandbox.client_secret,
        body["access_token"],
        body["refresh_token"],
    )
    assert not any(secret in written for secret in secrets)
    assert [(entry.path, entry.query, entry.host) for entry in sandbox.ledger.requests] == [
        ("/oauth/v3/device/code", "", "accounts.zoho.eu"),
        ("/device", "", "accounts.zoho.eu"),
        ("/oauth/v3/device/token", "", "accounts.zoho.eu"),
    ]
