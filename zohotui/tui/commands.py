"""Every command of the main screen, once: footer, help and palette all read this list."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding
from textual.keys import format_key


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done."""

    id: str
    """Stable name, for key maps, and name of the main screen's action."""
    key: str
    title: str
    """In the palette and in the help."""
    label: str
    """In the footer."""
    tooltip: str
    """One sentence."""
    shown: bool = True
    """Whether the footer has room for it."""
    at_once: bool = False
    """Whether it opens a field, so that the very next key must already go there."""

    @property
    def binding(self) -> Binding:
        """The key as Textual wants it."""
        return Binding(
            self.key,
            self.id,
            self.label,
            show=self.shown,
            tooltip=self.tooltip,
            id=self.id,
            # Without priority a key bubbles up first, and those typed behind it are lost or
            # overtake it. No such command changes anything, let alone deletes.
            priority=self.at_once,
        )


COMMANDS = (
    Command(
        "modules",
        "m",
        "Choose module",
        "Module",
        "Go to the list of modules.",
        shown=False,
        at_once=True,
    ),
    Command(
        "addressed",
        "M",
        "Module of the addresses",
        "Their module",
        "Choose the module that all addresses in the list name.",
        shown=False,
    ),
    Command("ids", "i", "Enter ids", "Ids", "Go to the record ids.", shown=False, at_once=True),
    Command("open", "o", "Open ids file", "Open", "Read record ids from a file."),
    Command(
        "review",
        "v",
        "Review records",
        "Review",
        "Read each record of the list, and say which can be deleted; nothing is deleted.",
    ),
    Command(
        "delete", "d", "Delete records", "Delete…", "Read the records, then confirm what will go."
    ),
    Command(
        "take_out",
        "x",
        "Take out or put back",
        "Take out",
        "Take the highlighted row out of the list, or put it back.",
        shown=False,
    ),
    Command(
        "take_out_all",
        "X",
        "Take out all shown",
        "Take out all",
        "Take out, or put back, all rows that the filter shows.",
        shown=False,
    ),
    Command(
        "release",
        "g",
        "Release held record",
        "Release",
        "Let the highlighted record go although it is held; the reason is journaled.",
    ),
    Command("pause", "space", "Pause", "Pause", "Let nothing more leave for now."),
    Command(
        "resume",
        "space",
        "Resume",
        "Resume",
        "Go on sending, or go on with a run that was cut off.",
    ),
    Command(
        "more",
        "plus",
        "More at once",
        "More",
        "Let one more request be under way at once.",
        shown=False,
    ),
    Command(
        "fewer",
        "minus",
        "Fewer at once",
        "Fewer",
        "Let one request less be under way at once.",
        shown=False,
    ),
    Command("stop", "s", "Stop", "Stop", "End the run once the requests under way have landed."),
    Command("retry", "r", "Retry failed", "Retry", "Put what failed or was not sent in a new run."),
    Command(
        "resolve",
        "y",
        "Resolve unknown",
        "Check",
        "Read what became of the ids in doubt, and whether the deleted are gone; it only reads.",
    ),
    Command("undo", "u", "Undo run", "Undo", "Bring back what this run deleted."),
    Command(
        "differences",
        "w",
        "What differs after an undo",
        "Differ",
        "Show what is not as it was saved, and what is there now.",
    ),
    Command(
        "find",
        "slash",
        "Find",
        "Find",
        "Find an id, a code or a message.",
        shown=False,
        at_once=True,
    ),
    Command("filter", "f", "Filter by state", "Filter", "Show one state after the other."),
    Command("export", "e", "Export results", "Export", "Write the outcomes to CSV or JSON."),
    Command("history", "h", "Run history", "Runs", "Runs of this and earlier sessions."),
    Command(
        "copy", "c", "Copy", "Copy", "Copy the id and its details to the clipboard.", shown=False
    ),
    Command("rejected", "j", "Rejected entries", "Rejected", "List the entries that are not ids."),
    Command("clear", "n", "Clear ids", "Clear", "Begin with an empty list.", shown=False),
    Command(
        "profile", "p", "Switch profile", "Profile", "Open another org, or sign out.", shown=False
    ),
    Command(
        "sign_in",
        "l",
        "Sign in",
        "Sign in",
        "Sign in to an org, or again to this one.",
        shown=False,
    ),
    Command("connect", "ctrl+r", "Connect again", "Connect", "Ask the org again.", shown=False),
    Command("help", "question_mark,f1", "Help", "Help", "Every key and what it does."),
    Command("quit", "q", "Quit", "Quit", "Leave; a run under way is asked about first."),
)


_MOVING = (
    ("tab", "The next pane; shift+tab the one before; Esc leaves a text field."),
    ("↑ ↓", "Rows; page up, page down, home and end go further."),
    ("enter", "Chooses the module under the cursor."),
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
