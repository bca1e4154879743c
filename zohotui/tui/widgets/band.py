"""The band at the top: which org this is, in words and colour, and what is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from zohotui.tui.keys.phase import Phase

if TYPE_CHECKING:
    # It is in the first frame, which waits for no more than it needs.
    from zohotui.deletion.model.plan import Target


class Band(Widget):
    """One line; its class names the environment.

    It is drawn as a whole: below a dialog no screen is laid out anew, and a word that has become
    longer would be cut off.
    """

    DEFAULT_CSS = """
    Band { height: 1; padding: 0 1; }
    """

    target: reactive[Target | None] = reactive(None)
    phase: reactive[Phase] = reactive(Phase.CONNECTING)
    read_only: reactive[bool] = reactive(False)

    def __init__(self, *, read_only: bool = False) -> None:
        super().__init__()
        self.set_reactive(Band.read_only, read_only)

    def watch_target(self, target: Target | None) -> None:
        """Take the colour of the environment."""
        self.set_classes(f"-{target.environment}" if target else "")

    def render(self) -> Content:
        """Put the org at the left and the phase at the right, which is never cut."""
        who = Content.assemble(
            ("zohotui  ", "bold"), self.target.words if self.target else "no org yet"
        )
        word = f"READ-ONLY · {self.phase}" if self.read_only else str(self.phase)
        room = max(0, self.size.width - len(word) - 1)
        return Content.assemble(who.truncate(room, ellipsis=True, pad=True), " ", (word, "bold"))
