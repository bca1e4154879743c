"""Screen tests do not wait for a person's fingers, except where that is what they are about."""

from __future__ import annotations

import pytest

from zohotui.tui.widgets import typed_question as confirm


@pytest.fixture(autouse=True)
def quick_arming(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Shorten the time in which the confirmation drops keys, unless a test is about it."""
    if "typed_ahead" not in request.node.name:
        monkeypatch.setattr(confirm, "ARM_AFTER", 0.01)
