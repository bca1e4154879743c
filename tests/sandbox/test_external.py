"""X-EXTERNAL, custom views and COQL. Section 14.10, rows 28 to 34."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import client, flat
from tests.world.clock import Clock
from zohotui.sandbox import Sandbox, Variants

ERP = {"X-EXTERNAL": "Leads.ERP_No"}


@pytest.fixture(autouse=True)
def external(sandbox: Sandbox, leads: list[str]) -> None:
    sandbox.org.externals.define("Leads", "ERP_No")
    for number, record_id in enumerate(leads):
        sandbox.org.externals.give("Leads", "ERP_No", record_id, f"K-{number}")


def data(reply: httpx.Response) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = reply.json()["data"]
    return items


def coql(crm: httpx.Client, query: str) -> httpx.Response:
    return crm.post("/crm/v8/coql", content=json.dumps({"select_query": query}))


# External ids


@pytest.mark.parametrize("version", ["v2", "v8"])
def test_values_are_read_in_the_place_of_ids(
    crm: httpx.Client, leads: list[str], version: str
) -> None:
    path = f"/crm/{version}/Leads"
    many = crm.get(f"{path}?ids=K-1,K-7,K-99&fields=ERP_No", headers=ERP)
    assert [(row["id"], row["ERP_No"]) for row in data(many)] == [
        (leads[7], "K-7"),
        (leads[1], "K-1"),
    ]
    one = crm.get(f"{path}/K-3", headers=ERP)
    assert [(row["id"], row["ERP_No"]) for row in data(one)] == [(leads[3], "K-3")]
    assert crm.get(f"{path}/K-99", headers=ERP).status_code == 204
    assert crm.get(f"{path}?ids=K-99&fields=id", headers=ERP).status_code == 204


@pytest.mark.parametrize("header", ["Leads.Company", "Contacts.ERP_No", "Nonsense", "Leads."])
def test_a_header_that_names_no_external_field_is_refused(crm: httpx.Client, header: str) -> None:
    more = {"X-EXTERNAL": header}
    assert flat(crm.get("/crm/v8/Leads?ids=K-1&fields=id", headers=more))[:2] == (
        400,
        "INVALID_DATA",
    )
    assert flat(crm.delete("/crm/v2/Leads?ids=K-1", headers=more))[:2] == (400, "INVALID_DATA")


def test_where_the_many_form_knows_no_header_values_pass_for_ids(
    crm: httpx.Client, sandbox: Sandbox
) -> None:
    sandbox.variants = Variants(external_many="v2")
    assert crm.get("/crm/v8/Leads?ids=K-1&fields=id", headers=ERP).status_code == 204
    assert crm.get("/crm/v2/Leads?ids=K-1", headers=ERP).status_code == 200


def test_values_of_a_user_are_seen_by_nobody_else(crm: httpx.Client, sandbox: Sandbox) -> None:
    org = sandbox.org
    org.externals.define("Leads", "Own_Key", "user")
    (mine, theirs) = org.add_records("Leads", 2)
    org.externals.give("Leads", "Own_Key", mine, "A", org.users[0].id)
    org.externals.give("Leads", "Own_Key", theirs, "B", org.users[1].id)
    own = {"X-EXTERNAL": "Leads.Own_Key"}
    assert data(crm.get("/crm/v2/Leads?ids=A,B", headers=own))[0]["id"] == mine
    assert crm.get("/crm/v2/Leads/B", headers=own).status_code == 204


@pytest.mark.parametrize(("version", "status", "alone"), [("v2", 202, 202), ("v8", 207, 400)])
def test_values_are_deleted_in_the_place_of_ids(
    crm: httpx.Client,
    sandbox: Sandbox,
    leads: list[str],
    *,
    version: str,
    status: int,
    alone: int,
) -> None:
    path = f"/crm/{version}/Leads"
    mixed = crm.delete(f"{path}?ids=K-1,K-99&wf_trigger=false", headers=ERP)
    assert mixed.status_code == status
    assert data(mixed) == [
        {
            "code": "SUCCESS",
            "details": {"ERP_No": "K-1", "id": leads[1]},
            "message": "record deleted",
            "status": "success",
        },
        {
            "code": "INVALID_DATA",
            "details": {"ERP_No": "K-99"},
            "message": "The value of the external field is invalid.",
            "status": "error",
        },
    ]
    assert crm.delete(f"{path}?ids=K-99", headers=ERP).status_code == alone
    one = crm.delete(f"{path}/K-2", headers=ERP)
    assert (one.status_code, data(one)[0]["details"]["id"]) == (200, leads[2])
    assert flat(crm.delete(f"{path}/K-2", headers=ERP))[:3] == (
        400,
        "INVALID_DATA",
        "The value of the external field is invalid.",
    )
    assert sandbox.ledger.deleted_ids("Leads") == [leads[1], leads[2]]


def test_the_fields_say_which_are_external(crm: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.org.externals.define("Leads", "Own_Key", "user")
    sandbox.org.externals.define("Leads", "External", None)
    fields = crm.get("/crm/v8/settings/fields?module=Leads").json()["fields"]
    told = {one["api_name"]: (one["external"], one["unique"]) for one in fields}
    assert told["ERP_No"] == ({"show": True, "type": "org"}, {"case_sensitive": False})
    assert told["Own_Key"][0] == {"show": True, "type": "user"}
    assert told["External"] == (None, {})
    assert told["Company"] == (None, {})
    v2 = crm.get("/crm/v2/settings/fields?module=Leads").json()["fields"]
    assert not any("external" in one for one in v2)


# Custom views


def test_views_are_listed_and_read_in_pages(crm: httpx.Client, sandbox: Sandbox) -> None:
    org = sandbox.org
    more = org.add_records("Leads", 2_300, fields={"Lead_Status": "Junk"})
    everything = org.views.add("Leads", "Leads (all)", system_name="ALLVIEWS")
    junk = org.views.add("Leads", "Junk", "Lead_Status = 'Junk'", category="created_by_me")
    listed = crm.get("/crm/v8/settings/custom_views?module=Leads").json()
    assert [one["id"] for one in listed["custom_views"]] == [everything.id, junk.id]
    assert listed["info"]["default"] == everything.id
    assert "criteria" not in listed["custom_views"][1]
    alone = crm.get(f"/crm/v8/settings/custom_views/{junk.id}?module=Leads").json()
    assert alone["custom_views"][0]["criteria"]
    assert crm.get("/crm/v8/settings/custom_views/7?module=Leads").status_code == 204
    path = f"/crm/v8/Leads?cvid={junk.id}&fields=id"
    found: list[str] = []
    for page in range(1, 11):
        reply = crm.get(f"{path}&page={page}").json()
        found += [row["id"] for row in reply["data"]]
    beyond = flat(crm.get(f"{path}&page=11"))
    assert beyond[1] == "DISCRETE_PAGINATION_LIMIT_EXCEEDED"
    while reply["info"]["more_records"]:
        reply = crm.get(f"{path}&page_token={reply['info']['next_page_token']}").json()
        found += [row["id"] for row in reply["data"]]
    assert found == more
    assert crm.get(f"/crm/v8/Leads/actions/count?cvid={junk.id}").json() == {"count": 2_300}


def test_what_a_view_refuses(crm: httpx.Client, sandbox: Sandbox, clock: Clock) -> None:
    view = sandbox.org.views.add("Leads", "All")
    sandbox.org.add_records("Leads", 400)
    other = sandbox.org.views.add("Contacts", "All")
    path = f"/crm/v8/Leads?fields=id&cvid={view.id}"
    bad = (400, "INVALID_DATA", "invalid data", {"param_name": "cvid"})
    assert flat(crm.get(f"/crm/v8/Leads?fields=id&cvid={other.id}")) == bad
    assert flat(crm.get(f"{path}&sort_by=id"))[1] == "AMBIGUITY_DURING_PROCESSING"
    token = crm.get(path).json()["info"]["next_page_token"]
    assert flat(crm.get(f"{path}&page=1&page_token={token}"))[1] == "AMBIGUITY_DURING_PROCESSING"
    bound = flat(crm.get(f"{path}&approved=both&page_token={token}"))
    assert bound[1] == "TOKEN_BOUND_DATA_MISMATCH"
    clock.now += 25 * 3_600
    token_kept = sandbox.issue_token()
    with client(sandbox, token_kept) as later:
        assert flat(later.get(f"{path}&page_token={token}"))[1] == "EXPIRED_VALUE"


def test_a_view_costs_three_credits_and_a_query_by_its_limit(
    crm: httpx.Client, sandbox: Sandbox
) -> None:
    view = sandbox.org.views.add("Leads", "All")
    costs = []
    calls: tuple[Callable[[], httpx.Response], ...] = (
        lambda: crm.get(f"/crm/v8/Leads?fields=id&cvid={view.id}"),
        lambda: crm.get("/crm/v8/Leads?fields=id"),
        lambda: coql(crm, "select id from Leads where id is not null limit 2000"),
        lambda: coql(crm, "select id from Leads where id is not null limit 1000"),
        lambda: coql(crm, "select id from Leads where id is not null"),
    )
    for call in calls:
        before = sandbox.limits.remaining
        assert call().status_code == 200
        costs.append(before - sandbox.limits.remaining)
    assert costs == [3, 1, 3, 2, 1]


# COQL


def test_queries_give_ids_in_pages(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    sandbox.org.convert(leads[4])
    reply = coql(crm, "select id from Leads where id is not null limit 6")
    assert data(reply) == [{"id": one} for one in leads[:4] + leads[5:7]]
    assert reply.json()["info"] == {"count": 6, "more_records": True}
    rest = coql(crm, "SELECT ERP_No FROM Leads WHERE id is not null LIMIT 6 OFFSET 6")
    assert [row["id"] for row in data(rest)] == leads[7:]
    assert coql(crm, "select id from Leads where id is null").status_code == 204
    few = coql(crm, "select id from Leads where ERP_No in ('K-1', 'K-8') order by id desc")
    assert [row["id"] for row in data(few)] == [leads[8], leads[1]]
    sandbox.org.change_fields("Leads", leads[0], Last_Name="O'Brien")
    one = coql(crm, "select id from Leads where (Last_Name = 'O''Brien') and ERP_No like 'K%'")
    assert [row["id"] for row in data(one)] == leads[:1]


def test_a_query_over_a_view(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    view = sandbox.org.views.add("Leads", "Two", "ERP_No in ('K-1','K-2')")
    reply = coql(crm, "select id from Leads#VIEW where id is not null".replace("VIEW", view.id))
    assert [row["id"] for row in data(reply)] == leads[1:3]
    bad = flat(coql(crm, "select id from Leads#7 where id is not null"))
    assert bad[1:] == ("INVALID_QUERY", "Invalid query formed", {"cvid": "7"})


@pytest.mark.parametrize(
    ("query", "code", "details"),
    [
        ("select id from Nonsense", "SYNTAX_ERROR", {"clause": "where"}),
        ("select id from Nonsense where id is not null", "INVALID_MODULE", {}),
        (
            "select id from Leads\nwhere id is is null",
            "SYNTAX_ERROR",
            {"line": 2, "column": 13, "near": "is null"},
        ),
        ("select id from Leads where Foo = 1", "INVALID_QUERY", {"column_name": "Foo"}),
        ("select id from Leads where id is not null limit s", "INVALID_QUERY", {"limit": "s"}),
        ("select id from Leads where id is not null limit 0", "INVALID_DATA", {}),
        (
            "select id from Leads where id > 1 and id > 2 and id > 3",
            "SYNTAX_ERROR",
            {"near": "and"},
        ),
        (
            "select id from Leads where id > 1 limit 2000 offset 99000",
            "LIMIT_EXCEEDED",
            {"limit": 100_000},
        ),
    ],
)
def test_what_a_query_is_refused_for(
    crm: httpx.Client, query: str, code: str, details: dict[str, Any]
) -> None:
    refused = flat(coql(crm, query))
    assert (refused[0], refused[1], refused[3]) == (400, code, details)


def test_queries_and_views_need_scopes_of_their_own(sandbox: Sandbox) -> None:
    view = sandbox.org.views.add("Leads", "All")
    for scopes, status in (
        (["ZohoCRM.coql.READ"], 401),
        (["ZohoCRM.modules.ALL"], 401),
        (["ZohoCRM.coql.READ", "ZohoCRM.modules.leads.READ"], 200),
    ):
        with client(sandbox, sandbox.issue_token(scopes=scopes)) as crm:
            assert coql(crm, "select id from Leads where id is not null").status_code == status
    with client(sandbox, sandbox.issue_token(scopes=["ZohoCRM.modules.ALL"])) as crm:
        assert crm.get("/crm/v8/settings/custom_views?module=Leads").status_code == 401
        assert crm.get(f"/crm/v8/Leads?fields=id&cvid={view.id}").status_code == 200
