"""The sizes of window that the screens tell apart, and the least that they are drawn for."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from rich.control import Control
from rich.segment import ControlType, Segment, Segments
from textual.geometry import Size

LEAST = Size(44, 16)
"""Columns and rows without which nothing is drawn, because it could not be read or laid out."""

WIDTHS = [(0, "-narrow"), (70, "-normal"), (100, "-roomy"), (110, "-wide")]
"""Least columns, and the class that a screen has from there on."""

HEIGHTS = [(0, "-short"), (22, "-tall")]
"""Least rows, and the class that a screen has from there on."""

SENTENCE = f"The window is too small: zohotui needs {LEAST.width} × {LEAST.height}."

_SHORTER = (f"Too small: needs {LEAST.width} × {LEAST.height}.", "Too small", "small")


def fitted(size: Size) -> Size:
    """Return the size that screens are laid out for in a window of this size."""
    return Size(max(size.width, LEAST.width), max(size.height, LEAST.height))


def too_small(size: Size) -> bool:
    """Whether nothing can be read in a window of this size."""
    return fitted(size) != size


def instead(size: Size, more: str) -> Segments:
    """Write what a window that is too small shows in place of the screen.

    `more`: a sentence that is said too if there is room for it.
    """
    has = f"It has {size.width} × {size.height}."
    texts = (f"{SENTENCE} {has} {more}", f"{SENTENCE} {has}", SENTENCE, *_SHORTER)
    folded = (wrap(text, size.width, break_long_words=False) for text in texts)
    fits = (lines for lines in folded if _fit(lines, size))
    return Segments(_written(next(fits, [_SHORTER[-1][: size.width]]), size))


def _fit(lines: list[str], size: Size) -> bool:
    return len(lines) <= size.height and max(map(len, lines)) <= size.width


def _written(lines: list[str], size: Size) -> Iterator[Segment]:
    """Replace every row, without a line feed, which would scroll the last one away."""
    for row in range(size.height):
        yield Control.move_to(0, row).segment
        yield Segment(lines[row] if row < len(lines) else "")
        # Behind the last column it would erase that.
        if row >= len(lines) or len(lines[row]) < size.width:
            yield Control((ControlType.ERASE_IN_LINE, 0)).segment
