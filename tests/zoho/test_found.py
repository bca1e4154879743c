"""Answers to reads of ids: all of what was asked for and nothing else, or nothing is concluded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import httpx
import pytest

from tests.rows import each_row
from tests.world.plans import ADDRESS
from zohotui.zoho.client import ZohoCRM
from zohotui.zoho.datacentre import api_domain
from zohotui.zoho.errors import AnswerLost
from zohotui.zoho.found import (
    FOREIGN_ROWS,
    NOT_ALL_ROWS,
    ROWS_TWICE,
    UNREADABLE_IDS,
    read_found,
)
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import FixedToken

A, B, C = "5551230000001001", "5551230000001002", "5551230000001003"
END = {"more_records": False}
MORE = {"more_records": True}


def rows(*ids: object) -> list[dict[str, object]]:
    return [{"id": record_id} for record_id in ids]


@each_row(
    ("there", "info", "found"),
    [
        ([], END, []),
        (rows(A), END, [A]),
        (rows(B, A), END, [A, B]),
        (rows(int(A)), END, [A]),
        (rows(A), {**END, "count": 1}, [A]),
        (rows(A), {**END, "count": True}, [A]),
        (rows(A), {**END, "count": "9"}, [A]),
        # All of them are there: nothing is to be concluded from silence.
        (rows(A, B), None, [A, B]),
        (rows(A, B), "odd", [A, B]),
        (rows(A, B), MORE, [A, B]),
        (rows(A), {**MORE, "count": 9}, [A]),
    ],
)
def test_an_answer_that_tells_all_of_it(there: list[Any], info: object, found: list[str]) -> None:
    told = read_found({"data": there, "info": info}, "data", [A, B])
    assert sorted(told.rows) == found
    assert told.more is (isinstance(info, Mapping) and info.get("more_records") is True)


UNREADABLE = [
    *rows(None, "", " ", f" {A}", f"{A} ", f"+{A}", "zcrm_5551", "5.55e15", 5.55e15, True, False),
    *rows(-5551230000001001, [A], {"id": A}, "\u0665\u0665\u0665\u0661", f"{A}\u200b", f"{A}\x00"),
    *({}, {"Id": A}, {"details": {"id": A}}),
    *(None, 7, A, [A], [{"id": A}]),
]


@each_row("odd", UNREADABLE)
@each_row("first", [True, False])
def test_a_row_without_a_readable_id_leaves_all_of_it_open(odd: object, *, first: bool) -> None:
    there = [odd, {"id": A}] if first else [{"id": A}, odd]
    assert refusal(there, END) == UNREADABLE_IDS


@each_row(
    ("there", "info", "code"),
    [
        (rows(C), END, FOREIGN_ROWS),
        (rows(A, C), END, FOREIGN_ROWS),
        (rows(C, A, B), END, FOREIGN_ROWS),
        (rows(f"0{A}"), END, FOREIGN_ROWS),
        (rows("7" * 4000), END, FOREIGN_ROWS),
        (rows(A, A), END, ROWS_TWICE),
        (rows(A, int(A)), END, ROWS_TWICE),
        ([], None, NOT_ALL_ROWS),
        ([], {}, NOT_ALL_ROWS),
        ([], [], NOT_ALL_ROWS),
        (rows(A), None, NOT_ALL_ROWS),
        (rows(A), {"more_records": None}, NOT_ALL_ROWS),
        (rows(A), {"more_records": "false"}, NOT_ALL_ROWS),
        (rows(A), {"more_records": 0}, NOT_ALL_ROWS),
        (rows(A), {**END, "count": 2}, NOT_ALL_ROWS),
        ([], {**END, "count": 1}, NOT_ALL_ROWS),
    ],
)
def test_nothing_is_concluded_from_any_other(there: list[Any], info: object, code: str) -> None:
    assert refusal(there, info) == code


def refusal(there: Sequence[object], info: object) -> str:
    with pytest.raises(AnswerLost) as caught:
        read_found({"data": there, "info": info}, "data", [A, B])
    assert caught.value.code in caught.value.detail
    assert len(caught.value.detail) < 300
    return caught.value.code


def client(handler: Callable[[httpx.Request], httpx.Response], api: str = "v2") -> ZohoCRM:
    return ZohoCRM(
        api_domain(ADDRESS),
        FixedToken(Secret("made-up")),
        records_api=api,
        transport=httpx.MockTransport(handler),
    )


READS: list[Callable[[ZohoCRM, Sequence[str]], Mapping[str, object]]] = [
    lambda crm, ids: crm.get_records("Leads", ids),
    lambda crm, ids: crm.get_raw_records("Leads", ids, ["Name"]),
    lambda crm, ids: crm.recycle_bin(ids),
]


@each_row("api", ["v2", "v8"])
@each_row("read", READS)
@each_row("size", [1, 3, 7, 100])
def test_pages_of_any_size_are_read_to_the_end(
    read: Callable[[ZohoCRM, Sequence[str]], Mapping[str, object]], size: int, api: str
) -> None:
    """Each call tells of those that the ones before it did not hold."""
    ids = [str(5551230000001000 + number) for number in range(20)]
    there, asked = set(ids[3:17]), list[list[str]]()

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["ids"].split(","))
        found = [one for one in asked[-1] if one in there]
        info = {"more_records": len(found) > size, "count": len(found[:size])}
        page = rows(*found[:size])
        return httpx.Response(200, json={"data": page, "recycle_bin": page, "info": info})

    assert set(read(client(answer, api), ids)) == there
    assert len(asked) == -(-len(there) // size)
    assert all(set(later) < set(earlier) for earlier, later in pairwise(asked))


def test_pages_that_bring_nothing_new_come_to_an_end() -> None:
    info = {"data": [], "recycle_bin": [], "info": MORE}
    for read in READS:
        with pytest.raises(AnswerLost, match="has none of them"):
            read(client(lambda _: httpx.Response(200, json=info)), [A, B])


@each_row(
    ("answer", "found"),
    [
        (httpx.Response(204), False),
        (httpx.Response(200, json={"data": rows(A)}), True),
        (httpx.Response(200, json={"data": [], "info": END}), False),
    ],
)
def test_one_record_is_there_or_not(answer: httpx.Response, *, found: bool) -> None:
    record = client(lambda _: answer).get_whole_record("Leads", A)
    assert (record is not None) is found


@each_row("there", [rows(B), rows(A, B), rows(A, A), [], [None]])
def test_one_record_is_not_told_to_be_away_by_an_answer_that_tells_of_others(
    there: list[object],
) -> None:
    crm = client(lambda _: httpx.Response(200, json={"data": there}))
    with pytest.raises(AnswerLost):
        crm.get_whole_record("Leads", A)
