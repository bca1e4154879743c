"""The sample org is believable, deterministic and full of trouble."""

from __future__ import annotations

import csv
import io
import unicodedata

import httpx
import pytest

from tests.sandbox.conftest import client
from zohotui.sandbox import Org, Sandbox, sample_file, sample_org
from zohotui.zoho.printable import printable


@pytest.fixture(scope="module")
def org() -> Org:
    return sample_org()


def test_the_same_seed_gives_the_same_org(org: Org) -> None:
    again, other = sample_org(), sample_org(seed=2)
    lead = next(org.ids("Leads"))
    assert list(org.ids("Leads")) == list(again.ids("Leads"))
    assert org.record("Leads", lead) == again.record("Leads", lead)
    assert org.record("Leads", lead) != other.record("Leads", lead)


def test_ids_look_like_one_orgs(org: Org) -> None:
    every = [record_id for module in org.modules for record_id in org.ids(module)]
    assert len(set(every)) == len(every) > 3000
    assert {len(record_id) for record_id in every} == {18}
    assert {record_id[:6] for record_id in every} == {"554023"}
    assert not any(record_id.endswith("000") for record_id in every)


def test_every_state_is_there(org: Org) -> None:
    states = [org.state("Leads", record_id) for record_id in org.ids("Leads")]
    assert {state.lock for state in states} == {None, "record_locking", "zia_vision_processing"}
    assert any(state.waiting for state in states)
    assert any(state.converted for state in states)
    assert sum(entry.module == "Leads" for _, entry in org.recycle_bin.entries()) >= 5
    assert len(list(org.ids("Consents"))) > 10
    assert len(list(org.ids("Attachments"))) > 1


def _names(org: Org, module: str = "Leads") -> list[str]:
    field = org.modules[module].name_field
    return [str(org.record(module, one).fields[field]) for one in org.ids(module)]


def test_names_are_of_many_scripts_and_believable(org: Org) -> None:
    text = "".join(_names(org))
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha()}
    wanted = {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "CJK", "HIRAGANA", "HANGUL", "THAI"}
    assert wanted <= scripts
    assert "高橋 健太" in text
    for module in org.modules:
        for name in _names(org, module):
            assert 2 < len(name) < 80, name
            assert printable(name) == name
            assert not set(name) & set("[]={}<>"), name


def test_names_are_hostile_where_a_test_asks_for_that() -> None:
    hostile = sample_org(hostile=True)
    names = _names(hostile)
    assert len(names) == len(_names(sample_org()))
    text = "".join(names)
    assert "\x1b" in text
    assert "\u202e" in text
    assert any(name.startswith("[/x]") for name in names)
    assert any(len(name) > 500 for name in names)


def test_owners_and_times_differ(org: Org) -> None:
    records = [org.record("Contacts", record_id).fields for record_id in org.ids("Contacts")]
    assert len({record["Owner"]["name"] for record in records}) == 5
    assert len({record["Created_Time"] for record in records}) > 100
    assert all(record["Created_Time"] <= record["Modified_Time"] for record in records)


def test_sample_ids_can_all_be_deleted() -> None:
    sandbox = Sandbox()
    ids = sandbox.sample_ids()
    assert {"Leads", "Warranties", "Consents", "Appointments__s"} <= set(ids)
    assert "Visits" not in ids
    with client(sandbox) as crm:
        for module, found in ids.items():
            reply = crm.delete(f"/crm/v8/{module}?ids={','.join(found[:100])}")
            assert reply.status_code == 200, module
    assert ids["Leads"][0] not in sandbox.sample_ids()["Leads"]


def test_every_record_can_be_read(org: Org) -> None:
    sandbox = Sandbox(org)
    with client(sandbox) as crm:
        for module, entry in org.modules.items():
            reply = crm.get(f"/crm/v2/{module}")
            if entry.api_supported and any(True for _ in org.ids(module)):
                assert reply.json()["data"][0][entry.name_field]
            else:
                assert reply.status_code in {204, 400}


def test_the_sample_file_shows_every_outcome() -> None:
    sandbox = Sandbox()
    text = sample_file(sandbox.org)
    header, *rows = csv.reader(io.StringIO(text))
    assert header[0] == "Record Id"
    assert len(rows) >= 60
    written = [row[0] for row in rows]
    assert "5.54023E+17" in written
    assert "n/a" in written
    ids = [entry.removeprefix("zcrm_") for entry in written if entry.startswith("zcrm_")]
    assert len(set(ids)) == len(ids) - 2
    wanted = list(dict.fromkeys(ids))
    with client(sandbox) as crm:
        items = crm.delete(f"/crm/v8/Leads?ids={','.join(wanted)}").json()["data"]
    codes = [item["code"] for item in items]
    assert codes.count("SUCCESS") > 40
    assert codes.count("INVALID_DATA") == 7
    assert codes.count("RECORD_LOCKED") == 5
    assert codes.count("NOT_APPROVED") == 3
    actions = {item["details"].get("action") for item in items}
    assert actions == {None, "record_locking", "zia_vision_processing"}


def test_a_million_records_cost_little_until_they_are_named() -> None:
    org = Org.empty()
    ids = org.add_records("Leads", 1_000_000)
    first, last = ids[0], ids[-1]
    assert len(set(ids)) == 1_000_000
    store = org._stores["Leads"]
    assert len(store.blocks) < 1100
    assert not store.states
    assert not store.changed
    assert org.exists("Leads", first)
    assert org.exists("Leads", last)
    assert not org.exists("Leads", str(int(last) + 1))
    assert not org.exists("Leads", f"0{first}")
    assert not org.exists("Contacts", first)


def test_records_can_be_given_fields(crm: httpx.Client, sandbox: Sandbox) -> None:
    (lead,) = sandbox.org.add_records("Leads", fields={"Full_Name": "Ada Test"})
    assert crm.get(f"/crm/v2/Leads/{lead}").json()["data"][0]["Full_Name"] == "Ada Test"
