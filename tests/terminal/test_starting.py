"""The command line and the environment, as a shell hands them over."""

from __future__ import annotations

import subprocess
import sys

import pytest

import zohotui
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, confirm, leave

pytestmark = pytest.mark.terminal


def test_ids_come_in_on_standard_input_while_the_keys_come_from_the_terminal(stage: Stage) -> None:
    ids = stage.sandbox.org.add_records("Leads", 4)
    piped = "\n".join([*ids, ids[0], "nonsense"]).encode()
    terminal = stage.start("--module", "Leads", "--ids", "-", stdin=piped)
    terminal.wait_for("Use these ids")
    assert "4 ids in standard input" in terminal.words
    terminal.press("enter")
    terminal.wait_for("4 ids = 4 entered")
    ask(terminal)
    confirm(terminal, "delete 4 Leads")
    terminal.wait_for("4 ids = 4 verified")
    assert leave(terminal) == 0
    assert terminal.restored
    assert sorted(stage.sent) == sorted(ids)


@pytest.mark.parametrize(
    ("option", "said"), [("--version", zohotui.__version__), ("--help", "--ids")]
)
def test_version_and_help_come_without_a_terminal_and_without_textual(
    option: str, said: str
) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "zohotui", option]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said in done.stdout
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "zohotui.cli" in imported
    assert not imported & {"textual", "rich", "httpx", "asyncio"}


def test_a_standard_output_that_is_no_terminal_is_refused(stage: Stage) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "zohotui"],
        env=stage.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "zohotui needs a terminal" in done.stderr


_UNUSABLE: dict[str, tuple[dict[str, str | None], tuple[str, ...], str]] = {
    "a dumb terminal": ({"TERM": "dumb"}, (), "TERM is dumb"),
    "a token without an address": ({"ZOHOTUI_API_DOMAIN": None}, (), "ZOHOTUI_API_DOMAIN is not"),
    "an address without a token": (
        {"ZOHOTUI_ACCESS_TOKEN": None},
        (),
        "ZOHOTUI_ACCESS_TOKEN is not",
    ),
    "a host that is not Zoho's": (
        {"ZOHOTUI_API_DOMAIN": "https://www.zohoapis.eu.evil.example"},
        (),
        "is not one of Zoho's API hosts",
    ),
    "plain http": (
        {"ZOHOTUI_API_DOMAIN": "http://www.zohoapis.eu"},
        (),
        "must start with https",
    ),
    "standard input that is the keyboard": ({}, ("--ids", "-"), "nothing is piped in"),
    "a batch size that Zoho refuses": ({}, ("--batch-size", "101"), "from 1 to 100"),
    "a home that is a file": ({"ZOHOTUI_HOME": "/etc/passwd"}, (), "is not a folder"),
}


@pytest.mark.parametrize("case", _UNUSABLE)
def test_what_cannot_be_used_is_refused_in_a_sentence_before_the_screen(
    stage: Stage, case: str
) -> None:
    environ, arguments, sentence = _UNUSABLE[case]
    terminal = stage.start(*arguments, environ=environ)
    assert terminal.exit_status() == 2
    said = " ".join(terminal.raw.decode().split())
    assert sentence in said
    assert "Traceback" not in said
    assert "\x1b" not in said
    assert not stage.sandbox.ledger.requests


def test_a_file_of_ids_that_is_not_there_is_named_before_anything_opens(stage: Stage) -> None:
    terminal = stage.start("--module", "Leads", "--ids", "nowhere.txt")
    assert terminal.exit_status() == 2
    assert "--ids: nowhere.txt does not exist. Check the path." in terminal.words
