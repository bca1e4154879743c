"""The table of the keys, row by row, as a terminal sends them and shows what they do.

The rows share sessions: opening one takes longer than all its keys.
"""

from __future__ import annotations

import base64

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave

pytestmark = pytest.mark.terminal

LIST_KEYS = (
    ("f", "Show only"),
    ("enter", "showing only:"),
    ("f", "Show only"),
    ("G", "Enter shows"),
    ("enter", lambda t: "showing only" not in t.words),
    ("S", "Sorted by Record id."),
    ("S", "Record id ↓"),
    ("S", "State ↑"),
    ("space", "1 marked"),
    ("*", "5 marked"),
    ("c", "Sent to the terminal's clipboard: 5 ids."),
    ("C", "5 ids with details."),
    ("*", lambda t: "marked" not in t.words),
    ("x", "held"),
    ("R", "Only a row that the review holds"),
    ("n", "/ first says what to look for."),
    ("/", "find an id"),
    ("4", "4"),
    ("enter", lambda t: "4 of 5: 4" in t.words and "find an id" not in t.words),
    ("n", "5 of 5: 4"),
    ("N", "4 of 5: 4"),
    ("esc", lambda t: "4 of 5" not in t.words),
    ("!", "Esc closes"),
    ("esc", lambda t: "Esc closes" not in t.words),
    ("r", "r works on a run: h lists them."),
    ("u", "in the Recycle Bin, as far as your user sees it."),
    ("s", "Nothing is running that could be stopped."),
    ("z", lambda t: "Record ids" not in t.words),
    ("m", "Record ids"),
    ("esc", "d Delete"),
    ("?", "Help: keys"),
    ("/", "type words to filter"),
    ("S", "Help: keys"),
    ("o", "Help: keys"),
    ("r", "Help: keys"),
    ("t", "Sort by the next column"),
    ("esc", "No single key deletes anything."),
    ("esc", lambda t: "Help: keys" not in t.words),
    ("ctrl+n", "Clear the list of 5 ids?"),
    ("n", lambda t: "Clear the list" not in t.words),
    ("enter", "Fields"),
    ("esc", lambda t: "Fields" not in t.words),
    ("e", "Export results"),
    ("esc", lambda t: "Export results" not in t.words),
    ("h", "There are no runs yet."),
    ("u", "u works on a run: Enter opens one."),
    ("d", "d works on the list: Esc leads back to it."),
    ("esc", "d Delete"),
)
RUN_KEYS = (
    ("G", "verified"),
    ("g", "verified"),
    ("ctrl+d", "verified"),
    ("ctrl+u", "verified"),
    ("space", "This run is over"),
    ("r", "Nothing of this run failed or was left unsent."),
    ("w", "Nothing to show: no undo of this run"),
    ("R", "Leads.receipt.txt:"),
    ("G", "554023000000201005"),
    ("esc", lambda t: "Esc closes" not in t.words),
    ("t", "8 lines about the run, for a ticket."),
    ("enter", "w reads all of it: 1 API call"),
    ("/", "type words to filter"),
    ("C", "As it was read · Fields"),
    ("esc", lambda t: "type words to filter" not in t.words),
    ("esc", lambda t: "Esc closes" not in t.words),
    ("S", "Sorted by"),
    ("esc", "no ids yet"),
)


def play(terminal: Terminal, table: tuple[tuple[str, object], ...]) -> None:
    for key, wanted in table:
        if key == "esc":
            terminal.press_and_see(key)
        else:
            terminal.press(key)
        terminal.wait_for(wanted)  # type: ignore[arg-type] # a text or what looks at the terminal


def test_every_key_of_the_table_does_what_it_says_or_says_why_not(stage: Stage) -> None:
    ids = stage.sandbox.org.add_records("Leads", 5)
    path = stage.ids_file([*ids, "no id"])
    terminal = begin(stage, path, environ={"TERM": "xterm"})
    assert b"\x1b[22;2t" in terminal.raw
    assert "\x1b]2;zohotui · PRODUCTION · Acme Ltd\a".encode() in terminal.raw
    # The band has it again a frame after the dialog is gone, which dims what is below.
    terminal.wait_for(lambda t: b"\x1b[97;41m" in t.raw)
    play(terminal, LIST_KEYS)
    copied = base64.b64encode("\n".join(ids).encode())
    assert b"\x1b]52;c;" + copied + b"\a" in terminal.raw
    ask(terminal)
    confirm(terminal, "delete 4 Leads")
    terminal.wait_for("4 verified")
    terminal.wait_for("idle")
    play(terminal, RUN_KEYS)
    assert leave(terminal) == 0
    assert terminal.raw.rstrip().rfind(b"\x1b[23;2t") > terminal.raw.rfind(b"\x1b]2;")
