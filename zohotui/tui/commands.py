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
        "Its module",
        "Choose the module named by all addresses in the list.",
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
        "Take the next module's list. A list of several modules is split first.",
        where=Where.LIST,
        phases=LIST_MAY_CHANGE,
        possible=lambda now: now.next_list,
    ),
    Command(
        "ids",
        "i",
        "Enter ids",
        "Ids",
        "Go to the field of record ids.",
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
        "Read each record and say which can be deleted. Deletes nothing.",
        where=Where.LIST,
        phases=FREE,
    ),
    Command(
        "delete",
        "d",
        "Delete records",
        "Delete…",
        "Read the records, then confirm what will be deleted.",
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
        "Take out all rows that the filter shows, or put them back.",
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
        "Let the held record be deleted, for a reason that the journal keeps.",
        where=Where.LIST,
        phases={Phase.IDLE},
        possible=lambda now: now.releasable,
    ),
    Command(
        "pause",
        "space",
        "Pause",
        "Pause",
        "Pause after the requests in flight.",
        where=Where.RUN,
        phases={Phase.RUNNING},
    ),
    Command(
        "resume",
        "space",
        "Resume",
        "Resume",
        "Go on with a paused run, or with one that was cut off.",
        where=Where.RUN,
        phases={Phase.PAUSED, Phase.IDLE},
        possible=resumable,
    ),
    Command(
        "more",
        "plus",
        "More at once",
        "More",
        "One more request in parallel.",
        phases=STEERED,
        shown=False,
    ),
    Command(
        "fewer",
        "minus",
        "Fewer at once",
        "Fewer",
        "One request fewer in parallel.",
        phases=STEERED,
        shown=False,
    ),
    Command(
        "stop",
        "s",
        "Stop",
        "Stop",
        "End the run after the requests in flight.",
        phases=STEERED | {Phase.READING, Phase.VERIFYING, Phase.UNDOING},
    ),
    Command(
        "retry",
        "r",
        "Retry failed",
        "Retry",
        "Make a new run of what failed or was not sent.",
        where=Where.RUN,
        phases=FREE,
        possible=lambda now: now.retryable and not now.read_only,
    ),
    Command(
        "resolve",
        "y",
        "Resolve unknown",
        "Check",
        "Check unknown ids and verify deletions. Reads only.",
        where=Where.RUN,
        phases={Phase.IDLE},
        possible=lambda now: now.resolvable,
    ),
    Command(
        "undo",
        "u",
        "Undo run",
        "Undo",
        "Restore what this run deleted.",
        where=Where.RUN,
        phases=FREE,
        possible=lambda now: now.undoable and not now.read_only,
    ),
    Command(
        "differences",
        "w",
        "What differs after an undo",
        "Differ",
        "Show fields that differ from the saved copy, before and now.",
        where=Where.RUN,
        possible=lambda now: now.remarked,
    ),
    Command(
        "find",
        "slash",
        "Find",
        "Find",
        "Find an id, a name, a code or a message.",
        possible=lambda now: now.rows and not now.typing,
        shown=False,
        at_once=True,
    ),
    Command(
        "filter",
        "f",
        "Filter by state",
        "Filter",
        "Show the rows of one state, then of the next.",
        possible=lambda now: now.rows,
    ),
    Command(
        "export",
        "e",
        "Export results",
        "Export",
        "Write every id and its outcome to CSV or JSON.",
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
        "Copy the id and its details.",
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
        "Start an empty list.",
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
        "Sign in to an org, or to this one again.",
        phases={Phase.IDLE, Phase.OFFLINE, Phase.PAUSED},
        possible=lambda now: now.can_sign_in,
        shown=False,
    ),
    Command(
        "connect",
        "ctrl+r",
        "Connect again",
        "Connect",
        "Connect to the org again.",
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
        "Quit. Asks first if a run is in progress.",
    ),
)


def commands_of(where: Where) -> dict[str, Command]:
    """Return the commands of a screen, by id."""
    return {one.id: one for one in COMMANDS if where in one.where}


_MOVING = (
    ("tab", "Next pane. shift+tab: previous pane. Esc leaves a text field."),
    ("↑ ↓", "Move by rows. Page up, page down, home and end move further."),
    ("enter", "Chooses the module under the cursor."),
    ("esc", "Back from a run or the history."),
    ("ctrl+p", "Palette: every command by name, and the themes."),
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
