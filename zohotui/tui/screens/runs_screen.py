"""The runs of this and earlier sessions: choose one to look at.

1. The journals are read each time it comes to the top: what is done at a run may change its line.
2. Enter hands the journal of a run over, and that run opens upon this screen.
3. Esc leads back to where it was opened from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option
from textual.worker import Worker, WorkerState

from zohotui.deletion.journal.history import Summary, Unreadable, history
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import restored_words
from zohotui.deletion.model.plan import Target
from zohotui.tui.fault import why_worker_died
from zohotui.tui.keys.command import Moment, Where
from zohotui.tui.keys.commands import commands_of
from zohotui.tui.keys.keymap import with_keys
from zohotui.tui.reads import begin_read
from zohotui.tui.screens.work_screen import WorkScreen, takes_text
from zohotui.tui.widgets.band import Band
from zohotui.tui.widgets.keys_footer import KeysFooter
from zohotui.tui.widgets.message_line import MessageLine
from zohotui.tui.widgets.narrow import Narrow
from zohotui.tui.widgets.options import Options
from zohotui.tui.words.text import count, moment
from zohotui.zoho.printable import printable

_HINT = (
    "Enter opens · [find] filters · Esc closes · "
    "[undo] [resolve] [retry] [export] [resume] work on an open run"
)


class RunsScreen(WorkScreen):
    """Lists the runs, the newest first."""

    AUTO_FOCUS = "#runs"
    COMMANDS_HERE = commands_of(Where.RUNS)
    PARTS = ("#runs", "#hint")
    BINDINGS = [
        *(command.binding for command in COMMANDS_HERE.values()),
        Binding("escape,h,q", "leave", "Back"),
        # With priority: the letters typed behind it are for the field.
        Binding("slash", "narrow", "Filter", id="find", priority=True),
    ]

    runs: reactive[Sequence[Summary | Unreadable]] = reactive((), always_update=True)

    def compose(self) -> ComposeResult:
        """Put the list above the hint."""
        yield Band().data_bind(WorkScreen.phase, WorkScreen.target, WorkScreen.read_only)
        with Vertical(id="history") as pane:
            pane.border_title = "Runs, newest first"
            yield Narrow("#runs", "module, org, state or reason")
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
            runs = await begin_read(partial(history, self.office.session.journals))
        except JournalError as error:
            self._hint(Content.styled(printable(str(error)), "bold $text-error"))
        else:
            self.runs = runs
            self._tell_keys()

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
        shown = [one for one in runs if holds(one, self._words)]
        options.add_options(_option(one, self.target) for one in shown)
        names = [option.id for option in options.options]
        if chosen is not None and chosen in names:
            options.highlighted = names.index(chosen)
        else:
            options.action_first()

    def _tell_keys(self) -> None:
        """Say how it goes on, and how many runs are shown."""
        told = with_keys(_HINT, self.office.session.keys)
        if self._words:
            shown = self.query_one(OptionList).option_count
            told = f"{shown:,} of {count(len(self.runs), 'run')} · Enter: to the list · Esc: all"
        self._hint(Content(told if self.runs else "There are no runs yet. Esc closes."))

    @property
    def _words(self) -> list[str]:
        return self.query_one(Narrow).words

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Show only the runs that hold the words."""
        event.stop()
        self.watch_runs(self.runs)
        self._tell_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Type a slash where the field has the focus."""
        if action == "narrow":
            return not takes_text(self.focused)
        return super().check_action(action, parameters)

    def action_narrow(self) -> None:
        """Open the field that narrows the runs."""
        self.query_one(Narrow).open()

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
            typing=takes_text(self.focused),
            rows=False,
            detail=False,
        )

    def action_leave(self) -> None:
        """Show all runs again, or go back."""
        if not self.query_one(Narrow).let_go():
            self.app.pop_screen()


def holds(one: Summary | Unreadable, words: Iterable[str]) -> bool:
    """Whether a run has all these words, in lower case, in what can be said of it."""
    if isinstance(one, Unreadable):
        told = f"{one.path.name} {one.why}"
    else:
        states = _counts(one)
        end = states if one.finished else f"{states} unfinished"
        told = f"{one.label} {one.module} {one.target.words} {end} {one.reason} {moment(one.began)}"
    return all(word in told.lower() for word in words)


def _option(one: Summary | Unreadable, target: Target | None) -> Option:
    """Put a run into one line; `target`: the org that is open, which needs no name."""
    if isinstance(one, Unreadable):
        words = Content(printable(f"{one.path.name}: {one.why}"))
        return Option(words.stylize("$text-error"), disabled=True)
    ids = sum(one.tally.values()) if one.tally else one.count
    number = "" if ids is None else f" {count(ids, 'id')}"
    end = _counts(one) if one.finished else "UNFINISHED"
    elsewhere = target is None or not one.target.same_org(target)
    where = f"  {printable(one.target.words)}" if elsewhere else ""
    words = Content.assemble(
        f"{moment(one.began)}  ",
        (f"{one.label}{number}", "bold"),
        ("  ", ""),
        (end, "" if one.finished else "bold $text-warning"),
        (where, "$foreground 60%"),
        (f"  {printable(one.reason)}" if one.reason else "", "$foreground 60% italic"),
    )
    return Option(words, str(one.path))


def _counts(one: Summary) -> str:
    tally = one.tally or {}
    if one.restores:
        return " · ".join(["restore", *restored_words(tally, one.asked_back)])
    return " · ".join(f"{number:,} {state}" for state, number in tally.items() if number)
