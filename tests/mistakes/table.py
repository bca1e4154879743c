"""The table of mistakes that the README shows: `python -m tests.mistakes.table`."""

from __future__ import annotations

from tests.mistakes import lists, places, reflexes
from tests.mistakes.hand import Mistake

MISTAKES: tuple[Mistake, ...] = (*places.MISTAKES, *lists.MISTAKES, *reflexes.MISTAKES)


def table() -> str:
    """Write the table in Markdown."""
    rows = [f"| {one.made} | {one.answer.strip()} |" for one in MISTAKES]
    return "\n".join(["| what somebody does | what the screen says |", "|---|---|", *rows])


if __name__ == "__main__":
    print(table())
