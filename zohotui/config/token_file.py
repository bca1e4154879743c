"""Access tokens on the disk, so that every zohotui on one sign-in uses the same."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zohotui.config.errors import ConfigError
from zohotui.config.private_files import erase_private, read_private, write_private
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import Kept


class TokenFile:
    """Keeps the access tokens of one refresh token.

    It is a cache: what cannot be read or written costs a new token, and nothing more.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._path = folder / f"{fingerprint}.json"
        self._lock = folder / f"{fingerprint}.lock"
        self._latest: Kept | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other zohotui of this user from asking for a token meanwhile."""
        try:
            self._lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
            descriptor = os.open(self._lock, flags, 0o600)
        except OSError:
            # A disk that takes no lock keeps no token either: this process is alone with its own.
            yield
            return
        try:
            with suppress(OSError):
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def check(self) -> None:
        """Raise ConfigError if others could have read the tokens."""
        read_private(self._path)

    def read(self) -> Kept:
        """Return what is kept; nothing if it cannot be read or makes no sense."""
        try:
            content = read_private(self._path)
        except ConfigError:
            content = None
        # What the disk did not take still counts towards Zoho's limits.
        return max(_kept(content), self._latest or Kept(), key=_age)

    def write(self, kept: Kept) -> None:
        """Keep this for the next zohotui, if the disk takes it."""
        self._latest = kept
        members = {
            "access_token": kept.token.reveal() if kept.token else "",
            "made": kept.made,
            "ends": kept.ends,
            "asked": kept.asked,
            "not_before": kept.not_before,
        }
        with suppress(ConfigError):
            write_private(self._path, json.dumps(members).encode() + b"\n")

    def erase(self) -> None:
        """Forget the tokens; raises ConfigError if they stay."""
        self._latest = None
        erase_private(self._path)


def _kept(content: bytes | None) -> Kept:
    try:
        members = json.loads(content or b"")
        token = Secret(str(members["access_token"]))
        return Kept(
            token if token.is_plausible else None,
            float(members["made"]),
            float(members["ends"]),
            tuple(float(moment) for moment in members["asked"]),
            float(members["not_before"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return Kept()


def _age(kept: Kept) -> tuple[float, float, float]:
    """Order what is known by how new it is."""
    return max(kept.asked, default=0.0), kept.not_before, kept.made
