"""Windows of every size, and terminals with fewer colours."""

from __future__ import annotations

import signal
import time

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave

pytestmark = pytest.mark.terminal


def _side_by_side(terminal: Terminal) -> bool:
    return any("Module" in line and "Record ids" in line for line in terminal.lines)


def _rows_alone(terminal: Terminal) -> bool:
    return terminal.lines[1].startswith("╭─ Leads ")


def test_the_window_can_be_pulled_to_any_size_and_back(stage: Stage) -> None:
    terminal = begin(stage, stage.ids_file(stage.sandbox.org.add_records("Leads", 3)))
    terminal.resize(10, 40)
    terminal.wait_for("The window is too small")
    terminal.resize(20, 60)
    # The rows have the room; with `m` module and ids are side by side above them.
    terminal.wait_for(_rows_alone)
    # Keys count again once the window could be read for a moment.
    while not terminal.shows(_side_by_side, within=0.5):
        terminal.press("m")
    # A second m would be in the filter, which the first Esc empties.
    while not terminal.shows(_rows_alone, within=0.5):
        terminal.press("esc")
    assert "3 ids = 3 entered" in terminal.words
    terminal.resize(1, 1)
    terminal.resize(24, 80)
    terminal.wait_for("3 ids = 3 entered")
    terminal.wait_for(lambda t: t.lines[0].endswith("idle"))
    # Keys count again once the window could be read for a moment.
    while not terminal.shows("press Enter", within=0.5):
        terminal.press("d")
    terminal.resize(16, 44)
    terminal.resize(10, 40)
    terminal.wait_for(lambda t: "too small" in t.words and "press Enter" not in t.words)
    terminal.type("delete 3 Leads")
    terminal.press("enter")
    terminal.resize(24, 80)
    terminal.wait_for("and press Enter")
    confirm(terminal, "delete 3 Leads")
    terminal.wait_for("3 ids = 3 verified")
    assert leave(terminal) == 0
    assert terminal.restored


def test_what_others_wrote_on_the_screen_goes_away(stage: Stage) -> None:
    terminal = begin(stage, stage.ids_file(stage.sandbox.org.add_records("Leads", 3)))
    for opens in ("", "?"):
        terminal.press(*opens)
        terminal.wait_for("more pages" if opens else "· entered")
        terminal.garble("wall")
        terminal.press("\x0c")
        terminal.wait_until_gone("wall")
        redrawn = terminal.lines
        # Another window may show it now, as when tmux is attached again.
        terminal.garble("wall")
        terminal.signal(signal.SIGWINCH)
        terminal.wait_until_gone("wall")
        assert terminal.lines == redrawn
    terminal.press("esc")
    terminal.wait_until_gone("more pages")
    assert leave(terminal) == 0


def test_no_size_ends_the_palette_or_a_run_under_it(stage: Stage) -> None:
    ids = stage.sandbox.org.add_records("Leads", 3)
    stage.gate.hold()
    terminal = begin(stage, ids)
    ask(terminal)
    confirm(terminal, "delete 3 Leads")
    stage.gate.wait_for_deletes(1)
    terminal.press("\x10")
    terminal.wait_for("Export results")
    for rows, columns in [(24, 5), (24, 4), (2, 4), (1, 1), (60, 1), (1, 200)]:
        terminal.resize(rows, columns)
    terminal.wait_for("too small")
    terminal.press("s", "ctrl+q", "y", "enter")
    terminal.resize(10, 40)
    terminal.wait_for("A run is in progress: DELETING; space pauses.")
    terminal.resize(24, 80)
    terminal.wait_for("Export results")
    # Keys count again once the window could be read for a moment.
    while terminal.shows("Export results", within=0.5):
        terminal.press("esc")
        time.sleep(0.5)
    stage.gate.let()
    terminal.wait_for("3 ids = 3 verified")
    assert leave(terminal) == 0
    assert stage.deleted == set(ids)


def test_a_window_too_small_from_the_start_can_grow_or_be_left(stage: Stage) -> None:
    folder = stage.folder
    (folder / "ids.csv").write_text("Name,One,Two\n" + "x,555123000000100001,555123000000200001\n")
    terminal = stage.start("--module", "Leads", "--ids", "ids.csv")
    terminal.resize(2, 3)
    terminal.wait_for(lambda t: t.lines[0] == "sma")
    terminal.resize(24, 80)
    terminal.wait_for("Enter takes what is under the cursor")
    for columns in (4, 3, 2, 1):
        terminal.resize(24, columns)
    terminal.resize(24, 80)
    terminal.wait_for("Enter takes what is under the cursor")
    terminal.resize(10, 40)
    terminal.wait_for("ctrl+q quits.")
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0
    assert terminal.restored


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "vt100"}], ids=str)
def test_every_terminal_can_delete_and_tells_states_in_words(
    stage: Stage, environ: dict[str, str | None]
) -> None:
    org = stage.sandbox.org
    ids = org.add_records("Leads", 3)
    terminal = begin(stage, ids, environ=environ)
    assert "PRODUCTION" in terminal.lines[0]
    ask(terminal)
    org.lock("Leads", ids[1])
    confirm(terminal, "delete 3 Leads")
    terminal.wait_for("3 ids = 1 failed + 2 verified")
    terminal.wait_for(f"{ids[1]} failed")
    # The cursor goes there by itself: it is the row that needs somebody.
    terminal.wait_for(lambda t: "RECORD_LOCKED · " in t.box(f"{ids[1]} · failed"))
    assert leave(terminal) == 1
    assert terminal.restored
