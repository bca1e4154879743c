"""Narrow columns: they tell what a plain list or dict does, whatever is put into them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zohotui.deletion.model import narrow
from zohotui.deletion.model.narrow import slices, wide_enough, zeros
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.rows import Rows

EDGES = [0, 1, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**64 - 1]
NUMBERS = st.sampled_from(EDGES) | st.integers(0, 2**64 - 1)


@given(put=st.lists(st.tuples(st.integers(0, 6), NUMBERS), max_size=20))
def test_a_column_tells_what_a_plain_list_does(put: list[tuple[int, int]]) -> None:
    column, plain = zeros(7), [0] * 7
    for place, number in put:
        column = wide_enough(column, number)
        column[place] = plain[place] = number
        assert list(column) == plain


@pytest.mark.parametrize(
    ("most", "width"), [(255, 1), (256, 2), (65_536, 4), (2**32, 8), (2**64 - 1, 8)]
)
def test_a_column_is_as_wide_as_its_largest_number(most: int, width: int) -> None:
    assert wide_enough(zeros(3), most).itemsize == width


@pytest.mark.parametrize("number", [-1, 2**64])
def test_a_number_that_no_column_takes_is_refused(number: int) -> None:
    with pytest.raises(OverflowError):
        wide_enough(zeros(1), number)


@pytest.mark.parametrize("kinds", [255, 256, 257, 65_536, 65_537])
def test_rows_keep_each_outcome_apart_however_many_there_are(kinds: int) -> None:
    rows = Rows(range(1, kinds + 1))
    outcomes = [Outcome(State.FAILED, "X", str(place)) for place in range(kinds)]
    rows.set(0, outcomes[: kinds // 2])
    for place in range(kinds // 2, kinds):
        rows.set_all(place, 1, outcomes[place])
    assert [rows.outcome(place) for place in range(kinds)] == outcomes
    assert rows.tally == {State.FAILED: kinds}


@given(
    states=st.lists(st.sampled_from(State), max_size=30),
    wanted=st.sets(st.sampled_from(State), max_size=4),
)
def test_spans_of_states_are_their_places(states: list[State], wanted: set[State]) -> None:
    rows = Rows(range(1, len(states) + 1))
    for place, state in enumerate(states):
        rows.set_all(place, 1, Outcome(state))
    places = [place for place, state in enumerate(states) if state in wanted]
    assert list(rows.places(wanted)) == places
    found = list(rows.spans_of(wanted))
    assert [place for start, count in found for place in range(start, start + count)] == places
    # Nothing that is together is told apart.
    assert all(one[0] + one[1] < other[0] for one, other in pairwise(found))


@given(number=st.integers(0, 30), size=st.integers(1, 12))
def test_slices_are_the_whole_in_its_order(number: int, size: int) -> None:
    places = range(5, 5 + number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(narrow, "_SLICE", size)
        parts = list(slices(places))
    assert [place for part in parts for place in part] == list(places)
    assert all(0 < len(part) <= size for part in parts)
