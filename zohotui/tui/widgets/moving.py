"""The keys that move, the same in all that scrolls: j k g G ctrl+d ctrl+u beside the usual ones."""

from __future__ import annotations

from typing import Any

from textual.binding import Binding
from textual.screen import Screen
from textual.widget import Widget


def moving(down: str, up: str, first: str, last: str, half: str = "half({})") -> list[Binding]:
    """Bind the keys to actions; `half` has a place for 1 or -1, the direction."""
    actions = {
        "j": down,
        "k": up,
        "g": first,
        "G": last,
        "ctrl+d": half.format(1),
        "ctrl+u": half.format(-1),
    }
    return [Binding(key, action, "", show=False) for key, action in actions.items()]


MOVES_CURSOR = moving("cursor_down", "cursor_up", "first", "last")
"""For lists with a cursor, which have an action of each name and `half`."""

MOVES_TEXT = moving("scroll_down", "scroll_up", "scroll_home", "scroll_end")
"""For what only scrolls; it has `half` too."""


def scroll_half(widget: Widget, direction: int) -> None:
    """Scroll by half of what is seen."""
    step = max(1, widget.scrollable_content_region.height // 2)
    widget.scroll_relative(y=direction * step, animate=False)


def scroll_text(screen: Screen[Any], how: str, direction: int) -> None:
    """Scroll the first text of a screen that does not fit.

    `how`: half, or one of the names of Textual's own ways.
    """
    for text in [one for one in screen.query("VerticalScroll, Log") if one.max_scroll_y][:1]:
        if how == "half":
            scroll_half(text, direction)
        else:
            getattr(text, how)(animate=False)
