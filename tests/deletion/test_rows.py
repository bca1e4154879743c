"""One row and one state an id: the sums are right whatever is said of whom."""

from __future__ import annotations

from array import array
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.world.plans import batch_of, plan_of
from zohotui.deletion.export import export
from zohotui.deletion.journal.ticket import ticket
from zohotui.deletion.model.events import (
    Braked,
    Event,
    Finished,
    Landed,
    Paused,
    Returned,
    Sent,
)
from zohotui.deletion.model.outcome import (
    ENTERED,
    LOST,
    NOT_SENT,
    SENDING,
    Outcome,
    State,
)
from zohotui.deletion.model.rows import Rows, spans
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.model.search import Because, choices, find_all, matching, step, told

OUTCOMES = st.builds(Outcome, st.sampled_from(State), st.sampled_from(["", "X", "Y"]))
CHANGES = st.lists(
    st.tuples(st.integers(0, 9), st.lists(OUTCOMES, min_size=1, max_size=10)), max_size=12
)


@given(changes=CHANGES)
def test_the_tally_is_the_sum_of_the_rows(changes: list[tuple[int, list[Outcome]]]) -> None:
    rows, model = Rows(range(100, 110)), [ENTERED] * 10
    for start, outcomes in changes:
        fitting = outcomes[: 10 - start]
        rows.set(start, fitting)
        model[start : start + len(fitting)] = fitting
        assert [rows.outcome(place) for place in range(10)] == model
        assert rows.tally == Counter(outcome.state for outcome in model)
    for state in State:
        places = [place for place, outcome in enumerate(model) if outcome.state is state]
        assert list(rows.places({state})) == places
        assert rows.count(state) == len(places)


@each_row(("start", "count"), [(-1, 1), (0, 4), (3, 1), (2, -1), (4, 0)])
def test_rows_that_do_not_exist_cannot_be_set(start: int, count: int) -> None:
    rows = Rows([1, 2, 3])
    with pytest.raises(IndexError):
        rows.set_all(start, count, LOST)
    assert rows.tally == {State.ENTERED: 3}


def test_an_array_of_ids_is_shared_and_a_list_is_copied() -> None:
    ids = array("Q", [1, 2])
    assert Rows(ids).ids is ids
    assert list(Rows([1, 2]).ids) == [1, 2]


def test_events_move_the_rows() -> None:
    run, batch = RunState(plan_of([1, 2, 3])), batch_of(1, 2)
    rows = run.rows
    gone, kept = Outcome(State.DELETED, "SUCCESS"), Outcome(State.FAILED, "X")
    follow(run, Sent(batch, at=0.0))
    assert [rows.outcome(0), rows.outcome(2)] == [SENDING, ENTERED]
    follow(run, Returned(batch, "why"))
    assert rows.tally == {State.ENTERED: 3}
    follow(run, Sent(batch, at=0.0), Braked("why"), Paused(), Landed(batch, (gone, kept)))
    assert [rows.outcome(place) for place in range(3)] == [gone, kept, ENTERED]
    follow(run, Finished(stopped=True))
    assert rows.outcome(2) == NOT_SENT
    assert not rows.all_away


def follow(run: RunState, *events: Event) -> None:
    for event in events:
        run.apply(event)


def test_what_was_under_way_at_the_end_is_unknown() -> None:
    rows = Rows([1, 2])
    rows.sending(0, 1)
    rows.close()
    assert [rows.outcome(0), rows.outcome(1)] == [LOST, NOT_SENT]


def test_a_list_is_settled_when_every_record_is_away() -> None:
    rows = Rows([1, 2, 3])
    for place, state in enumerate([State.DELETED, State.GONE, State.VERIFIED]):
        assert not rows.all_away
        rows.set_all(place, 1, Outcome(state))
    assert rows.all_away
    assert Rows().all_away


@each_row(
    ("wanted", "found"),
    [
        ("222", [1]),
        ("1", [0, 2]),
        ("locked", [2]),
        ("RECORD_", [2]),
        ("failed", [2]),
        ("wait", [2]),
        ("entered", [0, 1]),
        ("333", []),
        ("²", []),
        ("ada", [1]),
    ],
)
def test_rows_are_found_by_id_state_code_message_and_name(wanted: str, found: list[int]) -> None:
    rows = Rows([111, 222, 551])
    rows.set_all(2, 1, Outcome(State.FAILED, "RECORD_LOCKED", "Wait a little"))
    assert list(find_all(rows, wanted, named=["", "Ada", ""].__getitem__)) == found


@each_row(
    ("index", "direction", "number"),
    [(0, 1, 0), (3, 1, 1), (5, 1, 2), (9, 1, 0), (3, -1, 2), (4, -1, 0), (0, -1, 2)],
)
def test_the_next_match_is_behind_the_cursor_and_round_the_end(
    index: int, direction: int, number: int
) -> None:
    assert step([3, 5, 9], index, direction) == number


def test_a_filter_offers_states_then_their_reasons_and_all_last() -> None:
    rows = Rows(range(1, 7))
    rows.set(0, [Outcome(State.HELD, "IN_MERGE"), Outcome(State.HELD, "NOT_EDITABLE")])
    rows.set_all(2, 1, Outcome(State.HELD, "NOT_EDITABLE"))
    assert [(str(shown or "all"), number) for shown, number in choices(rows, predicted=False)] == [
        ("entered", 3),
        ("held", 3),
        ("held NOT_EDITABLE", 2),
        ("held IN_MERGE", 1),
        ("all", 6),
    ]
    reason = choices(rows, predicted=False)[2][0]
    assert reason is not None
    assert list(matching(rows, reason)) == [1, 2]


@each_row(
    ("places", "wanted"),
    [
        ([], []),
        ([0], [(0, 1)]),
        ([4, 5, 6], [(4, 3)]),
        ([0, 2, 3, 9], [(0, 1), (2, 2), (9, 1)]),
        ([3, 2], [(3, 1), (2, 1)]),
        ([1, 1], [(1, 1), (1, 1)]),
    ],
)
def test_places_that_follow_one_another_are_taken_together(
    places: list[int], wanted: list[tuple[int, int]]
) -> None:
    assert [*spans(places)] == wanted


def test_each_place_has_its_own_outcome_whatever_order_they_come_in() -> None:
    rows = Rows(range(10))
    outcomes = tuple(Outcome(State.VERIFIED, str(place)) for place in (5, 6, 2, 9))
    rows.set_each((5, 6, 2, 9), outcomes)
    assert [rows.outcome(place).code for place in (5, 6, 2, 9)] == ["5", "6", "2", "9"]
    assert rows.tally == {State.ENTERED: 6, State.VERIFIED: 4}
    with pytest.raises(ValueError, match="1 outcomes for 2 places"):
        rows.set_each((0, 1), outcomes[:1])


def test_what_waits_in_a_run_is_queued_wherever_it_is_named(tmp_path: Path) -> None:
    """And what stands in a list is entered: one word for both would read like a step back."""
    plan = plan_of([1, 2, 3])
    run, listed = Rows.of(plan), Rows([1])
    run.set_all(0, 1, Outcome(State.HELD, "IN_MERGE"))
    assert (run.word(State.ENTERED), listed.word(State.ENTERED)) == ("queued", "entered")
    assert told(run, State.ENTERED) == "queued"
    assert told(run, Because(State.HELD, "IN_MERGE")) == "held: being merged"
    assert list(find_all(run, "queued")) == [1, 2]
    assert list(find_all(run, "entered")) == []
    exported = export(tmp_path / "run.json", plan, run).read_text()
    assert exported.count('"queued"') == 3
    written = export(tmp_path / "run.md", plan, run).read_text()
    assert written.count(" queued") == 3
    for text in (exported, written, ticket(RunState(plan), None)):
        assert "entered" not in text
