"""How hard hypothesis looks, what all tests share, and a practice org for whoever asks for one."""

from __future__ import annotations

import gc
import os
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.world.world import World

# What is collected lives to the end, and each app of a screen test leaves more than the usual
# threshold: looking through all of it again and again would be a quarter of the tests' time.
gc.set_threshold(100_000, 20, 50)

# To make a file on a disk is most of what a short test costs; in memory it is next to nothing.
_MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes its own folder there, for us alone
_ROOM = 1 << 30
"""Bytes that are free there at least: a container may have next to none."""

if "TMPDIR" not in os.environ and _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)

_CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile(
    "quick", max_examples=25, deadline=None, database=None, suppress_health_check=_CALM
)
settings.register_profile(
    "deep", max_examples=3_000, deadline=None, database=None, suppress_health_check=_CALM
)
# By hand: ZOHOTUI_HYPOTHESIS=deep pytest tests/deletion/test_run_properties.py
settings.load_profile(os.environ.get("ZOHOTUI_HYPOTHESIS", "quick"))


def pytest_xdist_auto_num_workers() -> int:
    """Keep every core at work: a third of what the workers do is waiting, of four on two cores."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Strew the tests at a terminal, which mostly wait, evenly among the others, which mostly work.

    Each worker is given a stretch of this list: so at no time do all of them wait.
    """
    waiting = [test for test in items if test.get_closest_marker("terminal")]
    working = [test for test in items if not test.get_closest_marker("terminal")]
    places = [place / len(kind) for kind in (waiting, working) for place in range(len(kind))]
    order = sorted(zip(places, waiting + working, strict=True), key=itemgetter(0))
    items[:] = [test for _, test in order]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse names that no other process gives; let the collector pass over the tests themselves.

    The workers of one run compare the names of their tests, and end if they differ.
    """
    if by_address := [test.nodeid for test in session.items if " at 0x" in test.nodeid]:
        raise pytest.UsageError(f"{by_address[0]}: name this case; where it lies in memory changes")
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _one_set_of_roots() -> Iterator[None]:
    """Read the trusted roots once for all clients: for each it takes longer than most tests."""
    roots = ssl.create_default_context()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", lambda *_, **__: roots)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Let a sync see that there is such a file, and wait for no disk: no test pulls the plug.

    Those that are about syncing put their own in its place.
    """

    def look(descriptor: int) -> None:
        os.fstat(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("fsync", "fdatasync"):
            if hasattr(os, name):
                patch.setattr(os, name, look)
        yield


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "journals")
