"""Every way in, from an empty home, most of them to two deleted records; what stays on the disk."""

from __future__ import annotations

import json
import stat
import tomllib
from pathlib import Path

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import leave
from tests.terminal.ways_in import (
    BAND,
    NOBODY,
    accept,
    begin_signing_in,
    choose,
    delete_two,
    fill_in,
    form,
)

pytestmark = pytest.mark.terminal

_RUNS_ALONE = {"journals", "locks"}
"""What a run leaves behind, whoever is signed in."""


@pytest.fixture
def ids(stage: Stage) -> list[str]:
    return stage.sandbox.org.add_records("Leads", 2)


def _start(stage: Stage, ids: list[str]) -> Terminal:
    return begin_signing_in(stage, "--module", "Leads", "--ids", str(stage.ids_file(ids)))


def _kept(stage: Stage) -> set[str]:
    """Return the names of what lies in the home beside what runs and lists leave behind."""
    return {path.name for path in stage.home.iterdir()} - _RUNS_ALONE - {"recent-files.json"}


def _keeps_its_secrets(stage: Stage) -> dict[str, str]:
    """Check who may read what, and return the secrets that are kept."""
    assert _kept(stage) == {"settings.toml", "secrets", "tokens"}
    files = [path for name in ("secrets", "tokens") for path in (stage.home / name).iterdir()]
    assert len(files) == 3
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    settings = (stage.home / "settings.toml").read_text()
    assert tomllib.loads(settings) == {
        "profiles": {
            "acme-ltd": {"org": "700000001", "accounts_url": stage.url, "api_domain": stage.url}
        }
    }
    secrets: dict[str, str] = json.loads((stage.home / "secrets" / "acme-ltd.json").read_text())
    assert secrets["client_id"] == stage.sandbox.client_id
    assert secrets["client_secret"] == stage.sandbox.client_secret
    for value in secrets.values():
        assert value not in settings
    return secrets


def _opens_again_without_a_new_token(stage: Stage) -> None:
    before = stage.token_requests
    terminal = stage.start(environ=NOBODY)
    terminal.wait_for(BAND)
    terminal.wait_for("idle")
    assert "Sign in" not in terminal.words
    assert leave(terminal) == 0
    assert stage.token_requests == before


def test_a_code_entered_on_another_device_signs_in_and_is_kept(
    stage: Stage, ids: list[str]
) -> None:
    stage.sandbox.devices.interval = 0.1
    terminal = _start(stage, ids)
    choose(terminal, "Code on another device")
    fill_in(terminal, *form(stage))
    terminal.wait_for("On any device")
    (code,) = stage.sandbox.pending_devices()
    terminal.wait_for(f"Address {stage.url}/device")
    terminal.wait_for(f"Code {code}")
    terminal.wait_for("The code is valid for another")
    stage.sandbox.approve_device(code)
    _looks_right(stage, accept(terminal))
    terminal.wait_for(BAND)
    delete_two(stage, terminal, ids)
    _keeps_its_secrets(stage)
    _opens_again_without_a_new_token(stage)


def _looks_right(stage: Stage, seen: str) -> None:
    assert "Org Acme Ltd" in seen
    assert "Environment PRODUCTION" in seen
    assert f"Data centre local · {stage.url}" in seen
    assert "You are anna@acme.example" in seen
    assert "This is PRODUCTION: real records." in seen


def test_a_self_clients_grant_code_signs_in_and_is_kept(stage: Stage) -> None:
    terminal = begin_signing_in(stage)
    choose(terminal, "Self Client")
    fill_in(terminal, *form(stage, code := stage.sandbox.issue_code()))
    _looks_right(stage, accept(terminal))
    terminal.wait_for(BAND)
    assert leave(terminal) == 0
    assert stage.token_requests == 1
    assert code not in _keeps_its_secrets(stage).values()


def test_a_refresh_token_from_elsewhere_signs_in_and_is_kept(stage: Stage) -> None:
    terminal = begin_signing_in(stage)
    choose(terminal, "Refresh token")
    fill_in(terminal, *form(stage, stage.sandbox.refresh_token))
    _looks_right(stage, accept(terminal))
    terminal.wait_for(BAND)
    assert leave(terminal) == 0
    assert _keeps_its_secrets(stage)["refresh_token"] == stage.sandbox.refresh_token


def test_an_access_token_alone_signs_in_and_leaves_nothing_behind(
    stage: Stage, ids: list[str]
) -> None:
    terminal = _start(stage, ids)
    choose(terminal, "Access token alone")
    fill_in(terminal, stage.url, "", stage.sandbox.access_token)
    seen = accept(terminal)
    _looks_right(stage, seen)
    assert "within the hour. Nothing is saved" in seen
    assert "Profile" not in seen
    terminal.wait_for(BAND)
    assert _kept(stage) == set()
    delete_two(stage, terminal, ids)
    assert _kept(stage) == set()
    begin_signing_in(stage)


def test_a_client_in_the_environment_signs_in_and_keeps_only_tokens(
    stage: Stage, ids: list[str]
) -> None:
    environ = {
        **NOBODY,
        "ZOHOTUI_CLIENT_ID": stage.sandbox.client_id,
        "ZOHOTUI_CLIENT_SECRET": stage.sandbox.client_secret,
        "ZOHOTUI_REFRESH_TOKEN": stage.sandbox.refresh_token,
        "ZOHOTUI_ACCOUNTS_URL": stage.url,
        "ZOHOTUI_API_DOMAIN": stage.url,
    }
    file = str(stage.ids_file(ids))
    terminal = stage.start("--module", "Leads", "--ids", file, environ=environ)
    terminal.wait_for(BAND)
    delete_two(stage, terminal, ids)
    assert _kept(stage) == {"tokens"}
    assert _modes(stage.home / "tokens") == {0o600}
    assert stage.token_requests == 1
    terminal = stage.start(environ=environ)
    terminal.wait_for(BAND)
    assert leave(terminal) == 0
    assert stage.token_requests == 1


def _modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_an_access_token_in_the_environment_signs_in_and_leaves_nothing_behind(
    stage: Stage,
) -> None:
    terminal = stage.start()
    terminal.wait_for(BAND)
    terminal.wait_for("idle")
    assert leave(terminal) == 0
    assert not stage.token_requests
    assert not any(stage.home.iterdir())


def test_a_bundle_of_keys_shows_no_secret_and_a_profile_can_be_kept_as_read_only(
    stage: Stage,
) -> None:
    terminal = begin_signing_in(stage)
    choose(terminal, "Self Client")
    place, _, identity, secret, code = form(stage, stage.sandbox.issue_code())
    terminal.send(f"{place}\t\t{identity}\t".encode())
    terminal.paste(secret)
    terminal.send(f"\t{code}\x1b[Z".encode())
    shown = "•" * len(secret)
    terminal.wait_for(f"Client secret {shown} ")
    terminal.wait_for("Grant code ••••")
    assert f"Client id {identity}" in terminal.words
    assert f"Data centre {place}" in terminal.words

    terminal.press("enter")
    terminal.wait_for("Profile acme-ltd")
    assert "X read-only" not in terminal.words
    terminal.press("tab", "space")
    terminal.wait_for("X read-only")
    accept(terminal)
    terminal.wait_for(lambda t: t.lines[0].endswith("READ-ONLY · idle"))
    assert leave(terminal) == 0
    settings = tomllib.loads((stage.home / "settings.toml").read_text())
    assert settings["profiles"]["acme-ltd"]["read_only"] is True
