"""DELETE in both forms and both versions. Source: zoho-api.md, section 13, rows 4 to 14."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import flat
from zohotui.sandbox import Sandbox, Variants

BOTH = pytest.mark.parametrize("version", ["v2", "v8"])


def success(record_id: str) -> dict[str, object]:
    return {
        "code": "SUCCESS",
        "details": {"id": record_id},
        "message": "record deleted",
        "status": "success",
    }


def failure(record_id: str) -> dict[str, object]:
    return {
        "code": "INVALID_DATA",
        "details": {"id": record_id},
        "message": "record not deleted",
        "status": "error",
    }


@BOTH
def test_all_deleted_answers_200_with_an_item_an_id(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str], version: str
) -> None:
    reply = crm.delete(f"/crm/{version}/Leads?ids={','.join(leads[:2])}")
    assert reply.status_code == 200
    assert reply.json() == {"data": [success(leads[0]), success(leads[1])]}
    assert not sandbox.org.exists("Leads", leads[0])
    assert sandbox.org.exists("Leads", leads[2])
    assert sandbox.org.recycle_bin.find(leads[0]) is not None


@pytest.mark.parametrize(("version", "status"), [("v2", 200), ("v8", 207)])
def test_a_mixed_answer_keeps_the_order_of_the_ids(
    crm: httpx.Client, leads: list[str], version: str, status: int
) -> None:
    reply = crm.delete(f"/crm/{version}/Leads?ids={leads[0]},410405000002264040,{leads[1]}")
    assert reply.status_code == status
    assert reply.json()["data"] == [
        success(leads[0]),
        failure("410405000002264040"),
        success(leads[1]),
    ]


@pytest.mark.parametrize("status", [200, 202, 207])
def test_the_status_of_a_mixed_v2_answer_is_a_variant(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str], status: int
) -> None:
    sandbox.variants = Variants(v2_mixed_status=status)  # type: ignore[arg-type]
    assert crm.delete(f"/crm/v2/Leads?ids={leads[0]},1").status_code == status


@BOTH
def test_total_failure_is_a_400_that_carries_data(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str], version: str
) -> None:
    """Deleted, unknown, of another module, of a user: all the same to Zoho."""
    contact = sandbox.org.add_records("Contacts")[0]
    sandbox.org.bin("Leads", leads[0])
    ids = [leads[0], "23132423", contact, sandbox.org.users[0].id]
    reply = crm.delete(f"/crm/{version}/Leads?ids={','.join(ids)}")
    assert reply.status_code == 400
    assert reply.json() == {"data": [failure(record_id) for record_id in ids]}
    assert sandbox.org.exists("Contacts", contact)


def test_duplicates_succeed_once_and_fail_then(crm: httpx.Client, leads: list[str]) -> None:
    reply = crm.delete(f"/crm/v8/Leads?ids={leads[0]},{leads[0]}")
    assert reply.json()["data"] == [success(leads[0]), failure(leads[0])]


@pytest.mark.parametrize("action", ["record_locking", "zia_vision_processing"])
def test_a_locked_record_stays(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str], action: str
) -> None:
    sandbox.org.lock("Leads", leads[0], action)  # type: ignore[arg-type]
    old = crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    new = crm.delete(f"/crm/v8/Leads?ids={leads[0]}")
    assert old.status_code == new.status_code == 400
    (item,) = old.json()["data"]
    assert item["code"] == "RECORD_LOCKED"
    assert item["message"] == "cannot delete record that is not approved yet"
    assert item["details"] == {"action": action, "id": leads[0]}
    assert new.json()["data"][0]["message"] == (
        "You cannot perform this operation as the record is locked."
    )
    sandbox.org.unlock("Leads", leads[0])
    assert crm.delete(f"/crm/v8/Leads?ids={leads[0]}").status_code == 200


def test_an_unapproved_record_stays_and_is_not_named_in_the_many_form(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.org.await_approval("Leads", leads[0])
    message = "cannot delete record that is not approved yet"
    item = {"code": "NOT_APPROVED", "details": {}, "message": message, "status": "error"}
    named = {**item, "details": {"id": leads[0]}}
    many = f"/crm/v2/Leads?ids={leads[0]}"
    assert crm.delete(many).json() == {"data": [item]}
    one = crm.delete(f"/crm/v2/Leads/{leads[0]}")
    assert (one.status_code, one.json()) == (400, {"data": [named]})
    sandbox.variants = Variants(not_approved_with_id=True)
    assert crm.delete(many).json() == {"data": [named]}


def test_one_record_can_be_forbidden(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    sandbox.org.forbid("Leads", leads[1])
    items = crm.delete(f"/crm/v8/Leads?ids={leads[0]},{leads[1]}").json()["data"]
    assert [item["code"] for item in items] == ["SUCCESS", "NO_PERMISSION"]


@BOTH
@pytest.mark.parametrize("query", ["", "?ids=", "?ids=%20", "?wf_trigger=true"])
def test_ids_are_mandatory(crm: httpx.Client, version: str, query: str) -> None:
    assert flat(crm.delete(f"/crm/{version}/Leads{query}")) == (
        400,
        "REQUIRED_PARAM_MISSING",
        "One of the expected parameter is missing",
        {"param_name": "ids"},
    )


def test_more_than_100_ids_delete_nothing(crm: httpx.Client, sandbox: Sandbox) -> None:
    ids = sandbox.org.add_records("Leads", 101)
    reply = crm.delete(f"/crm/v2/Leads?ids={','.join(ids)}")
    details = {"limit": 100, "param_name": "ids"}
    assert flat(reply) == (400, "LIMIT_EXCEEDED", "limit exceeded", details)
    assert sandbox.ledger.deletions == []
    assert sandbox.ledger.sent_ids("Leads") == ids
    assert crm.delete(f"/crm/v2/Leads?ids={','.join(ids[:100])}").status_code == 200


def test_the_ids_parameter_can_be_limited_in_characters(
    crm: httpx.Client, sandbox: Sandbox
) -> None:
    sandbox.variants = Variants(ids_limit_characters=1024)
    ids = sandbox.org.add_records("Leads", 60)
    assert flat(crm.delete(f"/crm/v8/Leads?ids={','.join(ids)}"))[1] == "LIMIT_EXCEEDED"
    assert crm.delete(f"/crm/v8/Leads?ids={','.join(ids[:53])}").status_code == 200


@pytest.mark.parametrize("bad", ["abc", "1.5E+17", "12-3", "zcrm_1", "٣"])
def test_an_id_that_is_no_number_refuses_the_request(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str], bad: str
) -> None:
    reply = crm.delete("/crm/v2/Leads", params={"ids": f"{leads[0]},{bad}"})
    message = "either the request body or parameters is in wrong format"
    assert flat(reply) == (400, "UNABLE_TO_PARSE_DATA_TYPE", message, {})
    assert sandbox.org.exists("Leads", leads[0])


def test_an_id_that_is_no_number_can_be_an_item(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.variants = Variants(malformed_id="item")
    items = crm.delete(f"/crm/v8/Leads?ids={leads[0]},abc").json()["data"]
    assert [item["code"] for item in items] == ["SUCCESS", "INVALID_DATA"]
    assert items[1]["message"] == "either the request body or parameters is in wrong format"


def test_blanks_after_the_commas_do_not_matter(crm: httpx.Client, leads: list[str]) -> None:
    reply = crm.delete("/crm/v2/Leads", params={"ids": f"{leads[0]}, {leads[1]}"})
    assert reply.status_code == 200


def test_shuffled_items_are_the_same_items(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.variants = Variants(shuffle=True)
    items = crm.delete(f"/crm/v8/Leads?ids={','.join(leads)}").json()["data"]
    order = [item["details"]["id"] for item in items]
    assert order != leads
    assert sorted(order) == leads


@pytest.mark.parametrize(
    ("query", "fired"), [("", True), ("&wf_trigger=true", True), ("&wf_trigger=false", False)]
)
def test_workflows_fire_unless_told_otherwise(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str], query: str, fired: bool
) -> None:
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}{query}")
    assert [entry.workflow_fired for entry in sandbox.ledger.deletions] == [fired]
    assert sandbox.ledger.requests[-1].wf_trigger is fired


def test_a_bad_wf_trigger_is_refused(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    sandbox.variants = Variants(bad_wf_trigger="PATTERN_NOT_MATCHED")
    reply = crm.delete(f"/crm/v2/Leads?ids={leads[0]}&wf_trigger=maybe")
    assert flat(reply)[:2] == (400, "PATTERN_NOT_MATCHED")
    assert sandbox.org.exists("Leads", leads[0])


@BOTH
def test_the_one_form_succeeds_with_one_item(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str], version: str
) -> None:
    reply = crm.delete(f"/crm/{version}/Leads/{leads[0]}")
    assert (reply.status_code, reply.json()) == (200, {"data": [success(leads[0])]})
    assert sandbox.ledger.sent_ids("Leads") == [leads[0]]


def test_the_one_form_fails_flat_and_without_an_id(crm: httpx.Client, sandbox: Sandbox) -> None:
    reply = crm.delete("/crm/v8/Leads/410405000002264040")
    details = {"resource_path_index": 1}
    assert flat(reply) == (400, "INVALID_DATA", "record not deleted", details)
    message = "either the request body or parameters is in wrong format"
    assert flat(crm.delete("/crm/v8/Leads/abc")) == (400, "INVALID_DATA", message, details)
    sandbox.variants = Variants(one_form_failure="item")
    reply = crm.delete("/crm/v8/Leads/410405000002264040")
    assert reply.json() == {"data": [failure("410405000002264040")]}


def test_a_locked_record_of_the_one_form_is_an_item(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.org.lock("Leads", leads[0])
    reply = crm.delete(f"/crm/v8/Leads/{leads[0]}")
    assert reply.status_code == 400
    assert reply.json()["data"][0]["code"] == "RECORD_LOCKED"


def test_a_module_without_a_bin_deletes_for_good(crm: httpx.Client, sandbox: Sandbox) -> None:
    consent = sandbox.org.add_records("Consents")[0]
    assert crm.delete(f"/crm/v2/Consents?ids={consent}").status_code == 200
    assert sandbox.org.recycle_bin.find(consent) is None
    assert [entry.permanent for entry in sandbox.ledger.deletions] == [True]


def test_notes_go_with_their_record_and_come_back_with_it(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    note = sandbox.org.attach(leads[0], "Notes")
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    assert not sandbox.org.exists("Notes", note)
    assert [(e.record_id, e.with_parent) for e in sandbox.ledger.deletions] == [
        (leads[0], None),
        (note, leads[0]),
    ]
    assert sandbox.ledger.deleted_ids("Notes") == []
    assert sandbox.org.restore(leads[0])
    assert sandbox.org.exists("Notes", note)


def test_wordings_that_sources_disagree_on_are_variants(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.org.lock("Leads", leads[0])
    sandbox.variants = Variants(
        v2_total_failure_status=202,
        locked_message="Cannot update record that is not approved yet",
        missing_param_key="param",
        invalid_module_message="The module name given seems to be invalid",
    )
    locked = crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    assert locked.status_code == 202
    assert locked.json()["data"][0]["message"] == "Cannot update record that is not approved yet"
    assert flat(crm.delete("/crm/v8/Leads"))[3] == {"param": "ids"}
    expected = "The module name given seems to be invalid"
    assert flat(crm.delete("/crm/v2/Nonsense?ids=1"))[2] == expected
