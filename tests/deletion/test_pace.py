"""How fast a run may go: the canary, backing off, patience, and the slow way back."""

from __future__ import annotations

import pytest

from tests.world.clock import Clock
from zohotui.deletion.reads.pace import LONGEST_WAIT, PATIENCE, Pace


def longest(_: float, most: float) -> float:
    return most


def shortest(least: float, _: float) -> float:
    return least


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_it_begins_with_one_and_opens_up_once(clock: Clock) -> None:
    pace = Pace(5, clock)
    assert (pace.limit, pace.delay) == (1, 0)
    pace.landed()
    assert pace.limit == 1
    pace.open_up()
    assert pace.limit == 5


def test_without_a_success_it_stays_at_one(clock: Clock) -> None:
    pace = Pace(5, clock)
    for _ in range(100):
        pace.landed()
    assert pace.limit == 1


def test_a_refusal_halves_it_and_successes_bring_it_back_slowly(clock: Clock) -> None:
    pace = Pace(10, clock, longest)
    pace.open_up()
    limits = []
    for _ in range(4):
        pace.refused()
        clock.sleep(pace.delay)
        limits.append(pace.limit)
    assert limits == [5, 2, 1, 1]
    for step in range(1, 10):
        for _ in range(20):
            assert pace.limit == step
            pace.landed()
            pace.open_up()
    assert pace.limit == 10
    for _ in range(50):
        pace.landed()
    assert pace.limit == 10


def test_waits_double_up_to_a_minute_with_jitter(clock: Clock) -> None:
    least: list[float] = []
    most: list[float] = []
    for uniform, waits in ((shortest, least), (longest, most)):
        pace = Pace(1, clock, uniform)
        for _ in range(8):
            pace.refused()
            waits.append(pace.delay)
            clock.sleep(pace.delay)
        assert pace.delay == 0
    assert most == [2, 4, 8, 16, 32, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]
    assert least == [wait / 2 for wait in most]


def test_refusals_that_came_together_count_as_one(clock: Clock) -> None:
    pace = Pace(8, clock, longest)
    pace.open_up()
    assert [pace.refused() for _ in range(8)] == [True] * 8
    assert (pace.limit, pace.delay) == (4, 2)


def test_patience_ends_after_minutes_without_a_single_answer(clock: Clock) -> None:
    pace, begin = Pace(1, clock, longest), clock.now
    while pace.refused():
        assert clock.now - begin < PATIENCE
        clock.sleep(pace.delay)
    assert clock.now - begin >= PATIENCE


def test_an_answer_in_between_begins_patience_anew(clock: Clock) -> None:
    pace = Pace(1, clock, longest)
    for _ in range(200):
        assert pace.refused()
        clock.sleep(pace.delay)
        pace.landed()


def test_whoever_resumes_begins_afresh(clock: Clock) -> None:
    pace = Pace(1, clock, longest)
    while pace.refused():
        clock.sleep(pace.delay)
    assert pace.delay
    pace.fresh()
    assert pace.delay == 0
    assert pace.refused()
    assert pace.delay == 2
