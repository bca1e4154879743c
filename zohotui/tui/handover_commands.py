"""The commands by which a list goes to another person; a part of commands.py, which says how."""

from __future__ import annotations

from zohotui.tui.command import Command, Where
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
)
