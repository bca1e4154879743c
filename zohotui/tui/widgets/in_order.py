"""Editing keys that act in the order in which they were typed.

Textual takes a letter where it arrives, but a key like backspace only after it has bubbled up: of
`3`, backspace, `4` in one bundle, as a slow line delivers them, the 3 would stay and the 4 go. In
a record id that is another record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input, TextArea


def actions_by_key(bindings: Iterable[BindingType]) -> dict[str, str]:
    """Map each key of some bindings to its action."""
    return {binding.key: binding.action for binding in Binding.make_bindings(bindings)}


async def edit_in_order(
    field: Input | TextArea, event: events.Key, editing: Mapping[str, str]
) -> None:
    """Edit now, before the keys that were typed behind this one; `editing`: key → action."""
    if action := editing.get(event.key):
        event.stop()
        event.prevent_default()
        await field.run_action(action)
