"""Reads of Zoho and of the disk that may hang: the way out waits for none of them.

It does wait for what is given to `asyncio.to_thread`, which may write; see hangup.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from zohotui.deletion.reads.threads import in_background

_T = TypeVar("_T")


def begin_read(read: Callable[[], _T]) -> asyncio.Future[_T]:
    """Begin to read; the future has the result, or raises what reading raised."""
    return asyncio.wrap_future(in_background(read))


async def read_unless(answered: asyncio.Future[Any], read: Callable[[], _T], instead: _T) -> _T:
    """Read, unless the admin has answered before: then return what is given for that."""
    reading = begin_read(read)
    either: set[asyncio.Future[Any]] = {reading, answered}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    return reading.result() if reading.done() else instead
