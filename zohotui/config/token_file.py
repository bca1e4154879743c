"""Access tokens on the disk, so that every zohotui on one sign-in uses the same."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zohotui.config.errors import ConfigError
from zohotui.config.private_files import erase_private, read_private, write_private
from zohotui.files import make_folder, open_lock
from zohotui.zoho.errors import NotSent
from zohotui.zoho.secret import Secret
from zohotui.zoho.tokens import Kept

_PATIENCE = 60.0
"""Seconds to wait for another zohotui; a token is made in less, even over a slow line."""

_LATEST = 250_000_000_000.0
"""Seconds since 1970 that no clock shows."""

_NAP = 0.1
"""Seconds between two looks."""


class TokenFile:
    """Keeps the access tokens of one refresh token.

    It is a cache: what cannot be read or written costs a new token, and nothing more.
    `clock` and `sleep` measure the wait for another zohotui.
    """

    def __init__(
        self,
        folder: Path,
        fingerprint: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._path = folder / f"{fingerprint}.json"
        self._lock = folder / f"{fingerprint}.lock"
        self._clock = clock
        self._sleep = sleep
        self._latest: Kept | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep every other zohotui of this user from asking for a token meanwhile.

        Raises NotSent if one of them does not let go.
        """
        try:
            make_folder(self._lock.parent)
            descriptor = open_lock(self._lock)
        except OSError:
            # A disk that takes no lock keeps no token either: this process is alone with its own.
            yield
            return
        try:
            self._wait_for(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _wait_for(self, descriptor: int) -> None:
        # Not a lock that blocks: who holds it may have been stopped by ctrl+z, for ever.
        last = self._clock() + _PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._clock() >= last:
                    raise self._busy() from None
                self._sleep(_NAP)
            except OSError:
                # A disk without locks.
                return
            else:
                return

    def _busy(self) -> NotSent:
        return NotSent(
            f"Another zohotui is getting an access token and has held {self._lock} for "
            f"{_PATIENCE:.0f} s. If it was stopped with ctrl+z, continue it with fg or end "
            "it; then try again."
        )

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
        return max(_kept(content), self._latest or Kept(), key=lambda kept: kept.age)

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
        token, asked = members["access_token"], members["asked"]
        if not isinstance(asked, list):
            return Kept()
        return Kept(
            Secret(token) if isinstance(token, str) and Secret(token).is_plausible else None,
            _moment(members["made"]),
            _moment(members["ends"]),
            tuple(map(_moment, asked)),
            _moment(members["not_before"]),
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return Kept()


def _moment(value: object) -> float:
    """Take seconds since 1970; what is no number, or not finite, is of no token file."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LATEST:
        return float(value)
    raise ValueError("a moment was expected")
