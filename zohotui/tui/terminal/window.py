"""The window of the terminal: its size, and whether what is open in it can be read."""

from __future__ import annotations

import math
import time

from textual.geometry import Size

from zohotui.tui import arming
from zohotui.tui.terminal.sizes import too_small


class Window:
    """Follows what the terminal says of its size."""

    def __init__(self, size: Size) -> None:
        self.size = size
        """Columns and rows, however few."""
        self._unread = -math.inf
        """When it was too small last, by a clock that nobody puts back."""

    def become(self, size: Size) -> None:
        """Take in another size."""
        if too_small(self.size) or too_small(size):
            self._unread = time.monotonic()
        self.size = size

    @property
    def readable(self) -> bool:
        """Whether what is open can be seen, and could be seen before the latest key."""
        moments = time.monotonic() - self._unread
        return not too_small(self.size) and moments >= arming.ARM_AFTER
