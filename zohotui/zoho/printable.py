"""Foreign text made harmless: the one door for names, messages, files and arguments."""

from __future__ import annotations

import re

MARK = "\N{REPLACEMENT CHARACTER}"
"""What stands for a character that a terminal might act on."""

_UNSAFE = r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
"""Control characters, the bidirectional ones, line and paragraph separators, lone surrogates."""


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
    kept = f"(?![{re.escape(keep)}])" if keep else ""
    return re.sub(kept + _UNSAFE, MARK, text)
