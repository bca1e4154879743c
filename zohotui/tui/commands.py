"""Every command, once: its key, its words, where and when it can be done.

Footer, help, palette and the screens all read this list; a screen has no commands of its own. What
each does is in acts.py, which is read when the first of them is done.
"""

from __future__ import annotations

import re

from textual.keys import format_key

from zohotui.tui.command import (
    ALL,
    FREE,
    LIST_MAY_CHANGE,
    STEERED,
    Command,
    Where,
    not_typing,
    resumable,
)
from zohotui.tui.phase import Phase

COMMANDS = (
    Command(
        "modules",
        "m",
        "Choose module",
        "Module",
        "Go to the list of modules.",
        where=Where.LIST,
        possible=not_typing,
        shown=False,
        at_once=True,
    ),
    Command(
        "addressed",
        "M",
        "Module of the addresses",
        "Their module",
        "Choose the module that all addresses in the list name.",
        where=Where.LIST,
        phases=LIST_MAY_CHANGE,
        possible=lambda now: now.addressed,
        shown=False,
    ),
    Command(
        "next_list",
        "N",
        "Next module's list",
        "Next list",
        "Take the list of the next module; one that names several modules is parted first.",
        where=Where.LIST,
        phases=LIST_MAY_CHANGE,
        possible=lambda now: now.next_list,
    ),
    Command(
        "ids",
        "i",
        "Enter ids",
        "Ids",
        "Go to the record ids.",
        where=Where.LIST,
        possible=not_typing,
        shown=False,
        at_once=True,
    ),
    Command(
        "open",
        "o",
        "Open ids file",
        "Open",
        "Read record ids from a file, a saved view, a query, or by values of an external field.",
        where=Where.LIST,
        phases=LIST_MAY_CHANGE,
    ),
    Command(
        "review",
        "v",
        "Review records",
        "Review",
        "Read each record of the list, and say which can be deleted; nothing is deleted.",
        where=Where.LIST,
        phases=FREE,
    ),
    Command(
        "delete",
        "d",
        "Delete records",
        "Delete…",
        "Read the records, then confirm what will go.",
        where=Where.LIST,
        phases=FREE,
    ),
    Command(
        "take_out",
        "x",
        "Take out or put back",
        "Take out",
        "Take the highlighted row out of the list, or put it back.",
        where=Where.LIST,
        phases={Phase.IDLE},
        possible=lambda now: now.in_list,
        shown=False,
    ),
    Command(
        "take_out_all",
        "X",
        "Take out all shown",
        "Take out all",
        "Take out, or put back, all rows that the filter shows.",
        where=Where.LIST,
        phases={Phase.IDLE},
        possible=lambda now: now.in_list,
        shown=False,
    ),
    Command(
        "release",
        "g",
        "Release held record",
        "Release",
        "Let the highlighted record go although it is held; the reason is journaled.",
        where=Where.LIST,
        phases={Phase.IDLE},
        possible=lambda now: now.releasable,
    ),
    Command(
        "pause",
        "space",
        "Pause",
        "Pause",
        "Let nothing more leave for now.",
        where=Where.RUN,
        phases={Phase.RUNNING},
    ),
    Command(
        "resume",
        "space",
        "Resume",
        "Resume",
        "Go on sending, or go on with a run that was cut off.",
        where=Where.RUN,
        phases={Phase.PAUSED, Phase.IDLE},
        possible=resumable,
    ),
    Command(
        "more",
        "plus",
        "More at once",
        "More",
        "Let one more request be under way at once.",
        phases=STEERED,
        shown=False,
    ),
    Command(
        "fewer",
        "minus",
        "Fewer at once",
        "Fewer",
        "Let one request less be under way at once.",
        phases=STEERED,
        shown=False,
    ),
    Command(
        "stop",
        "s",
        "Stop",
        "Stop",
        "End the run once the requests under way have landed.",
        phases=STEERED | {Phase.READING, Phase.VERIFYING, Phase.UNDOING},
    ),
    Command(
        "retry",
        "r",
        "Retry failed",
        "Retry",
        "Put what failed or was not sent in a new run.",
        where=Where.RUN,
        phases=FREE,
        possible=lambda now: now.retryable and not now.read_only,
    ),
    Command(
        "resolve",
        "y",
        "Resolve unknown",
        "Check",
        "Read what became of the ids in doubt, and whether the deleted are gone; it only reads.",
        where=Where.RUN,
        phases={Phase.IDLE},
        possible=lambda now: now.resolvable,
    ),
    Command(
        "undo",
        "u",
        "Undo run",
        "Undo",
        "Bring back what this run deleted.",
        where=Where.RUN,
        phases=FREE,
        possible=lambda now: now.undoable and not now.read_only,
    ),
    Command(
        "differences",
        "w",
        "What differs after an undo",
        "Differ",
        "Show what is not as it was saved, and what is there now.",
        where=Where.RUN,
        possible=lambda now: now.remarked,
    ),
    Command(
        "find",
        "slash",
        "Find",
        "Find",
        "Find an id, a code or a message.",
        possible=lambda now: now.rows and not now.typing,
        shown=False,
        at_once=True,
    ),
    Command(
        "filter",
        "f",
        "Filter by state",
        "Filter",
        "Show one state after the other.",
        possible=lambda now: now.rows,
    ),
    Command(
        "export",
        "e",
        "Export results",
        "Export",
        "Write the outcomes to CSV or JSON.",
        where=Where.RUN,
        phases=ALL - {Phase.REVIEWING, Phase.CONFIRMING},
    ),
    Command(
        "history",
        "h",
        "Run history",
        "Runs",
        "Runs of this and earlier sessions.",
        phases=FREE | {Phase.OFFLINE},
    ),
    Command(
        "copy",
        "c",
        "Copy",
        "Copy",
        "Copy the id and its details to the clipboard.",
        possible=lambda now: now.detail,
        shown=False,
    ),
    Command(
        "rejected",
        "j",
        "Rejected entries",
        "Rejected",
        "List the entries that are not ids.",
        where=Where.LIST,
        possible=lambda now: now.rejected,
    ),
    Command(
        "clear",
        "n",
        "Clear ids",
        "Clear",
        "Begin with an empty list.",
        where=Where.LIST,
        phases=LIST_MAY_CHANGE,
        shown=False,
    ),
    Command(
        "profile",
        "p",
        "Switch profile",
        "Profile",
        "Open another org, or sign out.",
        phases={Phase.IDLE, Phase.OFFLINE},
        possible=lambda now: now.can_sign_in,
        shown=False,
    ),
    Command(
        "sign_in",
        "l",
        "Sign in",
        "Sign in",
        "Sign in to an org, or again to this one.",
        phases={Phase.IDLE, Phase.OFFLINE, Phase.PAUSED},
        possible=lambda now: now.can_sign_in,
        shown=False,
    ),
    Command(
        "connect",
        "ctrl+r",
        "Connect again",
        "Connect",
        "Ask the org again.",
        phases={Phase.IDLE, Phase.OFFLINE},
        shown=False,
    ),
    Command(
        "help",
        "question_mark,f1",
        "Help",
        "Help",
        "Every key and what it does.",
        where=Where.EVERYWHERE,
    ),
    Command(
        "quit",
        "q",
        "Quit",
        "Quit",
        "Leave; a run under way is asked about first.",
    ),
)


def commands_of(where: Where) -> dict[str, Command]:
    """Return the commands of a screen, by id."""
    return {one.id: one for one in COMMANDS if where in one.where}


_MOVING = (
    ("tab", "The next pane; shift+tab the one before; Esc leaves a text field."),
    ("↑ ↓", "Rows; page up, page down, home and end go further."),
    ("enter", "Chooses the module under the cursor."),
    ("esc", "From a run or the runs back to where they were opened."),
    ("ctrl+p", "The palette: every command by name, and the themes."),
)


_NAMED = re.compile(r"\[([a-z_]+)\]")


def with_keys(words: str) -> str:
    """Put the key in the place of each command that a text of the engine names: `[undo]`.

    Where no screen shows such a text, as in a file, the name of the command stays.
    """
    keys = {command.id: format_key(command.key.split(",")[0]) for command in COMMANDS}
    return _NAMED.sub(lambda found: keys.get(found[1], found[0]), words)


def key_entries() -> list[tuple[str, str]]:
    """Every key of the main screen, as it is shown, and what it does."""
    commands = (
        (
            " ".join(map(format_key, command.key.split(","))),
            f"{command.title}. {command.tooltip}",
        )
        for command in COMMANDS
    )
    return [*commands, *_MOVING]
