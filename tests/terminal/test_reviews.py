"""Reviews in a real terminal: how the program goes in the middle of one, and what it leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave
from zohotui.deletion.journal.snapshot import ENDING

pytestmark = pytest.mark.terminal

_AT_ONCE = 15.0
"""Seconds in which the program is gone although a read hangs that may take twenty."""


def _copies(stage: Stage) -> list[Path]:
    return sorted((stage.home / "journals").glob(f"*{ENDING}"))


def _reviewing(stage: Stage) -> Terminal:
    """Be in the middle of a review whose reads are not answered."""
    terminal = begin(stage, stage.sandbox.org.add_records("Leads", 130))
    stage.gate.hold_reads()
    terminal.press("d")
    terminal.wait_for("Esc stops")
    stage.gate.wait_for_a_read()
    return terminal


def test_a_review_holds_nobody_up_who_leaves(stage: Stage) -> None:
    terminal = _reviewing(stage)
    terminal.press("ctrl+q")
    assert terminal.exit_status(_AT_ONCE) == 0
    assert _copies(stage) == []
    assert not stage.delete_requests


def test_esc_ends_a_review_at_once_and_d_begins_another(stage: Stage) -> None:
    terminal = _reviewing(stage)
    terminal.press("esc")
    terminal.wait_for("The review was stopped")
    assert _copies(stage) == []
    stage.gate.let_reads()
    ask(terminal)
    confirm(terminal, "delete 130 Leads")
    terminal.wait_for(lambda t: len(stage.deleted) == 130 and "idle" in t.text)
    assert leave(terminal) == 0
    (kept,) = _copies(stage)
    assert ".review." not in kept.name
