"""A list of choices that takes every key from its first moment on."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

from textual.widgets import OptionList


class Options(OptionList):
    """Textual's, which raises at PageUp and PageDown until its lines have been laid out."""

    def _move_page(self, direction: Literal[-1, 1]) -> None:
        with suppress(KeyError, IndexError):
            super()._move_page(direction)
