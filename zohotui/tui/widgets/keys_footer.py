"""The keys of the screen on one line, the most important first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from zohotui.tui.keys.keymap import key_name, keys_at

_GAP = 2
"""Cells between two keys."""

_MORE = "…"


class ShownKey(NamedTuple):
    """The keys that do a thing, and what it is."""

    keys: tuple[str, ...]
    label: str
    able: bool
    """Whether it can be done now; dimmed if not."""

    @property
    def words(self) -> str:
        """As it is written."""
        return f"{self.pressed} {self.label}"

    @property
    def pressed(self) -> str:
        """The keys as a person names them."""
        return " ".join(map(key_name, self.keys))


def fitting(keys: Sequence[ShownKey], width: int) -> tuple[Sequence[ShownKey], bool]:
    """Return the keys that fit in this many cells, and whether any are left out.

    Where not all fit, the first stays, and what can be done now goes before what cannot.
    """
    if sum(len(one.words) + _GAP for one in keys) - _GAP <= width:
        return keys, False
    keys = [*keys[:1], *sorted(keys[1:], key=lambda one: not one.able)]
    used = [0]
    for one in keys:
        used.append(used[-1] + len(one.words) + _GAP)
    # One more cell is for the mark of what is left out.
    number = sum(end + 1 <= width for end in used[1:])
    return keys[:number], True


class KeysFooter(Widget):
    """Draws the keys again only if they differ; a click does what the key does."""

    DEFAULT_CSS = """
    KeysFooter { dock: bottom; height: 1; width: 1fr; background: $footer-background; }
    """

    keys: reactive[tuple[ShownKey, ...]] = reactive(())

    def on_mount(self) -> None:
        """Follow the keys of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self.bindings_changed)

    def on_unmount(self) -> None:
        """Follow them no more."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Look whether the keys differ from those that are shown."""
        # Of each command the first of its keys; commands of one name share an entry.
        first: dict[str, ShownKey] = {}
        actions = set()
        for _, binding, enabled, _ in keys_at(self).in_place(screen.active_bindings.values()):
            if binding.show and binding.action not in actions:
                actions.add(binding.action)
                label = binding.description
                before = first[label].keys if label in first else ()
                first[label] = ShownKey((*before, binding.key), label, enabled)
        self.keys = tuple(first.values())

    def render(self) -> Content:
        """Write as many as there is room for."""
        shown, more = fitting(self.keys, self.size.width)
        parts: list[Content | tuple[str, str]] = []
        for one in shown:
            parts.append((one.pressed, "bold $footer-key-foreground" if one.able else "dim"))
            parts.append((f" {one.label}" + " " * _GAP, "" if one.able else "dim"))
        return Content.assemble(*parts, _MORE if more else "")

    def on_click(self, event: events.Click) -> None:
        """Press the key that is clicked on."""
        end = 0
        for one in fitting(self.keys, self.size.width)[0]:
            end += len(one.words) + _GAP
            if event.x < end:
                if one.able:
                    self.app.simulate_key(one.keys[0])
                return
