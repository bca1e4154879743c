"""The commands that work with others: what is handed to them, and what they deleted.

A part of commands.py, which says how.
"""

from __future__ import annotations

from zohotui.tui.command import FREE, UNASKED, Command, Where
from zohotui.tui.phase import Phase

HANDOVER = (
    Command(
        "write_plan",
        "W",
        "Write as a plan",
        "Plan",
        "Write the reviewed list as a plan for another person, and a list for its owners.",
        where=Where.LIST,
        phases={Phase.IDLE},
        possible=lambda now: now.in_list,
        why="There is no list that could be written as a plan.",
        shown=False,
    ),
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
        "restore_deleted",
        "u",
        "Restore what others deleted",
        "Restore",
        "Look for the ids of the list in the Recycle Bin, then confirm what will be restored.",
        where=Where.LIST,
        phases=FREE,
        possible=lambda now: now.in_list and not now.read_only,
        why="There is no list of ids to look for in the Recycle Bin.",
        shown=False,
        changes=True,
    ),
    Command(
        "related",
        "b",
        "Count related records",
        "Related",
        "Those of the marked rows; the price in API calls is said first.",
        where=Where.LIST,
        phases={Phase.IDLE},
        possible=lambda now: now.in_list,
        shown=False,
    ),
)
