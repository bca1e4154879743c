"""Rows with all that belongs to them: how their run goes above, what is known of one below."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive

from zohotui.tui.keys.phase import Phase
from zohotui.tui.widgets.outcome_detail import OutcomeDetail
from zohotui.tui.widgets.results_pane import ResultsPane
from zohotui.tui.widgets.results_table import ResultsTable
from zohotui.tui.widgets.run_status import Progress, RunStatus
from zohotui.tui.words.detail import Detail


class RowsView(Vertical):
    """Status, table and detail of a list or of a run."""

    phase: reactive[Phase] = reactive(Phase.CONNECTING)
    asked: reactive[bool] = reactive(default=False)
    detail: reactive[Detail | None] = reactive(None, repaint=False, bindings=True)
    """What is known of the row under the cursor; None if there is none."""

    def compose(self) -> ComposeResult:
        """Put the rows between how it goes and what is known of one."""
        yield RunStatus().data_bind(RowsView.phase, RowsView.asked)
        yield ResultsPane(id="results")
        yield OutcomeDetail(id="detail").data_bind(RowsView.detail)

    @property
    def pane(self) -> ResultsPane:
        """The rows."""
        return self.query_one(ResultsPane)

    @property
    def table(self) -> ResultsTable:
        """Where the cursor is."""
        return self.pane.table

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self.query_one(RunStatus).progress = progress

    @on(ResultsTable.Highlighted)
    def highlight(self, event: ResultsTable.Highlighted) -> None:
        """Show all that is known of the row under the cursor."""
        event.stop()
        self.detail = self.pane.detail_of(event.place)
