"""What the panel says of one row, from what Zoho or a journal holds."""

from __future__ import annotations

import pytest

from zohotui.tui.words.detail import _with_id


@pytest.mark.parametrize("answer", ["", "no JSON", "[" * 2_000, '{"a":' * 400, "9" * 2_000 + "x"])
def test_an_answer_that_cannot_be_parsed_is_shown_as_it_is(answer: str) -> None:
    assert _with_id(answer, 1) == answer


def test_the_id_is_put_back_where_it_stood() -> None:
    assert '"id": "1"' in _with_id('{"details": {"action": "x"}}', 1)
