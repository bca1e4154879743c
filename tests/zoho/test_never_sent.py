"""What the client refuses to send: nothing odd reaches an address, and too much no call."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.rows import each_row
from tests.world.world import World
from tests.zoho.test_client import ID, client
from zohotui.zoho.errors import Malformed, ReadOnly


def test_a_read_only_client_sends_nothing_but_reads() -> None:
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return httpx.Response(204)

    crm = client(answer, read_only=True)
    with pytest.raises(ReadOnly):
        crm.delete_records("Leads", [ID])
    with pytest.raises(ReadOnly):
        crm.delete_record("Leads", ID)
    with pytest.raises(ReadOnly):
        crm.restore([ID])
    for method in ("POST", "PUT", "PATCH", "DELETE", "get", "OPTIONS"):
        with pytest.raises(ReadOnly):
            crm._request(method, "/crm/v2/Leads")
    assert sent == []
    assert crm.get_records("Leads", [ID]) == {}
    assert sent == ["GET"]


MODULES = ["", "../users", "Leads/1", "Leads?x", "Leads#", "Lea ds", "Léads", "1Leads", "a" * 101]
BAD_IDS = [
    "0",
    "01",
    str(2**64),
    "",
    "1,2",
    "1 ",
    "-1",
    "1.0",
    "x",
    "1&ids=2",
    "٣",
    "²",
    "1/../2",
    "%31",
    "1\n",
]


@each_row("module", [*MODULES, "Leads\n", "Leads%2F1"])
def test_a_module_that_is_no_api_name_never_reaches_an_address(world: World, module: str) -> None:
    crm = world.crm()
    for ask in (crm.delete_records, crm.get_records):
        with pytest.raises(Malformed, match="not an API name"):
            ask(module, [ID])
    with pytest.raises(Malformed, match="not an API name"):
        crm.delete_record(module, ID)
    assert not world.wire.attempts


@each_row("record_id", BAD_IDS)
def test_an_id_that_is_no_number_never_reaches_an_address(world: World, record_id: str) -> None:
    crm = world.crm()
    for ask in (crm.delete_records, crm.get_records):
        with pytest.raises(Malformed, match="only digits"):
            ask("Leads", [ID, record_id])
    with pytest.raises(Malformed, match="only digits"):
        crm.delete_record("Leads", record_id)
    assert not world.wire.attempts


OPTIONS = ["false&ids=554023000000200001", "true", "", 0, 1, None, [], 1.0]


@each_row("option", OPTIONS)
def test_an_option_that_is_neither_true_nor_false_never_reaches_an_address(
    world: World, option: Any
) -> None:
    crm = world.crm()
    with pytest.raises(Malformed, match="must be true or false"):
        crm.delete_records("Leads", [ID, "2"], wf_trigger=option)
    with pytest.raises(Malformed, match="must be true or false"):
        crm.delete_record("Leads", ID, wf_trigger=option)
    assert not world.wire.attempts


@each_row("name", ["a&ids=1", "", "Näme", "a,b", "$", "1a", 7, None, "a\n"])
def test_a_field_that_is_no_api_name_never_reaches_an_address(world: World, name: Any) -> None:
    with pytest.raises(Malformed, match="not an API name of a field"):
        world.crm("v8").get_raw_records("Leads", [ID], ["Last_Name", name])
    assert not world.wire.reads


@pytest.mark.parametrize("count", [0, 101])
def test_a_call_takes_one_to_a_hundred_ids(world: World, count: int) -> None:
    for ask in (world.crm().delete_records, world.crm().get_records):
        with pytest.raises(Malformed, match="it takes 1 to 100"):
            ask("Leads", [ID] * count)
    assert not world.wire.attempts


@pytest.mark.parametrize("count", [0, 201])
def test_the_bin_is_asked_for_one_to_two_hundred_ids(world: World, count: int) -> None:
    with pytest.raises(Malformed, match="1 to 200"):
        world.crm().recycle_bin(["1" * 18] * count)
