"""What a session holds is not looked at while it works, and nothing of it stays for good."""

from __future__ import annotations

import gc
import weakref

from zohotui.tui.garbage import settle


class Knot:
    """Refers to itself, as a screen and its widgets do to each other."""

    def __init__(self) -> None:
        self.knot = self


def test_what_is_there_is_left_alone_until_it_settles_again() -> None:
    kept = Knot()
    gone = weakref.ref(kept)
    settle()
    assert gc.get_freeze_count() > 0
    del kept
    gc.collect()
    assert gone() is not None
    settle()
    assert gone() is None


def test_what_comes_later_is_collected_all_the_time() -> None:
    settle()
    gone = weakref.ref(Knot())
    gc.collect()
    assert gone() is None
    assert gc.isenabled()
