"""The states and reasons of the rows with their counts, of which one is chosen as the filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.search import Because, Shown
from zohotui.tui.dialogs.dialog import Dialog
from zohotui.tui.widgets.options import Options


class ChooseFilter(Dialog[int | None]):
    """Answers with the number of the line that was chosen, or None."""

    AUTO_FOCUS = "#choices"
    BINDINGS = [Binding("escape,q,f", "dismiss", "Leave")]

    def __init__(
        self,
        choices: Sequence[tuple[Shown | None, int]],
        now: Shown | None,
        word: Callable[[State], str],
    ) -> None:
        """Take what there is to choose from with its counts, and what is shown now.

        `word` tells what a state is called.
        """
        super().__init__()
        self._choices, self._now, self._word = choices, now, word

    def compose(self) -> ComposeResult:
        """Put the choices below each other; the last one shows all."""
        with Vertical(classes="dialog small", id="choose-filter") as dialog:
            dialog.border_title = "Show only"
            dialog.border_subtitle = "Enter shows · Esc goes back"
            width = max(len(f"{number:,}") for _, number in self._choices)
            lines = (Option(self._line(shown, number, width)) for shown, number in self._choices)
            yield Options(*lines, id="choices", markup=False, compact=True)

    def on_mount(self) -> None:
        """Begin at what is shown now."""
        places = [place for place, (shown, _) in enumerate(self._choices) if shown == self._now]
        self.query_one(OptionList).highlighted = next(iter(places), 0) if self._now else 0

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Answer with the line under the cursor."""
        event.stop()
        self.dismiss(event.option_index)

    def _line(self, shown: Shown | None, number: int, width: int) -> Content:
        counted = f"{number:>{width},}  "
        if shown is None:
            return Content.assemble(counted, ("all", "bold"))
        if isinstance(shown, Because):
            return Content(f"{counted}  {shown.brief}")
        words = self._word(shown) if isinstance(shown, State) else shown
        return Content.assemble(counted, (words, "bold"))
