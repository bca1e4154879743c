"""The keyboard's bytes, cut anywhere, and what they are taken for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.message import Message

from zohotui.tui.driver import MOST_COLUMNS, MOST_ROWS, Driver
from zohotui.tui.terminal import keyboard
from zohotui.tui.terminal.key_events import KeyEvents
from zohotui.tui.terminal.keyboard import (
    _PIECE,
    BEHIND,
    NO_END,
    SILENCE,
    TOO_LONG,
    Keyboard,
    Keys,
    Pasted,
    Piece,
    Refused,
    clean,
)

START, END = b"\x1b[200~", b"\x1b[201~"
ESCAPE_DELAY = 0.1

A_KEY_OR_SO = st.sampled_from(
    [
        *(bytes([byte]) for byte in range(256)),
        *(
            b"\x1b[A",
            b"\x1b[1;5D",
            b"\x1bOP",
            b"\x1b[[A",
            b"\x1b[3$",
            b"\x1b[<0;3;4M",
            b"\x1b[M abc",
        ),
        *(b"\x1b[97;;97u", b"\x1b[:;:u", b"\x1b[1114112u", b"\x1b[55296u", b"\x1b[97:65;2u"),
        *(b"\x1b[48;20000;20000;1;1t", b"\x1b]11;rgb:0/0/0\x1b\\", b"\x1bPq\x07", b"\x1b\\"),
        *("\u00fc\u202e\u2028\U0001f600".encode(), b"\xc2\x9b31m", b"delete 20 Leads\r"),
    ]
)
NOISE = st.lists(A_KEY_OR_SO, max_size=12).map(b"".join)
MARKED_NOISE = st.lists(A_KEY_OR_SO | st.sampled_from([START, END]), max_size=12).map(b"".join)


def cut(data: bytes, places: Iterable[int]) -> list[bytes]:
    """Cut at these places, wherever they are."""
    at = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[begin:end] for begin, end in pairwise(at)]


LEVERS = {b" ", b"\x1b", b"\x03", b"\x11"}
"""Keys that somebody presses again and again where a paste has no end."""

CUTS = st.lists(st.integers(0, 300), max_size=12)


def told(reads: Sequence[bytes], rests: Sequence[float] = ()) -> list[Piece]:
    """Feed these reads to a keyboard, with these rests between, then leave it alone."""
    board = Keyboard(ESCAPE_DELAY)
    pieces: list[Piece] = []
    for place, read in enumerate(reads):
        pieces += board.feed(read)
        if place < len(rests):
            pieces += board.rest(rests[place])
    for _ in range(9):
        pieces += board.rest(SILENCE)
    return pieces


def keys(pieces: Iterable[Piece]) -> list[str]:
    return [piece.text for piece in pieces if isinstance(piece, Keys)]


def pastes(pieces: Iterable[Piece]) -> list[str]:
    return [piece.text for piece in pieces if isinstance(piece, Pasted)]


def harmless(content: bytes) -> str:
    return clean(content.decode(errors="replace"))


@given(NOISE, CUTS, st.lists(st.floats(0, 9.9), max_size=12))
@example(b"\x1b\x15delete 20 Leads\r\x1b", [], [])
@example(b"\x1b[31m5551\x1b[0m\n", list(range(30)), [9.0] * 30)
def test_what_is_pasted_is_never_a_key_wherever_a_read_cuts_it(
    content: bytes, cuts: list[int], rests: list[float]
) -> None:
    # A marker that is in two parts for longer than Esc takes has told of Esc; of no more.
    reads = cut(START + content + END, cuts)
    assume(not any({*reads[at : at + 3]} <= LEVERS for at in range(len(reads) - 2)))
    pieces = told(reads, rests)
    assert pastes(pieces) == [harmless(content)]
    assert keys(pieces) in ([], ["\x1b"])


@given(MARKED_NOISE.filter(lambda noise: not noise.endswith(START)), CUTS)
@example(b"5551" + END + b"\x15delete 20 Leads\r", [])
@example(b"5551" + END + b"dj" + END + b"q" + START, [7, 11])
def test_an_end_marker_that_was_pasted_ends_no_paste(content: bytes, cuts: list[int]) -> None:
    content = content.replace(START, b"")
    pieces = told(cut(START + content + END, cuts))
    assert len(pastes(pieces)) == 1
    assert keys(pieces) == []


@given(MARKED_NOISE, CUTS)
def test_cuts_make_no_difference(data: bytes, cuts: list[int]) -> None:
    at_once, in_parts = told([data]), told(cut(data, cuts))
    assert keys(at_once) == keys(in_parts)
    assert pastes(at_once) == pastes(in_parts)


@pytest.mark.parametrize("content", ["5551", "5551\r5552", "\t", "", "ü"])
def test_the_last_character_of_a_paste_stays(content: str) -> None:
    assert told([START + content.encode() + END]) == [Pasted(content.replace("\r", "\n"))]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("\x1b[31m5551\x1b[0m\r\n\x1b[1;32m5552\x1b[m", "5551\n5552"),
        ("555\x1b[01;31m\x1b[K123\x1b[m\x1b[K456", "555123456"),
        ("\x1b]8;;https://crm.example/5551\x1b\\5551\x1b]8;;\x07", "5551"),
        ("\x1b]0;title\x075551\x1b(B", "5551"),
        ("\x9b31m5551\x9b0m", "5551"),
        ("\x1b[?25l5551\x1b[?25h", "5551"),
        # What moves the cursor, or hides what is behind it, must not be overlooked.
        ("5551\x1b[10C5552", "5551�[10C5552"),
        ("5551\b2", "5551�2"),
        ("\x1b]0;title\n5551", "�]0;title\n5551"),
        ("5551\x002", "5551�2"),
        ("\u202e5551\u2028", "5551\n"),
        ("55\u202e51\x1b[A", "55�51�[A"),
    ],
)
def test_ids_from_coloured_output_arrive_as_ids(content: str, text: str) -> None:
    assert told([START + content.encode() + END]) == [Pasted(text)]


A_PIECE_OF_A_PASTE = st.sampled_from(
    (
        *("555", "a", " ", ",", "\t", "\r", "\n", "\r\n", "\x0b", "\u2028", "\x85", "\0"),
        *("\u202e", "\u200f", "\x1b[31m", "\x1b]0;", "\x1b", "[", "m", "\x07", "\x1b\\"),
        *("\x9d", "\x9c", "~", "\x7f", "\xa0", "é"),
    )
)


@given(st.lists(A_PIECE_OF_A_PASTE, max_size=30).map("".join), st.integers(0, 5))
def test_a_paste_is_cleaned_piece_by_piece_as_it_would_be_whole(text: str, size: int) -> None:
    with patch.object(keyboard, "_UNCLEAN", re.compile("")):
        whole = clean(text)
    with patch.object(keyboard, "_PIECE", size):
        assert clean(text) == whole


def test_keys_and_pastes_of_one_bundle_keep_their_order() -> None:
    data = b"i" + START + b"5551" + END + b"\t" + START + b"5552" + END + b"\x1b[Zj"
    pieces = told([data])
    assert keys(pieces) == ["i", "\t", "\x1b[Z", "j"]
    assert [type(piece) for piece in pieces] == [Keys, Pasted, Keys, Pasted, Keys, Keys]


def test_what_comes_behind_a_paste_at_once_is_of_one_bundle() -> None:
    pieces = told([START + b"5551" + END, b"delete 20 Le", b"ads\r"])
    assert {piece.bundle for piece in pieces if isinstance(piece, Keys)} == {3}


def test_keys_typed_after_a_paste_are_keys_of_their_own() -> None:
    pieces = told([START + b"5551" + END, b"d", b"j"], [BEHIND, BEHIND])
    assert pieces == [Pasted("5551"), Keys("d", 2), Keys("j", 3)]


def test_reads_are_bundles_of_their_own_unless_one_may_have_been_cut() -> None:
    board = Keyboard(ESCAPE_DELAY)
    pieces = board.feed(b"j") + board.feed(b"k" * 2000) + board.feed(b"ds\r") + board.feed(b"j")
    assert [piece.bundle for piece in pieces if isinstance(piece, Keys)][-5:] == [2, 2, 2, 2, 3]


def test_a_paste_whose_end_never_comes_is_dropped_and_one_key_gives_the_keyboard_back() -> None:
    board = Keyboard(ESCAPE_DELAY)
    assert board.feed(START + b"5551") == []
    assert board.rest(SILENCE - 0.1) == []
    assert board.rest(SILENCE) == [Refused(NO_END)]
    assert board.due is None
    # What a line brings that stood still comes in one go.
    assert board.feed(b"555") + board.feed(b"2\r") + board.rest(1) == []
    assert board.feed(b"j") + board.rest(1) == []
    assert board.feed(b"j") == [Keys("j", 5)]


@pytest.mark.parametrize("key", [b" ", b"\x03", b"\x11"])
def test_a_key_that_is_pressed_again_and_again_ends_a_paste_without_an_end(key: bytes) -> None:
    """Whoever wants to stop a run presses on, and never rests for ten seconds."""
    board = Keyboard(ESCAPE_DELAY)
    assert board.feed(START) == []
    pieces = [piece for _ in range(5) for piece in (*board.rest(0.3), *board.feed(key))]
    assert pieces == [Refused(NO_END), Keys(key.decode(), 6)]


@pytest.mark.parametrize("slow", [b"5550005", b"   5551 ", b"sss", b"d\r\r\r"])
@pytest.mark.parametrize("rest", [0.0, 0.1, 0.3, 9.0])
def test_a_paste_that_comes_slowly_is_still_a_paste(slow: bytes, rest: float) -> None:
    reads = [bytes([byte]) for byte in slow] if rest < 0.15 or b"   " not in slow else [slow]
    assert told([START, *reads, END], [rest] * 12) == [Pasted(slow.decode().replace("\r", "\n"))]


def test_a_paste_that_was_given_up_ends_with_its_end_marker() -> None:
    board = Keyboard(ESCAPE_DELAY)
    assert board.feed(START + b"5551" + END[:3]) == []
    assert board.rest(SILENCE) == [Refused(NO_END)]
    assert board.feed(END[3:]) + board.rest(1) == []
    assert board.feed(b"j") == [Keys("j", 3)]


def test_a_paste_without_bounds_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyboard, "MOST_PASTED", 10)
    assert told([START + b"5" * 10 + END])[:1] == [Refused(TOO_LONG)]
    assert told([START + b"555", END]) == [Pasted("555")]


@given(MARKED_NOISE, st.integers(40, 10_000))
def test_nothing_that_is_unfinished_grows(data: bytes, size: int) -> None:
    board = Keyboard(ESCAPE_DELAY)
    board.feed(data.replace(START, b""))
    board.feed(b"\x1b[" + b"1" * size)
    board.feed(b"1" * size)
    assert len(board._held) < 40
    assert keys(board.feed(b"uj")) == ["j"]


@given(MARKED_NOISE, CUTS)
def test_no_byte_breaks_the_keyboard(data: bytes, cuts: list[int]) -> None:
    read = KeyEvents()
    for key in keys(told(cut(data, cuts))):
        read.of(key)
    assert _names(read.of("j")) == ["j"]


def _names(messages: Iterable[Message]) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


@pytest.mark.parametrize(
    "odd",
    [
        b"\x1b[:;:u",
        b"\x1b[1114112u",
        b"\x1b[99999999999999999999u",
        b"\x1b[" + b"9" * 5000 + b"u",
        b"\x1b[55296u",
        b"\x1b[97;1;55296u",
        b"\x1b[48;20000;20000;20000;20000t",
        b"\x1b[48;24;80;24;80t",
        b"\x1b[?2048;1$y",
        b"\x1b[99;99d",
        b"\x1b]11;rgb:dd/dd/dd\x1b\\",
        b"\x1b]52;c;ZGVsZXRl\x07",
        b"\x1bP>|terminal\x1b\\",
        b"\x1b_Gi=31;OK\x1b\\",
        b"\x1b[12\x1b[13",
    ],
)
def test_what_is_no_key_presses_none(odd: bytes) -> None:
    read = KeyEvents()
    found = [message for key in keys(told([odd, b"", b"m"])) for message in read.of(key)]
    assert [type(message) for message in found] in ([events.Key], [])
    assert _names(found) in (["m"], [])


def test_a_byte_that_is_no_utf_8_is_replaced() -> None:
    assert keys(told([b"a\xfcb"])) == ["a", "\N{REPLACEMENT CHARACTER}", "b"]
    assert keys(told([b"\xc3", b"\xbc"])) == ["ü"]


@pytest.mark.parametrize("sequence", [*ANSI_SEQUENCES_KEYS, "\x1ba", "\x1b[97;5u", "\x1b[97;;97u"])
def test_every_key_that_textual_knows_is_one(sequence: str) -> None:
    if sequence == "\x1b\x1b":
        return
    parser = XTermParser()
    wanted = [*parser.feed(sequence), *parser.feed("")]
    read = KeyEvents()
    found = [message for key in keys(told([sequence.encode()])) for message in read.of(key)]
    assert _names(found) == _names(wanted)


def test_keys_that_a_slow_line_brings_in_one_bundle_are_keys() -> None:
    read = KeyEvents()
    found = [m for key in keys(told([b"jj\x1b[Add\x1b[B\r"])) for m in read.of(key)]
    assert _names(found) == ["j", "j", "up", "d", "d", "down", "enter"]


def test_an_arrow_that_a_slow_line_cuts_behind_its_esc_is_an_arrow_behind_an_esc() -> None:
    read = KeyEvents()
    found = [m for key in keys(told([b"\x1b", b"[A", b"d"], [1, 1])) for m in read.of(key)]
    assert _names(found) == ["escape", "up", "d"]


@pytest.mark.parametrize(
    ("told_size", "painted"),
    [((80, 24), (80, 24)), ((20_000, 20_000), (MOST_COLUMNS, MOST_ROWS)), ((0, 0), (80, 25))],
)
def test_a_window_without_bounds_is_painted_in_bounds(
    told_size: tuple[int, int], painted: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "get_terminal_size", lambda *_, **__: told_size)
    assert Driver._get_terminal_size(Driver.__new__(Driver)) == painted


def test_a_line_end_is_one_wherever_a_paste_is_parted() -> None:
    ends = "\r\x1b[0m\nNEXT"
    for before in range(_PIECE - 4, _PIECE + 4):
        assert clean("x" * before + ends) == "x" * before + "\nNEXT", before
