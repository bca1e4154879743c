"""A disk that cannot keep a run: told before anything is read, and nothing is left on it."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from tests.deletion.test_journal import Disk
from tests.rows import each_row
from tests.test_files import break_sync, broken
from zohotui import files
from zohotui.deletion.journal.disk_check import disk_trouble

WAY_OUT = "ZOHOTUI_HOME can name a folder on a local disk instead."


def test_a_good_disk_has_none_and_is_left_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "journals"
    assert disk_trouble(folder) == ""
    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o777 == 0o700
    # What an earlier try left behind when its process died is in nobody's way.
    (folder / f".check-{os.getpid()}").touch()
    assert disk_trouble(folder) == ""
    assert list(folder.iterdir()) == []


@each_row("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
@each_row("call", ["open", "write", "fdatasync"])
def test_a_disk_that_is_full_or_read_only_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    monkeypatch.setattr(files, "os", Disk(call, 1, number))
    words = disk_trouble(tmp_path)
    assert words == (
        f"The folder {tmp_path} cannot be used for the journal of a run: "
        f"{os.strerror(number)}. {WAY_OUT}"
    )
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "journals").touch()
    assert disk_trouble(tmp_path / "journals").endswith(f"exists. {WAY_OUT}")


@each_row("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL])
def test_a_disk_without_locks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(fcntl, "flock", broken(number))
    words = disk_trouble(tmp_path)
    assert words.startswith(f"The file system of {tmp_path} has no locks (")
    assert words.endswith(WAY_OUT)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_gives_no_new_names_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "rename", broken(errno.EXDEV))
    assert "Invalid cross-device link" in disk_trouble(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_not_waited_for_where_that_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_sync(monkeypatch, errno.EINVAL, folders=True)
    assert disk_trouble(tmp_path) == ""


@pytest.mark.parametrize(("folder", "told"), [(0o755, True), (0o700, False)])
def test_files_that_others_can_read_are_told_unless_their_folder_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: int, told: bool
) -> None:
    true = os.open

    def opened(path: Path, flags: int, mode: int = 0o777, **how: int) -> int:
        descriptor = true(path, flags, mode, **how)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.chmod(descriptor, 0o755)  # noqa: PTH101, S103 - as a disk without modes does
        return descriptor

    monkeypatch.setattr(os, "open", opened)
    tmp_path.chmod(folder)
    assert bool(disk_trouble(tmp_path)) is told
    tmp_path.chmod(0o700)
