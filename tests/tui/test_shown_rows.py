"""Which rows a table shows while a filter is on and rows change under it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.rows import Rows
from zohotui.tui.widgets.shown_rows import ShownRows

STATES = (State.ENTERED, State.DELETED, State.FAILED)


def rows_of(states: list[State]) -> Rows:
    rows = Rows(range(1, len(states) + 1))
    for place, state in enumerate(states):
        rows.set_each([place], [Outcome(state)])
    return rows


def test_without_a_filter_an_index_is_a_place() -> None:
    shown = ShownRows(rows_of([State.ENTERED] * 3))
    assert len(shown) == 3
    assert [shown.at(index) for index in range(-1, 4)] == [None, 0, 1, 2, None]
    assert shown.index_of(2) == 2
    assert shown.index_of(3) is None


def test_the_filter_hides_a_place_and_the_nearest_is_the_next_that_is_shown() -> None:
    rows = rows_of([State.FAILED, State.DELETED, State.DELETED, State.FAILED])
    shown = ShownRows(rows, State.FAILED)
    assert list(shown.places) == [0, 3]
    assert shown.index_of(1) is None
    assert shown.nearest(1) == 1
    assert shown.at(shown.nearest(1)) == 3


@given(
    st.lists(st.sampled_from(STATES), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 19), st.sampled_from(STATES)), max_size=10),
    st.sampled_from(STATES),
)
def test_what_is_followed_is_what_a_look_at_all_rows_would_find(
    states: list[State], changes: list[tuple[int, State]], only: State
) -> None:
    rows = rows_of(states)
    shown = ShownRows(rows, only)
    for number, state in changes:
        place = number % len(states)
        rows.set_each([place], [Outcome(state)])
        shown.follow([(place, 1)])
    assert list(shown.places) == list(ShownRows(rows, only).places)
