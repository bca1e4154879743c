"""What a profile is signed in with: kept in a private file, or printed by a command."""

from __future__ import annotations

import hashlib
import json
import os
import selectors
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from zohotui.config.errors import ConfigError
from zohotui.config.private_files import read_private, write_private
from zohotui.zoho.oauth_client import OAuthClient
from zohotui.zoho.printable import printable
from zohotui.zoho.secret import Secret

_MEMBERS = ("client_id", "client_secret", "refresh_token")
_ASKING, _ALONE = 600.0, 60.0
"""Seconds that a command has if it may ask the admin for a passphrase, and if it may not."""

_NAP = 0.2
"""Seconds between two looks whether it has ended."""

_MOST_PRINTED = 100_000
"""Bytes that it may print."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What makes access tokens for as long as it is not revoked."""

    client: OAuthClient
    refresh_token: Secret

    @property
    def fingerprint(self) -> str:
        """A name that differs for every sign-in and tells nothing of it."""
        parts = (self.client.client_id, self.refresh_token.reveal())
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def read_credentials(path: Path) -> Credentials | None:
    """Read a profile's secrets; None if it is not signed in. Raises ConfigError."""
    content = read_private(path)
    if content is None:
        return None
    try:
        kept = json.loads(content)
    except (ValueError, RecursionError):
        kept = None
    if not isinstance(kept, dict):
        raise ConfigError(f"{path} is damaged. Sign in again.")
    return _credentials(kept, str(path), "Sign in again.")


def write_credentials(path: Path, credentials: Credentials) -> None:
    """Keep a profile's secrets; raises ConfigError."""
    members = {
        "client_id": credentials.client.client_id,
        "client_secret": credentials.client.client_secret.reveal(),
        "refresh_token": credentials.refresh_token.reveal(),
    }
    write_private(path, json.dumps(members, indent=1).encode() + b"\n")


def ask_command(command: str, profile: str, *, terminal: bool) -> Credentials:
    """Run a profile's command that prints client_id, client_secret and refresh_token.

    It prints a JSON object, or lines like `client_id=…`. `terminal`: whether it may ask for a
    passphrase; once the screen is there it may not. Raises ConfigError.
    """
    it = f"The secret_command of the profile {profile}"
    limit = _ASKING if terminal else _ALONE
    try:
        words = shlex.split(command) or [""]
        with _started(words, terminal=terminal) as child:
            printed = _printed(child, limit, it)
            code = child.wait()
    except ValueError as error:
        raise ConfigError(
            f"{it} cannot be understood: {error}. Correct it in settings.toml."
        ) from None
    except OSError as error:
        name = printable(words[0], 60)
        raise ConfigError(
            f"{it} cannot run {name!r}: {error.strerror}. Correct it in settings.toml."
        ) from None
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"{it} did not finish within {limit:.0f} s. Run it by hand to see why."
        ) from None
    if code:
        again = "" if terminal else " If it must ask you something, start zohotui again."
        raise ConfigError(f"{it} failed with exit code {code}.{again}")
    members = _members(printed.decode(errors="replace"))
    output = f"the output of the secret_command of the profile {profile}"
    return _credentials(members, output, f"It must print {', '.join(_MEMBERS)}.")


@contextmanager
def _started(words: list[str], *, terminal: bool) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command, and see it off: nothing of it is left behind."""
    with subprocess.Popen(  # noqa: S603 - the admin's own command, run without a shell
        words,
        stdin=None if terminal else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if terminal else subprocess.DEVNULL,
        # Without a terminal of its own it cannot write over the screen.
        start_new_session=not terminal,
    ) as child:
        try:
            yield child
        finally:
            if child.poll() is None:
                # In a session of its own it may have children, which hold on to what it prints to.
                with suppress(ProcessLookupError):
                    (os.kill if terminal else os.killpg)(child.pid, signal.SIGKILL)


def _printed(child: subprocess.Popen[bytes], limit: float, it: str) -> bytes:
    """Return what a command prints until it ends; raises TimeoutExpired, or ConfigError."""
    end = time.monotonic() + limit
    output = b""
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout or -1, selectors.EVENT_READ)
        while len(output) <= _MOST_PRINTED:
            left = end - time.monotonic()
            if left <= 0:
                raise subprocess.TimeoutExpired(child.args, limit)
            ready = selector.select(min(left, _NAP))
            part = os.read(ready[0][0].fd, _MOST_PRINTED) if ready else b""
            output += part
            # What it leaves running in the background may keep the pipe open for ever.
            if (ready and not part) or (not ready and child.poll() is not None):
                child.wait(max(0.0, end - time.monotonic()))
                return output
    raise ConfigError(f"{it} printed more than {_MOST_PRINTED:,} bytes. Run it by hand to see why.")


def _members(output: str) -> Mapping[str, object]:
    try:
        parsed = json.loads(output)
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, dict):
        return parsed
    pairs = (line.partition("=") for line in output.splitlines() if "=" in line)
    names = ((name.strip().lower().removeprefix("zohotui_"), value) for name, _, value in pairs)
    return {name: value.strip().strip("\"'") for name, value in names}


def _credentials(members: Mapping[str, object], source: str, way_out: str) -> Credentials:
    secrets = {name: Secret(str(members.get(name) or "")) for name in _MEMBERS}
    for name, secret in secrets.items():
        if not secret:
            raise ConfigError(f"There is no {name} in {source}. {way_out}")
        if not secret.is_plausible:
            raise ConfigError(
                f"The {name} in {source} has characters that cannot be in it. {way_out}"
            )
    client = OAuthClient(secrets["client_id"].reveal(), secrets["client_secret"])
    return Credentials(client, secrets["refresh_token"])
