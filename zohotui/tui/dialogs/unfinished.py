"""The question about a run that was cut off: look up, go on, close, or decide later."""

from __future__ import annotations

from enum import Enum

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from zohotui.deletion.model.outcome import AWAY, QUEUED, State, restored_words
from zohotui.deletion.model.timeline import why_cut_off
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.dialogs.typed_ahead import TOO_SOON, TypedAhead
from zohotui.tui.keys.keymap import keys_at, with_keys
from zohotui.tui.shown_run import ShownRun
from zohotui.tui.widgets.facts import Facts, FactsScroll
from zohotui.tui.widgets.options import Options
from zohotui.tui.words.text import Fact, count, moment

_FIRST = (State.DELETED, State.VERIFIED, State.GONE, State.FAILED, State.UNKNOWN)
_LAST = (State.ENTERED, State.NOT_SENT)
_TOLD = (*_FIRST, *(state for state in State if state not in {*_FIRST, *_LAST}))
"""All states but those of what is left, so that the sums add up to the list."""


_FRAME = 2
"""Lines of the frame."""


class Choice(Enum):
    """What to do with it; the value is the id of the command that does so, where there is one."""

    LATER = ""
    RESOLVE = "resolve"
    RESUME = "resume"
    UNDO = "undo"
    CLOSE = "close"


class UnfinishedRun(Dialog[Choice]):
    """Answers with what to do; nothing is sent by any answer alone."""

    AUTO_FOCUS = "#choices"
    BINDINGS = [
        Binding("escape", "choose('LATER')", "Later"),
        Binding("y", "choose('RESOLVE')", "Look up"),
        Binding("space", "choose('RESUME')", "Go on"),
        Binding("u", "choose('UNDO')", "Restore"),
        Binding("x", "choose('CLOSE')", "Close"),
        # Before the list, whose few lines the arrows go through.
        Binding("pageup", "scroll_facts(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "scroll_facts(1)", "Down", show=False, priority=True),
    ]

    def __init__(self, shown: ShownRun, others: int, *, read_only: bool = False) -> None:
        """Take the run and how many others there are besides it."""
        super().__init__()
        self._ahead: TypedAhead | None = None
        self._shown = shown
        self._others = others
        self._read_only = read_only

    def compose(self) -> ComposeResult:
        """Say what is known of the run above what can be done."""
        with Vertical(classes="dialog", id="unfinished") as dialog:
            dialog.border_title = "Unfinished run"
            with FactsScroll(id="facts"):
                yield Facts(self._facts(), label_width=9)
            yield Options(*self._choices(), id="choices", markup=False, compact=True)
            hint = Static(id="hint")
            hint.display = self._others > 0
            if self._others:
                more = count(self._others, "more unfinished run")
                hint.update(Content(with_keys(f"[history] lists {more} too.", keys_at(self))))
            yield hint

    def on_resize(self) -> None:
        """Keep every answer in sight."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        below = sum(one.outer_size.height for one in self.query("#choices, #hint") if one.display)
        most = max(1, self.size.height - _FRAME - below)
        self.query_one("#facts").styles.max_height = most

    def action_scroll_facts(self, pages: int) -> None:
        """Show what does not fit beside the answers."""
        facts = self.query_one("#facts")
        facts.scroll_relative(y=pages * max(1, facts.size.height - 1), animate=False)

    def on_mount(self) -> None:
        """Take no letters until those typed ahead have run dry: it opens by itself."""
        self._ahead = TypedAhead(self)

    def on_key(self, event: events.Key) -> None:
        """Look whether something else is being typed."""
        if self._ahead is not None:
            self._ahead.heed(event)

    @property
    def letters_count(self) -> bool:
        """Whether nothing else has been typed for a while."""
        return self._ahead is not None and self._ahead.armed

    def _facts(self) -> list[Fact]:
        shown = self._shown
        rows = shown.rows
        began = shown.began
        when = f", begun {moment(began)}" if began is not None else ""
        told = [f"{rows.count(state):,} {state}" for state in _TOLD if rows.count(state)]
        told.append(f"{rows.count(*_LAST):,} {'not sent' if shown.finished else QUEUED}")
        if shown.plan.restores:
            told = restored_words(rows.tally, rows.asked_back)
        doubt = (
            [("", Content.styled(with_keys(shown.doubt, keys_at(self)), "$text-warning"))]
            if shown.doubt
            else []
        )
        return [
            ("", f"{self._what_happened} Nothing is sent until you say so."),
            *doubt,
            ("Org", Content.styled(shown.plan.target.words, "bold")),
            ("Run", f"{shown.plan.label}: {count(len(rows), 'id')}{when}"),
            ("So far", Content.styled(" · ".join(told), "bold")),
        ]

    @property
    def _what_happened(self) -> str:
        shown = self._shown
        what = "restoring this run" if shown.finished else "this run"
        if shown.moved:
            return (
                f"The journal of this run was {shown.moved}. Another zohotui may be working on it."
            )
        if not shown.run.cut_off:
            return f"The program ended in the middle of {what}."
        return f"In the middle of {what} {why_cut_off(shown.run.cut_off)}."

    def _choices(self) -> list[Option]:
        shown, rows = self._shown, self._shown.rows
        doubt, left, deleted = (
            shown.left.in_doubt,
            rows.count(State.ENTERED),
            rows.count(State.DELETED),
        )
        choices = [Option("Decide later (Esc): it stays in the history", Choice.LATER.name)]
        if doubt:
            words = f"Look up (y) what became of {count(doubt, 'id')}: reads only"
            choices.append(Option(words, Choice.RESOLVE.name))
        elif deleted:
            words = f"Verify (y) {count(deleted, 'deleted id')}: reads only"
            choices.append(Option(words, Choice.RESOLVE.name))
        if left and not self._read_only:
            words = f"Go on (space) with {count(left, 'id')}: asks for the sentence"
            choices.append(Option(words, Choice.RESUME.name))
        if shown.finished and rows.count(*AWAY) and not self._read_only:
            words = f"Go on restoring (u) {count(rows.count(*AWAY), 'id')}: asks for the sentence"
            choices.append(Option(words, Choice.UNDO.name))
        stays = [] if shown.finished else [f"{count(left, 'id')} not sent"]
        if unknown := rows.count(State.UNKNOWN):
            stays.append(f"{unknown:,} unknown")
        words = f"Close it (x) and do not ask again{': ' if stays else ''}{', '.join(stays)}"
        return [*choices, Option(words, Choice.CLOSE.name)]

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Answer with the line under the cursor."""
        event.stop()
        self.action_choose(event.option.id or Choice.LATER.name)

    def action_choose(self, name: str) -> None:
        """Answer, if it is among the choices and nothing has been answered yet."""
        if not self.letters_count:
            self.say(TOO_SOON, "bold $text-warning")
            self.query_one("#hint").display = True
            self.call_after_refresh(self._fit)
        known = {option.id for option in self.query_one(OptionList).options}
        if self.letters_count and name in known and self.app.screen is self:
            self.dismiss(Choice[name])
