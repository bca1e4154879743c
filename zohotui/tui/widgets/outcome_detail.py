"""Why an id fared as it did: code, meaning, what to do, and the answer as it came."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive

from zohotui.tui.keys.keymap import keys_at
from zohotui.tui.widgets.facts import Facts
from zohotui.tui.widgets.moving import MOVES_TEXT, scroll_half
from zohotui.tui.words.detail import Detail, describe


class OutcomeDetail(VerticalScroll, can_focus=True):
    """Follows the highlighted row."""

    BINDINGS = [*MOVES_TEXT]

    detail: reactive[Detail | None] = reactive(None, repaint=False)

    def compose(self) -> ComposeResult:
        """Hold the facts."""
        yield Facts()

    def action_half(self, direction: int) -> None:
        """Scroll by half of what is seen."""
        scroll_half(self, direction)

    def watch_detail(self, detail: Detail | None) -> None:
        """Show another id."""
        facts = self.query_one(Facts)
        if detail is None:
            self.border_title = Content("Detail")
            facts.show([("", Content.styled("No id is highlighted.", "$foreground 60%"))])
            return
        self.border_title = Content(f"{detail.title} · {detail.state}")
        facts.show(describe(detail, keys_at(self)))
        if self.scroll_y:
            self.scroll_home(animate=False)
