"""Told to go before the screen is there, on the way out, and at the last words."""

from __future__ import annotations

import signal
import time

import pytest

from tests.terminal.driver import PATIENCE, Terminal
from tests.terminal.phases import IDS, deleting, reviewing
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, stop
from zohotui import __main__
from zohotui.deletion.model.outcome import State

pytestmark = pytest.mark.terminal

_SCREEN = b"\x1b[?1049h"

_AT_ONCE = 15.0
"""Seconds in which the program is gone although a read hangs that may take twenty."""


def storm(terminal: Terminal, *numbers: signal.Signals) -> int:
    """Send signals without pause until the program is gone; return its exit code."""
    end = time.monotonic() + PATIENCE
    while not terminal.ended and time.monotonic() < end:
        for number in numbers:
            terminal.signal(number)
        time.sleep(0.003)
    return terminal.exit_status()


def clean(terminal: Terminal) -> bool:
    """Whether the terminal is as it was found, and no fault was shown on it."""
    faults = (b"Traceback", b"KeyboardInterrupt", b"NoMatches", b"locals")
    return terminal.restored and not any(fault in terminal.raw for fault in faults)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("after", [0.0, 0.04])
def test_a_signal_to_a_screen_that_is_not_painted_yet_ends_it_well(
    stage: Stage, number: signal.Signals, code: int, after: float
) -> None:
    terminal = stage.start()
    end = time.monotonic() + PATIENCE
    while _SCREEN not in terminal.raw and time.monotonic() < end:
        time.sleep(0.001)
    time.sleep(after)
    terminal.signal(number)
    assert terminal.exit_status() == code
    assert clean(terminal)


def test_ctrl_c_before_there_is_a_screen_has_an_exit_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("zohotui.cli.main", interrupted)
    assert __main__.run() == 130


def test_leaving_in_a_run_asks_first_and_ctrl_c_while_it_still_stops_changes_nothing(
    stage: Stage,
) -> None:
    terminal = deleting(stage)
    terminal.press("q")
    terminal.wait_for("Stop it and quit?")
    terminal.press("n")
    terminal.wait_until_gone("Stop it and quit?")
    terminal.press("q")
    terminal.wait_for("Stop it and quit?")
    terminal.press("y")
    terminal.wait_for("stopping")
    for _ in range(20):
        terminal.signal(signal.SIGINT)
        terminal.press("q", "ctrl+c")
        time.sleep(0.01)
    assert not terminal.ended
    stage.gate.let()
    assert storm(terminal, signal.SIGINT) == 1
    assert "11 deleted, 0 gone, 0 failed, 0 unknown, 20 not sent" in terminal.last_words
    assert clean(terminal)
    (told,) = stage.replays()
    # Its admin has ended it, and nobody else.
    assert told.finished
    assert told.rows.tally == {State.DELETED: 11, State.NOT_SENT: 20}
    assert len(stage.sent) == 11
    # The next start takes it for one that its admin ended.
    terminal = stage.start()
    terminal.wait_for("idle")
    assert not terminal.shows("Unfinished run", within=1.0)


@pytest.mark.parametrize(
    ("numbers", "stopped", "code", "words"),
    [
        ((signal.SIGINT,), False, 0, f"{IDS} deleted, 0 gone"),
        (
            (signal.SIGINT, signal.SIGTERM),
            True,
            1,
            "11 deleted, 0 gone, 0 failed, 0 unknown",
        ),
    ],
)
def test_ctrl_c_on_the_way_out_keeps_code_and_last_words(
    stage: Stage, numbers: tuple[signal.Signals, ...], *, stopped: bool, code: int, words: str
) -> None:
    terminal = deleting(stage)
    if stopped:
        stop(terminal)
        terminal.wait_for("stopping")
    stage.gate.let()
    terminal.wait_for("11 verified" if stopped else f"{IDS} verified")
    terminal.wait_for("idle")
    terminal.press("q")
    assert storm(terminal, *numbers) == code
    assert words in terminal.last_words
    assert clean(terminal)
    (told,) = stage.replays()
    assert told.finished


def test_a_signal_while_the_threads_are_closed_cuts_nothing(stage: Stage) -> None:
    terminal = begin(stage, stage.sandbox.org.add_records("Leads", 3))
    ask(terminal)
    stage.gate.hold_reads()
    confirm(terminal, "delete 3 Leads")
    stage.gate.wait_for_a_read()
    terminal.signal(signal.SIGINT)
    assert storm(terminal, signal.SIGINT) == 1
    assert "0 deleted, 0 gone, 0 failed, 0 unknown, 3 not sent" in terminal.last_words
    assert clean(terminal)


def test_a_review_holds_nobody_up_who_leaves(stage: Stage) -> None:
    terminal = reviewing(stage)
    assert stage.copies
    terminal.press("ctrl+q")
    assert terminal.exit_status(_AT_ONCE) == 0
    assert clean(terminal)
    assert not stage.copies
    assert not stage.delete_requests
