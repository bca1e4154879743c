"""The message line above the keys: what happened, or why something was refused."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, and how serious it is: information, warning or error."""

    words: str
    severity: str

    def behind(self, earlier: Said | None) -> Said:
        """Say it below what nobody has answered by a key yet, as far as that is a warning."""
        if earlier is None or earlier.severity == "information":
            return self
        lines = dict.fromkeys((*earlier.words.split("\n"), self.words))
        worst = "error" if "error" in {earlier.severity, self.severity} else "warning"
        return Said("\n".join(lines), worst)


_STYLES = {"information": "$text", "warning": "bold $text-warning", "error": "bold $text-error"}


class MessageLine(Static):
    """Takes room only while there is something to say; nothing is below it."""

    DEFAULT_CSS = """
    MessageLine {
        dock: bottom; height: auto; max-height: 8; padding: 0 1; margin-bottom: 1; display: none;
    }
    """

    said: reactive[Said | None] = reactive(None, repaint=False)

    def watch_said(self, said: Said | None) -> None:
        """Say it, or give the room back."""
        self.display = said is not None
        if said is not None:
            self.update(Content.styled(said.words, _STYLES[said.severity]))
