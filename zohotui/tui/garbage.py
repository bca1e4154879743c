"""Garbage collection, which is not for the time in which modules are read, or keys are pressed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_is_garbage() -> Iterator[None]:
    """Look for none meanwhile, and never among what is there at the end: modules stay."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def settle() -> None:
    """Collect once, and then look only among what comes from here on.

    To look at all that a session holds takes longer than a key may; results that stream in would
    make it look every few seconds. What is there now is looked at again by the next call.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
