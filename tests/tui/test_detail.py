"""What the panel says of one row, from what Zoho or a journal holds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from tests.deletion.test_by_header import plan_of
from zohotui.deletion.model.run_state import RunState
from zohotui.tui.acts.place import Place
from zohotui.tui.acts.screen import copy, copy_details
from zohotui.tui.widgets.results_pane import RowsToShow
from zohotui.tui.words.detail import _with_id, values_of
from zohotui.tui.words.run import detail_of


@pytest.mark.parametrize("answer", ["", "no JSON", "[" * 2_000, '{"a":' * 400, "9" * 2_000 + "x"])
def test_an_answer_that_cannot_be_parsed_is_shown_as_it_is(answer: str) -> None:
    assert _with_id(answer, 1) == answer


def test_the_id_is_put_back_where_it_stood() -> None:
    assert '"id": "1"' in _with_id('{"details": {"action": "x"}}', 1)


@pytest.mark.parametrize("places", [[0], [0, 1]])
def test_where_values_are_sent_their_numbers_are_never_copied_for_ids(places: list[int]) -> None:
    run = RunState(plan_of("K-7", "K-8"))
    what = RowsToShow(rows=run.rows, value_of=values_of(run.plan.listings), by_value=True)
    details = [detail_of(run, place, None) for place in range(2)]
    pane = SimpleNamespace(
        rows=run.rows, to_show=what, chosen_places=places, detail_of=lambda place: details[place]
    )
    copied, said = list[str](), list[str]()
    office = SimpleNamespace(copy=copied.append, say=said.append)
    on = cast("Place", SimpleNamespace(view=SimpleNamespace(pane=pane), office=office))
    copy(on)
    assert copied == ["\n".join(["K-7", "K-8"][: len(places)])]
    copy_details(on)
    assert [one.rsplit(": ")[-1].rstrip(".") for one in said] == (
        ["K-7", "K-7 with details"] if len(places) == 1 else ["2 values", "2 values with details"]
    )
