"""Screen tests wait for no fingers and draw no keys twice, except where they are about it."""

from __future__ import annotations

import pytest

from tests.tui.practice import empty_footer
from zohotui.tui.widgets import typed_question as confirm

FOOTER_TOO = {"closing_once", "long_session", "scenes", "screen", "sizes"}
"""Files of tests (without `test_`) in which the footer is drawn as its keys change."""


@pytest.fixture(autouse=True)
def quick_arming(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Shorten the time in which the confirmation drops keys, unless a test is about it."""
    if "typed_ahead" not in request.node.name:
        monkeypatch.setattr(confirm, "ARM_AFTER", 0.01)


@pytest.fixture(autouse=True)
def still_footer(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Leave the footer without keys, of which no other test reads one."""
    if request.path.stem.removeprefix("test_") not in FOOTER_TOO:
        empty_footer(monkeypatch)
