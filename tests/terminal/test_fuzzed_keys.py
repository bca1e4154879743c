"""A few hundred made-up events; `python -m tests.fuzz.keys` throws the hundred thousand."""

from __future__ import annotations

import pytest

from tests.fuzz.keys import fuzz
from tests.terminal.nursery import Nursery

pytestmark = pytest.mark.terminal


def test_no_made_up_event_ends_the_program_or_sends_anything(nursery: Nursery) -> None:
    figures = fuzz(seed=10, events=300, most_a_life=100, nursery=nursery)
    assert not figures.faults
    assert figures.lives >= 3
