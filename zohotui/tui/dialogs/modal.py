"""A screen above another, which closes itself and no other."""

from __future__ import annotations

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Answer = TypeVar("Answer")


class Modal(ModalScreen[Answer]):
    """Closes once.

    Textual's own closes whatever is on top, each time a key says so: of two keys in one bundle
    the second would close the screen below, or end the program where there is none.
    """

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer and close, unless that is done."""
        return super().dismiss(result) if self.is_active else AwaitComplete()
