"""A stage for every test, cleared whatever happens on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.terminal.nursery import Nursery
from tests.terminal.stage import SESSION, Stage, staged
from zohotui.sandbox import Org, Sandbox

FROM_NOTHING = {"starting", "the_main_job", "no_secret_shows"}
"""Files of tests (without `test_`) in which each program starts as a shell starts it."""


UNHURRIED = {"fuzzed_keys", "keyboard", "nothing_is_sent", "typed_ahead", "windows"}
"""Files in which keys that come too soon are dropped as long as for real fingers."""


@pytest.fixture(scope="session")
def forking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Have one process read the modules of all programs that need not start from nothing."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        # The folder of all workers.
        folder = folder.parent
    with closing(Nursery(SESSION, folder / "nursery")) as opened:
        yield opened


@pytest.fixture
def nursery(forking: Nursery, request: pytest.FixtureRequest) -> Nursery:
    """Let it start programs in the way that suits a file."""
    forking.hasty = request.path.stem.removeprefix("test_") not in UNHURRIED
    return forking


@pytest.fixture
def stage(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Put an empty org on a socket; kill the program at the end if it still runs."""
    whole = request.path.stem.removeprefix("test_") in FROM_NOTHING
    nursery = None if whole else request.getfixturevalue("nursery")
    with staged(Sandbox(Org.empty()), tmp_path, nursery) as opened:
        yield opened
