"""Numbers, times and facts in words."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

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


def duration(seconds: float) -> str:
    """Give a span of seconds: 0:07, 12:40, 3:05:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
