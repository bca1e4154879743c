"""What the environment tells Textual, set right before Textual is imported and reads it.

It would end, or never begin, at some values; which it takes is its own page on "constants".
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping

from zohotui.config.errors import ConfigError
from zohotui.zoho.printable import printable

_COLOUR_SYSTEMS = ("auto", "standard", "256", "truecolor")
_FRAMES = 120
"""Repaints a second: keys are answered sooner than with Textual's own 60."""

_MOST_CELLS = 1_000
"""Columns or lines that a terminal may have."""

_SIZES = ("COLUMNS", "LINES")


def prepare(environ: MutableMapping[str, str], terminal: int) -> None:
    """Set right what Textual will read; raises ConfigError for what the admin must correct.

    `terminal`: the descriptor of the terminal, whose own size counts for more than a variable.
    """
    # Keys are read by ours alone, which knows what is pasted.
    environ.pop("TEXTUAL_DRIVER", None)
    colours = environ.pop("TEXTUAL_COLOR_SYSTEM", "") or "auto"
    if colours not in _COLOUR_SYSTEMS:
        raise ConfigError(
            f"TEXTUAL_COLOR_SYSTEM is {printable(colours, 40)}; it must be one of "
            f"{', '.join(_COLOUR_SYSTEMS)}. Correct it, or unset it."
        )
    environ["TEXTUAL_COLOR_SYSTEM"] = colours
    _check_log(environ.get("TEXTUAL_LOG", ""))
    if not _is_number(environ.get("TEXTUAL_FPS", ""), _FRAMES):
        environ["TEXTUAL_FPS"] = str(_FRAMES)
    # A line over which every byte counts is spared animations.
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    known = _knows_its_size(terminal)
    for name in _SIZES:
        if known or not _is_number(environ.get(name, ""), _MOST_CELLS):
            environ.pop(name, None)


def _check_log(path: str) -> None:
    if not path:
        return
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o600))
    except OSError as error:
        raise ConfigError(
            f"TEXTUAL_LOG is {printable(path, 200)}, which cannot be written: {error.strerror}. "
            "Correct it, or unset it."
        ) from None


def _is_number(text: str, most: int) -> bool:
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    return plain and 1 <= int(text) <= most


def _knows_its_size(terminal: int) -> bool:
    try:
        size = os.get_terminal_size(terminal)
    except OSError:
        return False
    return size.columns > 0 and size.lines > 0
