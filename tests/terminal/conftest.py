"""A stage for every test, cleared whatever happens on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.stage import Stage, staged
from zohotui.sandbox import Org, Sandbox


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put an empty org on a socket; kill the program at the end if it still runs."""
    with staged(Sandbox(Org.empty()), tmp_path) as opened:
        yield opened
