"""Whatever is pressed, typed ahead or pasted: without the sentence no delete leaves."""

from __future__ import annotations

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import (
    ask,
    begin,
    confirm,
    field,
    leave,
    wait_until_it_takes_keys,
    write,
)

pytestmark = pytest.mark.terminal

_SENTENCE = "delete 3 Leads"
_NOT_IT = "Not quite:"


@pytest.fixture
def terminal(stage: Stage) -> Terminal:
    """Take three leads; they are ready to go."""
    return begin(stage, stage.ids_file(stage.sandbox.org.add_records("Leads", 3)))


def _keep(stage: Stage) -> bool:
    return not stage.delete_requests and not stage.journals


def test_a_sentence_that_differs_in_anything_keeps_the_dialog_and_sends_nothing(
    stage: Stage, terminal: Terminal
) -> None:
    ask(terminal)
    for wrong in ("delete 2 Leads", "delete 3 Lead", "delete 3  Leads", "delete 3 Leads "):
        write(terminal, wrong)
        terminal.press("enter")
        terminal.wait_for(_NOT_IT)
        assert _keep(stage)
    confirm(terminal, _SENTENCE)
    terminal.wait_for("3 ids = 3 verified")


def test_a_pasted_sentence_is_not_taken(stage: Stage, terminal: Terminal) -> None:
    ask(terminal)
    write(terminal, "")
    terminal.paste(_SENTENCE)
    terminal.wait_for("cannot be pasted")
    terminal.paste(_SENTENCE + "\r")
    terminal.type("y")
    terminal.wait_for(lambda t: field(t) == "y")
    assert _keep(stage)


def test_enter_held_down_before_and_in_the_dialog_sends_nothing(
    stage: Stage, terminal: Terminal
) -> None:
    # Enter on a row opens its details, once.
    terminal.send(b"\r" * 50)
    terminal.wait_for("Esc closes")
    terminal.press("esc")
    terminal.wait_until_gone("Esc closes")
    ask(terminal)
    terminal.send(b"\r" * 50)
    write(terminal, "")
    terminal.send(b"\r" * 50)
    terminal.wait_for(_NOT_IT)
    write(terminal, "")
    assert _keep(stage)


@pytest.mark.parametrize("ahead", [f"d\r{_SENTENCE}\r", f"d{_SENTENCE}\r\r", f"ddd{_SENTENCE}\ry"])
def test_a_sentence_typed_ahead_over_a_slow_line_is_dropped_and_sends_nothing(
    stage: Stage, terminal: Terminal, ahead: str
) -> None:
    stage.gate.hold_reads()
    terminal.type(ahead)
    terminal.wait_for("You type the sentence")
    stage.gate.let_reads()
    terminal.wait_for("press Enter")
    wait_until_it_takes_keys(terminal)
    assert set(field(terminal) or "") == {"x"}, "something of what was typed ahead is in the field"
    assert _keep(stage)


@pytest.mark.parametrize("ahead", [f"d\r{_SENTENCE}\r", f"d{_SENTENCE}\r\r", f"ddd{_SENTENCE}\ry"])
def test_keys_typed_ahead_over_a_slow_line_send_nothing(
    stage: Stage, terminal: Terminal, ahead: str
) -> None:
    terminal.type(ahead)
    terminal.wait_for("press Enter")
    wait_until_it_takes_keys(terminal)
    assert set(field(terminal) or "") == {"x"}, "something of what was typed ahead is in the field"
    assert _keep(stage)


def test_esc_in_the_dialog_goes_back_with_the_ids_as_they_were(
    stage: Stage, terminal: Terminal
) -> None:
    ask(terminal)
    write(terminal, _SENTENCE)
    terminal.press("esc")
    terminal.wait_until_gone("press Enter")
    terminal.wait_for("3 ids = 3 ready")
    assert leave(terminal) == 0
    assert not stage.copies
    assert _keep(stage)


def test_ctrl_q_in_the_dialog_leaves_and_sends_nothing(stage: Stage, terminal: Terminal) -> None:
    ask(terminal)
    write(terminal, _SENTENCE)
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0
    assert terminal.restored
    assert not stage.copies
    assert _keep(stage)


def test_a_line_that_drops_in_the_dialog_sends_nothing(stage: Stage, terminal: Terminal) -> None:
    ask(terminal)
    write(terminal, _SENTENCE)
    terminal.hang_up()
    assert terminal.exit_status() == 129
    assert not stage.copies
    assert _keep(stage)
