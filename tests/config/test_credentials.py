"""Secrets of a profile: in a private file, or from a command of the admin's."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest
from rich.pretty import pretty_repr

from tests.rows import each_row
from tests.zoho.support import CLIENT, CLIENT_SECRET, REFRESH_TOKEN
from zohotui.config import credentials as module
from zohotui.config.credentials import (
    Credentials,
    ask_command,
    read_credentials,
    write_credentials,
)
from zohotui.config.errors import ConfigError
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.secret import Secret

KEPT = Credentials(CLIENT, Secret(REFRESH_TOKEN))
MEMBERS = {
    "client_id": CLIENT.client_id,
    "client_secret": CLIENT_SECRET,
    "refresh_token": REFRESH_TOKEN,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "acme.json"


def nothing_shows(text: str) -> None:
    assert CLIENT_SECRET not in text
    assert REFRESH_TOKEN not in text


def test_what_is_kept_is_read_back_and_closed_to_others(path: Path) -> None:
    write_credentials(path, KEPT)
    assert read_credentials(path) == KEPT
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(path.read_bytes()) == MEMBERS


def test_nobody_is_signed_in_where_nothing_is_kept(path: Path) -> None:
    assert read_credentials(path) is None


def test_nothing_of_it_shows() -> None:
    nothing_shows(f"{KEPT} {KEPT!r} {pretty_repr(KEPT)} {KEPT.fingerprint}")


def test_each_sign_in_has_a_fingerprint_of_its_own() -> None:
    others = [
        KEPT,
        Credentials(CLIENT, Secret("1000.other")),
        Credentials(OAuthClient("1000.OTHER", CLIENT.client_secret), KEPT.refresh_token),
    ]
    marks = {one.fingerprint for one in others}
    assert len(marks) == 3
    assert all(len(mark) == 32 and mark.isalnum() for mark in marks)
    secret = OAuthClient(CLIENT.client_id, Secret("changed"))
    assert Credentials(secret, KEPT.refresh_token).fingerprint == KEPT.fingerprint


DAMAGED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"1000.x"',
    b"\xff\xfe",
    b"[" * 90_000,
    b'{"client_id":' * 5_000,
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_a_sentence(path: Path, content: bytes) -> None:
    write_credentials(path, KEPT)
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"is damaged\. Sign in again\."):
        read_credentials(path)


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, "There is no {} in"),
        ("", "There is no {} in"),
        ([], "There is no {} in"),
        ("a b", "The {} in"),
        ("a\nb", "The {} in"),
        ("ü", "The {} in"),
        ({"x": 1}, "The {} in"),
    ],
)
def test_a_member_that_is_missing_or_cannot_be_is_named_without_the_others(
    path: Path, name: str, value: object, sentence: str
) -> None:
    write_credentials(path, KEPT)
    path.write_text(json.dumps({**MEMBERS, name: value}))
    with pytest.raises(ConfigError, match=sentence.format(name)) as caught:
        read_credentials(path)
    nothing_shows(str(caught.value))
    assert caught.value.__cause__ is None


# Commands


def prints(text: str, code: int = 0, errors: str = "") -> str:
    """Give a command that prints a text and ends with a code."""
    program = (
        "import sys; sys.stdout.write(sys.argv[1]); sys.stderr.write(sys.argv[2]); "
        "sys.exit(int(sys.argv[3]))"
    )
    return shlex.join([sys.executable, "-c", program, text, errors, str(code)])


LINES = "".join(f"{name}={value}\n" for name, value in MEMBERS.items())
OUTPUTS = [
    json.dumps(MEMBERS),
    json.dumps({**MEMBERS, "note": "more"}, indent=4),
    LINES,
    LINES.replace("\n", "\r\n"),
    "".join(f"ZOHOTUI_{name.upper()}='{value}'\n" for name, value in MEMBERS.items()),
    "".join(f'{name.title()} = "{value}"\n' for name, value in MEMBERS.items()),
    f"# from the safe\n\nnonsense\n{LINES}more=1\n",
]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_command_that_prints_json_is_understood(terminal: bool) -> None:
    assert ask_command(prints(OUTPUTS[0]), "acme", terminal=terminal) == KEPT


@each_row("output", OUTPUTS)
def test_a_command_may_print_json_or_lines(output: str) -> None:
    assert ask_command(prints(output), "acme", terminal=False) == KEPT


@each_row(
    ("output", "sentence"),
    [
        ("", "no client_id in the output of the secret_command of the profile acme"),
        ("nonsense", "There is no client_id in"),
        ("[]", "There is no client_id in"),
        ("\x00\ufffd", "There is no client_id in"),
        ("[" * 90_000, "There is no client_id in"),
        (f"client_id=x\nclient_secret={CLIENT_SECRET}", "There is no refresh_token in"),
        (f"client_id=x\nclient_secret=a b\nrefresh_token={REFRESH_TOKEN}", "The client_secret in"),
    ],
)
def test_a_command_that_prints_something_else_is_a_sentence(
    tmp_path: Path, output: str, sentence: str
) -> None:
    file = tmp_path / "output"
    file.write_text(output)
    command = shlex.join(["cat", str(file)])
    with pytest.raises(ConfigError, match=sentence) as caught:
        ask_command(command, "acme", terminal=False)
    nothing_shows(str(caught.value))


@pytest.mark.parametrize("terminal", [True, False])
def test_a_command_that_fails_is_told_without_its_output(
    terminal: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    command = prints(LINES, 3, errors="gpg: no pinentry")
    with pytest.raises(
        ConfigError, match="The secret_command of the profile acme failed with exit code 3"
    ) as caught:
        ask_command(command, "acme", terminal=terminal)
    nothing_shows(str(caught.value))
    assert ("start zohotui again" in str(caught.value)) is not terminal
    # Only before there is a screen may it write on the terminal.
    assert ("no pinentry" in capfd.readouterr().err) is terminal


@each_row("command", ["no-such-program-anywhere --show", "/", "''", "\\\n"])
def test_a_command_that_is_not_there_is_a_sentence(command: str) -> None:
    with pytest.raises(
        ConfigError, match="The secret_command of the profile acme cannot run"
    ) as caught:
        ask_command(command, "acme", terminal=False)
    assert "--show" not in str(caught.value)
    assert str(caught.value).isprintable()


@each_row("command", ["pass 'show", "a\x00b", ""])
def test_a_command_that_makes_no_sense_is_a_sentence(command: str) -> None:
    with pytest.raises(ConfigError, match="The secret_command of the profile acme cannot"):
        ask_command(command, "acme", terminal=False)


def test_a_command_that_asks_finds_nobody_there() -> None:
    with pytest.raises(ConfigError, match="failed with exit code 1"):
        ask_command(shlex.join([sys.executable, "-c", "input()"]), "acme", terminal=False)


def test_a_command_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ALONE", 0.3)
    hang = shlex.join([sys.executable, "-c", "import threading; threading.Event().wait(60)"])
    with pytest.raises(
        ConfigError, match="The secret_command of the profile acme did not finish within"
    ):
        ask_command(hang, "acme", terminal=False)


def test_a_command_that_has_said_all_and_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ALONE", 0.3)
    program = "import os, threading; os.close(1); threading.Event().wait(60)"
    hang = shlex.join([sys.executable, "-c", program])
    with pytest.raises(ConfigError, match="did not finish within"):
        ask_command(hang, "acme", terminal=False)


@pytest.mark.parametrize("terminal", [True, False])
def test_a_command_that_prints_without_end_is_ended(terminal: bool) -> None:
    with pytest.raises(
        ConfigError, match="The secret_command of the profile acme printed more than 100,000 bytes"
    ):
        ask_command("cat /dev/zero", "acme", terminal=terminal)


def test_what_a_command_leaves_running_is_not_waited_for() -> None:
    program = (
        "import subprocess, sys; subprocess.Popen(['sleep', '60'], start_new_session=True); "
        "print(sys.argv[1])"
    )
    command = shlex.join([sys.executable, "-c", program, json.dumps(MEMBERS)])
    assert ask_command(command, "acme", terminal=False) == KEPT


def test_a_command_that_may_ask_has_minutes() -> None:
    assert module._ASKING >= 300


def test_no_shell_stands_between_and_the_command_gets_its_own_words_alone() -> None:
    """What a shell would take for its own is a plain word."""
    words = [">", "x", "$HOME", "`id`", ";", "a b", "*"]
    program = (
        "import sys, json; print(json.dumps({'client_id': str(len(sys.argv)), "
        "'client_secret': '|'.join(sys.argv[1:]).replace(' ', '_'), 'refresh_token': 'x'}))"
    )
    told = ask_command(shlex.join([sys.executable, "-c", program, *words]), "acme", terminal=False)
    assert told.client.client_id == str(1 + len(words))
    assert told.client.client_secret.reveal() == "|".join(words).replace(" ", "_")
