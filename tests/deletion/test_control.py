"""The levers of a run: felt at once by whoever waits, final where they are meant to be."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest

from zohotui.deletion.model.levers import Levers

FOREVER = 100_000.0


def ends(control: Levers, wait: Callable[[], None], lever: Callable[[], None]) -> bool:
    """Tell whether a wait in another thread ends when a lever is pulled."""
    begun = Event()

    def work() -> None:
        begun.set()
        wait()

    worker = Thread(target=work, daemon=True)
    worker.start()
    assert begun.wait(60)
    # The worker may not wait yet: pulled again and again, the lever is felt once it does.
    for _ in range(2_000):
        lever()
        worker.join(timeout=0.01)
        if not worker.is_alive():
            return True
    return False


@pytest.mark.parametrize("lever", ["stop", "pause"])
def test_a_lever_ends_a_back_off_at_once(lever: str) -> None:
    control, turn = Levers(), [0]

    def pull() -> None:
        turn[0] += 1
        if lever == "stop":
            control.stop()
        else:
            (control.pause if turn[0] % 2 else control.resume)()

    assert ends(control, lambda: control.wait(FOREVER), pull)


def test_a_back_off_ends_by_itself() -> None:
    Levers().wait(0)


def test_after_a_stop_nothing_waits_any_more() -> None:
    control = Levers()
    control.pause()
    control.stop()
    control.wait(FOREVER)
    control.wait_while_paused()


@pytest.mark.parametrize("lever", ["resume", "stop"])
def test_a_pause_ends_by_resuming_or_stopping(lever: str) -> None:
    control = Levers()
    control.pause()
    assert control.paused
    assert ends(control, control.wait_while_paused, getattr(control, lever))
    assert not control.paused


def test_a_wait_for_something_ends_when_it_has_happened() -> None:
    control, happened = Levers(), Event()

    def happen() -> None:
        happened.set()
        control.notify()

    assert ends(control, lambda: control.wait_until(happened.is_set), happen)
    control.wait_until(lambda: True)


def test_a_stop_is_final() -> None:
    control = Levers()
    control.stop()
    control.resume()
    control.pause()
    assert control.stopped
    assert not control.paused
