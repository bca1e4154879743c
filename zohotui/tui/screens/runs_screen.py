"""The runs of this and earlier sessions: choose one to look at.

1. The journals are read each time it comes to the top: what is done at a run may change its line.
2. Enter hands the journal of a run over, and that run opens upon this screen.
3. Esc leads back to where it was opened from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from zohotui.deletion.journal.history import Summary, Unreadable, history
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Target
from zohotui.tui.command import Moment, Where
from zohotui.tui.commands import commands_of
from zohotui.tui.fault import why_worker_died
from zohotui.tui.keymap import with_keys
from zohotui.tui.screens.work_screen import WorkScreen
from zohotui.tui.text import count, moment
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.keys_footer import KeysFooter
from zohotui.tui.widgets.message_line import MessageLine
from zohotui.tui.widgets.options import Options
from zohotui.zoho.printable import printable

_HINT = (
    "Enter opens · Esc closes · [undo] [resolve] [retry] [export] and [resume] work on an open run"
)


class RunsScreen(WorkScreen):
    """Lists the runs, the newest first."""

    AUTO_FOCUS = "#runs"
    COMMANDS_HERE = commands_of(Where.RUNS)
    PARTS = ("#runs", "#hint")
    BINDINGS = [
        *(command.binding for command in COMMANDS_HERE.values()),
        Binding("escape,h,q", "leave", "Leave"),
    ]

    runs: reactive[Sequence[Summary | Unreadable]] = reactive((), always_update=True)

    def compose(self) -> ComposeResult:
        """Put the list above the hint."""
        yield Band().data_bind(WorkScreen.phase, WorkScreen.target, WorkScreen.read_only)
        with Vertical(id="history") as pane:
            pane.border_title = "Runs, newest first"
            yield Options(id="runs", markup=False, compact=True)
            yield Static(Content("Reading the journals…"), id="hint")
        yield MessageLine().data_bind(WorkScreen.said)
        yield KeysFooter()

    def on_mount(self) -> None:
        """Show what is known of the org."""
        self.take_over()

    def on_screen_resume(self) -> None:
        """Read them as they are by now."""
        super().on_screen_resume()
        self._read()

    @work(group="history", exclusive=True, exit_on_error=False, description="reading the journals")
    async def _read(self) -> None:
        """Read the journals without keeping the keys waiting."""
        try:
            runs = await asyncio.to_thread(history, self.office.session.journals)
        except JournalError as error:
            self._hint(Content.styled(printable(str(error)), "bold $text-error"))
        else:
            self.runs = runs
            hint = with_keys(_HINT, self.office.session.keys)
            self._hint(Content(hint if runs else "There are no runs yet. Esc closes."))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Tell of a fault of ours."""
        if event.state is WorkerState.ERROR:
            self.log.error(event.worker.error)
            self._hint(Content.styled(why_worker_died(event.worker), "bold $text-error"))

    def watch_runs(self, runs: Sequence[Summary | Unreadable]) -> None:
        """Show them; the cursor stays on its run."""
        options = self.query_one(OptionList)
        place = options.highlighted
        chosen = options.get_option_at_index(place).id if place is not None else None
        options.clear_options()
        options.add_options(_option(one, self.target) for one in runs)
        names = [option.id for option in options.options]
        if chosen is not None and chosen in names:
            options.highlighted = names.index(chosen)
        else:
            options.action_first()

    def watch_target(self) -> None:
        """Say of which runs the org is another than the one that is open."""
        if self.is_drawn:
            self.watch_runs(self.runs)

    def _hint(self, words: Content) -> None:
        self.query_one("#hint", Static).update(words)

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Open the run under the cursor."""
        event.stop()
        # Two keys in one bundle: the second finds another screen on top.
        if event.option.id and self.app.screen is self:
            self.office.runs.open_past(Path(event.option.id))

    def moment(self) -> Moment:
        """Tell what decides which commands make sense."""
        return Moment(
            phase=self.phase,
            read_only=self.read_only,
            can_sign_in=self.office.session.can_sign_in,
            typing=False,
            rows=False,
            detail=False,
        )

    def action_leave(self) -> None:
        """Go back."""
        self.app.pop_screen()


def _option(one: Summary | Unreadable, target: Target | None) -> Option:
    """Put a run into one line; `target`: the org that is open, which needs no name."""
    if isinstance(one, Unreadable):
        words = Content(printable(f"{one.path.name}: {one.why}"))
        return Option(words.stylize("$text-error"), disabled=True)
    ids = sum(one.tally.values()) if one.tally else one.count
    number = "" if ids is None else f" {count(ids, 'id')}"
    end = _counts(one.tally) if one.finished else "UNFINISHED"
    elsewhere = target is None or not one.target.same_org(target)
    where = f"  {printable(one.target.words)}" if elsewhere else ""
    words = Content.assemble(
        f"{moment(one.began)}  ",
        (f"{one.label}{number}", "bold"),
        ("  ", ""),
        (end, "" if one.finished else "bold $text-warning"),
        (where, "$foreground 60%"),
    )
    return Option(words, str(one.path))


def _counts(tally: Mapping[State, int] | None) -> str:
    return " · ".join(f"{number:,} {state}" for state, number in (tally or {}).items() if number)
