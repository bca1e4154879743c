"""Signals and lines that drop or stand still, in every phase: how the program goes, or stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.terminal.driver import PATIENCE, Terminal
from tests.terminal.held import SOON
from tests.terminal.phases import (
    IDS,
    asking,
    choosing_a_view,
    connecting,
    deleting,
    freeze,
    idle,
    listing,
    looking_up,
    naming_a_field,
    paused,
    proving,
    reviewing,
    share,
    told_right,
    verifying,
    waiting_to_look_up,
)
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, confirm, leave
from zohotui.deletion.model.outcome import State

pytestmark = pytest.mark.terminal

_BOUND = 15.0
"""Seconds in which the program is gone when nothing is in flight; a read may hang for 20."""

Phase = Callable[[Stage], Terminal]


def _tally(stage: Stage) -> dict[State, int]:
    (told,) = stage.replays()
    return dict(told.rows.tally)


@pytest.mark.parametrize("phase", [idle, connecting])
def test_a_line_that_drops_with_nothing_in_flight_ends_the_program(
    stage: Stage, phase: Phase
) -> None:
    terminal = phase(stage)
    terminal.hang_up()
    assert terminal.exit_status(_BOUND) == 129


def test_a_line_that_drops_while_records_are_read_leaves_no_copies(stage: Stage) -> None:
    terminal = reviewing(stage)
    assert stage.copies
    terminal.hang_up()
    assert terminal.exit_status(_BOUND) == 129
    assert not stage.copies
    assert not stage.journals
    assert not stage.delete_requests


@pytest.mark.parametrize(
    ("phase", "tally"),
    [
        (connecting, None),
        (choosing_a_view, None),
        (naming_a_field, None),
        (listing, None),
        (asking, None),
        (proving, {State.ENTERED: IDS}),
        (paused, {State.DELETED: 11, State.ENTERED: 20}),
        (waiting_to_look_up, {State.DELETED: 21, State.UNKNOWN: 10}),
        (looking_up, {State.DELETED: 21, State.UNKNOWN: 10}),
        (verifying, {State.DELETED: IDS}),
    ],
)
def test_nothing_that_is_only_read_or_asked_holds_up_the_way_out(
    stage: Stage, phase: Phase, tally: dict[State, int] | None
) -> None:
    terminal = phase(stage)
    terminal.signal(signal.SIGTERM)
    assert terminal.exit_status(_BOUND) == (0 if tally in (None, {State.DELETED: IDS}) else 1)
    assert terminal.restored
    assert not stage.copies
    if tally is not None:
        assert _tally(stage) == tally
        assert told_right(stage) == IDS
        assert f"{tally.get(State.DELETED, 0)} deleted" in terminal.last_words


def test_a_closed_terminal_ends_a_run_though_nobody_sends_a_signal(stage: Stage) -> None:
    # The kernel tells the session's leader alone, and that is a shell which does not care.
    shell = 'trap "" HUP; "$@"; echo $? > status'
    ids = stage.sandbox.org.add_records("Leads", IDS)
    named = ("--module", "Leads", "--parallel", "1", "--batch-size", "10", *ids)
    program = (sys.executable, "-m", "zohotui", *named)
    terminal = Terminal(("/bin/sh", "-c", shell, "sh", *program), stage.environ, stage.folder)
    stage.terminals.append(terminal)
    terminal.wait_for("d Delete…")
    stage.gate.hold(after=1)
    ask(terminal)
    confirm(terminal, f"delete {IDS} Leads")
    stage.gate.wait_for_deletes(2)
    terminal.wait_for("20 queued + 10 sending + 1 deleted")
    (process,) = psutil.Process(terminal.process.pid).children()
    terminal.hang_up()
    # It lets go of the line as it notices; only then is it answered.
    _wait_until(lambda: Path(f"/proc/{process.pid}/fd/1").readlink() == Path(os.devnull))
    stage.gate.let()
    assert terminal.exit_status(_BOUND) == 0
    assert (stage.folder / "status").read_text() == "129\n"
    assert _tally(stage) == {State.DELETED: 11, State.ENTERED: 20}


def test_a_terminal_that_reads_nothing_holds_up_no_run(stage: Stage) -> None:
    terminal = deleting(stage)
    freeze(terminal)
    stage.gate.let()
    _wait_until(lambda: _tally(stage) == {State.VERIFIED: IDS})
    assert share(terminal) < 0.5
    terminal.read_on()
    terminal.wait_for(f"{IDS} verified")
    assert leave(terminal) == 0
    assert terminal.restored


def test_a_signal_ends_a_run_whose_terminal_reads_nothing(stage: Stage) -> None:
    stage.first = "hurry"
    terminal = deleting(stage)
    freeze(terminal)
    terminal.signal(signal.SIGTERM)
    # The screen cannot say that it was heard.
    time.sleep(SOON + 1)
    stage.gate.let()
    assert terminal.exit_status(_BOUND) == 1
    assert terminal.modes_restored
    assert _tally(stage) == {State.DELETED: 11, State.ENTERED: 20}
    assert told_right(stage) == IDS


def test_a_signal_ends_a_review_whose_terminal_reads_nothing(stage: Stage) -> None:
    stage.first = "hurry"
    terminal = reviewing(stage)
    assert stage.copies
    freeze(terminal)
    terminal.signal(signal.SIGTERM)
    assert terminal.exit_status(_BOUND) == 0
    assert terminal.modes_restored
    assert not stage.copies
    assert not stage.delete_requests


def test_a_review_that_was_stopped_goes_on_to_the_sentence(stage: Stage) -> None:
    terminal = reviewing(stage)
    terminal.signal(signal.SIGTSTP)
    _wait_until_stopped(terminal)
    terminal.wait_for(lambda t: t.restored)
    stage.gate.let_reads()
    terminal.signal(signal.SIGCONT)
    terminal.wait_for("press Enter")
    confirm(terminal, f"delete {IDS} Leads")
    terminal.wait_for(lambda t: len(stage.deleted) == IDS and t.lines[0].endswith("idle"))
    assert leave(terminal) == 0
    assert told_right(stage) == IDS


def test_a_line_that_stands_still_and_then_drops_ends_the_program(stage: Stage) -> None:
    terminal = deleting(stage)
    freeze(terminal)
    terminal.hang_up()
    stage.gate.let()
    assert terminal.exit_status(_BOUND) == 129
    assert told_right(stage) == IDS


def test_a_stop_lets_the_batch_in_flight_land_first_and_the_run_stays_paused(
    stage: Stage,
) -> None:
    terminal = deleting(stage)
    terminal.signal(signal.SIGTSTP)
    terminal.wait_for("PAUSED")
    assert psutil.Process(terminal.process.pid).status() != psutil.STATUS_STOPPED
    stage.gate.let()
    _wait_until_stopped(terminal)
    terminal.wait_for(lambda t: t.restored)
    assert _tally(stage) == {State.DELETED: 11, State.ENTERED: 20}

    terminal.signal(signal.SIGCONT)
    terminal.wait_for("20 queued + 11 deleted")
    terminal.wait_for("PAUSED")
    assert len(stage.sent) == 11
    terminal.press("space")
    terminal.wait_for(f"{IDS} verified")
    assert leave(terminal) == 0
    assert terminal.restored
    assert told_right(stage) == IDS


def test_neither_a_broken_pipe_nor_being_frozen_from_outside_ends_a_run_or_sends_twice(
    stage: Stage,
) -> None:
    terminal = deleting(stage)
    terminal.signal(signal.SIGPIPE)
    terminal.signal(signal.SIGSTOP)
    _wait_until_stopped(terminal)
    # As a shell does.
    termios.tcsetattr(terminal._master, termios.TCSANOW, terminal._modes)
    stage.gate.let()
    terminal.signal(signal.SIGCONT)
    terminal.wait_for(f"{IDS} verified")
    _wait_until(lambda: not terminal.modes_restored)
    assert leave(terminal) == 0
    assert terminal.restored
    assert told_right(stage) == IDS


@pytest.fixture
def tmux(stage: Stage) -> Iterator[tuple[str, ...]]:
    """Give a command that speaks to a tmux of its own."""
    found = shutil.which("tmux")
    if found is None:
        pytest.skip("tmux is not installed")
    settings = stage.folder / "tmux.conf"
    settings.write_text("set -g status off\n")
    # A socket's path may not be long.
    socket = Path(f"/tmp/zohotui-{os.getpid()}.tmux")  # noqa: S108 - nobody else's, and short
    command = (found, "-f", str(settings), "-S", str(socket))
    yield command
    subprocess.run((*command, "kill-server"), check=False, capture_output=True)
    socket.unlink(missing_ok=True)


def test_in_tmux_a_run_goes_on_when_the_line_drops(stage: Stage, tmux: tuple[str, ...]) -> None:
    def inside(*arguments: str) -> Terminal:
        terminal = Terminal((*tmux, *arguments), stage.environ, stage.folder)
        stage.terminals.append(terminal)
        return terminal

    ids = stage.ids_file(stage.sandbox.org.add_records("Leads", IDS))
    program = (sys.executable, "-m", "zohotui", "--module", "Leads", "--ids", str(ids))
    terminal = inside("new-session", *program, "--parallel", "1", "--batch-size", "10")
    terminal.wait_for("Use these ids")
    terminal.press("enter")
    terminal.wait_until_gone("Use these ids")
    stage.gate.hold(after=1)
    ask(terminal)
    # Keys typed ahead are dropped, and tmux paints in pieces: what is seen tells little.
    time.sleep(1)
    confirm(terminal, f"delete {IDS} Leads")
    stage.gate.wait_for_deletes(2)
    terminal.hang_up()
    terminal.exit_status()
    stage.gate.let()
    _wait_until(lambda: stage.replays()[0].finished)

    again = inside("attach")
    again.wait_for(f"{IDS} verified")
    again.press("q")
    again.exit_status()
    assert _tally(stage) == {State.VERIFIED: IDS}
    assert told_right(stage) == IDS


def _wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.05)


def _wait_until_stopped(terminal: Terminal) -> None:
    process = psutil.Process(terminal.process.pid)
    _wait_until(lambda: process.status() == psutil.STATUS_STOPPED)
