"""Every command, once: its key, its words, what it does, where and when it can be done.

Footer, help, palette and the screens all read this list; a screen has no commands of its own.
"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from textual.keys import format_key

from zohotui.tui import list_acts, run_acts, screen_acts
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
from zohotui.tui.dialogs.pages import Help
from zohotui.tui.office import Office
from zohotui.tui.phase import Phase


class _AnyPlace(Protocol):
    office: Office


def _show_help(on: _AnyPlace) -> None:
    """Show every key."""
    on.office.desk.open(partial(on.office.answer, Help(key_entries)))


COMMANDS = (
    Command(
        "modules",
        "m",
        "Choose module",
        "Module",
        "Go to the list of modules.",
        list_acts.to_modules,
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
        list_acts.choose_addressed,
        where=Where.LIST,
        phases=LIST_MAY_CHANGE,
        possible=lambda now: now.addressed,
        shown=False,
    ),
    Command(
        "ids",
        "i",
        "Enter ids",
        "Ids",
        "Go to the record ids.",
        list_acts.to_ids,
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
        "Read record ids from a file.",
        list_acts.open_file,
        where=Where.LIST,
        phases=LIST_MAY_CHANGE,
    ),
    Command(
        "review",
        "v",
        "Review records",
        "Review",
        "Read each record of the list, and say which can be deleted; nothing is deleted.",
        list_acts.review,
        where=Where.LIST,
        phases=FREE,
    ),
    Command(
        "delete",
        "d",
        "Delete records",
        "Delete…",
        "Read the records, then confirm what will go.",
        list_acts.delete,
        where=Where.LIST,
        phases=FREE,
    ),
    Command(
        "take_out",
        "x",
        "Take out or put back",
        "Take out",
        "Take the highlighted row out of the list, or put it back.",
        list_acts.take_out,
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
        list_acts.take_out_all,
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
        list_acts.release,
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
        run_acts.pause,
        where=Where.RUN,
        phases={Phase.RUNNING},
    ),
    Command(
        "resume",
        "space",
        "Resume",
        "Resume",
        "Go on sending, or go on with a run that was cut off.",
        run_acts.resume,
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
        screen_acts.more,
        phases=STEERED,
        shown=False,
    ),
    Command(
        "fewer",
        "minus",
        "Fewer at once",
        "Fewer",
        "Let one request less be under way at once.",
        screen_acts.fewer,
        phases=STEERED,
        shown=False,
    ),
    Command(
        "stop",
        "s",
        "Stop",
        "Stop",
        "End the run once the requests under way have landed.",
        screen_acts.stop,
        phases=STEERED | {Phase.READING, Phase.VERIFYING, Phase.UNDOING},
    ),
    Command(
        "retry",
        "r",
        "Retry failed",
        "Retry",
        "Put what failed or was not sent in a new run.",
        run_acts.retry,
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
        run_acts.look_up,
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
        run_acts.undo,
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
        run_acts.show_differences,
        where=Where.RUN,
        possible=lambda now: now.remarked,
    ),
    Command(
        "find",
        "slash",
        "Find",
        "Find",
        "Find an id, a code or a message.",
        screen_acts.find,
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
        screen_acts.show_next_state,
        possible=lambda now: now.rows,
    ),
    Command(
        "export",
        "e",
        "Export results",
        "Export",
        "Write the outcomes to CSV or JSON.",
        run_acts.export,
        where=Where.RUN,
        phases=ALL - {Phase.REVIEWING, Phase.CONFIRMING},
    ),
    Command(
        "history",
        "h",
        "Run history",
        "Runs",
        "Runs of this and earlier sessions.",
        screen_acts.open_history,
        phases=FREE | {Phase.OFFLINE},
    ),
    Command(
        "copy",
        "c",
        "Copy",
        "Copy",
        "Copy the id and its details to the clipboard.",
        screen_acts.copy,
        possible=lambda now: now.detail,
        shown=False,
    ),
    Command(
        "rejected",
        "j",
        "Rejected entries",
        "Rejected",
        "List the entries that are not ids.",
        list_acts.show_rejected,
        where=Where.LIST,
        possible=lambda now: now.rejected,
    ),
    Command(
        "clear",
        "n",
        "Clear ids",
        "Clear",
        "Begin with an empty list.",
        list_acts.clear,
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
        screen_acts.switch_profile,
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
        screen_acts.sign_in,
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
        screen_acts.connect,
        phases={Phase.IDLE, Phase.OFFLINE},
        shown=False,
    ),
    Command(
        "help",
        "question_mark,f1",
        "Help",
        "Help",
        "Every key and what it does.",
        _show_help,
        where=Where.EVERYWHERE,
    ),
    Command(
        "quit",
        "q",
        "Quit",
        "Quit",
        "Leave; a run under way is asked about first.",
        screen_acts.leave,
    ),
)


def commands_of(where: Where) -> dict[str, Command]:
    """Return the commands of a screen, by id."""
    return {one.id: one for one in COMMANDS if where in one.where}


_MOVING = (
    ("tab", "The next pane; shift+tab the one before; Esc leaves a text field."),
    ("↑ ↓", "Rows; page up, page down, home and end go further."),
    ("enter", "Chooses the module under the cursor."),
    ("esc", "From a run back to the list."),
    ("ctrl+p", "The palette: every command by name, and the themes."),
)


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
