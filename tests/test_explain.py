"""--explain prints what the program knows, without a terminal, a home, Textual or httpx."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import pytest
from textual.binding import Binding

from tests.rows import each_row
from zohotui import cli, exit_codes, explain
from zohotui.config.settings import PROFILE_KEYS, TOP_KEYS, Profile, Settings
from zohotui.deletion.ids.sheets import MOST_SAFE_DIGITS
from zohotui.deletion.journal import lines as lines_of_runs
from zohotui.deletion.journal import plan_line
from zohotui.deletion.journal.line_kinds import LINE_KEYS, LINE_KINDS
from zohotui.deletion.model.codes import Code
from zohotui.deletion.model.outcome import STATES, State
from zohotui.options import TOPICS, parser
from zohotui.tui.dialogs.open_file import OpenFile
from zohotui.tui.keys.commands import COMMANDS
from zohotui.tui.keys.keymap import key_entries, with_keys
from zohotui.zoho.advice import advised_codes
from zohotui.zoho.datacentre import DATA_CENTRES
from zohotui.zoho.queries import MOST_ROWS, credits_of
from zohotui.zoho.scopes import ASKED
from zohotui.zoho.views import MOST_IN_VIEW, PAGE, VIEW_CREDITS

ROOT = Path(__file__).parents[1]


def told(topic: str) -> dict[str, str]:
    """Give a page's names and what each means."""
    return dict(explain.page(topic, key_entries).entries)


def called(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Call Python as a script does: no terminal, nothing of a user's in the environment."""
    return subprocess.run(
        [sys.executable, *arguments],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


NAME_COMMANDS = ("codes", "lists", "states")
WITH_TEXTUAL = ("keys", *NAME_COMMANDS)
WITHOUT = tuple(topic for topic in TOPICS if topic not in WITH_TEXTUAL)

EACH_IN_TURN = """
import sys
from zohotui.cli import main
for topic in sys.argv[1:]:
    assert main(["--explain", topic]) == 0, topic
    print("\\f", *({"httpx", "textual", "zohotui.explain"} & sys.modules.keys()))
"""


@pytest.mark.parametrize("topics", [WITH_TEXTUAL, WITHOUT])
def test_each_topic_is_printed_without_a_terminal(topics: Sequence[str]) -> None:
    done = called("-c", EACH_IN_TURN, *topics)
    assert (done.returncode, done.stderr) == (0, "")
    parts = [part.partition("\n") for part in f"\n{done.stdout}".split("\f")]
    imported = {"zohotui.explain", *(["textual"] if topics is WITH_TEXTUAL else [])}
    for topic, (_, _, printed), (loaded, _, _) in zip(topics, parts[:-1], parts[1:], strict=True):
        page = explain.page(topic, key_entries)
        if topic in NAME_COMMANDS:
            # A key is shorter than the command's name: it is put in before the lines are broken.
            page = replace(page, entries=[(name, with_keys(words)) for name, words in page.entries])
        assert printed.splitlines() == page.lines(80), topic
        assert set(loaded.split()) == imported, topic


def test_without_a_topic_the_topics_are_told() -> None:
    done = called("-m", "zohotui", "--explain")
    assert done.returncode == 0
    assert all(f"\n{topic} " in done.stdout for topic in TOPICS)


@each_row("topic", ["topics", *TOPICS])
@each_row("width", [40, 80, 132])
def test_no_line_is_wider_than_the_terminal(topic: str, width: int) -> None:
    lines = explain.page(topic, key_entries).lines(width)
    assert lines
    assert max(map(len, lines)) <= width
    assert not [line for line in lines if line != line.rstrip()]


def test_the_width_is_the_terminals(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    assert cli.main(["--explain", "states"]) == 0
    lines = explain.page("states", key_entries).lines(50)
    assert capsys.readouterr().out.splitlines() == [*map(with_keys, lines)]


@pytest.mark.parametrize(
    ("topic", "nearest"),
    [("setings", "settings"), ("data-centers", "data-centres"), ("State", "states")],
)
def test_an_unknown_topic_names_the_nearest_and_all(
    capsys: pytest.CaptureFixture[str], topic: str, nearest: str
) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--explain", topic])
    assert end.value.code == exit_codes.USAGE
    said = capsys.readouterr().err
    assert f"Did you mean {nearest}?" in said
    assert all(known in said.rpartition("Topics: ")[2] for known in TOPICS)


def test_what_is_like_no_topic_is_told_all(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--explain", "\x1b]0;x\x07"])
    said = capsys.readouterr().err
    assert "Topics: settings," in said
    assert "Did you mean" not in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    "others", [["--demo"], ["--ids", "x"], ["--batch-size", "1"], ["--verify-journal", "x"]]
)
def test_it_is_combined_with_no_other_option(
    capsys: pytest.CaptureFixture[str], others: list[str]
) -> None:
    assert cli.main(["--explain", "states", *others]) == exit_codes.USAGE
    said = capsys.readouterr()
    assert said.out == ""
    assert "cannot be combined with another option" in said.err


def test_a_reader_that_leaves_off_is_no_fault() -> None:
    line = f"{sys.executable} -m zohotui --explain codes | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["Codes of Zoho's:", "0"]
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_is_told_in_a_sentence() -> None:
    line = f"{sys.executable} -m zohotui --explain codes > /dev/full"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == exit_codes.USAGE
    assert done.stderr.count("\n") == 1
    assert "Standard output cannot be written" in done.stderr


# What each page must hold


def test_every_setting_is_told_with_what_it_takes_and_its_default() -> None:
    page = told("settings")
    assert not {*TOP_KEYS, *PROFILE_KEYS} - {*page}
    for kind, keys in ((Settings, TOP_KEYS), (Profile, PROFILE_KEYS)):
        named = {one.name for one in fields(kind)} - {
            "name",
            "accounts",
            "domain",
            "profiles",
            "keys",
            "rules_at",
        }
        assert not named - {*keys}
    assert page["batch_size"].endswith("Takes a whole number from 1 to 100. Default: 100.")
    assert page["snapshot"].endswith('Takes one of list, full, off. Default: "list".')
    assert page["mouse"].endswith("Takes true or false. Default: true.")
    assert "Default" not in page["org"] + page["data_centre"] + page["protected_ids"]


def test_every_state_code_scope_and_data_centre_is_told() -> None:
    assert set(STATES) == set(State)
    assert {*told("states")} == {state.value for state in State}
    codes = {name.partition(" (")[0] for name in told("codes") if name}
    assert codes == advised_codes() | {code.value for code in Code}
    assert not {*ASKED} - {*told("scopes")}
    page = told("data-centres")
    for centre in DATA_CENTRES:
        assert f"https://www.{centre.domain}, https://{centre.accounts}" in page[centre.location]


def test_every_line_that_a_journal_holds_is_told() -> None:
    journals = sorted((ROOT / "tests" / "corpus").glob("format-*/*.jsonl"))
    assert journals
    lines = [
        json.loads(line)
        for journal in journals
        for line in journal.read_bytes().splitlines(keepends=True)
        if line.endswith(b"\n")
    ]
    assert {next(iter(line)) for line in lines} <= {*LINE_KINDS}
    source = "".join(inspect.getsource(one) for one in (lines_of_runs, plan_line))
    assert not [kind for kind in LINE_KINDS if f'"{kind}"' not in source]
    assert not ({*LINE_KINDS} | {*LINE_KEYS}) - {*told("journal")}


def test_every_key_option_and_exit_code_is_told() -> None:
    keys = [meaning for _, meaning in key_entries()]
    assert all(f"{one.title}. {with_keys(one.tooltip)} ({one.id})" in keys for one in COMMANDS)
    options = {name for action in parser()._actions for name in action.option_strings}
    assert options == {
        word.strip(",") for name in told("options") for word in name.split() if word[0] == "-"
    }
    numbers = {value for name, value in vars(exit_codes).items() if isinstance(value, int)}
    assert numbers == {*exit_codes.EXIT_CODES}
    assert {str(number) for number in numbers} <= {*told("exit-codes")}


def test_the_sources_of_a_list_are_told_with_the_limits_that_hold() -> None:
    lists = told("lists")
    assert f"Zoho gives at most {MOST_IN_VIEW:,} records of a view" in lists["Saved view"]
    assert f"{PAGE} records take {VIEW_CREDITS} API credits" in lists["Saved view"]
    assert f"{MOST_ROWS:,} records take {credits_of(MOST_ROWS)} API credits" in lists["Query"]
    assert f"more than {MOST_SAFE_DIGITS} digits" in lists["Excel"]
    options = {option for action in parser()._actions for option in action.option_strings}
    words = " ".join(lists.values())
    assert all(f"{name} " in words for name in ("--ids", "--module", "--query", "--external"))
    assert set(re.findall(r"--[a-z]+", words)) <= options
    keys = {binding.key for binding in OpenFile.BINDINGS if isinstance(binding, Binding)}
    assert set(re.findall(r"ctrl\+.", words)) <= keys
    names = {command.id for command in COMMANDS}
    assert set(re.findall(r"\[([a-z_]+)\]", words)) <= names
    assert "[" not in with_keys(lists["Saved view"])
