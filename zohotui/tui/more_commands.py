"""Commands that the footer does not name: what they do is looked up in the help."""

from __future__ import annotations

from zohotui.tui.command import UNASKED, Command, Where
from zohotui.tui.phase import Phase

MORE_COMMANDS = (
    Command(
        "ticket",
        "t",
        "Copy for a ticket",
        "Ticket",
        "Send a few lines about the run to the terminal's clipboard, for a ticket.",
        where=Where.RUN,
        phases=UNASKED,
        possible=lambda now: now.rows,
        shown=False,
    ),
    Command(
        "related",
        "b",
        "What hangs on it",
        "Related",
        "Count the related records of the marked rows; the price in API calls is said first.",
        where=Where.LIST,
        phases={Phase.IDLE},
        possible=lambda now: now.in_list,
        shown=False,
    ),
)
