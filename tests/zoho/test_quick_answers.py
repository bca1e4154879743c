"""An answer that is read by comparing texts says what the reading of each item says."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.zoho.test_answers import A, B, C, data, item
from zohotui.zoho.answers import DeleteAnswer, quick_results, read_delete, slow_delete
from zohotui.zoho.errors import ZohoError

COMPACT, SPACED = (",", ":"), (", ", ": ")
CODES = ("SUCCESS", "INVALID_DATA", "INTERNAL_ERROR", "BRAND_NEW", "")
MESSAGES = ("record deleted", "", "id", '"', "\\", "ä", "\n", "\x7f", "m" * 400)
PIECES = (
    *(b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\n", b"\xff", b"\x00"),
    *(b"0", b"1", b"\\u0031", b'"id":', b'"id":"1"', b'"id": "1", ', b"\xef\xbb\xbf"),
    *(b'"code":"SUCCESS",', b'{"code":"SUCCESS"},', b'"x":[],', b"true", b"error", b"success"),
)


def body_of(items: list[object], separators: tuple[str, str] = SPACED) -> bytes:
    return json.dumps({"data": items}, separators=separators, ensure_ascii=False).encode()


def both_agree(body: bytes, ids: tuple[str, ...], status: int = 200) -> bool:
    """Whether the quick reading told anything, which the slow one must tell too."""
    quick = quick_results(body, ids)
    if quick is None:
        return False
    assert slow_delete(status, body, ids, "id") == DeleteAnswer(status, quick)
    assert read_delete(status, body, ids) == DeleteAnswer(status, quick)
    return True


@each_row("code", CODES[:-1])
@each_row("separators", [COMPACT, SPACED])
@each_row("count", [1, 2, 100])
@each_row("status", [200, 202, 400, 500])
def test_an_answer_by_which_all_fared_the_same_is_read_at_once(
    code: str, separators: tuple[str, str], count: int, status: int
) -> None:
    ids = tuple(str(int(A) + number) for number in range(count))
    assert both_agree(body_of([item(one, code) for one in ids], separators), ids, status)


ODD: dict[str, bytes] = {
    "in another order": data(item(B), item(A)),
    "another outcome at the end": data(item(A), item(B, "INVALID_DATA")),
    "another message": data(item(A), item(B, message="n")),
    "one too many": data(item(A), item(B), item(C)),
    "one too few": data(item(A)),
    "one twice": data(item(A), item(A)),
    "more in an item": data(item(A, more=1), item(B, more=1)),
    "more behind the items": data(item(A), item(B))[:-1] + b', "info": {}}',
    "more behind the end": data(item(A), item(B)) + b"}",
    "the data again": data(item(A), item(B))[:-1] + b', "data": []}',
    "ids as numbers": data(item(int(A)), item(int(B))),
    "no end": data(item(A), item(B))[:-1],
    "an escape in the message": data(item(A, message="\\"), item(B, message="\\")),
    "no text for a message": data(item(A), item(B)).replace(b'"m"', b'"\xff"'),
    "a line end in the message": data(item(A), item(B)).replace(b'"m"', b'"\n"'),
    "an escape in the code": data(item(A, "\\"), item(B, "\\")),
}


@each_row("name", ODD)
def test_any_other_answer_is_read_item_by_item(name: str) -> None:
    assert quick_results(ODD[name], (A, B)) is None


def test_what_is_no_number_is_not_looked_for_as_text() -> None:
    for other in ("x", "", '1"}, "x": {"x": "1'):
        body = data(item(A), item(B)).replace(B.encode(), other.encode())
        assert quick_results(body, (A, other)) is None


def test_where_values_are_asked_for_no_answer_is_read_by_ids() -> None:
    body = data(item(A), item(B))
    assert quick_results(body, (A, B))
    read = read_delete(200, body, (A, B), "Ext")
    assert read == slow_delete(200, body, (A, B), "Ext")
    assert not read.results


@st.composite
def answers(draw: st.DrawFn) -> tuple[bytes, tuple[str, ...]]:
    """Draw an answer that is alike, or nearly so, and what was asked for."""
    ids = draw(st.lists(st.sampled_from((A, B, C, "1", "11", "")), min_size=1, max_size=4))
    code, message = draw(st.sampled_from(CODES)), draw(st.sampled_from(MESSAGES))
    items: list[object] = [item(one, code, message=message) for one in ids]
    if draw(st.booleans()):
        other = item(draw(st.sampled_from((A, "1", 1))), draw(st.sampled_from(CODES)))
        items[draw(st.integers(0, len(items) - 1))] = other
    body = body_of(items, draw(st.sampled_from((COMPACT, SPACED))))
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(body)))
        end = start + draw(st.integers(0, 3))
        body = body[:start] + draw(st.sampled_from((b"", *PIECES))) + body[end:]
    odd = st.sampled_from((A, '1"', '1"},', "١", "-1", " 1"))
    return body, tuple(draw(odd) if draw(st.integers(0, 9)) == 0 else one for one in ids)


@given(answers())
def test_both_readings_agree_on_any_answer(drawn: tuple[bytes, tuple[str, ...]]) -> None:
    body, ids = drawn
    if both_agree(body, ids):
        return
    try:
        slow = slow_delete(200, body, ids, "id")
    except ZohoError:
        return
    assert read_delete(200, body, ids) == slow
