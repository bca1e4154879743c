"""Editing keys that act in the order in which they were typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from textual import events
from textual.binding import Binding, BindingType


def actions_by_key(bindings: Iterable[BindingType]) -> dict[str, str]:
    """Map each key of some bindings to its action."""
    return {binding.key: binding.action for binding in Binding.make_bindings(bindings)}


class _TextField(Protocol):
    """What a text field brings along."""

    EDITING: dict[str, str]

    async def run_action(self, action: str) -> None:
        """Perform an action of the field."""


class EditsInOrder:
    """Mixed into a text field, makes it act on its own keys at once.

    Textual takes a letter where it arrives, but a key like backspace only after it has bubbled
    up: of `3`, backspace, `4` in one bundle, as a slow line delivers them, the 3 would stay and
    the 4 go. In a record id that is another record.
    """

    EDITING: dict[str, str]
    """Key → action of the text field that this is mixed into."""

    async def on_key(self: _TextField, event: events.Key) -> None:
        """Edit now, before the keys that were typed behind this one."""
        action = self.EDITING.get(event.key)
        if action:
            event.stop()
            event.prevent_default()
            await self.run_action(action)
