"""What a window shows, read as a person reads it. Each reading is made once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import takewhile

_FRAME, _SCROLLBAR = re.compile("[─-╿▁-▏]"), frozenset("▁▂▃▄▅▆▇█▉▊▋▌▍▎▏")
_UPPER_LEFT, _UPPER_RIGHT, _LOWER = frozenset("╭┏┌"), frozenset("╮┓┐"), frozenset("╰┗└")


class Window:
    """The cells of a window at one moment, row by row."""

    def __init__(self, cells: Sequence[Sequence[str]]) -> None:
        self._cells = cells

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the window."""
        return ["".join(row).rstrip() for row in self._cells]

    @cached_property
    def text(self) -> str:
        """The whole window."""
        return "\n".join(self.lines)

    @cached_property
    def words(self) -> str:
        """All that can be read: the window line by line, then box by box.

        One blank stands between two words, so a sentence that was wrapped is found in its box.
        """
        parts = [self.text, *("\n".join(lines) for _, lines in self.boxes)]
        return "\n".join(" ".join(_FRAME.sub(" ", part).split()) for part in parts)

    @cached_property
    def boxes(self) -> list[tuple[str, list[str]]]:
        """The upper edge and the lines of every box, from the top."""
        cells = [[" " if one in _SCROLLBAR else one for one in row] for row in self._cells]
        boxes: list[tuple[str, list[str]]] = []
        for top, row in enumerate(cells):
            for left, right in _edges(row):
                lines = list(_inside(cells[top + 1 :], left, right))
                boxes.append(("".join(row[left:right]), lines))
        return boxes


def _inside(rows: Sequence[Sequence[str]], left: int, right: int) -> Iterator[str]:
    """Yield the lines between two columns down to the lower edge of their box."""
    for row in takewhile(lambda row: row[left] not in _LOWER, rows):
        yield "".join(row[left + 1 : right]).strip()


def _edges(row: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the columns of the corners of every upper edge in a row."""
    if _UPPER_LEFT.isdisjoint(row):
        return
    left = None
    for column, cell in enumerate(row):
        if cell in _UPPER_LEFT:
            left = column
        elif cell in _UPPER_RIGHT and left is not None:
            yield left, column
            left = None
