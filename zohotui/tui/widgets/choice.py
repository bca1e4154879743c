"""A few words of which one is chosen, on one line."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """Left, right and space go through the words; the chosen one stands in brackets."""

    DEFAULT_CSS = """
    Choice { height: 1; width: 1fr; }
    Choice:focus { background: $panel; }
    """
    BINDINGS = [
        Binding("right,space", "turn(1)", "Next", show=False),
        Binding("left", "turn(-1)", "Before", show=False),
    ]

    value: reactive[str] = reactive("")

    def __init__(self, words: Sequence[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = tuple(words)
        self.set_reactive(Choice.value, self._words[0])

    def render(self) -> Content:
        """Show every word."""
        parts = [
            (f"[{word}]", "bold") if word == self.value else (f" {word} ", "$foreground 60%")
            for word in self._words
        ]
        return Content.assemble(*parts)

    def action_turn(self, direction: int) -> None:
        """Choose the next word, or the one before."""
        place = self._words.index(self.value)
        self.value = self._words[(place + direction) % len(self._words)]
