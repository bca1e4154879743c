"""Keys that come in one bundle, as a slow line delivers them, go where they were meant to go."""

from __future__ import annotations

import pytest

from tests.terminal.stage import Stage

pytestmark = pytest.mark.terminal


def test_an_id_typed_right_behind_the_key_for_the_field_keeps_every_digit(stage: Stage) -> None:
    terminal = stage.start("--module", "Leads")
    terminal.wait_for("Module: Leads")
    terminal.wait_for("idle")
    terminal.send(b"i554023000000201987")
    terminal.wait_for("1 id = 1 entered")
    assert "554023000000201987" in terminal.text


def test_a_digit_corrected_in_the_same_bundle_is_the_one_that_goes(stage: Stage) -> None:
    terminal = stage.start("--module", "Leads")
    terminal.wait_for("Module: Leads")
    terminal.wait_for("idle")
    terminal.send(b"i55402300000020193\x7f4")
    terminal.wait_for("1 id = 1 entered")
    assert "55402300000020194" in terminal.text
    assert "55402300000020193" not in terminal.text


def test_a_filter_typed_right_behind_its_key_is_no_command(stage: Stage) -> None:
    terminal = stage.start()
    terminal.wait_for("idle")
    terminal.send(b"mdeals\r")
    terminal.wait_for("Module: Deals")
