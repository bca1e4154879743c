"""Moments in words: those of one screen are in one zone, that of the machine."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.rows import Rows
from zohotui.tui.widgets.columns import Column, cell_text
from zohotui.tui.words.detail import Detail, describe
from zohotui.tui.words.text import clock, in_local_time, local, moment
from zohotui.zoho.records import Record

IN_BIN = "in the Recycle Bin since 2026-09-21 22:13 UTC, deleted by Anna Ember"
RECORD = Record("1", "Ada", "Anna", "2025-01-12T22:30:00-05:00", "2025-01-12T23:59:00+00:00")


@pytest.fixture(autouse=True)
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run in a zone that is neither UTC nor the one of the org."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        yield
    time.tzset()


def test_all_times_of_a_row_are_those_of_this_machine() -> None:
    rows = Rows([1])
    rows.set_all(0, 1, Outcome(State.VERIFIED, "IN_BIN", IN_BIN))
    assert cell_text(Column.CREATED, rows, 0, RECORD) == "2025-01-13"
    assert cell_text(Column.MODIFIED, rows, 0, RECORD) == "2025-01-13"
    assert "since 2026-09-22 03:43, deleted" in cell_text(Column.MESSAGE, rows, 0, RECORD)
    told = dict(describe(Detail(1, rows.outcome(0), record=RECORD)))
    assert told["Times"] == "created 2025-01-13 09:00 · last changed 2025-01-13 05:29 (IST)"
    assert not any("UTC" in str(value) for value in told.values())
    assert moment(1_790_000_000).endswith(clock(1_790_000_000)[:5])


@pytest.mark.parametrize("text", ["", "no time", "9999-12-31T23:59:59-12:00", "0001-01-01"])
def test_what_is_no_moment_stays_as_it_is(text: str) -> None:
    assert local(text)[:10] == text[:10]
    assert in_local_time(text) == text
