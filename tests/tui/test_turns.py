"""Threads that compute let the keys in."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from textual.app import App

from zohotui.tui.driver import Driver


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


async def test_on_a_terminal_a_thread_that_computes_keeps_a_key_no_longer_than_a_moment() -> None:
    sys.setswitchinterval(0.005)
    app = App[None]()
    Driver(app)
    assert sys.getswitchinterval() == pytest.approx(0.001)
