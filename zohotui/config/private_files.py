"""Files that hold secrets: 0600 in a folder 0700, written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from zohotui.config.errors import ConfigError
from zohotui.files import make_folder, replace_whole

_OTHERS = 0o077
_LARGEST = 100_000
"""Bytes; a file of secrets is never larger."""


def read_file(path: Path, most: int) -> bytes:
    """Return what stands in a file, which others may read; raises ConfigError or OSError.

    What is no file would keep its reader waiting for ever, or never end.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ConfigError(f"{path} is not a file.")
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(most + 1)
    finally:
        os.close(descriptor)
    if len(content) > most:
        raise ConfigError(f"{path} has more than {most:,} bytes. Make it smaller.")
    return content


def read_private(path: Path) -> bytes | None:
    """Return what stands in a private file; None if there is none.

    Raises ConfigError, and reads nothing, if it is not private or not a file.
    """
    try:
        _check_folder(path.parent)
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            _check_file(path, os.fstat(descriptor))
            # Not by its path, which could lead to another file by now.
            with open(descriptor, "rb", closefd=False) as file:
                return file.read(_LARGEST)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from None


def write_private(path: Path, content: bytes) -> None:
    """Replace a private file in one step; raises ConfigError if it cannot be kept."""
    try:
        make_folder(path.parent)
        _check_folder(path.parent)
        replace_file(path, content)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from None


def replace_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file beside the old one and put it in its place, on the disk for certain."""
    with replace_whole(path, mode=mode) as file:
        file.buffer.write(content)


def erase_private(path: Path) -> None:
    """Take a private file away if it is there; raises ConfigError if it stays."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{path} cannot be erased: {error.strerror}.") from None


def _check_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"{path} is not a file.")
    if found.st_uid != os.geteuid():
        raise ConfigError(f"{path} belongs to another user, so it is not read.")
    if found.st_mode & _OTHERS:
        mode = stat.S_IMODE(found.st_mode)
        raise ConfigError(
            f"{path} can be read by others (its mode is {mode:03o}), so it is not used. "
            f"If nobody has read it: chmod 600 {path}. Otherwise revoke its token "
            "in Zoho's account settings, erase the file and sign in again."
        )


def _check_folder(folder: Path) -> None:
    found = folder.stat()
    if found.st_mode & _OTHERS:
        raise ConfigError(
            f"Others can look into {folder} (its mode is {stat.S_IMODE(found.st_mode):03o}), so no "
            f"secrets are kept there. Close it: chmod 700 {folder}."
        )
