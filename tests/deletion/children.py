"""The processes that the tests' own has begun, which are more than those that a test is about."""

from __future__ import annotations

import psutil


def children() -> set[int]:
    """Return those that have not ended, or were not waited for; the nursery may be one of them."""
    return {child.pid for child in psutil.Process().children()}
