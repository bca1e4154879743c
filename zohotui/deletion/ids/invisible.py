"""Characters that nobody sees: stripped at the edges of an entry, named where they stand inside."""

from __future__ import annotations

import re
import unicodedata

_RANGES = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian selectors
    (0x200B, 0x200F),  # zero width, direction marks
    (0x202A, 0x202E),  # embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, isolates
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFA0, 0xFFA0),
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xE0000, 0xE01EF),  # tags, more variation selectors
)
INVISIBLE = "".join(chr(code) for first, last in _RANGES for code in range(first, last + 1))
SPACES = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What `str.strip` takes for white space."""

_CONTROLS = r"\x00-\x1f\x7f-\x9f"
_INSIDE = re.compile("[" + _CONTROLS + "".join(f"{chr(a)}-{chr(b)}" for a, b in _RANGES) + "]")
_DIRECTION = r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+"
_LOOSE_DIRECTION = re.compile(rf"(?<!\d){_DIRECTION}|{_DIRECTION}(?!\d)")
_RARE_LINE_ENDS = re.compile(r"[\x0b\x0c\x85\u2028\u2029]")
_NAMES = {"\ufeff": "byte order mark"}


def hidden_in(text: str) -> str:
    """Name the first invisible or control character; empty if there is none."""
    found = _INSIDE.search(text)
    if found is None:
        return ""
    character = found[0]
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").lower() or f"control character {code}"
    return _NAMES.get(character, name)


def one_kind_of_line_end(text: str) -> str:
    """Write line ends as line feeds; form feeds, U+2028 and their like are such if alone there.

    Beside real line ends they are blanks: spreadsheets have them inside of cells.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii() and "\x0b" not in text and "\x0c" not in text:
        # Nothing else runs while an expression goes through all of it.
        return text
    return _RARE_LINE_ENDS.sub(" " if "\n" in text else "\n", text)


def without_direction_marks(text: str) -> str:
    """Drop direction marks, but for those between two digits: they are no edge of an id."""
    return _LOOSE_DIRECTION.sub("", text)
