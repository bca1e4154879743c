"""A checkbox that can be told from an empty one without colour."""

from __future__ import annotations

from textual.binding import Binding
from textual.widgets import Checkbox


class Tick(Checkbox, inherit_bindings=False):
    """Shows an X when it is set, and nothing when it is not.

    Only space sets it: Enter belongs to the dialog around it, as in every form.
    """

    BUTTON_INNER = " "
    BINDINGS = [Binding("space", "toggle_button", "Toggle", show=False)]

    def watch_value(self) -> None:
        """Show what it is set to."""
        self.BUTTON_INNER = "X" if self.value else " "
        super().watch_value()
