"""The keys that work now, at the bottom of the screen."""

from __future__ import annotations

from textual.screen import Screen
from textual.widgets import Footer


class KeysFooter(Footer):
    """Draws them anew only if they differ, and lets go of those that it showed before.

    Textual's own makes new widgets at every change of the bindings, and goes on watching the old
    ones for as long as `compact` stays the same: some hundred objects a change, all day long.
    """

    _keys: frozenset[tuple[str, str, bool]] | None = None
    """What is shown: key, label, enabled."""

    def __init__(self) -> None:
        super().__init__(compact=True, show_command_palette=False)

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Look whether the keys differ from those that are shown."""
        keys = frozenset(
            (binding.key, binding.description, enabled)
            for _, binding, enabled, _ in screen.active_bindings.values()
            if binding.show
        )
        if screen is not self.screen or keys == self._keys:
            return
        if self.is_attached and self.app.app_focus:
            # Otherwise Textual leaves it for the next change.
            self._keys = keys
        super().bindings_changed(screen)

    async def recompose(self) -> None:
        """Put the new keys in, then forget the old."""
        await super().recompose()
        self.mutate_reactive(Footer.compact)
