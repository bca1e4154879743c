"""Keys that were meant for what was there before a dialog opened by itself."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.screen import Screen

from zohotui.tui import arming

TOO_SOON = "That key came too soon to be meant for this. Press it again."


class TypedAhead:
    """Lets letters count only once nothing else has been typed for a while."""

    def __init__(self, dialog: Screen[Any]) -> None:
        """Take a dialog that has just been drawn."""
        self.armed = False
        """Whether its letters count."""
        self._dialog = dialog
        self._meant = False
        """Whether one has counted: its effect may come after the next key."""
        self._typed = ""
        """The latest key that did not count."""
        self._wait()

    def _wait(self) -> None:
        self._arming = self._dialog.set_timer(arming.ARM_AFTER, self._arm)

    def _arm(self) -> None:
        self.armed = True

    def heed(self, event: events.Key) -> None:
        """Wait for a rest once more if a word is being typed, whichever letters it has.

        A key that is pressed again and again is no word: somebody means it.
        """
        if self.armed and event.key in self._dialog.active_bindings:
            self._meant = True
        elif event.is_printable and not self._meant and event.key != self._typed:
            self._typed = event.key
            self.armed = False
            self._arming.stop()
            self._wait()
