"""No secret leaves its private file: every byte that sessions leave behind is looked through."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.terminal.driver import Terminal
from tests.terminal.stage import Stage
from tests.terminal.steps import ask, confirm, fill, leave
from tests.terminal.ways_in import (
    BAND,
    NOBODY,
    accept,
    choose,
    fill_in,
    form,
    spend,
)
from zohotui.sandbox.oauth import accounts, devices, grants

pytestmark = pytest.mark.terminal

_PRIVATE = {"secrets", "tokens"}
_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_KEYS = re.compile(rb"^Key\(key='[^']+', character='(.)'.*method=<Input.on_key>$", re.MULTILINE)
"""A letter that a text field took, in Textual's log."""

_PART = 12
"""Characters of a token that are enough to tell it from any other."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return every code and token that the sandbox makes from now on."""
    seen: list[str] = []

    def new_token() -> str:
        seen.append(grants.new_token())
        return seen[-1]

    for module in (accounts, devices):
        monkeypatch.setattr(module, "new_token", new_token)
    return seen


class Scan:
    """Runs sessions one after the other and gathers what each leaves where others may look."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._log = stage.folder / "textual.log"
        self._scratch = stage.folder / "tmp"
        self._scratch.mkdir()
        self.found: dict[str, bytes] = {}
        """Where it was found → the bytes."""

    @property
    def environ(self) -> dict[str, str | None]:
        """Nobody's session, whose log and temporary files are looked through, too."""
        return {**NOBODY, "TEXTUAL_LOG": str(self._log), "TMPDIR": str(self._scratch)}

    def start(self, *arguments: str) -> Terminal:
        """Begin a session."""
        return self._stage.start(*arguments, environ=self.environ)

    def leave(self, terminal: Terminal) -> None:
        """Look at what everybody may see of the process, end it, keep what the terminal got."""
        process = Path("/proc") / str(terminal.process.pid)
        session = f"session {len(self._stage.terminals)}"
        for file in ("cmdline", "comm"):
            self.found[f"{session}: {file}"] = (process / file).read_bytes()
        leave(terminal)
        plain = _ESCAPES.sub(b"", terminal.raw)
        self.found[f"{session}: the terminal"] = terminal.raw
        self.found[f"{session}: its text"] = plain
        self.found[f"{session}: its letters"] = re.sub(rb"[^!-~]", b"", plain)

    def files(self) -> None:
        """Read every file but the private ones."""
        for folder in (self._stage.home, self._stage.folder):
            for path in folder.rglob("*"):
                self.found[f"the name {path}"] = path.name.encode()
                private = _PRIVATE & set(path.relative_to(folder).parts)
                if path.is_file() and not private:
                    self.found[str(path)] = path.read_bytes()
        keys = b"".join(_KEYS.findall(self._log.read_bytes()))
        self.found["the keys of the log"] = keys

    def holding(self, text: str) -> list[str]:
        """Tell where any form of a text occurs."""
        return [
            f"{form} in {place}"
            for form, needle in _forms(text).items()
            for place, content in self.found.items()
            if needle in content
        ]


def _forms(secret: str) -> dict[str, bytes]:
    raw = secret.encode()
    # Three ways to meet the groups of three bytes; what touches the neighbours is cut off.
    coded = {
        f"base64 from {skip}": base64.b64encode(raw[skip:])[: 4 * (len(raw[skip:]) // 3)]
        for skip in range(3)
    }
    return {
        "all of it": raw,
        "its beginning": raw[:_PART],
        "its end": raw[-_PART:],
        "it as in a URL": quote(secret, safe="").encode(),
        "it as hexadecimal": raw.hex().encode(),
        **coded,
    }


def _device(stage: Stage, scan: Scan, ids: Path) -> None:
    """Be refused once, sign in, let the token end in a run, export, and be kept."""
    sandbox = stage.sandbox
    sandbox.devices.interval = 0.1
    terminal = scan.start("--module", "Leads", "--ids", str(ids), "--parallel", "1")
    choose(terminal, "Code on another device")
    fill_in(terminal, *form(stage))
    terminal.wait_for("On any device")
    sandbox.deny_device(*sandbox.pending_devices())
    terminal.wait_for("sign-in was refused")
    fill_in(terminal, sandbox.client_secret)
    terminal.wait_for("On any device")
    sandbox.approve_device(sandbox.pending_devices()[0])
    accept(terminal)
    stage.gate.hold()
    _delete(terminal)
    stage.gate.wait_for_deletes(1)
    (kept,) = (stage.home / "tokens").glob("*.json")
    sandbox.expire_token(json.loads(kept.read_text())["access_token"])
    stage.gate.let()
    terminal.wait_for("3 ids = 3 verified")
    terminal.press("e")
    terminal.wait_for("Export results")
    fill(terminal, "Export results", 1, "outcomes.csv")
    terminal.press("enter")
    terminal.wait_until_gone("Export results")
    scan.leave(terminal)


def _delete(terminal: Terminal) -> None:
    terminal.wait_for("Use these ids")
    terminal.press("enter")
    terminal.wait_until_gone("Use these ids")
    ask(terminal)
    confirm(terminal, "delete 3 Leads")


def _self_client(stage: Stage, scan: Scan) -> Terminal:
    """Open what was kept, then paste a wrong client, a used code and a good one."""
    terminal = scan.start()
    terminal.wait_for(BAND)
    terminal.wait_for("idle")
    terminal.press("l")
    choose(terminal, "Self Client")
    place, _, identity, secret = form(stage)
    _paste(terminal, place, "", "1000.WRONG", secret, stage.sandbox.issue_code())
    terminal.wait_for("the client id is wrong")
    _paste(terminal, "", "", "", identity, "", spend(stage, stage.sandbox.issue_code()))
    terminal.wait_for("Zoho does not accept the grant code")
    _paste(terminal, stage.sandbox.issue_code())
    terminal.wait_for("Profile acme-ltd")
    terminal.press("end", "ctrl+u")
    terminal.wait_for("empty: for this session only")
    accept(terminal)
    terminal.wait_for("idle")
    return terminal


def _paste(terminal: Terminal, *values: str) -> None:
    """Paste into one field after the other, from the one with the cursor on, and press Enter."""
    for number, value in enumerate(values):
        if number:
            terminal.press("tab")
        if value:
            terminal.paste(value)
    terminal.press("enter")


def _refresh_token(stage: Stage, scan: Scan, terminal: Terminal) -> None:
    """Be kept under another name."""
    terminal.press("l")
    choose(terminal, "Refresh token")
    fill_in(terminal, *form(stage, stage.sandbox.refresh_token))
    terminal.wait_for("Profile acme-ltd")
    terminal.press("end")
    terminal.type("-2")
    terminal.wait_for("Profile acme-ltd-2")
    accept(terminal)
    terminal.wait_for("idle")
    scan.leave(terminal)


def _access_token(stage: Stage, scan: Scan) -> None:
    """Find the kept one throttled, and do without it."""
    for path in (stage.home / "tokens").glob("*.json"):
        path.unlink()
    stage.sandbox.accounts.throttle_for(3600)
    terminal = scan.start("--profile", "acme-ltd")
    terminal.wait_for("Zoho gives no new access tokens")
    terminal.press("l")
    choose(terminal, "Access token alone")
    fill_in(terminal, stage.url, "", stage.sandbox.issue_token())
    accept(terminal)
    terminal.wait_for("idle")
    scan.leave(terminal)


def test_no_secret_shows_on_the_screen_in_any_file_or_in_the_list_of_processes(
    stage: Stage, made: list[str]
) -> None:
    scan = Scan(stage)
    ids = stage.ids_file(stage.sandbox.org.add_records("Leads", 3))
    _device(stage, scan, ids)
    _refresh_token(stage, scan, _self_client(stage, scan))
    _access_token(stage, scan)
    scan.files()

    secrets = [stage.sandbox.client_secret, stage.sandbox.refresh_token, *made]
    assert len(secrets) > 10
    assert not [place for secret in secrets for place in scan.holding(secret)]
    _would_find_one(stage, scan)


def _would_find_one(stage: Stage, scan: Scan) -> None:
    """Prove that what is looked for would have been found, on the screen and in files."""
    places = " ".join(scan.holding(stage.sandbox.client_id))
    for place in ("the terminal", "its text", "its letters", "the keys of the log"):
        assert place in places
    for name in ("cmdline", "settings.toml", "outcomes.csv", ".jsonl", "textual.log"):
        assert any(name in place for place in scan.found), name
    for path in (stage.home / "secrets").iterdir():
        scan.found["control"] = path.read_bytes()
        token = json.loads(scan.found["control"])["refresh_token"]
        assert "all of it in control" in scan.holding(token)
        for hidden in (
            token.encode().hex(),
            quote(token),
            base64.b64encode(f"x{token}".encode()).decode(),
        ):
            scan.found["control"] = f"({hidden})".encode()
            assert scan.holding(token), hidden
