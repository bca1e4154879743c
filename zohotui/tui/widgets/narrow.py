"""The field whose words what is shown below it must hold."""

from __future__ import annotations

from textual import on
from textual.widgets import Input

from zohotui.tui.widgets.field import Field


class Narrow(Field):
    """Hidden until the admin asks for it; Enter goes to what it narrows, which is shown so."""

    def __init__(self, narrows: str, placeholder: str = "type words to filter") -> None:
        """Take the selector of what it narrows."""
        super().__init__(placeholder=placeholder, id="narrow", compact=True)
        self._narrows = narrows
        self.display = False

    @property
    def words(self) -> list[str]:
        """What the admin has typed, word by word, in small letters."""
        return self.value.lower().split()

    def open(self) -> None:
        """Take the keys, from the very next one on."""
        self.display = True
        self.screen.set_focus(self)

    def let_go(self) -> bool:
        """Forget the words, and hide again; False if it is hidden already."""
        if not self.display:
            return False
        self.clear()
        self.display = False
        self.to_narrowed()
        return True

    def to_narrowed(self) -> None:
        """Give the keys to what it narrows."""
        self.screen.set_focus(self.screen.query_one(self._narrows))

    @on(Input.Submitted)
    def submitted(self, event: Input.Submitted) -> None:
        """Go on to what is shown."""
        event.stop()
        self.to_narrowed()
