"""A checkbox that can be told from an empty one without colour."""

from __future__ import annotations

from textual.widgets import Checkbox


class Tick(Checkbox):
    """Shows an X when it is set, and nothing when it is not."""

    BUTTON_INNER = " "

    def watch_value(self) -> None:
        """Show what it is set to."""
        self.BUTTON_INNER = "X" if self.value else " "
        super().watch_value()
