"""Keys that come in one bundle, as a slow line delivers them, go where they were meant to go."""

from __future__ import annotations

import pytest

from tests.terminal.stage import Stage

pytestmark = pytest.mark.terminal


def test_a_bundle_of_keys_goes_where_it_was_meant_to_go(stage: Stage) -> None:
    terminal = stage.start("--module", "Leads")
    terminal.wait_for("Module: Leads")
    terminal.wait_for("idle")
    # An id right behind the key for the field keeps every digit.
    terminal.send(b"i554023000000201987")
    terminal.wait_for("1 id = 1 entered")
    assert "554023000000201987" in terminal.text

    # A digit that is corrected in the same bundle is the one that goes.
    terminal.press("ctrl+u")
    terminal.wait_for("0 ids")
    terminal.press("esc")
    terminal.wait_for("d Delete…")
    terminal.send(b"i55402300000020193\x7f4")
    terminal.wait_for("1 id = 1 entered")
    assert "55402300000020194" in terminal.text
    assert "55402300000020193" not in terminal.text

    # A filter right behind its key is no command.
    terminal.press("ctrl+u")
    terminal.wait_for("0 ids")
    terminal.press("esc")
    terminal.wait_for("d Delete…")
    terminal.send(b"mdeals\r")
    terminal.wait_for("Module: Deals")
