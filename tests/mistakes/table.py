"""The table of mistakes that EVIDENCE.md shows: `python -m tests.evidence mistakes`."""

from __future__ import annotations

from tests.mistakes import lists, places, reflexes
from tests.mistakes.hand import Mistake

MISTAKES: tuple[Mistake, ...] = (*places.MISTAKES, *lists.MISTAKES, *reflexes.MISTAKES)


def table() -> str:
    """Write the table in Markdown."""
    rows = [f"| {one.made} | {one.answer.strip()} |" for one in MISTAKES]
    return "\n".join(["| what somebody does | what the screen says |", "|---|---|", *rows])
