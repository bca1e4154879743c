"""What comes from the keyboard, cut into pastes and keys; it knows no terminal and no clock.

bytes → feed() → Keys | Pasted | Refused, in the order in which they were meant.

A paste begins with its start marker, wherever a read cuts it. From there on everything is
collected, and nothing is a key, until an end marker has come and then nothing for a moment. Only
then is it known which end marker was the last of its paste: one that stands inside what was
pasted is followed by another, without a start marker between. So what was pasted cannot end its
own paste; keys that a slow line brings in one bundle with whole pastes are keys all the same.

Outside of pastes each piece is one character or one whole escape sequence, so that no part of a
sequence is ever taken for a key. An ESC always begins another sequence.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass, field

from zohotui.deletion.ids.invisible import one_kind_of_line_end, without_direction_marks
from zohotui.zoho.printable import printable

MOST_PASTED = 32 * 1024 * 1024
"""Characters of a paste that is taken: more than 1.5 million ids in lines of their own."""

MOST_OF_A_SEQUENCE = 32
"""Characters of the longest escape sequence that can be a key."""

BEHIND = 0.1
"""Seconds without a byte after which an end marker has ended its paste."""

SILENCE = 10.0
"""Seconds without a byte after which a paste whose end is missing is given up."""

_ALONE = 0.15
"""Seconds without a byte around a key that gives the keyboard back after such a paste."""

_LEVERS = frozenset({" ", "\x1b", "\x03", "\x11"})
"""Keys to pause, go back or leave: space, Esc, ctrl+c and ctrl+q."""

_PRESSES = 3
"""How often one of them comes, with as long a rest before each, where nobody pastes it."""

_PIECE = 1 << 14
"""Characters that are cleaned at once, at least."""

_SURE_END = re.compile(r"\n|\r(?![\n\x1b\x80-\x9f])")
"""A line end that is whole whatever is taken out behind it."""
_UNCLEAN = re.compile(r"[^ -~\t\n\r]")
"""What there is hardly ever in a list: whatever else is in a text may stay."""

_STRING_ENDS = 1.0
"""Seconds without a byte after which a string of the terminal counts as ended."""

_LARGE = 1024
"""Bytes of a read that may have been cut, so that the next one belongs to it."""

TOO_LONG = (
    f"The paste is longer than {MOST_PASTED:,} characters, so none of it was used. Save it "
    "to a file and open that with [open]."
)
NO_END = (
    "The end of a paste did not arrive, so none of it was used. Press a key to go on, then "
    "paste again, or open a file with [open]."
)

_LAST, _SURROGATES = 0x10FFFF, range(0xD800, 0xE000)
_ESC, _START, _END = "\x1b", "\x1b[200~", "\x1b[201~"
_MARKER = re.compile(f"({re.escape(_START)}|{re.escape(_END)})")

_STRING = r"\x1b[\]PX^_]"
"""Begins a string that a terminal sends as an answer, up to BEL or ESC and a backslash."""

_SEQUENCE = re.compile(
    rf"""
    {_STRING} [^\x07\x1b]* (?: \x07 | \x1b\\ )
    | \x1b\[M [^\x00-\x1f]{{3}}         # the mouse, as the first xterms told of it
    | \x1b\[\[ [!-~]                    # F1 to F5 of the Linux console
    | \x1b\[ [0-9]{{1,2}} \$            # Shift and a key, in rxvt
    | \x1b\[ [\ -?]* [@-LN-Z\\-~]
    | \x1b\[ [\ -?]+ [M\[]
    | \x1bO [0-9;]* [@-~]
    | \x1b [^\x1b\[O\]PX^_]
    """,
    re.VERBOSE,
)
_UNFINISHED = re.compile(
    rf"""
    {_STRING} [^\x07\x1b]* \x1b?
    | \x1b\[M [^\x00-\x1f]{{0,2}}
    | \x1b\[ (?: \[ | [\ -?]* )
    | \x1bO [0-9;]*
    | \x1b
    """,
    re.VERBOSE,
)
"""What a sequence can be the beginning of."""

_COLOURS = re.compile(
    r"""
    (?: \x1b\[ | \x9b ) [\ -?]* [mKhl]                  # colours, to the end of the line, modes
    | \x1b [()] [0-9A-Za-z]                             # which letters are shown
    | (?: \x1b[\]PX^_] | [\x90\x98\x9d-\x9f] )          # titles, links and other strings
      [^\x00-\x1f\x7f-\x9f]* (?: \x07 | \x1b\\ | \x9c )
    """,
    re.VERBOSE,
)
"""What stands in coloured output and moves nothing: what is around it belongs together."""


@dataclass(frozen=True, slots=True)
class Keys:
    """A character, or an escape sequence as a whole."""

    text: str
    bundle: int
    """Tells what came at once: a person presses one key after the other."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """All that stood between the markers, made harmless."""

    text: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A paste of which nothing was taken."""

    why: str


Piece = Keys | Pasted | Refused


def clean(text: str) -> str:
    """Take colours and loose direction marks out; whatever else is no text becomes a visible mark.

    What moves the cursor stays to be seen as well: without it two numbers would become one.
    """
    has_ends = "\n" in text or "\r" in text
    return "".join(_clean(piece, has_ends=has_ends) for piece in _pieces(text))


def _pieces(text: str) -> Iterator[str]:
    """Part a text behind line ends: nothing else runs while an expression goes through a piece."""
    start = 0
    while end := _SURE_END.search(text, start + _PIECE):
        yield text[start : end.end()]
        start = end.end()
    yield text[start:]


def _clean(piece: str, *, has_ends: bool) -> str:
    """Clean a piece; `has_ends`: whether the whole text has line ends, which says what others are.

    See one_kind_of_line_end. No colour and no mark is about a line end.
    """
    if not _UNCLEAN.search(piece):
        return piece.replace("\r\n", "\n").replace("\r", "\n")
    before = "\n" if has_ends else ""
    plain = one_kind_of_line_end(before + _COLOURS.sub("", piece))[len(before) :]
    return printable(without_direction_marks(plain), keep="\n\t")


@dataclass
class _Paste:
    """A paste of which the end has not been told yet, and what came behind it."""

    edge: str = ""
    """The last characters, in which a marker may have begun."""
    lost: bool = False
    """Whether its end has been missing for too long, so that nothing of it is taken."""
    ended: bool = False
    """Whether the last marker was an end marker."""
    parts: list[str] = field(default_factory=list)
    size: int = 0
    pressed: str = ""
    """The same key over and over, as somebody presses it who waits for an effect."""

    def add(self, text: str) -> None:
        """Take in what was read."""
        window = self.edge + text
        start, end = window.rfind(_START), window.rfind(_END)
        if start != end:
            self.ended = end > start
        self.edge = window[1 - len(_END) :]
        self.size += len(text)
        self.parts.append(text)
        if self.is_too_long:
            self.parts.clear()

    def is_pressed(self, text: str, *, alone: bool) -> bool:
        """Whether what was read shows that the end is missing and somebody presses a key.

        `alone`: nothing had come for a while before it.
        """
        again = text if alone and text in _LEVERS else ""
        self.pressed = self.pressed + again if again and again in self.pressed else again
        return len(self.pressed) >= _PRESSES and not self.ended and not self.lost

    @property
    def is_too_long(self) -> bool:
        """Whether nothing of it is kept."""
        return self.size > (MOST_OF_A_SEQUENCE if self.lost else MOST_PASTED)

    @property
    def text(self) -> str:
        """All that has come."""
        return "".join(self.parts)


class Keyboard:
    """Takes in what is read, and hands out what it means; one for as long as a terminal is."""

    def __init__(self, escape_delay: float) -> None:
        """Take the seconds after which an ESC alone is the key."""
        self._escape_delay = escape_delay
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._paste: _Paste | None = None
        self._held = ""
        """The beginning of a sequence."""
        self._after_escape = False
        """Whether the key Esc was told last, which a slow line may have cut off a sequence."""
        self._bundle = 0
        self._goes_on = False
        """Whether the next read may belong to the same bundle."""
        self._rested = 0.0
        """Seconds for which nothing has come."""

    @property
    def due(self) -> float | None:
        """After how many seconds without a byte rest() has something to do; None: never."""
        paste = self._paste
        if paste is None:
            if self._held == _ESC:
                return self._escape_delay
            return _STRING_ENDS if re.match(_STRING, self._held) else None
        if paste.ended:
            return BEHIND
        if paste.lost:
            return _ALONE if paste.size else None
        return SILENCE

    def feed(self, data: bytes) -> list[Piece]:
        """Take in what was read at once."""
        if not self._goes_on:
            self._bundle += 1
        self._goes_on = len(data) >= _LARGE
        alone, self._rested = self._rested >= _ALONE, 0.0
        text, paste = self._decode(data), self._paste
        pieces = self._take(text)
        if paste is not None and paste.is_pressed(text, alone=alone):
            # That would put off its end for ever, while a run may have to be stopped.
            self._paste = _Paste(paste.edge, lost=True)
            pieces.append(Refused(NO_END))
        return pieces

    def rest(self, seconds: float) -> list[Piece]:
        """Hear that nothing has come for so long."""
        self._goes_on, self._rested = False, seconds
        if self.due is None or seconds < self.due:
            return []
        if self._paste is not None:
            return self._leave(self._paste)
        held, self._held = self._held, ""
        if held != _ESC:
            return []
        self._after_escape = True
        return [Keys(held, self._bundle)]

    def _take(self, text: str) -> list[Piece]:
        if self._paste is not None:
            self._paste.add(text)
            return []
        if self._after_escape and text:
            self._after_escape = False
            if text.startswith("["):
                text = _ESC + text
        text, self._held = self._held + text, ""
        pieces: list[Piece] = []
        at = 0
        while at < len(text):
            end = _end_of_key(text, at)
            if end is None:
                self._hold(text[at:])
                break
            key, at = text[at:end], end
            if key == _START:
                self._paste = _Paste()
                self._paste.add(text[at:])
                break
            if _is_key(key):
                pieces.append(Keys(key, self._bundle))
        return pieces

    def _hold(self, begun: str) -> None:
        """Keep as much of it as shows that it is too long, and what it ends in."""
        if len(begun) > MOST_OF_A_SEQUENCE:
            begun = begun[:MOST_OF_A_SEQUENCE] + begun[-1]
        self._held = begun

    def _leave(self, paste: _Paste) -> list[Piece]:
        """Come to the end of a paste that has been left alone for long enough."""
        self._paste = None
        if paste.ended and paste.lost:
            return []
        if paste.ended:
            return [Refused(TOO_LONG)] if paste.is_too_long else self._resolve(paste.text)
        # What came of it may end within an id, and the rest may still come, many characters at
        # once. A person presses one key and waits; that one is not told either.
        if not paste.lost or _end_of_key(paste.text, 0) != paste.size:
            self._paste = _Paste(paste.edge, lost=True)
        return [] if paste.lost else [Refused(NO_END)]

    def _resolve(self, text: str) -> list[Piece]:
        """Tell pastes from the keys behind and between them."""
        pieces: list[Piece] = []
        for pasted, keys in _pastes(text):
            pieces.append(Pasted(clean(pasted)))
            pieces += self._take(keys)
        return pieces


def _pastes(text: str) -> Iterator[tuple[str, str]]:
    """Cut behind the first start marker into pastes, each with the keys behind it.

    A paste ends with the last end marker before the next one begins, which is the first start
    marker behind an end marker; all others were pasted themselves.
    """
    begin, end = 0, None
    for marker in _MARKER.finditer(text):
        if marker[0] == _END:
            end = marker
        elif end is not None:
            yield text[begin : end.start()], text[end.end() : marker.start()]
            begin, end = marker.end(), None
    if end is not None:
        yield text[begin : end.start()], text[end.end() :]


def _end_of_key(text: str, at: int) -> int | None:
    """Find where the character or sequence at a place ends, or is broken off; None: it goes on."""
    if text[at : at + 1] != _ESC:
        return at + 1
    if whole := _SEQUENCE.match(text, at):
        return whole.end()
    begun = _UNFINISHED.match(text, at)
    end = begun.end() if begun else at + 1
    if end == len(text):
        return None
    # An ESC behind a string's text that does not end the string begins another sequence.
    return end - 1 if end - at > 1 and text[end - 1] == _ESC else end


def _is_key(key: str) -> bool:
    """Whether it can be a key or the mouse: whole, no string, no number out of range."""
    if len(key) == 1:
        return True
    if len(key) > MOST_OF_A_SEQUENCE or re.match(_STRING, key) or not _SEQUENCE.fullmatch(key):
        return False
    return all(_is_in_range(int(number)) for number in re.findall(r"[0-9]+", key))


def _is_in_range(number: int) -> bool:
    """Whether a character may have this number."""
    return number <= _LAST and number not in _SURROGATES
