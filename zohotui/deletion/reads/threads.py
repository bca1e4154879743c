"""Work in threads that the process does not wait for at its end, because a read may hang."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_T = TypeVar("_T")


def in_background(work: Callable[[], _T]) -> Future[_T]:
    """Begin at once; the future has the result, or raises what the work raised."""
    future: Future[_T] = Future()

    def carry_out() -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - the one who waits raises it, as of any executor
            future.set_exception(error)
        else:
            future.set_result(result)

    threading.Thread(target=carry_out, name="in-background", daemon=True).start()
    return future
