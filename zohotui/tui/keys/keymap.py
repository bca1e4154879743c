"""The keys in force: those of the commands, and those that the admin gave some of them instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

from textual.binding import ActiveBinding
from textual.keys import format_key

from zohotui.config.errors import ConfigError
from zohotui.config.settings import KeyLine
from zohotui.tui.keys.command import Command, Where
from zohotui.tui.keys.commands import COMMANDS
from zohotui.zoho.advice import COMMAND

MOVING = {
    "j": "down",
    "k": "up",
    "g": "to the first row",
    "G": "to the last row",
    "ctrl+d": "half a page down",
    "ctrl+u": "half a page up",
    "up": "up",
    "down": "down",
    "home": "to the first row",
    "end": "to the last row",
    "pageup": "a page up",
    "pagedown": "a page down",
    "tab": "to the next pane",
    "shift+tab": "to the pane before",
    "escape": "one step back",
    "ctrl+p": "the palette",
    "ctrl+q": "quit",
    "ctrl+c": "how to leave",
}
"""Keys that stay as they are, and where they lead."""

_TITLES = {
    Where.LIST: "On the list",
    Where.RUN: "On a run",
    Where.BOTH: "On both",
    Where.EVERYWHERE: "Everywhere",
}

_EVERYWHERE = (
    ("j k ↓ ↑", "One row down, one up, in every list, page and dialog that scrolls."),
    ("g G", "To the first row, to the last; also Home and End."),
    ("ctrl+d ctrl+u", "Half a page down, half a page up; PgDn and PgUp a whole one."),
    ("tab", "The next pane; shift+tab the one before; Esc leaves a text field."),
    ("enter", "Chooses what is under the cursor."),
    ("esc", "One step back, also from a filter or a search; nothing is lost by it."),
    ("ctrl+p", "The palette: what can be done now, by name with its key, and the themes."),
    ("ctrl+l", "Draws the screen again if something else wrote on it."),
)


def key_name(key: str) -> str:
    """Name a key as a person does."""
    return "Enter" if key == "enter" else format_key(key)


@dataclass(frozen=True, slots=True)
class KeyMap:
    """Knows the keys of each command; without any chosen ones, those of the table."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    """By a command's id: its keys, as Textual names them."""

    @classmethod
    def of(cls, lines: Mapping[str, KeyLine]) -> KeyMap:
        """Take what settings.toml says; raises ConfigError for what cannot be used.

        A key that two commands of one screen share, or that moves the cursor, is refused: it would
        do what nobody meant by it.
        """
        known = {command.id: command for command in COMMANDS}
        for command_id, line in lines.items():
            if command_id not in known:
                raise ConfigError(
                    f"{line.where}{command_id!r} is not a command. {_nearest(command_id)}"
                )
            for key in line.keys:
                if key in MOVING:
                    raise ConfigError(
                        f"{line.where}{format_key(key)} cannot be the key of {command_id}: it is "
                        f"taken ({MOVING[key]})."
                    )
        keymap = cls({name: ",".join(line.keys) for name, line in lines.items()})
        for one, other in combinations(COMMANDS, 2):
            keymap._refuse_clash(one, other, lines)
        return keymap

    def _refuse_clash(self, one: Command, other: Command, lines: Mapping[str, KeyLine]) -> None:
        """Raise ConfigError if two commands of one screen share a key that one was given."""
        given = [command.id for command in (one, other) if command.id in lines]
        shared = [key for key in self.keys_of(one) if key in self.keys_of(other)]
        if not (given and shared and one.where & other.where and {*one.phases} & {*other.phases}):
            return
        where = lines[given[-1]].where
        raise ConfigError(
            f"{where}{format_key(shared[0])} is the key of both {one.id} and {other.id}. Give one "
            "of them another key."
        )

    def keys_of(self, command: Command) -> tuple[str, ...]:
        """Return the keys of a command that are in force, as Textual names them."""
        chosen = self.chosen.get(command.id)
        return tuple(chosen.split(",")) if chosen else command.keys

    @property
    def bound(self) -> dict[str, str]:
        """By a command's id: its keys as Textual wants them told; nothing where none were chosen.

        All of them: where one of two commands with one key is told alone, the other has none.
        """
        return {one.id: ",".join(self.keys_of(one)) for one in COMMANDS if self.chosen}

    def means(self, key: str, command_id: str) -> bool:
        """Whether a key is one of a command's."""
        return any(one.id == command_id and key in self.keys_of(one) for one in COMMANDS)

    def shown(self, command: Command) -> str:
        """Return its keys as a person names them."""
        return " ".join(map(key_name, self.keys_of(command)))

    def in_place(self, bindings: Iterable[ActiveBinding]) -> list[ActiveBinding]:
        """Put the commands that have chosen keys, which Textual names last, where they belong."""
        if not self.chosen:
            return list(bindings)
        places = {command.id: place for place, command in enumerate(COMMANDS)}
        return sorted(bindings, key=lambda one: places.get(one.binding.id or "", -1))

    def in_words(self, words: str) -> str:
        """Put the key in the place of each command that a text names: `[undo]`."""
        keys = {command.id: key_name(self.keys_of(command)[0]) for command in COMMANDS}
        return COMMAND.sub(lambda found: keys.get(found[1], found[0]), words)

    def entries(self) -> list[tuple[str, str]]:
        """Every key, as it is shown, and what it does; by screen, below a heading each."""
        told: list[tuple[str, str]] = []
        for where, title in _TITLES.items():
            told.append(("", f"{title}:"))
            told += _EVERYWHERE if where is Where.EVERYWHERE else ()
            told += [
                (self.shown(one), f"{one.title}. {self.in_words(one.tooltip)} ({one.id})")
                for one in COMMANDS
                if one.where == where
            ]
        return told


STANDARD = KeyMap()


def with_keys(words: str, keys: KeyMap = STANDARD) -> str:
    """Put the key in the place of each command that a text of the engine names: `[undo]`.

    Where no screen shows such a text, as in a file, the name of the command stays.
    """
    return keys.in_words(words)


def key_entries() -> list[tuple[str, str]]:
    """Every key without any chosen ones, and what it does."""
    return STANDARD.entries()


def keys_at(node: object) -> KeyMap:
    """Return the keys in force where a widget or a screen stands."""
    return getattr(getattr(node, "app", None), "keys", STANDARD)


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    near = get_close_matches(name, [command.id for command in COMMANDS], 1, 0.5)
    return f"Did you mean {near[0]}?" if near else "`zohotui --explain keys` lists them."
