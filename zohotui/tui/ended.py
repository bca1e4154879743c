"""What is said of work that could not begin, or died of a fault."""

from __future__ import annotations

from pathlib import Path

from zohotui.deletion.journal.lock import LockedError
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.plan import PlanError
from zohotui.tui.phase import Phase


def why_it_ended(error: BaseException | None, phase: Phase, journal: Path | None) -> str:
    """Say in sentences what has not been done because of an error, or may have been.

    `phase`: what was being done when the error came.
    """
    undoing = phase is Phase.UNDOING
    if isinstance(error, JournalError | LockedError | PlanError):
        done = "looked up" if phase.reads else "restored" if undoing else "sent"
        return f"{error} Nothing was {done}."
    fault = f"a fault in zohotui ({type(error).__name__})"
    if undoing:
        return f"Restoring died of {fault}. u looks again and goes on."
    if phase.reads:
        return f"Looking up died of {fault}. Nothing was sent; y looks again."
    return (
        f"The run died of {fault}. What was under way is unknown; the journal tells the rest: "
        f"{journal}"
    )
