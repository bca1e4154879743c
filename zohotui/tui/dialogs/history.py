"""The runs of this and earlier sessions: choose one to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from zohotui.deletion.journal.history import Summary, Unreadable
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Target
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.text import count, moment
from zohotui.tui.widgets.options import Options
from zohotui.zoho.printable import printable

_HINT = "Enter opens · Esc leaves · u, y, r, e and space work on the run that is open"


class History(Dialog[Path | None]):
    """Answers with the journal of the run to open, or with None."""

    AUTO_FOCUS = "#runs"
    BINDINGS = [Binding("escape,h,q", "leave", "Leave")]

    def __init__(
        self, read: Callable[[], Sequence[Summary | Unreadable]], target: Target | None
    ) -> None:
        """Take what reads the list, and the org that is open."""
        super().__init__()
        self._read_all = read
        self._target = target

    def compose(self) -> ComposeResult:
        """Put the list above the hint."""
        with Vertical(classes="dialog", id="history"):
            yield Options(id="runs", markup=False, compact=True)
            yield Static(Content("Reading the journals…"), id="hint")

    def on_mount(self) -> None:
        """Read them without keeping the keys waiting."""
        self.query_one("#history").border_title = "Runs, the newest first"
        self._read()

    @work(thread=True, group="history", exit_on_error=False, description="reading the journals")
    def _read(self) -> Sequence[Summary | Unreadable] | JournalError:
        try:
            return self._read_all()
        except JournalError as error:
            return error

    def worker_done(self, result: object) -> None:
        """Show them."""
        if isinstance(result, JournalError):
            self.say(printable(str(result)), "bold $text-error")
            return
        if not isinstance(result, Sequence):
            return
        options = self.query_one(OptionList)
        options.add_options(map(self._option, result))
        options.action_first()
        self.say(_HINT if result else "There are no runs yet. Esc leaves.")

    def _option(self, one: Summary | Unreadable) -> Option:
        if isinstance(one, Unreadable):
            words = Content(printable(f"{one.path.name}: {one.why}"))
            return Option(words.stylize("$text-error"), disabled=True)
        ids = sum(one.tally.values()) if one.tally else one.count
        number = "" if ids is None else f" {count(ids, 'id')}"
        end = _counts(one.tally) if one.finished else "UNFINISHED"
        elsewhere = self._target is None or not one.target.same_org(self._target)
        where = f"  {printable(one.target.words)}" if elsewhere else ""
        words = Content.assemble(
            f"{moment(one.began)}  ",
            (f"{one.label}{number}", "bold"),
            ("  ", ""),
            (end, "" if one.finished else "bold $text-warning"),
            (where, "$foreground 60%"),
        )
        return Option(words, str(one.path))

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Answer with the run under the cursor."""
        event.stop()
        # Two keys in one bundle: the second finds the dialog gone.
        if event.option.id and self.app.screen is self:
            self.dismiss(Path(event.option.id))

    def say(self, words: str, style: str = "$foreground 60%") -> None:
        """Show a line at the foot."""
        self.query_one("#hint", Static).update(Content.styled(words, style))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)


def _counts(tally: Mapping[State, int] | None) -> str:
    return " · ".join(f"{number:,} {state}" for state, number in (tally or {}).items() if number)
