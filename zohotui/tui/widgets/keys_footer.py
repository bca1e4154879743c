"""The keys that work now, at the bottom of the screen."""

from __future__ import annotations

from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Footer
from textual.widgets._footer import FooterKey


class KeysFooter(Footer):
    """Draws them anew only if they differ, in the widgets that are there.

    Textual's own makes new widgets at every change of the bindings, and goes on watching the old
    ones for as long as `compact` stays the same: some hundred objects a change, all day long.
    """

    _keys: frozenset[tuple[str, str]] | None = None
    """What is shown: key and label."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Look whether the keys differ from those that are shown."""
        keys = frozenset(
            (binding.key, binding.description)
            for _, binding, _, _ in screen.active_bindings.values()
            if binding.show
        )
        if screen is not self.screen or keys == self._keys:
            return
        if self.is_attached and self.app.app_focus:
            # Otherwise Textual leaves it for the next change.
            self._keys = keys
        super().bindings_changed(screen)

    async def recompose(self) -> None:
        """Let each widget show another key; make those that are missing, hide those left over."""
        if not self.is_attached:
            return
        wanted, there = self._wanted(), list(self.query_children(FooterKey))
        with self.app.batch_update():
            for widget, binding in zip(there, wanted, strict=False):
                self._turn(widget, binding)
            for place, widget in enumerate(there):
                widget.display = place < len(wanted)
            await self.mount_all(map(self._made, wanted[len(there) :]))

    def _wanted(self) -> list[Binding]:
        """Return what is to be shown: of each action the first key."""
        wanted: dict[str, Binding] = {}
        for _, binding, _, _ in self.screen.active_bindings.values():
            if binding.show:
                wanted.setdefault(binding.action, binding)
        return list(wanted.values())

    def _turn(self, widget: FooterKey, binding: Binding) -> None:
        """Let a widget show this key, if it shows another."""
        told = binding.key, binding.description, binding.action
        if told != (widget.key, widget.description, widget.action):
            widget.key, widget.description, widget.action = told
            widget.key_display = self.app.get_key_display(binding)
            widget.tooltip = binding.tooltip or None
            widget.refresh(layout=True)

    def _made(self, binding: Binding) -> FooterKey:
        """Make a widget for this key."""
        key, shown = binding.key, self.app.get_key_display(binding)
        told = binding.description, binding.action
        return FooterKey(key, shown, *told, tooltip=binding.tooltip)
