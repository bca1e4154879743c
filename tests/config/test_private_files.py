"""Files that hold secrets: closed to others, and whole whatever fails."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from zohotui.config.errors import ConfigError
from zohotui.config.private_files import erase_private, read_private, replace_file, write_private


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "secrets" / "acme.json"


def written(path: Path, content: bytes = b"old") -> Path:
    write_private(path, content)
    return path


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_what_is_written_is_read_back_and_closed_to_others(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        written(path, b"new \x00 \xff")
    finally:
        os.umask(before)
    assert read_private(path) == b"new \x00 \xff"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_what_is_not_there_is_none(path: Path) -> None:
    assert read_private(path) is None
    written(path)
    assert read_private(path.with_name("other.json")) is None


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o777])
def test_a_file_that_others_can_touch_is_not_used(path: Path, bits: int) -> None:
    written(path).chmod(bits)
    with pytest.raises(ConfigError, match=f"its mode is {bits:03o}") as caught:
        read_private(path)
    assert f"chmod 600 {path}" in str(caught.value)
    assert "old" not in str(caught.value).replace("folder", "")


@pytest.mark.parametrize("bits", [0o750, 0o705, 0o755, 0o711, 0o777])
def test_a_folder_that_others_can_enter_holds_no_secrets(path: Path, bits: int) -> None:
    written(path).parent.chmod(bits)
    with pytest.raises(ConfigError, match=f"chmod 700 {path.parent}"):
        read_private(path)
    with pytest.raises(ConfigError, match=f"its mode is {bits:03o}"):
        write_private(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(path) == ["acme.json"]


@pytest.mark.parametrize("bits", [0o600, 0o400])
def test_a_file_that_only_its_owner_reads_is_used(path: Path, bits: int) -> None:
    written(path).chmod(bits)
    assert read_private(path) == b"old"


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"not yours")
    elsewhere.chmod(0o600)
    written(path).unlink()
    path.symlink_to(elsewhere)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_private(path)
    write_private(path, b"new")
    assert elsewhere.read_bytes() == b"not yours"
    assert not path.is_symlink()


@pytest.mark.parametrize(
    "make", [lambda path: os.mkfifo(path, 0o600), lambda path: path.mkdir(mode=0o700)]
)
def test_what_is_no_file_is_not_waited_for(path: Path, make: Callable[[Path], object]) -> None:
    """A pipe without a writer would keep its reader for ever."""
    written(path).unlink()
    make(path)
    with pytest.raises(ConfigError, match="is not a file"):
        read_private(path)


def test_a_file_of_another_user_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(path)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(ConfigError, match="belongs to another user"):
        read_private(path)


def test_a_way_through_a_file_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    file.chmod(0o600)
    with pytest.raises(ConfigError, match="cannot be read: Not a directory"):
        read_private(file / "acme.json")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_private(file / "acme.json", b"")


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.parent.iterdir())


class Full(io.FileIO):
    """A file that takes one byte and then finds the disk full."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "wb")

    def write(self, content: Any) -> int:
        super().write(content[:1])
        raise FULL


FULL = OSError(errno.ENOSPC, "No space left on device")


def full_disk(monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Let one system call, or writing to a file, find the disk full."""
    if call != "write":

        def fail(*_: object, **__: object) -> None:
            raise FULL

        monkeypatch.setattr(os, call, fail)
        return

    def opened(descriptor: int, *_: str, **__: str) -> io.TextIOWrapper:
        return io.TextIOWrapper(io.BufferedWriter(Full(descriptor)))

    monkeypatch.setattr(os, "fdopen", opened)


@pytest.mark.parametrize("call", ["replace", "fsync", "fchmod", "write"])
def test_a_write_that_fails_leaves_the_old_file_whole_and_nothing_beside_it(
    path: Path, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(path)
    with monkeypatch.context() as patched:
        full_disk(patched, call)
        with pytest.raises(ConfigError, match="No space left on device") as caught:
            write_private(path, b"a secret")
    assert "a secret" not in str(caught.value)
    assert names(path) == ["acme.json"]
    assert (path.read_bytes(), mode(path)) == (b"old", 0o600)


def test_the_new_file_is_on_the_disk_before_it_takes_the_old_one_s_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    written(path)
    true_sync, true_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        steps.append("sync")
        assert steps != ["sync"] or path.read_bytes() == b"old"
        true_sync(descriptor)

    def replace(source: str, target: Path) -> None:
        steps.append("replace")
        assert Path(source).read_bytes() == b"new"
        assert mode(Path(source)) == 0o600
        true_replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    write_private(path, b"new")
    assert steps == ["sync", "replace", "sync"]


def test_a_file_may_be_replaced_with_a_mode_of_its_own(tmp_path: Path) -> None:
    replace_file(tmp_path / "settings.toml", b"x", 0o644)
    assert mode(tmp_path / "settings.toml") == 0o644


def test_erasing_takes_it_away_and_is_content_if_nothing_is_there(path: Path) -> None:
    erase_private(path)
    written(path)
    erase_private(path)
    assert not path.exists()
    erase_private(path)


def test_erasing_a_link_leaves_what_it_leads_to(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"x")
    written(path).unlink()
    path.symlink_to(elsewhere)
    erase_private(path)
    assert elsewhere.exists()
    assert not path.is_symlink()


def test_what_cannot_be_erased_is_a_sentence(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be erased"):
        erase_private(path)
