"""Words for the screen: foreign text only ever as Content, never as markup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content


def pairs(rows: Sequence[tuple[str, str | Content]], width: int) -> Content:
    """Lay out labelled lines; each label takes `width` cells and is dimmed."""
    lines = (
        Content.assemble((f"{label:<{width}}", "$text-muted"), _content(value))
        for label, value in rows
    )
    return Content("\n").join(lines)


def _content(value: str | Content) -> Content:
    return value if isinstance(value, Content) else Content(value)


def count(number: int, singular: str, plural: str = "") -> str:
    """Say how many: `1 id`, `1,204 ids`."""
    noun = singular if number == 1 else plural or f"{singular}s"
    return f"{number:,} {noun}"


def clock(seconds: float) -> str:
    """Give a moment as local time of day: 14:03:27."""
    return datetime.fromtimestamp(seconds).astimezone().strftime("%H:%M:%S")


def duration(seconds: float) -> str:
    """Give a span of seconds: 0:07, 12:40, 3:05:00."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
