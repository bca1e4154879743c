"""What stands on the terminal, so that of a frame only the cells that differ are written.

Textual writes whole regions although few cells of them differ; over a slow line that is felt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from rich.console import Console
from rich.segment import ControlType, Segment
from rich.style import Style

# Nothing public tells a frame from what else Textual shows.
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.geometry import Offset, Size
from textual.strip import Strip

Frame = CompositorUpdate
"""What Textual paints at once."""

_Look = tuple[str, str]
"""What is written before and behind a text of one style."""

_Pieces = dict[int, list[Segment]]
"""What a frame has for a row, by the column where each piece begins."""

_UNKNOWN = "\0"
"""A cell of which nothing is known; no text and no style is equal to it."""

SURE = re.compile(
    r"[ -~\xa1-\xac\xae-\u02ff\u0391-\u03c9\u0401-\u045f"
    r"\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u2500-\u25fc]*"
)
"""Characters that take one cell in every terminal; about others terminals disagree."""

_NEAR = 4
"""Cells that are written once more sooner than the cursor is moved across them."""

_MOST_LOOKS = 1000
"""How many are told apart before all is forgotten; a screen has some tens."""

_SAME = re.compile(r"(.)\1*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Cells:
    """Cells of a row, from left to right: a character each, and another one for its look."""

    text: str = ""
    looks: str = ""

    def under(self, x: int, piece: _Cells) -> _Cells:
        """Return them with others laid upon them, from this column on."""
        end = x + len(piece.text)
        return _Cells(
            self.text[:x].ljust(x, _UNKNOWN) + piece.text + self.text[end:],
            self.looks[:x].ljust(x, _UNKNOWN) + piece.looks + self.looks[end:],
        )


class Difference(Frame):
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

    def __init__(self, console: Console) -> None:
        """Take what knows the colours of the terminal."""
        self._console = console
        self._looks = _Looks(console)
        self.forget()

    def forget(self) -> None:
        """Take it that anything may stand there."""
        self._rows: dict[int, _Cells] = {}
        self._last: dict[int, _Pieces] = {}
        """What the latest frame had that wrote in a row."""
        self._size, self._cursor = Size(), Offset()

    def difference(self, frame: Frame, size: Size, cursor: Offset) -> Difference | None:
        """Return what must be written for a frame; None if all of it stands there already.

        `size`: that of the screen which the frame is of; `cursor`: where it leaves the cursor.
        """
        if size != self._size:
            # The window had another size for one of the two frames, which it did not show whole.
            self.forget()
        if len(self._looks) > _MOST_LOOKS:
            self._looks = _Looks(self._console)
            self.forget()
        pen = _Pen(self._looks)
        pieces = _pieces(frame, self._console)
        last = self._last
        differing = {y: these for y, these in pieces.items() if these != last.get(y)}
        rows = {y: self._write(pen, y, these) for y, these in differing.items()}
        if not pen.written and (size, cursor) == (self._size, self._cursor):
            return None

        def written() -> None:
            self._rows.update(rows)
            self._last.update(differing)
            self._size, self._cursor = size, cursor

        return Difference(pen.lifted(), written)

    def _write(self, pen: _Pen, y: int, pieces: _Pieces) -> _Cells:
        """Write what differs in a row, and return the row that stands there then."""
        before = after = self._rows.get(y, _Cells())
        cells = {x: self._looks.cells(segments) for x, segments in pieces.items()}
        if not all(SURE.fullmatch(piece.text) for piece in cells.values()):
            # Where the characters behind an unsure one stand is the terminal's to know.
            for x, piece in cells.items():
                pen.write(x, y, piece.text, piece.looks)
            return _Cells()
        for x, piece in cells.items():
            after = after.under(x, piece)
        if after != before:
            for start, end in _spans(before, after):
                pen.write(start, y, after.text[start:end], after.looks[start:end])
        return after


class _Looks:
    """Gives each look a character, and knows which style has which."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._marks: dict[Style | None, str] = {}
        self._looks: dict[_Look, str] = {}
        self.of: dict[str, _Look] = {}
        """The look behind a character."""

    def __len__(self) -> int:
        return len(self._marks)

    def cells(self, segments: list[Segment]) -> _Cells:
        """Return what segments are written as."""
        marks = self._marks
        looks = [(marks.get(style) or self._mark(style)) * len(text) for text, style, _ in segments]
        return _Cells("".join([text for text, _, _ in segments]), "".join(looks))

    def _mark(self, style: Style | None) -> str:
        strip = Strip([Segment(_UNKNOWN, style)])
        before, _, behind = strip.render(self._console).partition(_UNKNOWN)
        look = before, behind
        mark = self._looks.setdefault(look, chr(len(self._looks) + 1))
        self._marks[style], self.of[mark] = mark, look
        return mark


class _Pen:
    """Writes cells, and changes its look no more often than it must."""

    def __init__(self, looks: _Looks) -> None:
        self.written: list[str] = []
        self._looks, self._look = looks.of, ("", "")

    def write(self, x: int, y: int, text: str, looks: str) -> None:
        """Write a text at a place of the terminal."""
        # As Control.move_to, which takes as long as all the rest here.
        self.written.append(f"\x1b[{y + 1};{x + 1}H")
        for same in _SAME.finditer(looks):
            look = self._looks[same[1]]
            if look != self._look:
                self.written += (self._look[1], look[0])
                self._look = look
            self.written.append(text[same.start() : same.end()])

    def lifted(self) -> str:
        """Return all that was written, and what ends its look."""
        return "".join((*self.written, self._look[1]))


def _pieces(frame: Frame, console: Console) -> dict[int, _Pieces]:
    """Return what a frame writes, row by row."""
    rows: dict[int, _Pieces] = {}
    piece: list[Segment] = []
    # Textual's own frames can all be rendered as Rich does it; only their base class cannot.
    rendered = cast("LayoutUpdate", frame).__rich_console__(console, console.options)
    for segment in cast("Iterable[Segment]", rendered):
        if segment.control:
            _, x, y = cast("tuple[ControlType, int, int]", segment.control[0])
            piece = rows.setdefault(y, {})[x] = []
        elif segment.text != "\n":
            piece.append(segment)
    return rows


def _spans(before: _Cells, after: _Cells) -> Iterator[tuple[int, int]]:
    """Yield where two rows differ: the first cell, and the one behind the last.

    Between two spans more is equal than the cursor's way across it costs.
    """
    looks, width = after.looks, len(after.text)
    pairs = zip(
        before.text.ljust(width, _UNKNOWN),
        after.text,
        before.looks.ljust(width, _UNKNOWN),
        looks,
        strict=True,
    )
    differ = [x for x, (old, new, was, is_) in enumerate(pairs) if old != new or was != is_]
    if not differ:
        # What is behind all that is known was laid on with nothing in it.
        return
    start = end = differ[0]
    for x in differ:
        # In one look, as another one costs more.
        if x - end > _NEAR or looks[end:x].strip(looks[end - 1]):
            yield start, end
            start = x
        end = x + 1
    yield start, end
