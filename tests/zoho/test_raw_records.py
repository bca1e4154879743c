"""Records as they came: whole, in as many calls as their fields take, or one by one."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from tests.world.plans import ADDRESS
from tests.world.world import World
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.errors import AnswerLost, Malformed
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

BOTH = pytest.mark.parametrize("api", ["v2", "v8"])


def wide(changed: Sequence[str]) -> tuple[ZohoCRM, list[str]]:
    """Answer 120 fields, each call with the next time of the latest change."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["fields"])
        names = asked[-1].split(",")
        assert len(names) <= 50
        row = {name: f"of {name}" for name in names if name != "Modified_Time"}
        moment = changed[min(len(asked), len(changed)) - 1]
        row |= {"id": "1234567890123", "Modified_Time": moment}
        return httpx.Response(200, json={"data": [row]})

    transport = httpx.MockTransport(answer)
    return ZohoCRM(
        api_domain(ADDRESS), FixedToken(Secret("x")), records_api="v8", transport=transport
    ), asked


FIELDS = [f"Field_{number}" for number in range(120)]


def test_more_fields_than_a_call_takes_are_put_together() -> None:
    crm, asked = wide(["now"])
    found = crm.get_raw_records("Leads", ["1234567890123"], FIELDS)
    assert set(found["1234567890123"]) == {*FIELDS, "id", "Modified_Time"}
    assert len(asked) == 3


def test_a_record_that_changes_between_two_calls_is_not_put_together() -> None:
    crm, _ = wide(["now", "then"])
    with pytest.raises(AnswerLost, match="changed while it was read"):
        crm.get_raw_records("Leads", ["1234567890123"], FIELDS)


def test_fields_that_no_list_has_are_not_asked_for() -> None:
    kinds = {
        "Full_Name": "text",
        "Rows": "subform",
        "Many": "multiselectlookup",
        "Users": "multiuserlookup",
        "a,b": "text",
        "": "text",
    }
    fields = [{"api_name": name, "data_type": kind} for name, kind in kinds.items()]
    odd = [{}, {"api_name": 7}, {"api_name": "", "data_type": ["text"]}]

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/crm/v8/settings/fields"
        return httpx.Response(200, json={"fields": [*fields, *odd]})

    transport = httpx.MockTransport(answer)
    crm = ZohoCRM(api_domain(ADDRESS), FixedToken(Secret("x")), transport=transport)
    assert list(crm.field_kinds("Leads")) == ["Full_Name"]
    with pytest.raises(Malformed, match="not an API name"):
        crm.field_kinds("Leads&x=1")


@BOTH
def test_a_call_takes_a_hundred_ids(world: World, api: str) -> None:
    for ids in ([], ["1"] * 101):
        with pytest.raises(Malformed, match="1 to 100"):
            world.crm(api).get_raw_records("Leads", ids)


@BOTH
def test_one_record_that_is_gone_is_none(world: World, api: str) -> None:
    (record,) = world.leads(1)
    world.sandbox.org.bin("Leads", str(record))
    assert world.crm(api).get_whole_record("Leads", str(record)) is None
