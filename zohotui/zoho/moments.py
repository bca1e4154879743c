"""Moments: as Zoho writes them, and as sentences name them."""

from __future__ import annotations

from datetime import UTC, datetime


def seconds_of(iso: str) -> float | None:
    """Return a moment that Zoho wrote, ISO 8601, in seconds since the epoch.

    None for what is no moment, or one without its time zone.
    """
    try:
        moment = datetime.fromisoformat(iso)
        return moment.timestamp() if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def in_utc(seconds: float) -> str:
    """Name a moment, in seconds since the epoch, in a sentence: 2026-11-25 14:03 UTC.

    The screen shows it in local time; see `in_local_time` in tui/words/text.py.
    """
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
