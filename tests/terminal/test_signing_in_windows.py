"""The sign-in in windows in which not all of it fits at once."""

from __future__ import annotations

import pytest

from tests.terminal.stage import Stage
from tests.terminal.steps import leave
from tests.terminal.ways_in import BAND, accept, begin_signing_in, choose, fill_in, form

pytestmark = pytest.mark.terminal


def test_every_field_the_error_and_the_org_are_seen_in_a_small_window(stage: Stage) -> None:
    terminal = begin_signing_in(stage)
    terminal.resize(16, 44)
    terminal.wait_for("Esc closes")
    choose(terminal, "Self Client")
    place, _, identity, secret = form(stage)
    for label, value in (
        ("Data centre", place),
        ("Environment", ""),
        ("Client id", identity),
        ("Client secret", "not-the-secret"),
        ("Grant code", stage.sandbox.issue_code()),
    ):
        terminal.wait_for(f" {label} ")
        terminal.type(f"{value}\t")
    # The cursor is back in the first field.
    terminal.wait_for("127.0.0.1")
    terminal.press("enter")
    terminal.wait_for("The client secret does not belong to this client id")
    terminal.wait_for("Copy it again from the API console there.")

    terminal.resize(24, 80)
    terminal.wait_for("Client secret ••••")
    for rows, columns in ((20, 60), (16, 44)):
        terminal.resize(rows, columns)
        terminal.wait_for("Copy it again from the API console there.")
    # From the last field round to the one before it.
    fill_in(terminal, "", "", "", "", secret)
    terminal.wait_for("Esc discards this sign-in")
    terminal.wait_for("Profile acme-ltd")
    # The form may have been scrolled, and all of what was found is seen a moment later.
    terminal.wait_for(lambda t: "Acme Ltd" in t.box("Sign in"))
    seen = accept(terminal)
    assert "Acme Ltd" in seen
    assert "PRODUCTION" in seen
    band = f" zohotui  {BAND}"[:24]
    terminal.wait_for(lambda t: t.lines[0].startswith(band))
    assert leave(terminal) == 0


def test_a_device_code_is_seen_in_the_smallest_window_and_holds_nobody_back(
    stage: Stage,
) -> None:
    stage.sandbox.devices.interval = 30
    terminal = begin_signing_in(stage)
    choose(terminal, "Code on another device")
    terminal.resize(16, 44)
    fill_in(terminal, *form(stage))
    terminal.wait_for("On any device")
    (code,) = stage.sandbox.pending_devices()
    # The address goes on in the next line.
    assert f"{stage.url}/device" in terminal.box("Sign in").replace(" ", "")
    assert code in terminal.box("Sign in")
    terminal.wait_for("Esc cancels")
    terminal.press("ctrl+q")
    assert terminal.exit_status() == 0
    assert terminal.restored
