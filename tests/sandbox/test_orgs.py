"""Several orgs of one user, their environments, and the hosts these belong to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.rows import each_row
from tests.sandbox.conftest import Flat, client, flat
from tests.world.clock import Clock
from zohotui.sandbox import Org, Sandbox, Variants, sample_file, sample_org

INVALID: Flat = (401, "INVALID_TOKEN", "invalid oauth token", {})


@pytest.fixture
def beta() -> Org:
    return Org.empty(company="Beta GmbH", zgid="700000002", prefix="661122")


@pytest.fixture
def two(beta: Org, clock: Clock) -> Sandbox:
    return Sandbox(Org.empty(), beta, clock=clock, sleep=clock.sleep)


def company(sandbox: Sandbox, token: str, address: str = "http://localhost") -> str:
    headers = {"Authorization": f"Zoho-oauthtoken {token}"}
    with httpx.Client(
        transport=httpx.WSGITransport(app=sandbox), base_url=address, headers=headers
    ) as crm:
        return str(crm.get("/crm/v8/org").json()["org"][0]["company_name"])


def trade(sandbox: Sandbox, address: str = "http://localhost", **form: str) -> dict[str, str]:
    """Ask the token endpoint for what stands in the form."""
    client_of = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    with httpx.Client(transport=httpx.WSGITransport(app=sandbox), base_url=address) as accounts:
        reply = accounts.post("/oauth/v2/token", data={**client_of, **form})
    answer: dict[str, str] = reply.json()
    return answer


def by_token(sandbox: Sandbox, org: Org | None) -> str:
    return sandbox.issue_token(org=org)


def by_code(sandbox: Sandbox, org: Org | None) -> str:
    code = sandbox.issue_code(org=org)
    body = trade(sandbox, grant_type="authorization_code", code=code)
    form = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    assert company(sandbox, trade(sandbox, **form)["access_token"]) == company(
        sandbox, body["access_token"]
    )
    return body["access_token"]


def by_refresh_token(sandbox: Sandbox, org: Org | None) -> str:
    refresh = sandbox.issue_refresh_token(org=org)
    return trade(sandbox, grant_type="refresh_token", refresh_token=refresh)["access_token"]


def by_device(sandbox: Sandbox, org: Org | None) -> str:
    form = {"client_id": sandbox.client_id, "grant_type": "device_request"}
    with httpx.Client(
        transport=httpx.WSGITransport(app=sandbox), base_url="http://localhost"
    ) as accounts:
        codes = accounts.post(
            "/oauth/v3/device/code", data={**form, "scope": "ZohoCRM.org.READ"}
        ).json()
        sandbox.approve_device(codes["user_code"], org)
        form |= {"client_secret": sandbox.client_secret, "grant_type": "device_token"}
        reply = accounts.post("/oauth/v3/device/token", data={**form, "code": codes["device_code"]})
    return str(reply.json()["access_token"])


@pytest.mark.parametrize("way", [by_token, by_code, by_refresh_token, by_device])
def test_a_token_acts_on_the_org_it_was_granted_for(
    two: Sandbox, beta: Org, way: Callable[[Sandbox, Org | None], str]
) -> None:
    assert company(two, way(two, None)) == "Acme Ltd"
    assert company(two, way(two, two.org)) == "Acme Ltd"
    assert company(two, way(two, beta)) == "Beta GmbH"


def test_two_orgs_do_not_see_each_others_records(two: Sandbox, beta: Org) -> None:
    ours, theirs = two.org.add_records("Leads", 3), beta.add_records("Leads", 3)
    assert not set(ours) & set(theirs)
    path = f"/crm/v2/Leads?ids={ours[0]},{theirs[0]}"
    with client(two, two.issue_token(org=beta)) as crm:
        assert [row["id"] for row in crm.get(path).json()["data"]] == [theirs[0]]
        items = crm.delete(path).json()["data"]
    assert [item["code"] for item in items] == ["INVALID_DATA", "SUCCESS"]
    assert two.ledger.deleted_ids("Leads") == [theirs[0]]
    assert two.org.exists("Leads", ours[0])
    assert not beta.exists("Leads", theirs[0])


def test_work_in_one_org_does_not_wait_for_another(two: Sandbox, beta: Org) -> None:
    token = two.issue_token(org=beta)
    with ThreadPoolExecutor(1) as pool, two.org.mutex:
        assert pool.submit(company, two, token).result(timeout=60) == "Beta GmbH"


def test_every_id_of_an_org_has_its_prefix() -> None:
    org = sample_org(zgid="700000002", prefix="661122")
    assert {i[:6] for module in org.modules for i in org.ids(module)} == {"661122"}
    sandbox = Sandbox(org)
    with client(sandbox) as crm:
        text = "".join(
            crm.get(f"/crm/v8/{path}").text
            for path in ("org", "users", "settings/modules", "settings/fields?module=Leads")
        )
    assert "554023" not in text + sample_file(org)
    assert '"zgid": "700000002"' in text
    assert '"domain_name": "org700000002"' in text


@each_row("prefix", ["", "55402", "0554023", "054023", "55402x", "٥٥٤٠٢٣"])
def test_a_prefix_is_six_digits(prefix: str) -> None:
    with pytest.raises(ValueError, match="six digits"):
        Org.empty(prefix=prefix)


@pytest.mark.parametrize(
    ("changes", "word"), [({"zgid": "700000002"}, "prefix"), ({"prefix": "661122"}, "zgid")]
)
def test_orgs_that_could_be_mistaken_are_refused(changes: dict[str, str], word: str) -> None:
    with pytest.raises(ValueError, match=f"needs a {word} of its own"):
        Sandbox(Org.empty(), Org.empty(**changes))  # type: ignore[arg-type]


def test_a_foreign_org_gets_no_grant(two: Sandbox) -> None:
    stranger = Org.empty(zgid="700000003", prefix="771122")
    for issue in (two.issue_token, two.issue_code, two.issue_refresh_token):
        with pytest.raises(ValueError, match="not an org of this sandbox"):
            issue(org=stranger)


def test_the_first_org_can_be_replaced_while_it_runs(two: Sandbox, beta: Org) -> None:
    token = two.issue_token()
    two.org = Org.empty(company="Gamma", zgid="700000003", prefix="771122")
    assert two.orgs == (two.org, beta)
    assert company(two, token) == "Gamma"
    with pytest.raises(ValueError, match="zgid"):
        two.org = beta


@pytest.mark.parametrize("version", ["v2", "v8"])
def test_a_renamed_module_is_seen(sandbox: Sandbox, crm: httpx.Client, version: str) -> None:
    lead = sandbox.org.add_records("Leads")[0]
    sandbox.org.change_module("Leads", plural_label="Prospects", singular_label="Prospect")
    modules = crm.get(f"/crm/{version}/settings/modules").json()["modules"]
    (entry,) = [module for module in modules if module["api_name"] == "Leads"]
    assert (entry["plural_label"], entry["singular_label"]) == ("Prospects", "Prospect")
    assert entry["module_name"] == "Leads"
    (alone,) = crm.get(f"/crm/{version}/settings/modules/Leads").json()["modules"]
    assert alone["plural_label"] == "Prospects"
    assert crm.delete(f"/crm/{version}/Leads?ids={lead}").status_code == 200


@pytest.mark.parametrize("environment", ["production", "sandbox", "developer"])
@pytest.mark.parametrize("domain", ["zohoapis.eu", "zohoapis.com.au", "zohoapis.ca"])
def test_a_token_works_on_the_host_of_its_environment_only(
    sandbox: Sandbox, environment: str, domain: str
) -> None:
    sandbox.org.environment = environment  # type: ignore[assignment]
    hosts = {"production": "www", "sandbox": "sandbox", "developer": "developer"}
    headers = {"Authorization": f"Zoho-oauthtoken {sandbox.access_token}"}
    with httpx.Client(transport=httpx.WSGITransport(app=sandbox), headers=headers) as crm:
        for place, word in hosts.items():
            reply = crm.get(f"https://{word}.{domain}/crm/v8/org")
            if place == environment:
                assert reply.json()["org"][0]["type"] == environment
            else:
                assert flat(reply) == INVALID
        assert crm.get("http://127.0.0.1:8080/crm/v8/org").status_code == 200


@pytest.mark.parametrize("environment", ["production", "sandbox", "developer"])
def test_the_api_domain_may_name_the_environment(sandbox: Sandbox, environment: str) -> None:
    sandbox.org.environment = environment  # type: ignore[assignment]
    form = {"grant_type": "refresh_token", "refresh_token": sandbox.refresh_token}
    word = "www" if environment == "production" else environment
    address = "https://accounts.zohocloud.ca"
    assert trade(sandbox, address, **form)["api_domain"] == f"https://{word}.zohoapis.ca"
    sandbox.variants = Variants(grant_api_domain="production")
    assert trade(sandbox, address, **form)["api_domain"] == "https://www.zohoapis.ca"


def test_the_api_domain_is_that_of_the_grants_org(two: Sandbox, beta: Org) -> None:
    beta.environment = "sandbox"
    form = {"grant_type": "refresh_token", "refresh_token": two.issue_refresh_token(org=beta)}
    body = trade(two, "https://accounts.zoho.eu", **form)
    assert body["api_domain"] == "https://sandbox.zohoapis.eu"
    assert company(two, body["access_token"], body["api_domain"]) == "Beta GmbH"


def test_an_impostor_may_name_any_api_domain(sandbox: Sandbox) -> None:
    sandbox.variants = Variants(api_domain="https://www.zohoapis.eu.evil.example")
    form = {"grant_type": "refresh_token", "refresh_token": sandbox.refresh_token}
    body = trade(sandbox, "https://accounts.zoho.eu", **form)
    assert body["api_domain"] == "https://www.zohoapis.eu.evil.example"


def test_accounts_hosts_and_api_hosts_serve_their_own_paths_only(sandbox: Sandbox) -> None:
    headers = {"Authorization": f"Zoho-oauthtoken {sandbox.access_token}"}
    with httpx.Client(transport=httpx.WSGITransport(app=sandbox), headers=headers) as crm:
        replies = [
            crm.get("https://accounts.zoho.eu/crm/v8/org"),
            crm.post("https://www.zohoapis.eu/oauth/v2/token"),
            crm.post("https://sandbox.zohoapis.eu/oauth/v3/device/code"),
            crm.get("https://developer.zohoapis.eu/device"),
        ]
    assert [reply.status_code for reply in replies] == [404] * 4
    assert all("crmErrorPgCont" in reply.text for reply in replies)


def test_the_ledger_tells_the_host_of_each_request(two: Sandbox) -> None:
    company(two, two.access_token, "https://www.zohoapis.in")
    company(two, two.access_token, "http://127.0.0.1:8080")
    hosts = [request.host for request in two.ledger.requests]
    assert hosts == ["www.zohoapis.in", "127.0.0.1:8080"]
    assert two.ledger.as_json()["requests"][0]["host"] == "www.zohoapis.in"
