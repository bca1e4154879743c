"""The Recycle Bin: what a restore puts off, what others may see, and what sixty days do."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from tests.rows import each_row
from tests.world.clock import Clock
from zohotui.sandbox import ConnectionDropped, Fault, FaultKind, Sandbox

BIN = "/crm/v8/settings/recycle_bin"
RESTORE = f"{BIN}/actions/restore"


def variants(sandbox: Sandbox, **changes: object) -> None:
    sandbox.variants = replace(sandbox.variants, **changes)  # type: ignore[arg-type]


def test_more_than_a_thousand_with_children_are_scheduled_and_come_later(
    crm: httpx.Client, sandbox: Sandbox, clock: Clock, leads: list[str]
) -> None:
    org = sandbox.org
    notes = [org.attach(leads[0], "Notes") for _ in range(999)]
    crm.delete(f"/crm/v2/Leads?ids={leads[0]},{leads[1]}")
    at_once = crm.post(RESTORE, json={"ids": [leads[0]]})
    assert at_once.status_code == 200
    assert all(org.exists("Notes", note) for note in notes)
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    later = crm.post(RESTORE, json={"ids": [leads[0], leads[1], leads[5]]})
    assert later.status_code == 202
    told = {item["details"]["id"]: item["code"] for item in later.json()["recycle_bin"]}
    assert told == {leads[0]: "SCHEDULED", leads[1]: "SCHEDULED", leads[5]: "INVALID_DATA"}
    assert crm.get(f"/crm/v2/Leads/{leads[0]}").status_code == 204
    clock.now += 60
    assert crm.get(f"/crm/v2/Leads/{leads[0]}").status_code == 200
    assert all(org.exists("Notes", note) for note in notes)


def test_a_schedule_may_speak_of_all_at_once(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    variants(sandbox, restore_at_once=1, scheduled_restore="whole")
    crm.delete(f"/crm/v2/Leads?ids={leads[0]},{leads[1]}")
    reply = crm.post(RESTORE, json={"ids": leads[:2]})
    assert (reply.status_code, reply.json()["code"]) == (202, "SCHEDULED")


def test_only_administrators_see_and_restore_what_others_deleted(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    org = sandbox.org
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    org.acting = org.users[1]
    (me,) = crm.get("/crm/v8/users?type=CurrentUser").json()["users"]
    assert me["id"] == org.users[1].id
    crm.delete(f"/crm/v2/Leads?ids={leads[1]}")
    (seen,) = crm.get(BIN).json()["recycle_bin"]
    assert (seen["id"], seen["deleted_by"]["id"]) == (leads[1], org.users[1].id)
    assert crm.get(f"{BIN}?ids={leads[0]}").status_code == 204
    codes = [
        item["code"] for item in crm.post(RESTORE, json={"ids": leads[:2]}).json()["recycle_bin"]
    ]
    assert codes == ["INVALID_DATA", "SUCCESS"]
    crm.delete(f"/crm/v2/Leads?ids={leads[1]}")
    org.acting = org.users[0]
    assert crm.post(RESTORE, json={"ids": leads[:2]}).status_code == 200


@pytest.mark.parametrize("days", [None, 60])
def test_what_has_lain_there_for_sixty_days_is_gone(
    crm: httpx.Client, sandbox: Sandbox, clock: Clock, days: int | None
) -> None:
    variants(sandbox, bin_days=days)
    leads = sandbox.org.add_records("Leads", 1)
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    clock.now += 59 * 86_400
    crm.headers["Authorization"] = f"Zoho-oauthtoken {sandbox.issue_token()}"
    assert crm.get(f"{BIN}?ids={leads[0]}").status_code == 200
    clock.now += 2 * 86_400
    crm.headers["Authorization"] = f"Zoho-oauthtoken {sandbox.issue_token()}"
    assert crm.get(f"{BIN}?ids={leads[0]}").status_code == (204 if days else 200)


def test_the_ledger_knows_what_was_asked_back_and_what_came(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    crm.delete(f"/crm/v2/Leads?ids={leads[0]},{leads[1]}")
    crm.post(RESTORE, json={"ids": [leads[0], leads[5]]})
    crm.post(f"{BIN}/{leads[1]}/actions/restore")
    assert sandbox.ledger.asked_back == [leads[0], leads[5], leads[1]]
    assert sandbox.ledger.restored_ids == [leads[0], leads[1]]
    assert sandbox.ledger.sent_ids("Leads") == leads[:2]


ITEMS = {
    FaultKind.MISSING_ITEM: 1,
    FaultKind.EXTRA_ITEM: 3,
    FaultKind.DUPLICATE_ITEM: 3,
    FaultKind.CONTRADICTING_ITEM: 3,
    FaultKind.ITEM_WITHOUT_ID: 2,
}


@each_row("kind", FaultKind)
def test_every_fault_strikes_a_restore_too(
    crm: httpx.Client, sandbox: Sandbox, kind: FaultKind
) -> None:
    leads = sandbox.org.add_records("Leads", 2)
    crm.delete(f"/crm/v2/Leads?ids={leads[0]},{leads[1]}")
    fault = Fault(kind=kind, method="POST", path="restore")
    sandbox.faults.add(fault)
    try:
        reply = crm.post(RESTORE, json={"ids": leads[:2]})
    except ConnectionDropped:
        reply = None
    if kind in ITEMS:
        assert reply is not None
        assert len(reply.json()["recycle_bin"]) == ITEMS[kind]
    done = fault.after_work or kind is FaultKind.DELAY
    assert sandbox.org.exists("Leads", leads[0]) is done
    assert sandbox.ledger.requests[-1].fault == kind.value
    assert not sandbox.faults.waiting


def test_item_faults_strike_reads_of_the_bin(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    crm.delete(f"/crm/v2/Leads?ids={leads[0]},{leads[1]}")
    for kind, count in ITEMS.items():
        sandbox.faults.add(Fault(kind=kind, method="GET", path="recycle_bin"))
        assert len(crm.get(BIN).json()["recycle_bin"]) == count


@pytest.mark.parametrize("scheduled", [False, True])
def test_a_restore_may_change_what_it_brings_back(
    crm: httpx.Client, sandbox: Sandbox, clock: Clock, leads: list[str], *, scheduled: bool
) -> None:
    most = 0 if scheduled else 1000
    rule = {"Lead_Status": "Restored"}
    variants(sandbox, restore_at_once=most, restore_touches="time_and_user", restore_sets=rule)
    before = dict(sandbox.org.record("Leads", leads[0]).fields)
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    crm.post(RESTORE, json={"ids": [leads[0]]})
    clock.now += 60
    (row,) = crm.get(f"/crm/v2/Leads/{leads[0]}").json()["data"]
    assert {name for name in before if row[name] != before[name]} <= {
        *rule,
        "Modified_Time",
        "Modified_By",
    }
    assert row["Lead_Status"] == "Restored"
    assert row["Modified_By"] == sandbox.org.acting.owner
    assert row["Modified_Time"] != before["Modified_Time"]


def test_a_restore_changes_nothing_unless_a_variant_says_so(
    crm: httpx.Client, sandbox: Sandbox, leads: list[str]
) -> None:
    before = dict(sandbox.org.record("Leads", leads[0]).fields)
    crm.delete(f"/crm/v2/Leads?ids={leads[0]}")
    crm.post(RESTORE, json={"ids": [leads[0]]})
    assert sandbox.org.record("Leads", leads[0]).fields == before
