"""What stands on the terminal, so that of a frame only the cells that differ are written.

Textual writes whole regions although few cells of them differ; over a slow line that is felt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from typing import cast

from rich.console import Console, RenderableType
from rich.control import Control
from rich.segment import ControlType, Segment
from rich.style import Style

# Nothing public tells a frame from what else Textual shows.
from textual._compositor import CompositorUpdate
from textual.geometry import Offset, Size
from textual.strip import Strip

_Look = tuple[str, str]
"""What is written before and behind a text of one style."""

_UNKNOWN, _NO_LOOK = "\0", ("\0", "\0")
"""A cell of which nothing is known; no text and no style is equal to it."""

SURE = re.compile(
    r"[ -~\xa1-\xac\xae-\u02ff\u0391-\u03c9\u0401-\u045f"
    r"\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc]*"
)
"""Characters that take one cell in every terminal; about others terminals disagree."""

_NEAR = 4
"""Cells that are written once more sooner than the cursor is moved across them."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of a row, from left to right: a character and a look each."""

    text: str = ""
    looks: list[_Look] = field(default_factory=list)

    def __getitem__(self, part: slice) -> _Cells:
        return _Cells(self.text[part], self.looks[part])

    def __add__(self, more: _Cells) -> _Cells:
        return _Cells(self.text + more.text, self.looks + more.looks)

    def __len__(self) -> int:
        return len(self.text)

    def padded(self, width: int) -> _Cells:
        """Return them with so many at least."""
        missing = max(0, width - len(self))
        return self + _Cells(_UNKNOWN * missing, [_NO_LOOK] * missing) if missing else self

    def under(self, x: int, piece: _Cells) -> _Cells:
        """Return them with others laid upon them, from this column on."""
        return self.padded(x)[:x] + piece + self[x + len(piece) :]


class Difference(CompositorUpdate):
    """The cells of a frame that differ from what stands on the terminal."""

    def __init__(self, sequences: str, written: Callable[[], None]) -> None:
        """Take what is to be written, and what is called as soon as it is."""
        self._sequences, self._written = sequences, written

    def render_segments(self, console: Console) -> str:
        """Return what Textual writes now."""
        del console
        self._written()
        return self._sequences


class Painted:
    """Follows what is written to the terminal."""

    def __init__(self) -> None:
        self._rows: dict[int, _Cells] = {}
        self._size, self._cursor = Size(), Offset()

    def forget(self) -> None:
        """Take it that anything may stand there."""
        self._rows, self._size = {}, Size()

    def difference(
        self, frame: CompositorUpdate, console: Console, size: Size, cursor: Offset
    ) -> Difference | None:
        """Return what must be written for a frame; None if all of it stands there already.

        `size`: that of the screen which the frame is of; `cursor`: where it leaves the cursor.
        """
        if size != self._size:
            # The window had another size for one of the two frames, which it did not show whole.
            self.forget()
        pen = _Pen()
        rows: dict[int, _Cells] = {}
        for y, pieces in groupby(_pieces(frame, console), lambda piece: piece[0].y):
            rows[y] = self._write(pen, y, list(pieces))
        if not pen.written and (size, cursor) == (self._size, self._cursor):
            return None

        def written() -> None:
            self._rows.update(rows)
            self._size, self._cursor = size, cursor

        return Difference(pen.lifted(), written)

    def _write(self, pen: _Pen, y: int, pieces: list[tuple[Offset, _Cells]]) -> _Cells:
        """Write what differs in a row, and return the row that stands there then."""
        before = after = self._rows.get(y, _Cells())
        if not all(SURE.fullmatch(piece.text) for _, piece in pieces):
            # Where the characters behind an unsure one stand is the terminal's to know.
            for at, piece in pieces:
                pen.write(at, piece)
            return _Cells()
        for at, piece in pieces:
            after = after.under(at.x, piece)
        if after != before:
            for start, end in _spans(before.padded(len(after)), after):
                pen.write(Offset(start, y), after[start:end])
        return after


class _Pen:
    """Writes cells, and changes its look no more often than it must."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._look: _Look = ("", "")

    def write(self, at: Offset, cells: _Cells) -> None:
        """Write cells at a place of the terminal."""
        self.written.append(Control.move_to(*at).segment.text)
        start = 0
        for look, group in groupby(cells.looks):
            end = start + len(list(group))
            if look != self._look:
                self.written += (self._look[1], look[0])
                self._look = look
            self.written.append(cells.text[start:end])
            start = end

    def lifted(self) -> str:
        """Return all that was written, and what ends its look."""
        return "".join((*self.written, self._look[1]))


def _pieces(frame: CompositorUpdate, console: Console) -> Iterator[tuple[Offset, _Cells]]:
    """Yield what a frame writes, row by row, and where each piece of it begins."""
    at, segments = Offset(), list[Segment]()
    for segment in console.render(cast("RenderableType", frame)):
        match segment.control:
            case [(ControlType.CURSOR_MOVE_TO, int(x), int(y))]:
                if segments:
                    yield at, _cells(segments, console)
                at, segments = Offset(x, y), []
            case _ if segment.text != "\n":
                segments.append(segment)
    if segments:
        yield at, _cells(segments, console)


def _cells(segments: list[Segment], console: Console) -> _Cells:
    looks: list[_Look] = []
    for text, style, _ in segments:
        looks += [_look(style, console)] * len(text)
    return _Cells("".join([segment.text for segment in segments]), looks)


@lru_cache(maxsize=1024)
def _look(style: Style | None, console: Console) -> _Look:
    before, _, behind = Strip([Segment(_UNKNOWN, style)]).render(console).partition(_UNKNOWN)
    return before, behind


def _spans(before: _Cells, after: _Cells) -> Iterator[tuple[int, int]]:
    """Yield where two rows of the same length differ: the first cell, and the one behind the last.

    Between two spans more is equal than the cursor's way across it costs.
    """
    start = end = -1
    pairs = zip(before.text, after.text, before.looks, after.looks, strict=True)
    for x, (text, new_text, look, new_look) in enumerate(pairs):
        if text == new_text and look == new_look:
            continue
        near = end >= 0 and x - end <= _NEAR
        if not near or any(look != after.looks[end - 1] for look in after.looks[end:x]):
            if start >= 0:
                yield start, end
            start = x
        end = x + 1
    if start >= 0:
        yield start, end
