"""The band at the top: which org this is, in words and colour, and what is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from zohotui.tui.phase import Phase

if TYPE_CHECKING:
    # It is in the first frame, which waits for no more than it needs.
    from zohotui.deletion.model.plan import Target


class Band(Horizontal):
    """One line; its class names the environment."""

    DEFAULT_CSS = """
    Band { height: 1; padding: 0 1; }
    Band #who { width: 1fr; }
    Band #phase { width: auto; text-style: bold; }
    """

    target: reactive[Target | None] = reactive(None)
    phase: reactive[Phase] = reactive(Phase.CONNECTING)

    read_only: reactive[bool] = reactive(False)

    def __init__(self, *, read_only: bool = False) -> None:
        super().__init__()
        self.set_reactive(Band.read_only, read_only)

    def compose(self) -> ComposeResult:
        """Put the org at the left and the phase at the right."""
        yield Static(id="who")
        yield Static(id="phase")

    def watch_target(self, target: Target | None) -> None:
        """Name the org."""
        self.set_classes(f"-{target.environment}" if target else "")
        words = Content(target.words if target else "no org yet")
        self.query_one("#who", Static).update(Content.assemble(("zohotui  ", "bold"), words))

    def watch_read_only(self) -> None:
        """Say whether anything can be deleted."""
        self.watch_phase()

    def watch_phase(self) -> None:
        """Say what is going on."""
        word = f"READ-ONLY · {self.phase}" if self.read_only else str(self.phase)
        self.query_one("#phase", Static).update(Content(word))
