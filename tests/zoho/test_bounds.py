"""How much is taken of what comes from outside."""

from __future__ import annotations

import json

import pytest

from tests.rows import each_row
from tests.world.world import World
from zohotui.zoho import bounds
from zohotui.zoho.bounds import MOST_DEPTH, MOST_DIGITS, json_of, whole_number
from zohotui.zoho.errors import AnswerLost


@each_row("value", [None, 1, "x", [], {}, {"data": [{"a": {"b": [1, "x"]}}]}])
def test_what_keeps_to_the_bounds_is_as_it_came(value: object) -> None:
    assert json_of(json.dumps(value).encode()) == value


def nested(depth: int, left: bytes = b"[", right: bytes = b"]") -> bytes:
    return left * depth + right * depth


@each_row(
    "body",
    [
        nested(MOST_DEPTH + 1),
        b'{"a":' * (MOST_DEPTH + 1) + b"0" + b"}" * (MOST_DEPTH + 1),
        nested(900),
        nested(100_000),
        b'{"data": [' + nested(500) + b"]}",
        b"9" * 5_000,
        b'{"id": ' + b"9" * 5_000 + b"}",
        b"",
        b"{",
        b"\xff\xfe\x00",
    ],
)
def test_what_exceeds_them_or_is_no_json_is_one_kind_of_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_of(body)


def test_the_deepest_that_is_taken() -> None:
    assert json_of(nested(MOST_DEPTH)) is not None


def test_the_number_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_VALUES", 10)
    assert json_of(b"[0,0,0,0]") == [0] * 4
    with pytest.raises(ValueError, match="too many values"):
        json_of(b"[" + b"{}," * 10 + b"{}]")


@each_row(
    ("text", "number"),
    [
        ("0", 0),
        ("4711", 4711),
        ("9" * MOST_DIGITS, 10**MOST_DIGITS - 1),
        ("9" * (MOST_DIGITS + 1), None),
        ("9" * 5_000, None),
        ("", None),
        ("-1", None),
        ("1, 2", None),
        ("1.5", None),
        ("\N{ARABIC-INDIC DIGIT THREE}", None),
        ("\N{SUPERSCRIPT TWO}", None),
        ("1_000", None),
        (" 1", None),
    ],
)
def test_a_number_in_a_header_is_read_or_ignored(text: str, number: int | None) -> None:
    assert whole_number(text) == number


def test_an_answer_to_a_delete_that_is_too_large_leaves_its_fate_open(world: World) -> None:
    world.sandbox.org.add_records("Leads", 1)
    (lead,) = world.sandbox.sample_ids()["Leads"]
    crm = world.crm()
    crm._changing = bounds.Bounds(silence=20, whole=20, size=20)
    with pytest.raises(AnswerLost, match="more than 20 bytes") as caught:
        crm.delete_record("Leads", lead)
    assert caught.value.result_unknown
    assert not world.sandbox.org.exists("Leads", lead)
