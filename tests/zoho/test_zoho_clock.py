"""How far this machine's clock is from Zoho's: learnt from headers, and from nothing odd."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.world.clock import Clock
from zohotui.zoho.zoho_clock import LARGE, Skew, ZohoClock

NOW = 1_790_000_000.0


def learnt(
    date: str, reset: float | None = None, *, ahead: float = 0.0, more: Mapping[str, str] = {}
) -> Skew | None:
    """Give what one answer tells a machine whose clock is so far ahead."""
    zoho = ZohoClock(lambda: NOW + ahead)
    zoho.learn(headers(date, reset, more), NOW + ahead - 0.2)
    return zoho.skew


def headers(
    date: str = "", reset: float | None = None, more: Mapping[str, str] = {}
) -> dict[str, str]:
    given = {"Content-Type": "application/json;charset=UTF-8", "Date": date, **more}
    if reset is not None:
        given["X-ACCESSTOKEN-RESET"] = datetime.fromtimestamp(reset, UTC).isoformat()
    return given


def dated(at: float) -> str:
    return formatdate(at, usegmt=True)


@each_row("ahead", [0.0, 660.0, -660.0, 10_800.0, -10_800.0, 3e8, -3e8])
@each_row("reset", [None, NOW + 3_600, NOW + 5])
def test_a_date_tells_it_to_the_second(ahead: float, reset: float | None) -> None:
    skew = learnt(dated(NOW), reset, ahead=ahead)
    assert skew is not None
    assert abs(skew.ahead - ahead) <= skew.within <= 1


ODD = [
    *("", "soon", "0", "1790000000", "-1", "Thu", "Thu, 01 Jan 1970 00:00:00 GMT"),
    *("Mon, 21 Sep 2026 14:13:20 +0200", "Mon, 21 Sep 2026 14:13:20", "21 Sep 2026 14:13:20 GMT"),
    *("Monday, 21-Sep-26 14:13:20 GMT", "Mon Sep 21 14:13:20 2026", "2026-09-21T14:13:20Z"),
    *("Mon, 31 Feb 2026 14:13:20 GMT", "Mon, 21 Sep 2026 25:13:20 GMT"),
    *("Mon, 21 Sep 9999 14:13:20 GMT", "mon, 21 sep 2026 14:13:20 gmt"),
    *("Mon, 21 Sep 2026 14:13:20 GMT ", "Mon, 21 Sep 2026 14:13:20 GMT" * 2, "9" * 100_000),
    "Mon, 21 Sep 2026 14:13:20 GMT, Mon, 21 Sep 2026 14:13:20 GMT",
    "Mon, \u0662\u0661 Sep 2026 14:13:20 GMT",
]


@each_row("date", ODD)
def test_a_header_that_is_no_date_tells_nothing(date: str) -> None:
    assert learnt(date) is None


@given(st.text(max_size=60))
def test_whatever_stands_in_the_headers_breaks_nothing(text: str) -> None:
    zoho = ZohoClock(lambda: NOW)
    zoho.learn({"Date": text, "X-ACCESSTOKEN-RESET": text, "Content-Type": "json"}, NOW)


@pytest.mark.parametrize("more", [{"Age": "0"}, {"Content-Type": "text/html"}])
def test_a_stored_answer_and_a_page_tell_nothing(more: dict[str, str]) -> None:
    assert learnt(dated(NOW), more=more) is None


@each_row("behind", [-18_000.0, 18_000.0])
@each_row("ahead", [0.0, 10_800.0, -10_800.0])
def test_a_date_at_which_the_token_is_not_good_is_a_proxy_s(behind: float, ahead: float) -> None:
    """What is left is that the token is good now: to the hour."""
    skew = learnt(dated(NOW - behind), NOW + 1_800, ahead=ahead)
    assert skew is not None
    assert abs(skew.ahead - ahead) <= skew.within <= 1_801


@each_row("lives", [7_200.0, 36_000.0, 1e9])
@each_row("ahead", [0.0, 60.0, -60.0])
def test_a_token_that_lives_longer_does_not_put_a_right_clock_in_doubt(
    lives: float, ahead: float
) -> None:
    skew = learnt(dated(NOW), NOW + lives, ahead=ahead)
    assert skew is not None
    assert abs(skew.ahead - ahead) <= skew.within <= 1


@each_row("ahead", [0.0, 10_800.0, -10_800.0])
def test_the_end_of_a_token_that_lives_for_years_tells_nothing(ahead: float) -> None:
    assert learnt("", NOW + 1e9, ahead=ahead) is None
    skew = learnt(dated(NOW), NOW + 1e9, ahead=ahead)
    assert skew is not None
    assert abs(skew.ahead - ahead) <= skew.within <= 1


def test_more_answers_tell_it_more_exactly() -> None:
    clock = Clock(NOW)
    zoho = ZohoClock(clock)
    withins = []
    for seconds in (0, 60, 1_800, 3_590):
        clock.now = NOW + seconds
        zoho.learn(headers(reset=NOW + 3_600), clock.now)
        assert zoho.skew is not None
        assert abs(zoho.skew.ahead) <= zoho.skew.within
        withins.append(zoho.skew.within)
    assert withins == sorted(withins, reverse=True)
    assert withins[-1] < 10
    zoho.learn(headers(dated(clock.now)), clock.now)
    skew = zoho.skew
    assert skew is not None
    assert skew.within <= 0.5


@each_row("jump", [-10_800.0, 10_800.0, 30.0])
def test_a_clock_that_was_set_meanwhile_is_learnt_anew(jump: float) -> None:
    clock = Clock(NOW)
    zoho = ZohoClock(clock)
    for at in (NOW, NOW + 1, NOW + 2):
        clock.now = at
        zoho.learn(headers(dated(at)), at)
    for at, asked in ((NOW + 3, NOW + 2), (NOW + 4, NOW + 3 + jump)):
        clock.now = at + jump
        zoho.learn(headers(dated(at)), asked)
    skew = zoho.skew
    assert skew is not None
    assert abs(skew.ahead - jump) <= skew.within + 1


def test_an_answer_that_took_long_tells_no_more_than_it_can() -> None:
    zoho = ZohoClock(lambda: NOW)
    zoho.learn(headers(dated(NOW - 100)), NOW - 120)
    assert zoho.skew is not None
    assert abs(zoho.skew.ahead) <= zoho.skew.within <= 61


@pytest.mark.parametrize("ahead", [0.0, 660.0])
def test_the_end_of_a_token_tells_it_where_there_is_no_date(ahead: float) -> None:
    zoho = ZohoClock(lambda: NOW + ahead)
    zoho.learn(headers(reset=NOW + 3_000), NOW + ahead, NOW + 3_000 + ahead)
    assert zoho.skew is not None
    assert abs(zoho.skew.ahead - ahead) <= zoho.skew.within <= 10


def test_a_token_made_before_the_clock_was_set_tells_only_that_it_is_good() -> None:
    zoho = ZohoClock(lambda: NOW)
    zoho.learn(headers(reset=NOW + 3_000), NOW, NOW + 3_000 + 10_800)
    assert zoho.skew is not None
    assert abs(zoho.skew.ahead) <= zoho.skew.within


@each_row(
    ("ahead", "within", "words"),
    [
        (0.0, 0.5, ""),
        (LARGE - 1, 0.0, ""),
        (LARGE + 20, 30.0, ""),
        (-840.0, 0.5, "14 minutes behind Zoho's"),
        (660.0, 0.5, "11 minutes ahead of Zoho's"),
        (-10_800.0, 0.5, "3 hours behind Zoho's"),
        (86_400.0 * 400, 0.5, "400 days ahead of Zoho's"),
    ],
)
def test_it_is_said_where_it_is_large(ahead: float, within: float, words: str) -> None:
    assert Skew(ahead, within).words == words
