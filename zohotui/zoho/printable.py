"""Foreign text made harmless: the one door for names, messages, files and arguments."""

from __future__ import annotations

import unicodedata

MARK = "\N{REPLACEMENT CHARACTER}"
"""What stands for a character that a terminal might act on."""

_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x061C, 0x200E, 0x200F}
_LINES = {0x2028, 0x2029}
_UNSAFE_CATEGORIES = {"Cc", "Cs"}


def _is_unsafe(character: str) -> bool:
    code = ord(character)
    return code in _BIDI or code in _LINES or unicodedata.category(character) in _UNSAFE_CATEGORIES


def printable(text: str, limit: int | None = None, *, keep: str = "") -> str:
    """Text that is safe on a terminal, in a log and in a file name's place on the screen.

    Every control character (C0, C1 and so every escape sequence's introducer), bidirectional
    control, line or paragraph separator and lone surrogate becomes one visible mark; letters
    of any script and joiners stay. With ``limit``, longer text ends in an ellipsis at that
    many characters. ``keep`` names characters that stay all the same, such as line ends.
    """
    if limit is not None and len(text) > limit:
        text = text[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        MARK if _is_unsafe(character) and character not in keep else character for character in text
    )
