"""What a session holds is not looked at while it works, and nothing of it stays for good."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest

from zohotui.tui.garbage import settle


class Knot:
    """Refers to itself, as a screen and its widgets do to each other."""

    def __init__(self) -> None:
        self.knot = self


def what_is_there_is_left_alone_until_it_settles_again() -> None:
    kept = Knot()
    gone = weakref.ref(kept)
    settle()
    assert gc.get_freeze_count() > 0
    del kept
    gc.collect()
    assert gone() is not None
    settle()
    assert gone() is None


def what_comes_later_is_collected_all_the_time() -> None:
    settle()
    gone = weakref.ref(Knot())
    gc.collect()
    assert gone() is None
    assert gc.isenabled()


BOTH = [
    what_is_there_is_left_alone_until_it_settles_again,
    what_comes_later_is_collected_all_the_time,
]


@pytest.mark.parametrize("holds", BOTH, ids=lambda one: one.__name__)
def test_in_a_process_of_its_own(holds: Callable[[], None]) -> None:
    """That of the tests holds far more than a session, and all of it would be looked through."""
    program = f"from tests.tui import test_garbage; test_garbage.{holds.__name__}()"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=root
    )
    assert (done.returncode, done.stderr) == (0, "")
