"""Several data centres at once: who answers where, and what the wrong one says."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import Flat, flat
from tests.world.clock import Clock
from zohotui.sandbox import Cloud, Org, Sandbox, UnknownHost, Variants
from zohotui.sandbox.hosts import DATA_CENTRES

US, EU = "https://accounts.zoho.com", "https://accounts.zoho.eu"
CLIENT_ID = "1000.SHARED"
INVALID: Flat = (401, "INVALID_TOKEN", "invalid oauth token", {})


@pytest.fixture
def cloud(clock: Clock) -> Cloud:
    """Two data centres that know one client, with a secret of its own in each."""
    acme = Org.empty()
    beta = Org.empty(company="Beta GmbH", zgid="700000002", prefix="661122")
    test = Org.empty(company="Beta test", zgid="700000003", prefix="771122", environment="sandbox")
    return Cloud(
        {
            "us": Sandbox(acme, clock=clock, client=(CLIENT_ID, "secret-us")),
            "eu": Sandbox(beta, test, clock=clock, client=(CLIENT_ID, "secret-eu")),
        }
    )


@pytest.fixture
def web(cloud: Cloud) -> httpx.Client:
    return httpx.Client(transport=httpx.WSGITransport(app=cloud))


def ask(web: httpx.Client, token: str, address: str) -> httpx.Response:
    headers = {"Authorization": f"Zoho-oauthtoken {token}"}
    return web.get(f"{address}/crm/v8/org", headers=headers)


def refresh(web: httpx.Client, accounts: str, secret: str, token: str) -> dict[str, str]:
    form = {
        "grant_type": "refresh_token",
        "client_id": CLIENT_ID,
        "client_secret": secret,
        "refresh_token": token,
    }
    body: dict[str, str] = web.post(f"{accounts}/oauth/v2/token", data=form).json()
    return body


def test_each_data_centre_answers_on_its_own_hosts(cloud: Cloud, web: httpx.Client) -> None:
    for location, accounts, name in (("us", US, "Acme Ltd"), ("eu", EU, "Beta GmbH")):
        sandbox = cloud.sandboxes[location]
        body = refresh(web, accounts, sandbox.client_secret, sandbox.refresh_token)
        reply = ask(web, body["access_token"], body["api_domain"])
        assert reply.json()["org"][0]["company_name"] == name
    eu = cloud.sandboxes["eu"]
    body = refresh(web, EU, "secret-eu", eu.issue_refresh_token(org=eu.orgs[1]))
    reply = ask(web, body["access_token"], body["api_domain"])
    assert reply.json()["org"][0]["company_name"] == "Beta test"
    assert cloud.hosts == [
        "accounts.zoho.com",
        "www.zohoapis.com",
        "accounts.zoho.eu",
        "www.zohoapis.eu",
        "accounts.zoho.eu",
        "sandbox.zohoapis.eu",
    ]


def test_the_wrong_data_centre_refuses(cloud: Cloud, web: httpx.Client) -> None:
    us, eu = cloud.sandboxes["us"], cloud.sandboxes["eu"]
    assert refresh(web, EU, "secret-eu", us.refresh_token) == {"error": "invalid_code"}
    assert refresh(web, EU, "secret-us", us.refresh_token) == {"error": "invalid_client_secret"}
    form = {"grant_type": "authorization_code", "client_id": CLIENT_ID}
    form |= {"client_secret": "secret-us", "code": eu.issue_code()}
    wrong = web.post(f"{US}/oauth/v2/token", data=form)
    assert wrong.json() == {"error": "invalid_code"}
    assert flat(ask(web, us.access_token, "https://www.zohoapis.eu")) == INVALID
    assert ask(web, us.access_token, "https://www.zohoapis.com").status_code == 200
    eu.accounts.client_id = "1000.EU-ONLY"
    assert refresh(web, US, "secret-us", us.refresh_token)["access_token"]
    assert refresh(web, EU, "secret-us", us.refresh_token) == {"error": "invalid_client"}


def begin(web: httpx.Client, accounts: str) -> dict[str, str]:
    form = {"client_id": CLIENT_ID, "grant_type": "device_request", "access_type": "offline"}
    reply = web.post(f"{accounts}/oauth/v3/device/code", data={**form, "scope": "ZohoCRM.org.READ"})
    body: dict[str, str] = reply.json()
    return body


def poll(web: httpx.Client, accounts: str, secret: str, device_code: str) -> dict[str, str]:
    form = {"client_id": CLIENT_ID, "client_secret": secret, "grant_type": "device_token"}
    reply = web.post(f"{accounts}/oauth/v3/device/token", data={**form, "code": device_code})
    body: dict[str, str] = reply.json()
    return body


@pytest.mark.parametrize("approved_at", ["us", "eu"])
def test_a_sign_in_that_ends_in_another_data_centre(
    cloud: Cloud, web: httpx.Client, approved_at: str
) -> None:
    codes = begin(web, US)
    assert codes["verification_url"] == f"{US}/device"
    cloud.sandboxes[approved_at].approve_device(codes["user_code"], location="eu")
    elsewhere = poll(web, US, "secret-us", codes["device_code"])
    assert elsewhere == {"error": "other_dc", "user_location": "eu"}
    assert poll(web, EU, "secret-us", codes["device_code"]) == {"error": "invalid_client_secret"}
    body = poll(web, EU, "secret-eu", codes["device_code"])
    assert body["api_domain"] == "https://www.zohoapis.eu"
    reply = ask(web, body["access_token"], body["api_domain"])
    assert reply.json()["org"][0]["company_name"] == "Beta GmbH"
    assert refresh(web, EU, "secret-eu", body["refresh_token"])["access_token"]
    assert refresh(web, US, "secret-us", body["refresh_token"]) == {"error": "invalid_code"}


def test_a_sign_in_for_one_org_of_another_data_centre(cloud: Cloud, web: httpx.Client) -> None:
    codes = begin(web, US)
    test = cloud.sandboxes["eu"].orgs[1]
    cloud.sandboxes["us"].approve_device(codes["user_code"], test, "eu")
    body = poll(web, EU, "secret-eu", codes["device_code"])
    assert body["api_domain"] == "https://sandbox.zohoapis.eu"
    reply = ask(web, body["access_token"], body["api_domain"])
    assert reply.json()["org"][0]["company_name"] == "Beta test"


def test_a_device_code_is_good_for_its_own_client_only(cloud: Cloud, web: httpx.Client) -> None:
    codes = begin(web, US)
    eu = cloud.sandboxes["eu"]
    eu.approve_device(codes["user_code"])
    form = {"client_id": "1000.EU-ONLY", "client_secret": "secret-eu"}
    form |= {"grant_type": "device_token", "code": codes["device_code"]}
    eu.accounts.client_id = "1000.EU-ONLY"
    other = web.post(f"{EU}/oauth/v3/device/token", data=form)
    assert other.json() == {"error": "invalid_code"}
    eu.accounts.client_id = CLIENT_ID
    assert "access_token" in poll(web, EU, "secret-eu", codes["device_code"])


@pytest.mark.parametrize("everywhere", [False, True])
def test_whether_polls_count_everywhere_is_open(
    cloud: Cloud, web: httpx.Client, clock: Clock, everywhere: bool
) -> None:
    for sandbox in cloud.sandboxes.values():
        sandbox.variants = Variants(device_interval_everywhere=everywhere)
    codes = begin(web, US)
    cloud.sandboxes["eu"].approve_device(codes["user_code"])
    assert poll(web, US, "secret-us", codes["device_code"])["error"] == "other_dc"
    clock.now += 29
    body = poll(web, EU, "secret-eu", codes["device_code"])
    assert body.get("error") == ("slow_down" if everywhere else None)
    if everywhere:
        clock.now += 30
        assert "access_token" in poll(web, EU, "secret-eu", codes["device_code"])


@pytest.mark.parametrize(
    "host",
    [
        "accounts.zoho.com.evil.example",
        "accounts.zoho.in",
        "www.zohoapis.eu.evil.example",
        "localhost",
        "zohoapis.eu",
    ],
)
def test_a_host_that_is_not_there_is_loud_and_remembered(
    cloud: Cloud, web: httpx.Client, host: str
) -> None:
    with pytest.raises(UnknownHost, match=host):
        web.get(f"https://{host}/crm/v8/org")
    assert cloud.hosts == [host]
    assert not any(sandbox.ledger.requests for sandbox in cloud.sandboxes.values())


def test_case_and_port_of_a_host_do_not_count(cloud: Cloud, web: httpx.Client) -> None:
    token = cloud.sandboxes["eu"].access_token
    headers = {"Authorization": f"Zoho-oauthtoken {token}", "Host": "WWW.ZohoAPIs.eu:443"}
    assert web.get("https://x/crm/v8/org", headers=headers).status_code == 200
    assert cloud.hosts == ["www.zohoapis.eu"]


def test_every_listed_data_centre_can_be_had() -> None:
    sandboxes = {
        centre.location: Sandbox(
            Org.empty(company=centre.location, zgid=f"7{place:08d}", prefix=f"55{place:04d}")
        )
        for place, centre in enumerate(DATA_CENTRES)
    }
    cloud = Cloud(sandboxes)
    assert "accounts.zohocloud.ca" in {centre.accounts for centre in DATA_CENTRES}
    with httpx.Client(transport=httpx.WSGITransport(app=cloud)) as web:
        for centre in DATA_CENTRES:
            sandbox = cloud.sandboxes[centre.location]
            reply = ask(web, sandbox.access_token, f"https://www.{centre.domain}")
            assert reply.json()["org"][0]["company_name"] == centre.location
            assert web.get(f"https://{centre.accounts}/device").status_code == 200


def test_a_cloud_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="locations"):
        Cloud({})
    with pytest.raises(ValueError, match="locations"):
        Cloud({"mars": Sandbox(Org.empty())})
    with pytest.raises(ValueError, match="of its own"):
        Cloud({"us": Sandbox(Org.empty()), "eu": Sandbox(Org.empty())})
