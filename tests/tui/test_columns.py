"""Which columns there is room for beside an external value, and where that stands."""

from __future__ import annotations

import pytest

from zohotui.tui.widgets.columns import Column, Values, columns, head


@pytest.mark.parametrize("width", [20, 40, 51, 78, 110, 138])
@pytest.mark.parametrize("named", [False, True])
def test_a_value_stands_beside_its_id_and_never_pushes_the_state_out(
    width: int, *, named: bool
) -> None:
    cells = columns(width, named=named, values=Values.BESIDE_IDS)
    assert [one.column for one in cells][:3] == [Column.ID, Column.VALUE, Column.STATE]
    assert all(one.width > 1 for one in cells)
    plain = columns(width, named=named)
    assert Column.VALUE not in [one.column for one in plain]
    if width >= 51:
        assert sum(one.width for one in cells) <= width
        assert next(one.width for one in cells if one.column is Column.VALUE) >= 11


@pytest.mark.parametrize("named", [False, True])
def test_a_value_that_is_sent_stands_in_the_place_of_an_id(*, named: bool) -> None:
    cells = columns(78, named=named, values=Values.INSTEAD_OF_IDS)
    assert Column.ID not in [one.column for one in cells]
    assert head(columns(78, named=named, values=Values.INSTEAD_OF_IDS)).startswith("Value      ")
