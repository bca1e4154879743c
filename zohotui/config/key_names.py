"""Keys of the keyboard, as settings.toml names them and as the screen calls them."""

from __future__ import annotations

import re
from typing import Any

_KEY = re.compile(r"(?:(?:ctrl|shift|alt)\+)*(?:[!-+.-~]|[a-z_0-9]+)")
"""A key: one character, or a name as f5 or ctrl+n; a comma parts two of them."""

_NAMED_KEYS = {
    "/": "slash",
    "?": "question_mark",
    "!": "exclamation_mark",
    "*": "asterisk",
    "+": "plus",
    "-": "minus",
    ".": "full_stop",
    ":": "colon",
    ";": "semicolon",
    "=": "equals_sign",
    "@": "at",
    "#": "number_sign",
    "$": "dollar_sign",
    "%": "percent_sign",
    "&": "ampersand",
    "<": "less_than_sign",
    ">": "greater_than_sign",
    "(": "left_parenthesis",
    ")": "right_parenthesis",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "{": "left_curly_bracket",
    "}": "right_curly_bracket",
    "|": "vertical_line",
    "~": "tilde",
    "^": "circumflex_accent",
    "_": "underscore",
    "'": "apostrophe",
    '"': "quotation_mark",
    "`": "grave_accent",
    "\\": "backslash",
    "esc": "escape",
}
"""What the screen calls keys that are written as a character."""


def key_names(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - any TOML value
    """Take one or more keys, parted by commas; raises ValueError with what it must be."""
    named = [one.strip() for one in value.split(",")] if isinstance(value, str) else []
    if not named or not all(_KEY.fullmatch(one) for one in named):
        wanted = 'keys such as "D" or "ctrl+n, f5"'
        raise ValueError(wanted)
    return tuple(_NAMED_KEYS.get(one, one) for one in named)
