"""What is said of a run: one line that sums it up, and the moment that it is known by."""

from __future__ import annotations

import pytest

from tests.world.plans import plan_of
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.run_state import RunState
from zohotui.tui.keys.keymap import KeyMap
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.words.pace import PaceShown
from zohotui.tui.words.run import alarms_at_the_end, sum_of


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([State.VERIFIED], "1 of 1 deleted · all verified."),
        ([State.DELETED, State.VERIFIED], "2 of 2 deleted · 1 verified."),
        (
            [State.VERIFIED, State.FAILED, State.NOT_SENT],
            ("1 of 3 deleted · all verified · 1 failed · 1 not sent. Enter shows why, r retries."),
        ),
        (
            [State.UNKNOWN, State.GONE],
            "0 of 2 deleted · 1 gone · 1 unknown. Enter shows why.",
        ),
        ([State.NOT_SENT], "0 of 1 deleted · 1 not sent. r retries."),
    ],
)
def test_one_line_sums_a_run_up(states: list[State], told: str) -> None:
    run = RunState(plan_of(range(1, len(states) + 1)))
    for place, state in enumerate(states):
        run.rows.set_all(place, 1, Outcome(state))
    assert KeyMap().in_words(sum_of(run)) == told


def test_at_the_end_no_sentence_is_said_twice() -> None:
    run = RunState(plan_of([1]))
    assert alarms_at_the_end(run, "", "") == ""
    assert alarms_at_the_end(run, "It waits.", "It waits.") == "It waits."
    run.brake, run.unjournaled = "It was erased.", 1
    told = "It was erased. The journal is missing 1 outcome. Export the results now."
    assert alarms_at_the_end(run, "It was erased.", "No receipt.") == f"{told} No receipt."


def test_a_run_began_when_its_journal_did_as_the_history_says() -> None:
    shown = ShownRun(plan_of([1]), lambda: 0.0)
    assert shown.began is None
    shown.run.began, shown.run.sent[1] = 59.0, 61.0
    assert shown.began == 59.0


def test_the_first_record_alone_tells_no_pace() -> None:
    pace = PaceShown(10.0, 0)
    pace.add(12.0, 1)
    assert pace.rate == 0.0
    pace.add(12.5, 99)
    assert pace.rate == pytest.approx(40)


def test_the_pace_is_that_of_the_last_moments() -> None:
    pace = PaceShown(0.0, 50)
    for second in range(1, 31):
        pace.add(float(second), 100 if second <= 15 else 10)
    assert pace.done == 50 + 15 * 100 + 15 * 10
    assert pace.rate == 10.0
    # However seldom an answer comes, one interval alone is no pace.
    pace.add(130.0, 10)
    pace.add(230.0, 10)
    assert pace.rate == pytest.approx(0.1)
