"""Profiles: settings read strictly, secrets kept private, several orgs in one session."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.nursery import Nursery
from tests.terminal.stage import Stage, staged
from tests.terminal.steps import ask, begin, confirm, leave
from tests.terminal.ways_in import BAND, NOBODY, OTHER_BAND, keep_profile, other_org
from zohotui.sandbox import Org, Sandbox

pytestmark = pytest.mark.terminal


def _refused(terminal: Terminal) -> str:
    """Wait until the program refuses to begin; what it says."""
    assert terminal.exit_status() == 2
    said = " ".join(terminal.last_words.split())
    assert said.startswith("zohotui: ")
    assert "Traceback" not in said
    assert "\x1b" not in said
    return said


_TABLE = '[profiles.acme]\ndata_centre = "EU"\n'
_UNUSABLE: dict[str, tuple[str, str]] = {
    "a wrong key": (
        'profil = "acme"\n',
        ", line 1: 'profil' is not a setting. Did you mean profile?",
    ),
    "a wrong key of a profile": (
        f"# mine\n{_TABLE}reed_only = true\n",
        ", line 4: 'reed_only' is not a setting. Did you mean read_only?",
    ),
    "a wrong value": (
        '\ntheme = "blue"\n',
        ", line 2: theme must be one of dark, light, not 'blue'.",
    ),
    "a wrong value of a profile": (
        f"{_TABLE}batch_size = 500\n",
        ", line 3: batch_size must be a whole number from 1 to 100, not 500.",
    ),
    "broken TOML": ("[profiles.acme\n", " is not valid TOML: Expected ']' at the end"),
    "no such default": (f'profile = "b"\n{_TABLE}', ", line 1: there is no profile 'b' in this"),
}


@pytest.mark.parametrize("case", _UNUSABLE)
def test_settings_that_cannot_be_used_are_named_with_file_line_and_key(
    stage: Stage, case: str
) -> None:
    text, sentence = _UNUSABLE[case]
    path = stage.home / "settings.toml"
    path.write_text(text)
    assert f"{path}{sentence}" in _refused(stage.start())
    assert not stage.sandbox.ledger.requests


def test_a_profile_that_is_not_there_is_answered_with_those_that_are(stage: Stage) -> None:
    keep_profile(stage, "acme")
    keep_profile(stage, "test")
    said = _refused(stage.start("--profile", "prod", environ=NOBODY))
    assert "There is no profile 'prod' in settings.toml. There are: acme, test." in said


def test_the_practice_org_and_a_profile_cannot_both_be_opened(stage: Stage) -> None:
    keep_profile(stage, "acme")
    said = _refused(stage.start("--demo", "--profile", "acme", environ=NOBODY))
    assert "--demo and --profile name two orgs. Give one of them." in said


def _opened_file(path: Path) -> str:
    path.chmod(0o644)
    return (
        f"{path} can be read by others (its mode is 644), so it is not used. "
        f"If nobody has read it: chmod 600 {path}."
    )


def _opened_folder(path: Path) -> str:
    path.parent.chmod(0o755)
    return (
        f"Others can look into {path.parent} (its mode is 755), so no secrets are kept there. "
        f"Close it: chmod 700 {path.parent}."
    )


@pytest.mark.parametrize("open_up", [_opened_file, _opened_folder])
def test_secrets_that_others_can_read_are_not_used(
    stage: Stage, open_up: Callable[[Path], str]
) -> None:
    sentence = open_up(keep_profile(stage, "acme"))
    assert sentence in _refused(stage.start(environ=NOBODY))
    assert not stage.sandbox.ledger.requests


def test_a_command_that_prints_the_secrets_signs_in(stage: Stage) -> None:
    keep = {
        "client_id": stage.sandbox.client_id,
        "client_secret": stage.sandbox.client_secret,
        "refresh_token": stage.sandbox.refresh_token,
    }
    vault = stage.folder / "vault"
    vault.write_text(f"#!/bin/sh\n[ $1 = acme ] || exit 3\necho {shlex.quote(json.dumps(keep))}\n")
    vault.chmod(0o755)
    for name in ("acme", "nobody"):
        line = f'secret_command = "{vault} {name}"'
        keep_profile(stage, name, line).unlink()
    said = _refused(stage.start("--profile", "nobody", environ=NOBODY))
    assert "The secret_command of the profile nobody failed with exit code 3." in said
    terminal = stage.start("--profile", "acme", environ=NOBODY)
    terminal.wait_for(BAND)
    assert leave(terminal) == 0
    assert not any((stage.home / "secrets").iterdir())


def test_nothing_can_be_deleted_with_a_profile_that_is_read_only(stage: Stage) -> None:
    keep_profile(stage, "acme", "read_only = true")
    ids = stage.sandbox.org.add_records("Leads", 2)
    terminal = begin(stage, ids, environ=NOBODY)
    assert terminal.lines[0].endswith("READ-ONLY · idle")
    terminal.press("d")
    terminal.wait_for("read-only: nothing can be deleted")
    assert "press Enter" not in terminal.words
    assert leave(terminal) == 0
    assert not stage.delete_requests


@pytest.fixture
def two_orgs(tmp_path: Path, nursery: Nursery) -> Iterator[Stage]:
    """Keep a profile of a production org and one of a sandbox, in which leads have other names."""
    other = other_org()
    other.change_module("Leads", plural_label="Prospects")
    with staged(Sandbox(Org.empty(), other), tmp_path, nursery) as stage:
        token = stage.sandbox.issue_refresh_token(org=other)
        keep_profile(stage, "acme", 'org = "700000001"')
        keep_profile(stage, "test", 'org = "700000002"', refresh_token=token)
        yield stage


def _switch(terminal: Terminal, *keys: str) -> None:
    terminal.press("p")
    terminal.wait_for("Enter opens")
    terminal.wait_for("org 700000002 · local")
    terminal.press(*keys)


def test_another_profile_is_another_org_with_its_own_modules_and_without_the_ids(
    two_orgs: Stage,
) -> None:
    stage, other = two_orgs, two_orgs.sandbox.orgs[1]
    ids = stage.sandbox.org.add_records("Leads", 2)
    terminal = begin(stage, ids, "--profile", "acme", environ=NOBODY)
    assert BAND in terminal.lines[0]
    _switch(terminal, "down", "enter")
    terminal.wait_for("Another org has other records, so the list of 2 ids will be cleared here.")
    terminal.press("n")
    terminal.wait_until_gone("Another org")
    assert BAND in terminal.lines[0]
    assert "2 ids = 2 entered" in terminal.words

    _switch(terminal, "down", "enter")
    terminal.wait_for("Another org has other records")
    terminal.press("y")
    terminal.wait_for(OTHER_BAND)
    terminal.wait_for("Prospects (Leads)")
    assert BAND not in terminal.lines[0]
    assert "no ids yet" in terminal.words
    theirs = other.add_records("Leads", 2)
    terminal.paste("\n".join(theirs) + "\n")
    terminal.wait_for("2 ids = 2 entered")
    ask(terminal, " of Prospects?")
    assert f"Org {OTHER_BAND}" in terminal.box(" of Prospects?")
    confirm(terminal, "delete 2 Prospects", " of Prospects?")
    terminal.wait_for("2 ids = 2 verified")

    _switch(terminal, "up", "enter")
    terminal.wait_for(BAND)
    terminal.wait_for("› Leads")
    assert "Prospects (Leads)" not in terminal.words
    assert leave(terminal) == 0
    assert stage.sent == theirs
    assert all(stage.sandbox.org.exists("Leads", record_id) for record_id in ids)


def test_signing_out_revokes_the_token_and_erases_it_and_leaves_the_rest(two_orgs: Stage) -> None:
    stage = two_orgs
    settings = (stage.home / "settings.toml").read_text()
    secrets = json.loads((stage.home / "secrets" / "test.json").read_text())
    terminal = stage.start("--profile", "test", environ=NOBODY)
    terminal.wait_for(OTHER_BAND)
    assert len(list((stage.home / "tokens").glob("*.json"))) == 1
    _switch(terminal, "x")
    terminal.wait_for("Sign out of test? Its refresh token is revoked at Zoho and erased here")
    terminal.press("y")
    terminal.wait_for("Signed out of test: the token is revoked and erased.")
    terminal.wait_for("test org 700000002 · local · not signed in")
    terminal.press("esc")
    terminal.wait_for(lambda t: not t.box_lines("Profiles"))
    terminal.wait_for("Signed out. p opens another profile, l signs in.")
    assert "no org yet" in terminal.lines[0]
    assert {path.name for path in (stage.home / "secrets").iterdir()} == {"acme.json"}
    assert not list((stage.home / "tokens").glob("*.json"))
    assert (stage.home / "settings.toml").read_text() == settings
    assert not stage.sandbox.accounts.revoke(secrets["refresh_token"]), "it was still good"
    _switch(terminal, "enter")
    terminal.wait_for(BAND)
    assert leave(terminal) == 0
