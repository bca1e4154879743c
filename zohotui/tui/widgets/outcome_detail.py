"""Why an id fared as it did: code, meaning, what to do, and the answer as it came."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from zohotui.tui.detail import Detail, describe


class OutcomeDetail(VerticalScroll, can_focus=True):
    """Follows the highlighted row."""

    detail: reactive[Detail | None] = reactive(None)

    def compose(self) -> ComposeResult:
        """Hold one text."""
        yield Static(id="words")

    def watch_detail(self, detail: Detail | None) -> None:
        """Show another id."""
        words = self.query_one("#words", Static)
        if detail is None:
            self.border_title = Content("Detail")
            words.update(Content.styled("No id is highlighted.", "$text-muted"))
            return
        self.border_title = Content(f"{detail.record_id} · {detail.outcome.state}")
        words.update(describe(detail))
        self.scroll_home(animate=False)
