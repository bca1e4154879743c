"""The first frame: what is read before it, and what happens while the rest is read behind it."""

from __future__ import annotations

import signal
import sys

import psutil
import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import leave

pytestmark = pytest.mark.terminal

_BOUND = 15.0
"""Seconds in which the program is gone, however long the rest would have taken."""

READ_BEFORE = {
    "zohotui": {"cli", "exit_codes", "files", "opening", "options"},
    "zohotui.config": {
        *(
            "credentials",
            "environment",
            "errors",
            "folders",
            "key_names",
            "private_files",
            "settings",
        ),
        "strict",
    },
    "zohotui.deletion.ids": {"invisible"},
    "zohotui.deletion.model": {"levers"},
    "zohotui.deletion.reads": {"threads"},
    "zohotui.tui": {
        *("app", "arming", "driver", "fault", "garbage", "keys", "screens", "terminal", "themes"),
        *("widgets", "words"),
    },
    "zohotui.tui.keys": {"phase"},
    "zohotui.tui.screens": {"first_screen"},
    "zohotui.tui.terminal": {
        *("hangup", "key_events", "keyboard", "painted", "sizes", "toolkit_settings", "window"),
    },
    "zohotui.tui.widgets": {"band", "columns"},
    "zohotui.tui.words": {"text"},
    "zohotui.zoho": {
        *("datacentre", "errors", "limits", "oauth_client", "printable", "secret"),
    },
}
"""Room by room: no engine, no dialog, no screen but the picture, and nothing that asks Zoho."""


def _at_the_first_frame(stage: Stage, first: str = "hold_back") -> Terminal:
    stage.first = first
    return _seen(stage, stage.start())


def _seen(stage: Stage, terminal: Terminal) -> Terminal:
    terminal.wait_for("Record ids")
    terminal.wait_for(lambda _: (stage.folder / "modules").exists())
    return terminal


def _go_on(stage: Stage, refusal: str = "") -> None:
    # As a whole, at once.
    (stage.folder / "almost").write_text(refusal)
    (stage.folder / "almost").rename(stage.folder / "go")


@pytest.mark.parametrize("option", ["--read-only", "--demo"])
def test_the_first_frame_waits_for_no_more_than_it_needs(stage: Stage, option: str) -> None:
    command = (sys.executable, "-m", "tests.terminal.held", option)
    terminal = Terminal(command, stage.environ, stage.folder)
    stage.terminals.append(terminal)
    _seen(stage, terminal)
    assert ("READ-ONLY" in terminal.lines[0]) is (option == "--read-only")
    read = set((stage.folder / "modules").read_text().split())
    ours = {name for name in read if name.startswith("zohotui.")}
    rooms = {room for room in ours if any(name.startswith(f"{room}.") for name in ours)}
    allowed = {f"{room}.{module}" for room, names in READ_BEFORE.items() for module in names}
    assert ours - rooms - allowed == set()
    assert not read & {"httpx", "textual.widgets._text_area"}
    _go_on(stage)
    terminal.wait_for("idle")
    if option == "--read-only":
        terminal.press("d")
        terminal.wait_for("read-only: nothing can be deleted")
        assert "press Enter" not in terminal.words
    assert leave(terminal) == 0
    assert not stage.delete_requests


def test_what_only_shows_behind_the_first_frame_ends_the_program_with_its_sentence(
    stage: Stage,
) -> None:
    terminal = _at_the_first_frame(stage)
    _go_on(stage, "This cannot be used.")
    assert terminal.exit_status() == 2
    assert terminal.last_words == "zohotui: This cannot be used."
    assert terminal.restored
    assert not stage.sandbox.ledger.requests


def test_keys_that_are_pressed_meanwhile_wait_for_the_list(stage: Stage) -> None:
    terminal = _at_the_first_frame(stage)
    terminal.send(b"i554023000000201987")
    _go_on(stage)
    terminal.wait_for("1 id = 1 entered")
    assert "554023000000201987" in terminal.text


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("goes_on", [True, False])
def test_a_signal_ends_it_whether_or_not_the_rest_is_ever_read(
    stage: Stage, number: signal.Signals, status: int, *, goes_on: bool
) -> None:
    terminal = _at_the_first_frame(stage, "hold_back" if goes_on else "hold_back_and_hurry")
    terminal.signal(number)
    if goes_on:
        _go_on(stage)
    assert terminal.exit_status(_BOUND) == status
    assert terminal.restored if goes_on else terminal.modes_restored


def test_a_line_that_drops_ends_it_at_once(stage: Stage) -> None:
    terminal = _at_the_first_frame(stage)
    terminal.hang_up()
    assert terminal.exit_status(_BOUND) == 129


def test_a_stop_waits_for_the_list_and_it_goes_on_from_there(stage: Stage) -> None:
    terminal = _at_the_first_frame(stage)
    terminal.signal(signal.SIGTSTP)
    _go_on(stage)
    process = psutil.Process(terminal.process.pid)
    terminal.wait_for(lambda t: t.restored and process.status() == psutil.STATUS_STOPPED)
    terminal.signal(signal.SIGCONT)
    terminal.wait_for("idle")
    assert leave(terminal) == 0
