"""A fault of zohotui's own that ended it: what is said of it, and what is kept for a report."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.css.query import NoMatches
from textual.widget import Widget
from textual.worker import Worker, WorkerFailed

import zohotui
from zohotui.config.private_files import replace_file

REPORT = "fault.txt"
"""Name of the file that tells of the last fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the program ended although nobody wanted it to."""

    kind: str
    """Name of what was raised; empty if nothing was."""
    report: Path | None
    """The file that tells where; None if it could not be written."""
    journals: Sequence[Path]
    """Those of the runs that were under way."""

    @classmethod
    def of(cls, error: BaseException | None, folder: Path, journals: Iterable[Path]) -> Fault:
        """Take down what happened; the report is written into this folder."""
        if isinstance(error, WorkerFailed):
            error = error.error
        report: Path | None = folder / REPORT
        try:
            replace_file(folder / REPORT, _told(error).encode(errors="backslashreplace"))
        except OSError:
            report = None
        return cls(type(error).__name__ if error else "", report, tuple(journals))

    @property
    def words(self) -> str:
        """Sentences for the terminal, once the screen is gone."""
        why = f" ({self.kind})" if self.kind else ""
        told = [f"A fault in zohotui ended it{why}."]
        told += [
            f"A run was in progress. Its journal: {journal}. The next start asks about it."
            for journal in self.journals
        ]
        if self.report:
            told.append(f"For a report: {self.report} says where it happened.")
        return " ".join(told)


def why_worker_died(worker: Worker[Any]) -> str:
    """Say which work a fault has ended that could be begun once more."""
    return f"A fault in zohotui ended: {worker.description} ({type(worker.error).__name__})."


def is_of_something_gone(error: BaseException | None) -> bool:
    """Whether a screen found no parts of its own because it, or the app, was being taken away.

    Keys that come in one bundle can open a screen and close it, and an answer of the org can come
    while the program leaves: its widgets go one by one. Nothing is lost with it.
    """
    if isinstance(error, WorkerFailed):
        error = error.error
    if not isinstance(error, NoMatches):
        return False
    asked = (frame.f_locals.get("self") for frame, _ in traceback.walk_tb(error.__traceback__))
    return any(isinstance(one, Widget) and _is_gone(one) for one in asked)


def _is_gone(widget: Widget) -> bool:
    if not widget.is_attached or not widget.app.is_running:
        return True
    return widget.screen not in widget.app.screen_stack


def _told(error: BaseException | None) -> str:
    """Say where it was raised, and by what; no value and no message, which may hold secrets."""
    lines = [f"zohotui {zohotui.__version__}\n"]
    for one in _chain(error):
        lines += ["\n", *traceback.format_tb(one.__traceback__), f"{type(one).__qualname__}\n"]
    return "".join(lines)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield what was raised, and what that was raised for."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
