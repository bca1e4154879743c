"""Answers to a delete: every status with every kind of body, and any JSON at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from zohotui.zoho.answers import DeleteAnswer, read_delete
from zohotui.zoho.errors import AnswerLost, NotAuthorized, Refused, TooManyRequests, ZohoError

A, B, C = "410405000002264040", "410405000002264025", "410405000002264001"


def item(record_id: object, code: object = "SUCCESS", **more: object) -> dict[str, object]:
    status = "success" if code == "SUCCESS" else "error"
    return {"code": code, "details": {"id": record_id}, "message": "m", "status": status, **more}


def flat(code: str) -> bytes:
    return json.dumps({"code": code, "details": {}, "message": "m", "status": "error"}).encode()


def data(*items: object) -> bytes:
    return json.dumps({"data": list(items)}).encode()


HTML = b"<html><head><title>Sign in</title></head></html>"
BODIES: dict[str, bytes] = {
    "items": data(item(A), item(B)),
    "no items": data(),
    "token": flat("INVALID_TOKEN"),
    "other token": flat("AUTHENTICATION_FAILURE"),
    "too many": flat("TOO_MANY_REQUESTS"),
    "refusal": flat("NO_PERMISSION"),
    "scope": flat("OAUTH_SCOPE_MISMATCH"),
    "internal": flat("INTERNAL_ERROR"),
    "unlisted code": flat("BRAND_NEW"),
    "no code": b'{"status": "error"}',
    "object for data": b'{"data": {"code": "SUCCESS", "details": {"id": "410405000002264040"}}}',
    "html": HTML,
    "empty": b"",
    "blanks": b" \r\n",
    "truncated": data(item(A), item(B))[:60],
    "array": b"[]",
    "string": b'"SUCCESS"',
    "null": b"null",
    "not utf-8": b"\xff\xfe\xfa",
    "deep": b'{"a":' * 100_000,
    "deep items": b'{"data":' + b"[" * 100_000,
    "long number": b'{"data": ' + b"9" * 5_000 + b"}",
}
SORTS = ((200, 202, 204, 207), (400, 401, 403, 404, 405, 413), (429,), (500, 502, 503))
LOST = (AnswerLost, AnswerLost, TooManyRequests, AnswerLost)
MEANING: dict[str, tuple[type, type, type, type]] = {
    "items": (DeleteAnswer,) * 4,
    "no items": (DeleteAnswer,) * 4,
    "token": (NotAuthorized, NotAuthorized, TooManyRequests, AnswerLost),
    "other token": (NotAuthorized, NotAuthorized, TooManyRequests, AnswerLost),
    "too many": (TooManyRequests, TooManyRequests, TooManyRequests, AnswerLost),
    "refusal": (Refused, Refused, TooManyRequests, AnswerLost),
    "scope": (Refused, Refused, TooManyRequests, AnswerLost),
    "internal": (AnswerLost,) * 4,
    "unlisted code": LOST,
}


@each_row("kind", BODIES)
def test_every_status_with_every_kind_of_body(kind: str) -> None:
    for column, statuses in enumerate(SORTS):
        for status in statuses:
            expected = MEANING.get(kind, LOST)[column]
            told = read(status, BODIES[kind])
            assert type(told) is expected, (kind, status)


@each_row("status", [301, 302, 304, 307])
def test_a_redirect_never_tells_that_nothing_was_done_for_want_of_credits(status: int) -> None:
    assert type(read(status, BODIES["too many"])) is AnswerLost


def read(status: int, body: bytes) -> DeleteAnswer | ZohoError:
    try:
        return read_delete(status, body, (A, B))
    except ZohoError as error:
        return error


def test_an_error_is_a_sentence_with_the_status_and_what_came() -> None:
    for body in (HTML, b"", flat("INVALID_TOKEN"), flat("X"), flat("INTERNAL_ERROR")):
        error = read(500, body)
        assert isinstance(error, ZohoError)
        assert error.detail.endswith(("(HTTP 500)", "(HTTP 500)."))
        assert error.status == 500
        assert bool(error.answer) is bool(body)


def test_items_are_matched_by_id_and_not_by_their_place() -> None:
    answer = read_delete(207, data(item(B, "RECORD_LOCKED"), item(A)), (A, B))
    assert answer.results[A].succeeded
    assert not answer.results[B].succeeded
    assert answer.results[B].code == "RECORD_LOCKED"


def test_an_id_as_a_number_is_an_id() -> None:
    assert read_delete(200, data(item(int(A))), (A,)).results[A].succeeded


def test_an_id_that_is_not_mentioned_has_no_result() -> None:
    assert set(read_delete(200, data(item(A)), (A, B)).results) == {A}


def test_ids_that_nobody_asked_for_are_foreign_and_printable() -> None:
    answer = read_delete(200, data(item("\x1b[2J"), item(C), item(A)), (A,))
    assert set(answer.results) == {A}
    assert answer.foreign == ("\N{REPLACEMENT CHARACTER}[2J", C)


def test_the_same_said_twice_is_said_once_and_a_contradiction_is_no_answer() -> None:
    assert read_delete(200, data(item(A), item(A)), (A,)).results[A].succeeded
    result = read_delete(200, data(item(A), item(A, "INVALID_DATA")), (A,)).results[A]
    assert (result.code, result.certain, result.succeeded) == ("CONTRADICTION", False, False)
    thrice = read_delete(200, data(item(A), item(A, "X"), item(A)), (A,)).results[A]
    assert (thrice.certain, thrice.succeeded) == (False, False)


@each_row("first", ["SUCCESS", "RECORD_LOCKED"])
@each_row("turned", [False, True])
def test_a_record_that_is_named_beside_its_value_belongs_to_it(first: str, turned: bool) -> None:
    second = "RECORD_LOCKED" if first == "SUCCESS" else "SUCCESS"
    by_value = item("1", first, details={"ERP_No": "K-1", "id": "1"})
    items = [by_value, item("1", second), item("2", details={"ERP_No": 2, "id": "2"})]
    answer = read_delete(207, data(*(items[::-1] if turned else items)), ("K-1", "2"), "ERP_No")
    assert {value: one.code for value, one in answer.results.items()} == {
        "K-1": "CONTRADICTION",
        "2": "SUCCESS",
    }
    assert answer.foreign == ()
    same = read_delete(200, data(by_value, item("1", first)), ("K-1",), "ERP_No")
    assert same.results["K-1"].certain
    assert same.foreign == ()


def test_refusals_without_an_id_go_to_the_ids_that_are_left_where_only_one_way_fits() -> None:
    waiting = {"code": "NOT_APPROVED", "details": {}, "message": "m", "status": "error"}
    answer = read_delete(207, data(item(A), waiting), (A, B))
    assert answer.results[B].code == "NOT_APPROVED"
    assert set(read_delete(207, data(item(A), waiting), (A, B, C)).results) == {A}
    other = {**waiting, "code": "RECORD_LOCKED"}
    assert read_delete(207, data(waiting, other), (A, B)).results == {}


def test_a_success_without_an_id_is_given_to_nobody() -> None:
    nameless = {"code": "SUCCESS", "details": {}, "message": "m", "status": "success"}
    assert read_delete(200, data(item(A), nameless), (A, B)).results.keys() == {A}
    assert read_delete(200, data(nameless), (A,)).results == {}


ODD: list[dict[str, Any]] = [
    {"status": "error"},
    {"status": "pending"},
    {"status": ["error"], "code": ["SUCCESS"]},
    {"code": "success", "status": "success"},
    {"code": "SUCCESS ", "status": "success"},
    {"status": 200},
    {"status": []},
    {"code": None},
    {"code": True},
    {"code": {}},
    {"code": "INTERNAL_ERROR", "status": "error"},
    {"code": "INVALID_DATA", "status": "success"},
]


@each_row("changes", ODD)
def test_an_item_at_odds_with_itself_is_no_success(changes: dict[str, Any]) -> None:
    result = read_delete(200, data(item(A, **changes)), (A,)).results[A]
    assert not result.succeeded
    assert not result.certain


@each_row("details", [None, [], "x", 3, {"id": None}, {"id": [A]}, {"id": {}}, {}])
def test_details_of_any_kind_name_nobody(details: object) -> None:
    assert read_delete(200, data({**item(A), "details": details}), (A,)).results == {}


def test_one_record_may_be_refused_flatly() -> None:
    answer = read_delete(400, flat("INVALID_DATA"), (A,))
    assert (answer.results[A].certain, answer.results[A].succeeded) == (True, False)
    with pytest.raises(AnswerLost):
        read_delete(400, flat("INVALID_DATA"), (A, B))
    with pytest.raises(Refused):
        read_delete(403, flat("NO_PERMISSION"), (A,))


@each_row("depth", [500, *range(940, 1_000, 3), 2_000, 50_000])
@each_row("where", ["code", "message", "status", "details", "more"])
def test_nesting_bombs_are_answers_or_lost(depth: int, where: str) -> None:
    bomb = "[" * depth + "]" * depth
    body = json.dumps({"data": [item(A, **{where: 0})]}).replace(
        f'"{where}": 0', f'"{where}": ' + bomb
    )
    try:
        results = read_delete(200, body.encode(), (A,)).results
    except AnswerLost:
        return
    assert not any(result.succeeded for result in results.values()) or where in {"more", "message"}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from([A, B, "SUCCESS", "success", "error", "INVALID_DATA", "INTERNAL_ERROR"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["data", "code", "details", "id", "message", "status"])
            | st.text(max_size=2),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)
ITEMS = st.fixed_dictionaries(
    {},
    optional={
        "code": st.sampled_from(["SUCCESS", "INVALID_DATA", "NOT_APPROVED"]) | JSON,
        "details": st.fixed_dictionaries({}, optional={"id": st.sampled_from([A, B, C]) | JSON})
        | JSON,
        "message": JSON,
        "status": st.sampled_from(["success", "error"]) | JSON,
    },
)
ANSWERS = JSON | st.builds(lambda items: {"data": items}, st.lists(ITEMS | JSON, max_size=6))


@given(
    parsed=ANSWERS,
    status=st.sampled_from([200, 202, 207, 400, 401, 404, 429, 500]),
    count=st.integers(1, 2),
)
def test_any_json_at_all_is_read_or_refused_and_success_is_never_guessed(
    parsed: object, status: int, count: int
) -> None:
    asked = (A, B)[:count]
    try:
        answer = read_delete(status, json.dumps(parsed).encode(), asked)
    except ZohoError:
        return
    assert set(answer.results) <= set(asked)
    for record_id, result in answer.results.items():
        assert json.dumps(result.code).isascii() or result.code.isprintable()
        if result.succeeded:
            assert isinstance(parsed, dict)
            assert any(_tells_success(entry, record_id) for entry in parsed["data"])
            assert not any(_tells_failure(entry, record_id) for entry in parsed["data"])


def _tells_success(entry: Any, record_id: str) -> bool:
    return _names(entry, record_id) and entry.get("code") == "SUCCESS"


def _tells_failure(entry: Any, record_id: str) -> bool:
    return _names(entry, record_id) and entry.get("code") != "SUCCESS"


def _names(entry: Any, record_id: str) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("details"), dict)
        and str(entry["details"].get("id")) == record_id
    )


@given(body=st.binary(max_size=60), status=st.integers(100, 599))
def test_any_bytes_at_all_are_read_or_refused(body: bytes, status: int) -> None:
    try:
        answer = read_delete(status, body, (A,))
    except ZohoError:
        return
    assert not any(result.succeeded for result in answer.results.values())


_ODD: st.SearchStrategy[Any] = st.sampled_from(
    [1, True, 1.0, 0, False, "1", None, "SUCCESS", "error", "success", [], {}]
)
_ITEM = st.dictionaries(st.sampled_from(["code", "status", "message", "more"]), _ODD | st.text())
_DETAILS = st.dictionaries(st.sampled_from(["a", "b"]), _ODD)


@given(st.lists(st.tuples(_ITEM, _DETAILS, st.booleans()), min_size=2, max_size=6))
def test_an_item_is_read_alike_whatever_stands_beside_it(
    drawn: list[tuple[dict[str, Any], dict[str, Any], bool]],
) -> None:
    """Also beside one that is equal in Python but not in JSON: 1 and true, or another order."""
    items = [
        {**item, "details": {**details, "id": str(number)}}
        if first
        else {"details": {"id": str(number), **details}, **item}
        for number, (item, details, first) in enumerate(drawn, 1)
    ]
    ids = tuple(str(number) for number in range(1, len(items) + 1))
    together = read_delete(200, json.dumps({"data": items}).encode(), ids).results
    for record_id, item in zip(ids, items, strict=True):
        alone = read_delete(200, json.dumps({"data": [item]}).encode(), (record_id,)).results
        assert together[record_id] == alone[record_id]
