"""Whatever is pressed, typed ahead or pasted: without the sentence no delete leaves."""

from __future__ import annotations

from itertools import product

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
    return begin(stage, stage.sandbox.org.add_records("Leads", 3))


def _keep(stage: Stage) -> bool:
    return not stage.delete_requests and not stage.journals


def _back(terminal: Terminal, ids: int = 3) -> None:
    """Leave the dialog; the list is as it was."""
    terminal.press_and_see("esc")
    terminal.wait_until_gone("press Enter")
    terminal.wait_for(f"{ids} ids = {ids} ready")


def test_no_sentence_but_the_very_one_that_is_typed_sends_anything(
    stage: Stage, terminal: Terminal
) -> None:
    ask(terminal)
    for wrong in ("delete 2 Leads", "delete 3 Lead", "delete 3  Leads", "delete 3 Leads "):
        write(terminal, wrong)
        terminal.press("enter")
        terminal.wait_for(_NOT_IT)
        assert _keep(stage)
    _back(terminal)

    # A pasted one is not taken.
    ask(terminal)
    write(terminal, "")
    terminal.paste(_SENTENCE)
    terminal.wait_for("cannot be pasted")
    terminal.paste(_SENTENCE + "\r")
    terminal.type("y")
    terminal.wait_for(lambda t: field(t) == "y")
    assert _keep(stage)
    write(terminal, _SENTENCE)
    _back(terminal)

    # Enter is held down: on a row it opens its details, once.
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

    write(terminal, _SENTENCE)
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0
    assert terminal.restored
    assert not stage.copies
    assert _keep(stage)


def test_a_sentence_typed_ahead_is_dropped_and_the_one_typed_then_counts(
    stage: Stage, terminal: Terminal
) -> None:
    more = iter(stage.sandbox.org.add_records("Leads", 6))
    bundles = ("d\r{}\r", "d{}\r\r", "ddd{}\ry")
    for ids, (slow, ahead) in enumerate(product((True, False), bundles), 3):
        if slow:
            stage.gate.hold_reads()
        terminal.type(ahead.format(f"delete {ids} Leads"))
        if slow:
            terminal.wait_for("You type the sentence")
            stage.gate.let_reads()
        terminal.wait_for("press Enter")
        wait_until_it_takes_keys(terminal)
        left = set(field(terminal) or "")
        assert left == {"x"}, "something of what was typed ahead is in the field"
        assert _keep(stage)
        _back(terminal, ids)
        # Another list is reviewed once more.
        terminal.paste(f"{next(more)}\n")
        terminal.wait_for(f"{ids + 1} ids = {ids + 1} entered")
    assert not stage.copies
    ask(terminal)
    write(terminal, "delete 9 Leads")
    _back(terminal, 9)
    assert _keep(stage)
    ask(terminal)
    confirm(terminal, "delete 9 Leads")
    terminal.wait_for("9 ids = 9 verified")
    assert leave(terminal) == 0


def test_a_line_that_drops_in_the_dialog_sends_nothing(stage: Stage, terminal: Terminal) -> None:
    ask(terminal)
    write(terminal, _SENTENCE)
    terminal.hang_up()
    assert terminal.exit_status() == 129
    assert not stage.copies
    assert _keep(stage)
