"""A stage for every test, cleared whatever happens on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.stage import Gate, Stage
from zohotui.sandbox import Org, Sandbox, serve


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Put an empty org on a socket; kill the program at the end if it still runs."""
    home, folder = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    folder.mkdir()
    sandbox = Sandbox(Org.empty())
    gate = Gate(sandbox)
    with serve(gate, 0) as url:
        opened = Stage(sandbox, gate, url, home, folder)
        try:
            yield opened
        finally:
            gate.close()
            for terminal in opened.terminals:
                terminal.close()
