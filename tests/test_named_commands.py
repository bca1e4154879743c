"""Texts name commands, and the screen puts the keys in force in their place."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from textual.keys import format_key

from tests.source import FILES, nodes, room
from zohotui.tui.keys.commands import COMMANDS
from zohotui.tui.keys.keymap import with_keys

BELOW = [file for file in FILES if room(file) in {"deletion", "zoho", "config", "files"}]
"""What is written where no screen shows it too: in journals, receipts, files and last words."""


@cache
def _texts(file: Path) -> list[str]:
    """Return the texts of a file that are no docstrings."""
    told = {
        node.value
        for node in nodes(file)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return [
        node.value
        for node in nodes(file)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in told
    ]


OWN_KEYS = {
    "ask.py": "its own y and n",
    "first_screen.py": "the settings have not been read yet",
    "pages.py": "its own /",
    "read_list.py": "its own s",
    "rounded.py": "its own y and n",
    "row_details.py": "its own / and w",
    "sign_in.py": "its own c",
    "switch_profile.py": "its own a and x",
    "unfinished.py": "its own y, space, u and x",
    "readiness.py": "x of the question that opens with it",
    "ways_list.py": "c of the sign-in",
}
"""Files whose sentences name keys that `[keys]` does not change, each with whose they are."""


def test_no_sentence_names_the_key_of_a_command() -> None:
    """The command is named, as `[undo]`, and the screen puts the key in force in its place."""
    # "enter the id alone" names no key, and a dash, an s or the command line's ? are none.
    keys = {key for command in COMMANDS for key in command.keys} - {"enter", "minus", "plus"}
    names = "|".join(re.escape(name) for name in {*keys, *map(format_key, keys)})
    pressed = re.compile(
        rf"(?<!\S)\(?(?:{names})\)?(?= [a-z]|\)|[,.;:])|(?:press|with|by) (?:{names})(?![\w'-])"
    )
    found = [
        f"{file.name}: {text}"
        for file in FILES
        if file.name not in OWN_KEYS and room(file) not in {"sandbox", "options"}
        for text in _texts(file)
        if pressed.search(text) and " " in text and not text.startswith(" s")
        # No pattern.
        if not re.search(r"\\x|\[0-9\]", text)
    ]
    assert found == []


def test_each_command_that_a_text_names_is_one() -> None:
    ids, named = {command.id for command in COMMANDS}, re.compile(r"(?<!\S)\[([a-z_]+)\]")
    # A text without a space is no sentence.
    texts = (text for file in BELOW for text in _texts(file) if " " in text)
    found = {one for text in texts for one in named.findall(text)}
    assert {"undo", "resolve", "retry", "history", "find", "sign_in"} <= found <= ids


def test_the_screen_puts_the_key_in_the_place_of_the_command() -> None:
    assert with_keys("[undo] looks; [find] finds; [resume] goes on; [help].") == (
        f"u looks; {format_key('slash')} finds; space goes on; ?."
    )
    assert with_keys("[profiles.acme] and [nothing] stay") == "[profiles.acme] and [nothing] stay"
