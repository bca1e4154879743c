"""What is due at a time is done then, and never once its block has been left."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import pytest

from zohotui.zoho.deadlines import Deadlines

LONG = 60.0


def test_it_acts_in_a_block_that_lasts_too_long() -> None:
    deadlines, acted = Deadlines(), threading.Event()
    with deadlines.after(0.01, acted.set):
        assert acted.wait(LONG)


def test_a_deadline_that_is_sooner_than_those_before_is_kept_all_the_same() -> None:
    deadlines, late, soon = Deadlines(), threading.Event(), threading.Event()
    with deadlines.after(LONG, late.set), deadlines.after(0.3, soon.set):
        assert soon.wait(LONG)
    assert not late.is_set()


def test_who_has_left_the_block_is_left_alone() -> None:
    deadlines, early, other = Deadlines(), threading.Event(), threading.Event()
    with deadlines.after(0.2, early.set):
        pass
    with deadlines.after(0.4, other.set):
        assert other.wait(LONG)
    assert not early.is_set()


def test_one_thread_waits_for_all_of_them() -> None:
    deadlines = Deadlines()
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(deadlines.after(LONG, lambda: None))
        ours = [one for one in threading.enumerate() if one.name == "deadlines"]
        assert len({id(one) for one in ours if one._target == deadlines._watch}) == 1  # type: ignore[attr-defined]  # whose thread it is


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_one_that_fails_takes_no_other_with_it() -> None:
    deadlines, acted = Deadlines(), threading.Event()

    def fail() -> None:
        raise ZeroDivisionError

    before = set(threading.enumerate())
    with deadlines.after(0.5, fail):
        (ours,) = [one for one in {*threading.enumerate()} - before if one.name == "deadlines"]
        ours.join(LONG)
    with deadlines.after(0.01, acted.set):
        assert acted.wait(LONG)
