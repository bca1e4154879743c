"""Every whole-request error of the seed page, and who may do what. Rows 1, 2 and 5."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import Flat, client, flat
from tests.world.clock import Clock
from zohotui.sandbox import Fault, FaultKind, Sandbox, Variants


@pytest.mark.parametrize("header", [None, "Bearer x", "Zoho-oauthtoken", "Basic eDp5"])
def test_no_usable_token(sandbox: Sandbox, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    with httpx.Client(
        transport=httpx.WSGITransport(app=sandbox), base_url="http://crm.test", headers=headers
    ) as anonymous:
        reply = anonymous.get("/crm/v8/org")
    assert flat(reply) == (401, "AUTHENTICATION_FAILURE", "Authentication failed", {})


def test_unknown_expired_and_foreign_tokens(
    sandbox: Sandbox, clock: Clock, leads: list[str]
) -> None:
    invalid: Flat = (401, "INVALID_TOKEN", "invalid oauth token", {})
    path = f"/crm/v2/Leads?ids={leads[0]}"
    with client(sandbox, "1000.made.up") as crm:
        assert flat(crm.delete(path)) == invalid
    with client(sandbox) as crm:
        sandbox.variants = Variants(other_data_centre=True)
        assert flat(crm.delete(path)) == invalid
        sandbox.variants = Variants()
        clock.now += 3600
        assert flat(crm.delete(path)) == invalid
    token = sandbox.issue_token(lifetime=60)
    with client(sandbox, token) as crm:
        assert crm.get("/crm/v8/org").status_code == 200
        sandbox.expire_token(token)
        assert flat(crm.delete(path)) == invalid
    assert sandbox.org.exists("Leads", leads[0])


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("ZohoCRM.modules.ALL", 200),
        ("ZohoCRM.modules.leads.ALL", 200),
        ("ZohoCRM.modules.leads.DELETE", 200),
        ("ZohoCRM.modules.Leads.DELETE", 200),
        ("ZohoCRM.modules.DELETE", 200),
        ("ZohoCRM.modules.leads.READ", 401),
        ("ZohoCRM.modules.contacts.ALL", 401),
        ("ZohoCRM.settings.ALL", 401),
    ],
)
def test_scopes_of_a_delete(sandbox: Sandbox, leads: list[str], scope: str, status: int) -> None:
    with client(sandbox, sandbox.issue_token(scopes=[scope])) as crm:
        reply = crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    assert reply.status_code == status
    if status == 401:
        assert flat(reply) == (401, "OAUTH_SCOPE_MISMATCH", "Unauthorized", {})


def test_custom_modules_share_one_scope_and_underscores_vanish(sandbox: Sandbox) -> None:
    warranty = sandbox.org.add_records("Warranties")[0]
    order = sandbox.org.add_records("Sales_Orders")[0]
    scopes = ["ZohoCRM.modules.custom.DELETE", "ZohoCRM.modules.salesorders.DELETE"]
    with client(sandbox, sandbox.issue_token(scopes=scopes)) as crm:
        assert crm.delete(f"/crm/v2/Warranties?ids={warranty}").status_code == 200
        assert crm.delete(f"/crm/v2/Sales_Orders?ids={order}").status_code == 200


def test_the_scope_text_is_a_variant(sandbox: Sandbox) -> None:
    sandbox.variants = Variants(scope_message="invalid oauth scope to access this URL")
    with client(sandbox, sandbox.issue_token(scopes=[])) as crm:
        for path in ("org", "users", "settings/modules", "settings/modules/Leads"):
            assert flat(crm.get(f"/crm/v8/{path}"))[2] == "invalid oauth scope to access this URL"
        for path in ("settings/fields?module=Leads", "settings/recycle_bin", "Leads?fields=id"):
            assert flat(crm.get(f"/crm/v8/{path}"))[1] == "OAUTH_SCOPE_MISMATCH"


@pytest.mark.parametrize("name", ["Nonsense", "leads", "SalesOrders"])
def test_an_unknown_module_is_refused_and_case_counts(crm: httpx.Client, name: str) -> None:
    message = "the module name given seems to be invalid"
    expected = (400, "INVALID_MODULE", message, {"resource_path_index": 0})
    assert flat(crm.delete(f"/crm/v2/{name}?ids=1")) == expected


@pytest.mark.parametrize("name", ["Projects", "Documents", "Visits"])
def test_a_module_that_takes_no_deletes(crm: httpx.Client, name: str) -> None:
    old: Flat = (400, "INVALID_MODULE", "The given module is not supported in API", {})
    message = "the given module is not supported in api"
    new = (400, "NOT_SUPPORTED", message, {"resource_path_index": 0})
    assert flat(crm.delete(f"/crm/v2/{name}?ids=1")) == old
    assert flat(crm.delete(f"/crm/v8/{name}?ids=1")) == new


def test_activities_are_gone_since_v3(crm: httpx.Client) -> None:
    assert flat(crm.delete("/crm/v8/Activities?ids=1"))[1] == "OAUTH_SCOPE_MISMATCH"


def test_permissions_can_be_taken_and_given_back(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    path = f"/crm/v2/Leads?ids={leads[0]}"
    permissions = {"permissions": ["Crm_Implied_View_Leads"]}
    sandbox.org.deny("Leads", "DELETE")
    expected = (403, "NO_PERMISSION", "Permission denied to delete", permissions)
    assert flat(crm.delete(path)) == expected
    sandbox.org.deny("Leads", "READ")
    assert flat(crm.get(path)) == (403, "NO_PERMISSION", "Permission denied", permissions)
    sandbox.org.deny("Leads", "DELETE", "AUTHORIZATION_FAILED")
    message = "User does not have sufficient privilege to delete records"
    assert flat(crm.delete(path)) == (400, "AUTHORIZATION_FAILED", message, {})
    sandbox.org.denied.clear()
    assert crm.delete(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/crm/v2",
        "/crm/v2/Leads/1/Notes",
        "/crm/v2/Leads//1",
        "/crm/v3/Leads",
        "/crm/v2/settings",
        "/crm/v2/settings/recycle_bin",
        "/crm/v8/settings/nonsense",
    ],
)
def test_an_unknown_path(crm: httpx.Client, path: str) -> None:
    message = "Please check if the URL trying to access is a correct one"
    assert flat(crm.get(path)) == (404, "INVALID_URL_PATTERN", message, {})


def test_version_1_is_gone(crm: httpx.Client) -> None:
    reply = flat(crm.get("/crm/v1/Leads"))
    assert reply[:2] == (400, "API_NOT_SUPPORTED")
    assert reply[3] == {"supported_version": 2}


@pytest.mark.parametrize("path", ["/", "/nonsense", "/oauth/v2/nonsense"])
def test_a_path_of_no_api_is_a_page_of_html(crm: httpx.Client, path: str) -> None:
    reply = crm.post(path)
    assert reply.status_code == 404
    assert reply.headers["Content-Type"].startswith("text/html")
    assert "crmErrorPgCont" in reply.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/crm/v2/Leads?ids=1"),
        ("POST", "/crm/v2/Leads/1"),
        ("DELETE", "/crm/v8/org"),
        ("DELETE", "/crm/v8/settings/recycle_bin?ids=1"),
    ],
)
def test_a_wrong_method(crm: httpx.Client, method: str, path: str) -> None:
    message = "The http request method type is not a valid one"
    assert flat(crm.request(method, path)) == (400, "INVALID_REQUEST_METHOD", message, {})


def test_an_internal_error(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    sandbox.faults.add(Fault(kind=FaultKind.INTERNAL_ERROR_BEFORE))
    reply = crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    assert flat(reply) == (500, "INTERNAL_ERROR", "Internal Server Error", {})


def test_the_usual_headers(sandbox: Sandbox) -> None:
    with client(sandbox) as crm:
        reply = crm.get("/crm/v8/org")
    assert reply.headers["Server"] == "ZGS"
    assert reply.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert reply.headers["X-ACCESSTOKEN-RESET"] == "2026-09-21T15:13:20+00:00"
    assert "Retry-After" not in reply.headers
    assert "X-API-CREDITS-REMAINING" not in reply.headers
