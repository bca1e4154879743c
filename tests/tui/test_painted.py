"""Cells that stand on the terminal are not written again; what is seen is what Textual paints."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import pyte
from hypothesis import given
from hypothesis import strategies as some
from rich.cells import cell_len
from rich.console import Console
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.geometry import Offset, Region, Size
from textual.strip import Strip
from wcwidth import wcwidth

from tests.terminal.driver import MarkedScreen
from zohotui.tui.terminal.painted import SURE, Painted

_CUTS, _ROWS = (0, 7, 16), 2
"""Where the widgets of the screen meet, and the width; its height."""

_SIZE = Size(_CUTS[-1], _ROWS)

_HOW = (
    None,
    Style(color="red"),
    Style(color="red", meta={"@click": "one"}),
    Style(bold=True, bgcolor="blue"),
    Style(reverse=True, link="https://example.com/x"),
)
_ODD = ("中", "e\u0301", "👩\u200d👧", "ｱ", "⚠\ufe0f")
"""What takes more than a cell, or about which terminals disagree."""

_CHARACTERS = some.sampled_from(["a", "b", " ", "é", "│"] * 5 + [*_ODD])
_TEXTS = some.lists(_CHARACTERS, max_size=6).map("".join)
_SEGMENTS = some.lists(
    some.tuples(_TEXTS, some.sampled_from(_HOW)).map(lambda pair: Segment(*pair)), max_size=4
)
_SPANS = tuple(pairwise(_CUTS))
_PLACES = some.tuples(some.integers(0, _ROWS - 1), some.sampled_from(_SPANS))


def _strip(segments: list[Segment], width: int) -> Strip:
    return Strip(segments).adjust_cell_length(width, None)


Changes = dict[tuple[int, tuple[int, int]], list[Segment]]
_CHANGES = some.dictionaries(_PLACES, _SEGMENTS)


@dataclass
class Seat:
    """A terminal in front of which somebody sits, and all that was written to it."""

    console: Console = field(default_factory=lambda: Console(color_system="truecolor"))
    written: int = 0

    def __post_init__(self) -> None:
        self.screen = MarkedScreen(_CUTS[-1], _ROWS)
        self._stream = pyte.Stream(self.screen)
        # As Textual has it.
        self._stream.feed("\x1b[?7l")

    def show(self, frame: CompositorUpdate | None, cursor: Offset) -> None:
        """Show a frame, as Textual does."""
        if frame is not None:
            sequences = frame.render_segments(self.console) + Control.move_to(*cursor).segment.text
            self.written += len(sequences)
            self._stream.feed(sequences)

    @property
    def seen(self) -> object:
        """Every cell with its look, and the cursor."""
        rows = [[self.screen.buffer[y][x] for x in range(_CUTS[-1])] for y in range(_ROWS)]
        return rows, self.screen.cursor.x, self.screen.cursor.y


class Picture:
    """A screen of six widgets, whose frames are as the compositor makes them."""

    def __init__(self) -> None:
        self.strips = {
            (y, span): _strip([], span[1] - span[0]) for y in range(_ROWS) for span in _SPANS
        }

    def change(self, changes: Changes) -> None:
        """Draw some widgets otherwise."""
        for (y, (start, end)), segments in changes.items():
            self.strips[y, (start, end)] = _strip(segments, end - start)

    def all(self) -> LayoutUpdate:
        """Return the frame that has everything."""
        rows = [[self.strips[y, span] for span in _SPANS] for y in range(_ROWS)]
        return LayoutUpdate(list(rows), Region(0, 0, _CUTS[-1], _ROWS))

    def some(self, places: set[tuple[int, tuple[int, int]]], early: int) -> ChopsUpdate:
        """Return a frame with these widgets, and with some cells before them."""
        chops = [{span[0]: self.strips[y, span] for span in _SPANS} for y in range(_ROWS)]
        spans = []
        for y in range(_ROWS):
            ends = [span for row, span in places if row == y]
            if ends:
                start, end = min(ends)[0], max(ends)[1]
                spans.append((y, max(0, start - early) if self.is_sure else start, end))
            elif self.is_sure:
                # Cells that stand there already, as a part of a widget is painted again.
                spans += [(y, x, x + 1) for x in range(early, _CUTS[-1], 3)]
        return ChopsUpdate(chops, spans, [list(_CUTS[1:])] * _ROWS)

    @property
    def is_sure(self) -> bool:
        """Whether all its characters take one cell."""
        return all(SURE.fullmatch(strip.text) for strip in self.strips.values())


_Frame = tuple[Changes, bool, int, Offset, str]
"""What changes, whether all is painted, cells before it, the cursor, and what else happens."""

_FRAMES: some.SearchStrategy[list[_Frame]] = some.lists(
    some.tuples(
        _CHANGES,
        some.booleans(),
        some.integers(0, 3),
        some.builds(Offset, some.integers(0, 5), some.integers(0, _ROWS - 1)),
        some.sampled_from(["", "", "", "forget", "drop"]),
    ),
    max_size=8,
)


@given(_FRAMES)
def test_the_terminal_shows_what_textual_paints(frames: list[_Frame]) -> None:
    picture, theirs, ours = Picture(), Seat(), Seat()
    painted = Painted(ours.console)
    cursor = Offset()
    for changes, whole, early, cursor, how in frames:
        picture.change(changes)
        frame = picture.all() if whole or not changes else picture.some(set(changes), early)
        if how == "forget":
            painted.forget()
        if how == "drop":
            # Textual drops a frame while others are awaited; the next one has all of it.
            painted.difference(frame, _SIZE, cursor)
            frame = picture.all()
        theirs.show(frame, cursor)
        ours.show(painted.difference(frame, _SIZE, cursor), cursor)
        assert ours.seen == theirs.seen


@given(_CHANGES)
def test_what_stands_there_is_not_written_again(
    changes: Changes,
) -> None:
    picture, seat = Picture(), Seat()
    painted = Painted(seat.console)
    picture.change(changes)
    seat.show(painted.difference(picture.all(), _SIZE, Offset()), Offset())
    assert painted.difference(picture.all(), _SIZE, Offset()) is None
    assert painted.difference(picture.all(), _SIZE, Offset(1, 1)) is not None
    painted.forget()
    again = painted.difference(picture.all(), _SIZE, Offset())
    there = Seat()
    there.show(again, Offset())
    assert there.seen == seat.seen


def test_of_a_row_only_the_cells_that_differ_are_written() -> None:
    picture, seat = Picture(), Seat()
    painted = Painted(seat.console)
    texts = ("id 4100 deleted", "id 4201 deleted")
    written = []
    for text in texts:
        picture.change({(1, (7, 16)): [Segment(text[:9], _HOW[1])]})
        frame = painted.difference(picture.all(), _SIZE, Offset())
        assert frame is not None
        written.append(frame.render_segments(seat.console))
    assert written[1] == "\x1b[2;12H\x1b[31m201\x1b[0m"


def test_a_style_is_what_is_seen_of_it() -> None:
    picture, seat = Picture(), Seat()
    painted = Painted(seat.console)
    for style in (_HOW[1], _HOW[2]):
        picture.change({(0, (0, 7)): [Segment("a", style)]})
        frame = painted.difference(picture.all(), _SIZE, Offset())
        if style is _HOW[1]:
            seat.show(frame, Offset())
    assert frame is None


def test_a_sure_character_takes_one_cell() -> None:
    sure = [chr(code) for code in range(0x11_0000) if SURE.fullmatch(chr(code))]
    assert len(sure) > len(SURE.pattern)
    assert {(cell_len(c), wcwidth(c)) for c in sure} == {(1, 1)}
    assert not any(SURE.fullmatch(odd) for odd in _ODD)


def test_styles_that_look_alike_are_told_apart_for_ever_by_nobody() -> None:
    console = Console(color_system="truecolor")
    painted, size = Painted(console), Size(10, 1)

    def shown(number: int) -> object:
        style = Style(meta={"offset": (number, 0)})
        frame = LayoutUpdate([[Strip([Segment("abcdefghij", style)])]], Region(0, 0, 10, 1))
        difference = painted.difference(frame, size, Offset())
        return None if difference is None else difference.render_segments(console)

    written = [number for number in range(2_500) if shown(number)]
    # All is forgotten now and then, and only then it is written again.
    assert len(written) <= 3


def test_a_piece_with_nothing_in_it_writes_nothing() -> None:
    painted = Painted(Console(color_system="truecolor"))
    frame = ChopsUpdate([{0: None, 5: Strip([Segment("x")])}], [(0, 0, 5)], [[5, 10]])
    painted.difference(frame, Size(10, 1), Offset())
