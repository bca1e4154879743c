"""Answers to a restore: matched by id, believed only where they agree with themselves."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.world.plans import ADDRESS
from tests.world.world import World, with_variants
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.errors import (
    AnswerLost,
    Malformed,
    Refused,
    TokenExpired,
    TooManyRequests,
    ZohoError,
)
from zohotui.zoho.restoring import RestoreAnswer, read_restore
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

A, B, C = "410405000002264040", "410405000002264025", "410405000002264001"


def item(record_id: object, code: object = "SUCCESS", **more: object) -> dict[str, object]:
    status = "success" if code in ("SUCCESS", "SCHEDULED") else "error"
    return {"code": code, "details": {"id": record_id}, "message": "m", "status": status, **more}


def flat(code: str, status: str = "error") -> dict[str, object]:
    return {"code": code, "details": {}, "message": "m", "status": status}


def read(status: int, body: object, *ids: str) -> RestoreAnswer:
    return read_restore(status, json.dumps(body).encode(), ids or (A, B))


def items(*entries: object) -> dict[str, object]:
    return {"recycle_bin": list(entries)}


@each_row("status", [200, 202, 207, 400])
def test_each_item_is_read_by_its_id_whatever_the_status_and_the_order(status: int) -> None:
    told = read(status, items(item(C, "SCHEDULED"), item(B, "INVALID_DATA"), item(A)), A, B, C)
    assert [told.restored(i) for i in (A, B, C)] == [True, False, False]
    assert [told.scheduled(i) for i in (A, B, C)] == [False, False, True]
    refusal = told.refusal(B)
    assert refusal
    assert refusal.code == "INVALID_DATA"
    assert (told.refusal(A), told.refusal(C)) == (None, None)


@each_row(
    "body",
    [
        flat("SCHEDULED", "success"),
        items(flat("SCHEDULED", "success")),
        {"code": "SCHEDULED", "message": "m"},
    ],
)
def test_a_schedule_for_all_is_one_for_each(body: object) -> None:
    told = read(202, body)
    assert told.scheduled(A)
    assert told.scheduled(B)
    assert not told.restored(A)


@each_row(
    "entry",
    [
        item(A, "SCHEDULED", status="error"),
        item(A, status="error"),
        item(A, "INVALID_DATA", status="success"),
        item(A, ""),
        item(A, None),
        item(A, ["SUCCESS"]),
        item(None),
        flat("SUCCESS", "success"),
        {"code": "SUCCESS"},
        "SUCCESS",
        None,
    ],
)
def test_what_contradicts_itself_or_names_nobody_tells_nothing(entry: object) -> None:
    told = read(200, items(entry, item(B)))
    assert not told.restored(A)
    assert not told.scheduled(A)
    assert told.refusal(A) is None
    assert told.restored(B)


def test_an_id_told_of_twice_in_two_ways_is_not_believed() -> None:
    told = read(207, items(item(A), item(A, "INVALID_DATA"), item(B), item(B)))
    assert not told.restored(A)
    assert told.refusal(A) is None
    assert told.restored(B)


def test_an_id_that_nobody_asked_for_is_named() -> None:
    told = read(200, items(item(A), item(C)))
    assert told.foreign == (C,)
    assert set(told.results) == {A}


def test_one_record_may_be_refused_flat() -> None:
    told = read(400, flat("INVALID_DATA"), A)
    assert told.refusal(A)
    with pytest.raises(AnswerLost):
        read(400, flat("INVALID_DATA"))
    with pytest.raises(AnswerLost):
        read(500, flat("INVALID_DATA"), A)


def test_one_record_may_be_restored_flat() -> None:
    assert read(200, item(A), A).restored(A)
    assert read(200, item(C), A).foreign == (C,)


@each_row(
    ("status", "body", "kind"),
    [
        (401, flat("OAUTH_SCOPE_MISMATCH"), Refused),
        (403, flat("NO_PERMISSION"), Refused),
        (400, flat("AUTHORIZATION_FAILED"), Refused),
        (404, flat("INVALID_URL_PATTERN"), Refused),
        (429, flat("TOO_MANY_REQUESTS"), TooManyRequests),
        (429, flat("INVALID_DATA"), TooManyRequests),
        (500, flat("INTERNAL_ERROR"), AnswerLost),
        (400, flat("EXPECTED_FIELD_MISSING"), AnswerLost),
        (400, flat("AMBIGUITY_DURING_PROCESSING"), AnswerLost),
        (200, {"recycle_bin": item(A)}, AnswerLost),
        (200, {"data": [item(A)]}, AnswerLost),
        (200, [item(A)], AnswerLost),
        (200, {}, AnswerLost),
    ],
)
def test_what_speaks_of_no_record(status: int, body: object, kind: type[ZohoError]) -> None:
    with pytest.raises(kind) as caught:
        read(status, body)
    assert type(caught.value) is kind


@each_row("body", [b"", b"<html>", b"{", b"\xff"])
def test_what_is_no_json_is_lost(body: bytes) -> None:
    with pytest.raises(AnswerLost):
        read_restore(200, body, (A,))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["SUCCESS", "SCHEDULED", "success", A, B]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["recycle_bin", "code", "details", "id", "status", "message"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(status=st.sampled_from([200, 202, 207, 400, 401, 500]), body=JSON)
def test_any_json_is_an_answer_or_an_error_of_ours(status: int, body: Any) -> None:
    try:
        told = read(status, body)
    except ZohoError:
        return
    assert set(told.results) <= {A, B}
    for record_id in (A, B):
        said = [told.restored(record_id), told.scheduled(record_id), bool(told.refusal(record_id))]
        assert sum(said) <= 1
        if said[0] or said[1]:
            assert "SUCCESS" in json.dumps(body) or "SCHEDULED" in json.dumps(body)


def test_the_request_is_the_one_zoho_describes() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=items(item("1"), item("2")))

    crm = ZohoCRM(
        api_domain("https://www.zohoapis.eu"),
        FixedToken(Secret("made-up")),
        transport=httpx.MockTransport(answer),
    )
    crm.restore(["1", "2"])
    (request,) = seen
    address = "https://www.zohoapis.eu/crm/v8/settings/recycle_bin/actions/restore"
    assert (request.method, str(request.url)) == ("POST", address)
    assert json.loads(request.content) == {"ids": ["1", "2"]}
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Authorization"] == "Zoho-oauthtoken made-up"


@pytest.mark.parametrize("count", [0, 201])
def test_a_call_takes_one_to_two_hundred_ids(world: World, count: int) -> None:
    with pytest.raises(Malformed, match="1 to 200"):
        world.crm().restore([A] * count)
    assert not world.wire.restores


@each_row("record_id", ["", "1,2", "x", "-1", "1 "])
def test_an_id_that_is_no_number_never_leaves(world: World, record_id: str) -> None:
    with pytest.raises(Malformed, match="only digits"):
        world.crm().restore([A, record_id])
    assert not world.wire.restores


def test_an_expired_token_sends_nothing_twice_by_itself(world: World) -> None:
    class Renewed(FixedToken):
        def refused(self, token: Secret) -> bool:
            return True

    sent: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        return httpx.Response(401, json=flat("INVALID_TOKEN"))

    transport = httpx.MockTransport(refuse)
    crm = ZohoCRM(api_domain(ADDRESS), Renewed(Secret("made-up")), transport=transport)
    with pytest.raises(TokenExpired):
        crm.restore([A])
    assert sent == ["POST"]


@pytest.mark.parametrize("shape", ["items", "whole"])
def test_the_practice_org_restores_and_schedules(world: World, shape: str) -> None:
    first, second, alive = map(str, world.leads(3))
    for record_id in (first, second):
        world.sandbox.org.bin("Leads", record_id)
    told = world.crm().restore([first, alive])
    assert told.restored(first)
    assert told.refusal(alive)
    with_variants(world, restore_at_once=0, scheduled_restore=shape)
    assert world.crm().restore([second]).scheduled(second)
