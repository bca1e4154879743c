"""Foreign text at the door: nothing a terminal acts on gets in, letters of any script do."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from zohotui.zoho.printable import MARK, printable

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@each_row(
    ("text", "shown"),
    [
        ("", ""),
        ("Ada Test", "Ada Test"),
        ("\x1b[2J", f"{MARK}[2J"),
        ("\x9b31m", f"{MARK}31m"),
        ("\x9d0;title\x07", f"{MARK}0;title{MARK}"),
        ("a\nb\tc\r", f"a{MARK}b{MARK}c{MARK}"),
        ("\x00\x7f", MARK * 2),
        (BIDI, MARK * len(BIDI)),
        ("\u2028\u2029", MARK * 2),
        ("\ud800\udfff", MARK * 2),
        ("👩\u200d🚀 क्\u200dष Łódź 東京 עברית", "👩\u200d🚀 क्\u200dष Łódź 東京 עברית"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_what_acts_on_a_terminal_is_marked_and_the_rest_stays(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_limit_counts_the_ellipsis() -> None:
    assert printable("abcdef", 6) == "abcdef"
    assert printable("abcdef", 5) == "abcd…"
    assert printable("\x1b" * 9, 3) == f"{MARK}{MARK}…"


@given(st.text(st.characters() | st.sampled_from("\x1b\x9b\u202e\u2066\ud800\x00\n" + BIDI)))
def test_nothing_that_a_terminal_acts_on_gets_through(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(BIDI) & set(shown)
    assert shown.encode().decode() == shown
    assert printable(shown) == shown


@given(st.text(), st.integers(1, 20))
def test_a_limit_is_kept(text: str, limit: int) -> None:
    assert len(printable(text, limit)) <= limit
