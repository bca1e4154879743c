"""The terminal's side of the tests: its short cuts show what pyte shows without them."""

from __future__ import annotations

import unicodedata

import pyte
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcwidth

from tests.terminal.driver import MarkedScreen

_COLUMNS, _LINES = 12, 3


class _Slow(pyte.Screen):
    """Draws letter by letter, whatever comes."""

    def draw(self, data: str) -> None:
        super().draw("".join(c for c in data if wcwidth(c) > 0 or unicodedata.combining(c)))


_PIECES = st.one_of(
    st.text("ab ─│é", max_size=_COLUMNS + 2),
    # Two columns wide, of no width, a mark that stands alone, a mark on the letter before it.
    st.text("a\N{CJK UNIFIED IDEOGRAPH-4E16}\u200b\u0903\u0301", max_size=6),
    st.sampled_from(["\r", "\r\n", "\x1b[H", "\x1b[2;5H", "\x1b[K", "\x1b[31m", "\x1b[m"]),
)


@given(st.lists(_PIECES, max_size=12))
def test_a_text_that_is_drawn_at_once_looks_as_one_drawn_letter_by_letter(
    pieces: list[str],
) -> None:
    seen = []
    for screen in (MarkedScreen(_COLUMNS, _LINES), _Slow(_COLUMNS, _LINES)):
        pyte.Stream(screen).feed("".join(pieces))
        rows = [[screen.buffer[row][x] for x in range(_COLUMNS)] for row in range(_LINES)]
        seen.append((rows, screen.cursor.x, screen.cursor.y))
    assert seen[0] == seen[1]
