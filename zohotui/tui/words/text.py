"""Numbers, times and facts in words."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    # The head of the table is in the first frame, which waits for no more than it needs.
    from zohotui.deletion.model.rows import Rows

_KILO = 1000
_IN_UTC = re.compile(r"\b(\d{4}-\d\d-\d\d \d\d:\d\d) UTC\b", re.ASCII)

Fact = tuple[str, str | Content]
"""A label and what it stands for; a str is foreign or plain text, never markup."""


def count(number: int, singular: str, plural: str = "") -> str:
    """Say how many: `1 id`, `1,204 ids`."""
    noun = singular if number == 1 else plural or f"{singular}s"
    return f"{number:,} {noun}"


def clock(seconds: float) -> str:
    """Give a moment as local time of day: 14:03:27."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%H:%M:%S")


def moment(seconds: float) -> str:
    """Give a moment as local date and time: 25 Nov 2026 14:03."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%d %b %Y %H:%M")


def day(seconds: float) -> str:
    """Give the local date of a moment: 25 Nov 2026."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%d %b %Y")


def local(iso: str) -> str:
    """Give a moment that Zoho told, ISO 8601, as local date and time: 2026-11-25 14:03.

    The times of one screen are in one zone; what is no moment with a zone stays as it is.
    """
    try:
        moment = datetime.fromisoformat(iso)
        return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment.tzinfo else iso
    except (ValueError, OverflowError):
        return iso


def in_local_time(words: str) -> str:
    """Give the moments in UTC that a sentence of the engine names in local time."""
    return _IN_UTC.sub(lambda found: local(f"{found[1]}+00:00"), words)


def in_bytes(number: int) -> str:
    """Give a size: `812 bytes`, `12 kB`, `3.4 MB`."""
    if number < _KILO:
        return count(number, "byte")
    if number < _KILO * _KILO:
        return f"{number / _KILO:,.0f} kB"
    return f"{number / _KILO / _KILO:,.1f} MB"


def told_by_state(rows: Rows) -> str:
    """Say how many ids are in each state: `120 ready · 6 held · 2 missing`."""
    return " · ".join(f"{number:,} {rows.word(state)}" for state, number in rows.tally.items())


def told_by_code(rows: Rows) -> str:
    """Say how many ids are in each state and why: `3 ready · 1 held (being merged)`."""
    return " · ".join(
        f"{number:,} {rows.word(outcome.state)}" + (f" ({outcome.brief})" if outcome.code else "")
        for outcome, number in rows.outcomes.items()
        if number
    )


def duration(seconds: float) -> str:
    """Give a span of seconds: 0:07, 12:40, 3:05:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
