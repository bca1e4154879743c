"""Foreign text on its way to a terminal: names, labels, messages, and what is in files."""

from __future__ import annotations

import csv
import re

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, begin, confirm, leave, show_only
from zohotui.sandbox import Variants

pytestmark = pytest.mark.terminal

_MARKUP = "[/x] [red]"
_SEQUENCES = "\x1b]0;pwned\x07\x1b[6666h\x9b7777h\x9d0;pwned\x9c\u202egpj\x1b[2J"
_HOSTILE = f"{_MARKUP}{_SEQUENCES}線索"
_INJECTED = (b"\x1b]0;pwned", b"\x1b[6666", b"\xc2\x9b", b"\xc2\x9d", b"\xe2\x80\xae")


def _harmless(terminal: Terminal) -> None:
    for sequence in _INJECTED:
        assert sequence not in terminal.raw, terminal.raw[: terminal.raw.index(sequence)][-300:]
    assert not re.search(rb"\x9b7777|\x9d0;", terminal.raw)
    assert not terminal.title.startswith("pwned")
    assert "Traceback" not in terminal.raw.decode(errors="replace")


def test_hostile_text_from_the_org_is_shown_as_text(stage: Stage) -> None:
    org = stage.sandbox.org
    org.company = f"Acme {_MARKUP}{_SEQUENCES}"
    org.change_module("Contacts", plural_label=_HOSTILE, singular_label=_HOSTILE)
    org.change_module("Leads", plural_label="[red]線索[/x]")
    stage.sandbox.variants = Variants(locked_message=f"{_MARKUP} locked {_SEQUENCES}")
    ids = org.add_records("Leads", 4, fields={"Last_Name": _HOSTILE, "Full_Name": _HOSTILE})
    terminal = begin(stage, ids)
    assert "Acme [/x] [red]" in terminal.lines[0]
    title = "Delete 4 records of [red]"
    ask(terminal, title)
    assert _MARKUP in terminal.box(title)
    org.lock("Leads", ids[2])
    confirm(terminal, "delete 4 [red]線索[/x]", title)
    terminal.wait_for("4 ids = 1 failed + 3 verified")
    show_only(terminal, "failed")
    terminal.wait_for(lambda t: "RECORD_LOCKED · [/x] [red] locked" in t.box("· failed"))
    assert leave(terminal) == 1
    assert terminal.restored
    assert "[red]線索[/x]: 3 deleted" in terminal.last_words
    _harmless(terminal)


def _delete_from(stage: Stage, name: str) -> Terminal:
    """Delete three leads by a hostile file of this name."""
    ids = stage.sandbox.org.add_records("Leads", 3)
    entries = ["Record Id", *(f"zcrm_{record_id}" for record_id in ids), _HOSTILE]
    with (stage.folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows((e, _HOSTILE, "Acme") for e in entries)
    terminal = stage.start("--module", "Leads", "--ids", name)
    terminal.wait_for(lambda t: "Use these ids" in t.words or _INJECTED[0] in t.raw)
    _harmless(terminal)
    assert "1 entry rejected" in terminal.words
    assert _MARKUP in terminal.words
    terminal.press("enter")
    terminal.wait_for("3 ids = 3 entered")
    terminal.press("!")
    terminal.wait_for("1 rejected")
    terminal.wait_for("Esc closes")
    terminal.press("esc")
    terminal.wait_until_gone("Esc closes")
    ask(terminal)
    confirm(terminal, "delete 3 Leads")
    terminal.wait_for("3 ids = 3 verified")
    assert leave(terminal) == 0
    return terminal


_NAME = "[red]\x1b]0;pwned\x07\u202e[x].csv"


def test_hostile_text_from_a_file_and_in_its_name_is_shown_as_text(stage: Stage) -> None:
    _harmless(_delete_from(stage, _NAME))


def test_hostile_text_in_a_folder_and_in_a_paste_is_shown_as_text(stage: Stage) -> None:
    (stage.folder / _NAME).write_text("Record Id\n")
    terminal = stage.start("--module", "Leads")
    terminal.wait_for("Module: Leads")
    terminal.wait_for("idle")
    terminal.press("o")
    terminal.wait_for("[red]�]0;pwned")
    _harmless(terminal)
    terminal.press_and_see("esc")
    terminal.wait_until_gone("[red]�]0;pwned")
    # Terminals keep ESC out of pastes; the other control characters may come through.
    terminal.paste(_HOSTILE.replace("\x1b", ""))
    terminal.wait_for(lambda t: "rejected" in t.words)
    _harmless(terminal)


@pytest.mark.parametrize(
    "option",
    [
        "--module",
        "--batch-size",
        "--ids",
        "an argument",
    ],
)
def test_a_hostile_command_line_is_refused_or_shown_as_text(stage: Stage, option: str) -> None:
    terminal = stage.start(*([option] if option.startswith("-") else []), _SEQUENCES)
    assert terminal.exit_status() == 2
    _harmless(terminal)


def test_a_hostile_address_is_refused_as_text(stage: Stage) -> None:
    terminal = stage.start(environ={"ZOHOTUI_API_DOMAIN": f"https://{_SEQUENCES}"})
    assert terminal.exit_status() == 2
    _harmless(terminal)
