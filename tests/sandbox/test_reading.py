"""GET of records, modules, fields, org, users and the Recycle Bin. Rows 15 to 21."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.conftest import flat
from tests.world.clock import Clock
from zohotui.sandbox import Org, Sandbox, Variants


def ids_of(reply: httpx.Response) -> list[str]:
    return [record["id"] for record in reply.json()["data"]]


def test_records_come_newest_first_and_unknown_ones_are_left_out(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.org.bin("Leads", leads[3])
    asked = [leads[2], leads[3], "410405000002264040", leads[5]]
    reply = crm.get(f"/crm/v2/Leads?ids={','.join(asked)}")
    assert ids_of(reply) == [leads[5], leads[2]]
    assert reply.json()["info"] == {"per_page": 200, "count": 2, "page": 1, "more_records": False}
    record = reply.json()["data"][0]
    assert {"Full_Name", "Owner", "Created_Time", "Modified_Time", "Company"} <= set(record)
    assert set(record["Owner"]) == {"name", "id", "email"}


def test_nothing_found_is_a_204_with_a_json_type_and_no_body(crm: httpx.Client) -> None:
    for path in ("/crm/v2/Leads?ids=1", "/crm/v2/Leads", "/crm/v8/Leads/1"):
        reply = crm.get(path)
        assert reply.status_code == 204
        assert reply.content == b""
        assert reply.headers["Content-Type"].startswith("application/json")
        assert "Content-Length" not in reply.headers


def test_v8_insists_on_fields_and_limits_them(crm: httpx.Client, leads: list[str]) -> None:
    missing = flat(crm.get("/crm/v8/Leads"))
    assert missing[:2] == (400, "REQUIRED_PARAM_MISSING")
    assert missing[3] == {"param_name": "fields"}
    too_many = ",".join(f"Field_{n}" for n in range(51))
    limit = (400, "LIMIT_EXCEEDED", "limit exceeded", {"limit": 50, "param_name": "fields"})
    assert flat(crm.get(f"/crm/v8/Leads?fields={too_many}")) == limit
    reply = crm.get(f"/crm/v8/Leads?ids={leads[0]}&fields=Full_Name,Nonsense")
    assert set(reply.json()["data"][0]) == {"Full_Name", "id"}
    assert reply.json()["info"]["sort_by"] == "id"


def test_lists_are_paged(crm: httpx.Client, sandbox: Sandbox) -> None:
    ids = sandbox.org.add_records("Contacts", 450)[::-1]
    pages = [crm.get(f"/crm/v2/Contacts?page={page}") for page in (1, 2, 3, 4)]
    assert [p.status_code for p in pages] == [200, 200, 200, 204]
    assert [i for page in pages[:3] for i in ids_of(page)] == ids
    assert [p.json()["info"]["more_records"] for p in pages[:3]] == [True, True, False]
    assert ids_of(crm.get("/crm/v2/Contacts?per_page=3&page=2")) == ids[3:6]
    first = crm.get("/crm/v8/Contacts?fields=id").json()["info"]["next_page_token"]
    assert ids_of(crm.get(f"/crm/v8/Contacts?fields=id&page_token={first}")) == ids[200:400]
    beyond = flat(crm.get("/crm/v8/Contacts?fields=id&page=11"))
    assert beyond[1] == "DISCRETE_PAGINATION_LIMIT_EXCEEDED"


def test_converted_leads_hide_unless_asked_for(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.org.convert(leads[0])
    path = f"/crm/v2/Leads?ids={leads[0]},{leads[1]}"
    assert ids_of(crm.get(path)) == [leads[1]]
    assert ids_of(crm.get(f"{path}&converted=true")) == [leads[0]]
    assert ids_of(crm.get(f"{path}&converted=both")) == [leads[1], leads[0]]
    sandbox.variants = Variants(converted_leads_hidden=False)
    assert ids_of(crm.get(path)) == [leads[1], leads[0]]


def test_one_record_tells_what_stands_against_it(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.org.lock("Leads", leads[0])
    sandbox.org.await_approval("Leads", leads[1])
    locked = crm.get(f"/crm/v8/Leads/{leads[0]}").json()["data"][0]
    waiting = crm.get(f"/crm/v2/Leads/{leads[1]}").json()["data"][0]
    assert locked["$locked_for_me"] is True
    assert locked["Locked__s"] is True
    assert waiting["$approved"] is False
    sandbox.org.change_fields("Leads", leads[1], Company="New & Co")
    assert crm.get(f"/crm/v2/Leads/{leads[1]}").json()["data"][0]["Company"] == "New & Co"


def test_modules_have_fewer_keys_in_v2(crm: httpx.Client) -> None:
    new = {m["api_name"]: m for m in crm.get("/crm/v8/settings/modules").json()["modules"]}
    old = {m["api_name"]: m for m in crm.get("/crm/v2/settings/modules").json()["modules"]}
    assert list(new) == list(old)
    gone = {"status", "recycle_bin_on_delete", "access_type", "actual_plural_label"}
    assert gone <= set(new["Leads"])
    assert not gone & set(old["Leads"])
    assert new["Events"]["module_name"] == "Meetings"
    assert new["Sales_Orders"]["plural_label"] == "Sales Orders"
    assert new["Warranties"]["module_name"] == "CustomModule5"
    assert new["Warranties"]["generated_type"] == "custom"
    assert new["Warranties"]["singular_label"] == "Warranty"
    assert new["Attachments"]["recycle_bin_on_delete"] is False
    assert new["Projects"]["api_supported"] is False
    assert new["Visits"]["deletable"] is False
    hidden = [name for name, entry in new.items() if entry["status"] == "user_hidden"]
    assert hidden == ["Appointments_Rescheduled_History__s"]
    reply = crm.get("/crm/v8/settings/modules?status=user_hidden")
    assert [m["api_name"] for m in reply.json()["modules"]] == hidden
    assert flat(crm.get("/crm/v8/settings/modules?status=odd"))[1] == "INVALID_DATA"


def test_one_module_names_its_name_field(crm: httpx.Client) -> None:
    old = crm.get("/crm/v2/settings/modules/Leads").json()["modules"][0]
    assert old["display_field"] == "Full_Name"
    new = crm.get("/crm/v8/settings/modules/Leads").json()["modules"][0]
    assert new["display_field"]["api_name"] == "Full_Name"
    assert crm.get("/crm/v8/settings/modules/Home").status_code == 204
    assert flat(crm.get("/crm/v8/settings/modules/Nope"))[1] == "INVALID_MODULE"


def test_fields_flag_the_name_field_in_v8_only(crm: httpx.Client) -> None:
    new = crm.get("/crm/v8/settings/fields?module=Deals").json()["fields"]
    assert [f["api_name"] for f in new if f["display_field"]] == ["Deal_Name"]
    old = crm.get("/crm/v2/settings/fields?module=Deals").json()["fields"]
    assert all("display_field" not in entry for entry in old)
    assert flat(crm.get("/crm/v8/settings/fields"))[3] == {"param_name": "module"}
    assert flat(crm.get("/crm/v8/settings/fields?module=Nope"))[1] == "INVALID_MODULE"


@pytest.mark.parametrize("environment", ["production", "sandbox", "developer"])
def test_the_org_tells_its_environment_in_v8_only(
    crm: httpx.Client, sandbox: Sandbox, environment: str
) -> None:
    sandbox.org.environment = environment  # type: ignore[assignment]
    crm.base_url = "http://localhost"
    new = crm.get("/crm/v8/org").json()["org"][0]
    assert new["type"] == environment
    assert new["domain_name"] == f"org{new['zgid']}"
    assert new["license_details"]["paid_type"] == "enterprise"
    assert "type" not in crm.get("/crm/v2/org").json()["org"][0]


def test_the_current_user_is_the_administrator(crm: httpx.Client) -> None:
    (user,) = crm.get("/crm/v8/users?type=CurrentUser").json()["users"]
    assert user["full_name"] == "Anna Ember"
    assert user["email"] == "anna@acme.example"
    assert user["profile"]["name"] == "Administrator"
    (old,) = crm.get("/crm/v2/users?type=CurrentUser").json()["users"]
    assert "type__s" not in old
    assert len(crm.get("/crm/v8/users?type=AllUsers").json()["users"]) == 5


def test_the_recycle_bin_shows_who_deleted_what_and_when(
    crm: httpx.Client, clock: Clock, leads: list[str]
) -> None:
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    clock.now += 60
    crm.delete(f"/crm/v2/Leads?ids={leads[1]}")
    rows = crm.get("/crm/v8/settings/recycle_bin").json()["recycle_bin"]
    assert [row["id"] for row in rows] == [leads[1], leads[0]]
    assert rows[1]["deleted_time"] == "2026-09-21T14:13:20+00:00"
    assert rows[1]["deleted_by"]["name"] == "Anna Ember"
    assert rows[1]["module"]["api_name"] == "Leads"
    assert rows[1]["display_name"]
    asked = crm.get(f"/crm/v8/settings/recycle_bin?ids={leads[0]},1").json()["recycle_bin"]
    assert [row["id"] for row in asked] == [leads[0]]
    assert crm.get(f"/crm/v8/settings/recycle_bin/{leads[1]}").status_code == 200
    assert crm.get(f"/crm/v8/settings/recycle_bin/{leads[2]}").status_code == 204


def test_restore_brings_records_back(crm: httpx.Client, sandbox: Sandbox, leads: list[str]) -> None:
    crm.delete(f"/crm/v2/Leads?ids={','.join(leads[:3])}")
    path = "/crm/v8/settings/recycle_bin/actions/restore"
    mixed = crm.post(path, json={"ids": [leads[0], leads[5]]})
    assert mixed.status_code == 207
    good, bad = mixed.json()["recycle_bin"]
    assert (good["code"], good["message"]) == ("SUCCESS", "record restored")
    assert (bad["code"], bad["message"]) == ("INVALID_DATA", "the id given seems to be invalid")
    assert crm.post(path, json={"ids": [leads[1]]}).status_code == 200
    one = crm.post(f"/crm/v8/settings/recycle_bin/{leads[2]}/actions/restore")
    assert one.status_code == 200
    assert all(sandbox.org.exists("Leads", record_id) for record_id in leads)
    assert flat(crm.post(path, json={}))[1] == "EXPECTED_FIELD_MISSING"
    assert flat(crm.post(path, content=b"{"))[1] == "EXPECTED_FIELD_MISSING"
    assert flat(crm.post(path, json={"ids": ["1"] * 201}))[1] == "LIMIT_EXCEEDED"


def test_what_is_purged_does_not_come_back(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.org.bin("Leads", leads[0])
    sandbox.org.purge([leads[0], leads[1]])
    assert not sandbox.org.restore(leads[0])
    assert not sandbox.org.exists("Leads", leads[0])
    assert sandbox.org.exists("Leads", leads[1])


def test_marking_a_record_that_never_was(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError):
        sandbox.org.lock("Leads", "1")
    with pytest.raises(KeyError):
        sandbox.org.record("Leads", "1")
    with pytest.raises(KeyError):
        sandbox.org.bin("Leads", "1")


def test_modules_can_be_changed() -> None:
    org = Org.empty()
    org.change_module("Leads", recycle_bin=False)
    lead = org.add_records("Leads")[0]
    org.bin("Leads", lead)
    assert org.recycle_bin.find(lead) is None
    assert not org.exists("Leads", lead)


def test_a_record_in_merge_says_so_and_is_locked(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    sandbox.org.merge("Leads", leads[0])
    for version in (2, 8):
        record = crm.get(f"/crm/v{version}/Leads/{leads[0]}").json()["data"][0]
        assert record["$in_merge"] is True
        assert record["$editable"] is False
        assert not record.get("$locked_for_me")
    answer = crm.delete(f"/crm/v8/Leads?ids={leads[0]}").json()["data"][0]
    assert answer["code"] == "RECORD_LOCKED"
    sandbox.org.unlock("Leads", leads[0])
    assert crm.delete(f"/crm/v8/Leads?ids={leads[0]}").status_code == 200


def test_tags_come_with_a_list_and_rows_of_subforms_only_with_one_record(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    rows = [{"Product": "Oak"}]
    sandbox.org.tag("Leads", leads[0], "Keep", "VIP")
    sandbox.org.change_fields("Leads", leads[0], Quoted_Items=rows)
    (listed,) = crm.get(f"/crm/v2/Leads?ids={leads[0]}").json()["data"]
    (whole,) = crm.get(f"/crm/v2/Leads/{leads[0]}").json()["data"]
    assert [tag["name"] for tag in listed["Tag"]] == ["Keep", "VIP"]
    assert "Quoted_Items" not in listed
    assert whole == {**listed, "Quoted_Items": rows}


def test_fields_name_everything_that_a_plain_record_holds(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    fields = crm.get("/crm/v8/settings/fields?module=Leads").json()["fields"]
    assert set(sandbox.org.record("Leads", leads[0]).fields) <= {one["api_name"] for one in fields}


@pytest.mark.parametrize("version", [2, 8])
def test_deleted_records_are_listed_with_their_type(
    version: int, crm: httpx.Client, sandbox: Sandbox, clock: Clock
) -> None:
    org, day = sandbox.org, 86_400
    old, gone, binned, newest = org.add_records("Leads", 4)
    (contact,) = org.add_records("Contacts", 1)
    for age, module, one in [
        (130, "Leads", old),
        (100, "Leads", gone),
        (50, "Leads", binned),
        (3, "Contacts", contact),
        (1, "Leads", newest),
    ]:
        org.bin(module, one, at=clock() - age * day)
    org.purge([old, gone])
    path = f"/crm/v{version}/Leads/deleted"

    def listed(query: str = "", since: str = "") -> list[str]:
        reply = crm.get(path + query, headers={"If-Modified-Since": since} if since else {})
        return ids_of(reply) if reply.status_code == 200 else []

    assert listed() == [newest, binned, gone]
    assert listed("?type=permanent") == [gone]
    assert listed("?type=recycle") == [newest, binned]
    assert listed("?page=2&per_page=2") == [gone]
    assert listed(since="2026-09-20T00:00:00+00:00") == [newest]
    assert crm.get("/crm/v8/Tasks/deleted").status_code == 204
    assert flat(crm.get(f"{path}?type=some"))[:2] == (400, "PATTERN_NOT_MATCHED")
    first, _, last = crm.get(path).json()["data"]
    assert (first["type"], first["deleted_by"]) == ("recycle", org.users[0].reference)
    assert (last["type"], last["display_name"], last["deleted_by"]) == ("permanent", None, None)
