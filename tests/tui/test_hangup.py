"""What the way out waits for: what is being written, and nothing that is only read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from textual.worker import active_worker

from zohotui.tui.reads import begin_read
from zohotui.tui.terminal.hangup import Threads


@contextmanager
def _worker_of(group: str) -> Iterator[None]:
    token = active_worker.set(SimpleNamespace(group=group))  # type: ignore[arg-type]  # of a worker only the group is looked at
    try:
        yield
    finally:
        active_worker.reset(token)


@pytest.mark.parametrize(
    ("group", "waits"),
    [("list", 0), ("file", 0), ("new-file", 1), ("keep", 1)],
)
def test_a_list_that_is_being_read_does_not_hold_up_the_way_out(group: str, waits: int) -> None:
    answered, threads = threading.Event(), Threads(lambda: None)
    with _worker_of(group):
        future = threads.submit(answered.wait)
    try:
        assert len(threads.needed) == waits
    finally:
        answered.set()
    assert future.result(60)


def test_a_dialog_whose_read_hangs_does_not_hold_up_the_way_out() -> None:
    answered, heard = threading.Event(), threading.Event()

    def read() -> None:
        answered.wait(60)
        heard.set()

    async def leave() -> None:
        begin_read(read).cancel()

    asyncio.run(leave())
    assert not heard.is_set()
    answered.set()
    assert heard.wait(60)
