"""How long a question must have been seen before a key can confirm it."""

from __future__ import annotations

ARM_AFTER = 0.7
"""Seconds in which keys typed ahead are dropped."""
