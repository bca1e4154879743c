"""How the run goes: how far, how fast, how long still, and why it waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import ProgressBar, Static

from zohotui.tui.keys.keymap import KeyMap, keys_at, with_keys
from zohotui.tui.keys.phase import Phase
from zohotui.tui.words.text import duration


@dataclass(frozen=True, slots=True)
class Progress:
    """A run at one moment."""

    done: int
    total: int
    rate: float
    """Ids a second; 0 while that cannot be told."""
    remaining: float | None
    """Seconds, or None if that cannot be told."""
    trouble: str
    """Why it waits; empty if it does not."""
    parallel: int = 1
    """Requests that may be under way at once."""
    asks: bool = False
    """Whether it is a review after which the sentence is asked for."""


class RunStatus(Vertical):
    """Two lines while a run is under way, nothing otherwise."""

    DEFAULT_CSS = """
    RunStatus { height: auto; padding: 0 1; display: none; }
    RunStatus #pace { height: 1; }
    RunStatus ProgressBar { width: 10; }
    RunStatus Bar { width: 10; }
    RunStatus #figures { width: 1fr; margin-left: 1; }
    RunStatus #trouble { display: none; height: auto; max-height: 5; }
    """

    progress: reactive[Progress | None] = reactive(None, repaint=False)
    phase: reactive[Phase] = reactive(Phase.IDLE)
    asked: reactive[bool] = reactive(default=False)
    """Whether a question is open that says itself how far its review is."""

    _shown: Sequence[Content] = ()

    def compose(self) -> ComposeResult:
        """Put the bar and the figures above the trouble."""
        with Horizontal(id="pace"):
            yield ProgressBar(show_percentage=False, show_eta=False)
            yield Static(id="figures")
        yield Static(id="trouble")

    def watch_phase(self) -> None:
        """Appear with a run."""
        self._appear()
        self.watch_progress(self.progress)
        self._show_trouble()

    def watch_asked(self) -> None:
        """Leave the words to the question."""
        self._appear()

    def _appear(self) -> None:
        phase = self.phase
        busy = phase.changes or phase.reads or phase is Phase.REVIEWING
        # No class: that would style all that is in it once more.
        self.display = busy and not self.asked

    def watch_progress(self, progress: Progress | None) -> None:
        """Show another moment."""
        if progress is None:
            return
        self.query_one(ProgressBar).update(total=progress.total, progress=progress.done)
        left = "" if progress.remaining is None else f" · {duration(progress.remaining)} left"
        moves = self.phase is Phase.RUNNING and progress.rate and not progress.trouble
        # Some tenths of an id a second are not none.
        pace = f" · {progress.rate:,.{int(progress.rate < 1)}f}/s{left}" if moves else ""
        figures = f"{progress.done:,} of {progress.total:,}{pace}"
        if self.phase is Phase.REVIEWING:
            figures = f"read {figures}; {at_once(progress, keys_at(self))}"
        elif self.phase is Phase.READING:
            figures = f"looked up {figures}"
        elif self.phase is Phase.VERIFYING:
            figures = f"verified {figures}"
        elif self.phase is Phase.UNDOING:
            figures = f"looked up or restored {figures}"
        self.query_one("#figures", Static).update(Content(figures), layout=False)
        self._show_trouble()

    def _show_trouble(self) -> None:
        trouble = self.progress.trouble if self.progress else ""
        lines = [trouble] if trouble else []
        style = ""
        if self.phase is Phase.PAUSED:
            choices = "PAUSED: [resume] goes on, [stop] stops for good"
            if self.progress:
                choices += f"; {at_once(self.progress, keys_at(self))}"
            lines.append(choices)
            style = "bold"
        elif self.phase is Phase.STOPPING:
            lines.append("stopping after the requests in flight")
        elif self.phase is Phase.REVIEWING:
            key = "Esc" if self.progress and self.progress.asks else "[stop]"
            lines.append(f"Reading only; nothing is deleted. {key} stops.")
        elif self.phase is Phase.READING:
            lines.append("Reading only; nothing is deleted. [stop] stops; [resolve] goes on later.")
        elif self.phase is Phase.VERIFYING:
            lines.append("Verifying the deletions. [stop] skips.")
        elif self.phase is Phase.UNDOING:
            lines.append("Restoring from the Recycle Bin. [stop] stops.")
        told = [Content(with_keys(line, keys_at(self))) for line in lines]
        if style:
            told[-1] = told[-1].stylize(style)
        if told != self._shown:
            self._shown = told
            words = self.query_one("#trouble", Static)
            words.display = bool(told)
            words.update(Content("\n").join(told))


def at_once(progress: Progress, keys: KeyMap) -> str:
    """Say how many requests may be in parallel, and which keys change that."""
    return keys.in_words(f"{progress.parallel} at once ([more] [fewer])")
