"""Which columns there is room for beside an external value, and where that stands."""

from __future__ import annotations

import pytest

from zohotui.tui.widgets.columns import Column, Values, columns, fit, head


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


@pytest.mark.parametrize(
    ("text", "cells", "told"),
    [
        ("Ada", 5, "Ada  "),
        ("Ada Marsh", 5, "Ada… "),
        ("Ada Marsh", 9, "Ada Marsh"),
        ("高橋 健太", 10, "高橋 健太 "),
        ("高橋 健太", 8, "高橋 健…"),
        ("e\u0301e\u0301", 3, "e\u0301e\u0301 "),
        ("", 3, "   "),
        # Three vowel signs of a cell each, of which Textual knows nothing.
        ("प्रिया शर्मा", 11, "प्रिया शर्मा "),
        ("प्रिया शर्मा", 6, "प्रिया…"),
    ],
)
def test_a_text_takes_as_many_cells_of_the_terminal_as_its_column_has(
    text: str, cells: int, told: str
) -> None:
    assert fit(text, cells) == told
