"""The ledger tells what arrived and what was done, whatever the client was told."""

from __future__ import annotations

import json

import httpx

from tests.world.clock import Clock
from zohotui.sandbox import Deletion, Org, Request, Sandbox


def test_a_request_and_its_deletions(
    crm: httpx.Client, sandbox: Sandbox, clock: Clock, leads: list[str]
) -> None:
    clock.now += 5
    crm.delete(f"/crm/v2/Leads?ids={leads[0]},{leads[1]},1&wf_trigger=false")
    assert sandbox.ledger.requests == [
        Request(
            number=1,
            at=clock.now,
            method="DELETE",
            path="/crm/v2/Leads",
            query=f"ids={leads[0]},{leads[1]},1&wf_trigger=false",
            ids=(leads[0], leads[1], "1"),
            status=200,
            fault=None,
            wf_trigger=False,
            token_tail=sandbox.access_token[-4:],
            host="www.zohoapis.eu",
        )
    ]
    assert sandbox.ledger.deletions == [
        Deletion(
            number=number,
            request_number=1,
            module="Leads",
            record_id=record_id,
            at=clock.now,
            permanent=False,
            workflow_fired=False,
        )
        for number, record_id in enumerate(leads[:2], 1)
    ]


def test_sent_and_deleted_ids_by_module(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    contact = sandbox.org.add_records("Contacts")[0]
    crm.delete(f"/crm/v2/Leads?ids={leads[1]},{leads[0]}")
    crm.delete(f"/crm/v8/Leads?ids={leads[0]}")
    crm.delete(f"/crm/v8/Leads/{leads[2]}")
    crm.delete(f"/crm/v2/Contacts?ids={contact}")
    crm.get(f"/crm/v2/Leads?ids={leads[5]}")
    assert sandbox.ledger.sent_ids("Leads") == [leads[1], leads[0], leads[0], leads[2]]
    assert sandbox.ledger.deleted_ids("Leads") == [leads[1], leads[0], leads[2]]
    assert sandbox.ledger.deleted_ids("Contacts") == [contact]


def test_ids_are_written_down_even_of_a_refused_request(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.org.deny("Leads", "DELETE")
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    assert sandbox.ledger.sent_ids("Leads") == [leads[0]]
    assert sandbox.ledger.deletions == []


def test_a_request_is_there_while_it_is_in_work() -> None:
    seen: list[Request] = []

    def sleep(_: float) -> None:
        seen.extend(sandbox.ledger.requests)

    sandbox = Sandbox(Org.empty(), latency=0.2, sleep=sleep)
    headers = {"Authorization": f"Zoho-oauthtoken {sandbox.access_token}"}
    transport = httpx.WSGITransport(app=sandbox)
    with httpx.Client(transport=transport, base_url="http://crm.test", headers=headers) as crm:
        crm.get("/crm/v8/org")
    assert [(request.path, request.status) for request in seen] == [("/crm/v8/org", None)]
    assert sandbox.ledger.requests[0].status == 200


def test_it_can_be_written_as_json(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    copy = json.loads(json.dumps(sandbox.ledger.as_json()))
    assert copy["requests"][0]["ids"] == [leads[0]]
    assert copy["deletions"][0]["record_id"] == leads[0]
