"""Screen tests wait for no fingers and paint nothing, except where they are about it."""

from __future__ import annotations

import pytest

from tests.tui.practice import NOON, draw_nothing, paint_when_asked
from tests.tui.styles import styled_once
from zohotui.sandbox import Sandbox
from zohotui.tui import arming

__all__ = ["styled_once"]

PAINTED = {"closing_once", "keys_footer", "long_session", "scenes"}
"""Files of tests (without `test_`) in which the screen is painted at each change."""

PAINTED_ONCE = {"module_picker", "screen", "sizes", "too_small"}
"""Those in which it is painted with all its keys, but only once for each size and picture."""


@pytest.fixture(autouse=True)
def quick_arming(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Shorten the time in which the confirmation drops keys, unless a test is about it."""
    if "typed_ahead" not in request.node.name:
        monkeypatch.setattr(arming, "ARM_AFTER", 0.01)


@pytest.fixture(autouse=True)
def unpainted(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Paint nothing where no test looks at it."""
    name = request.path.stem.removeprefix("test_")
    if name in PAINTED_ONCE:
        paint_when_asked(monkeypatch)
    elif name not in PAINTED:
        draw_nothing(monkeypatch)


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox(clock=lambda: NOON)
