"""Disks that cannot do everything: network shares, old FUSE file systems, full and foreign ones."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TextIO

import pytest

from tests.deletion.test_history import begun
from tests.rows import each_row
from tests.world.plans import TARGET, options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import World
from zohotui.config.errors import ConfigError
from zohotui.config.private_files import read_private, write_private
from zohotui.deletion.journal.differences_file import DifferencesError, add_differences
from zohotui.deletion.journal.lock import LockedError, locked, occupied
from zohotui.deletion.journal.receipt import ReceiptError, write_receipt
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.snapshot import Snapshot, SnapshotError
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.events import Braked
from zohotui.deletion.model.outcome import State
from zohotui.files import (
    append,
    cannot_lock,
    create_first,
    create_new,
    create_whole,
    cut,
    is_locked,
    keep_from_others,
    open_lock,
    open_to_append,
    replace_whole,
    sync_folder,
)

PLAN = plan_of([11, 12, 13, 14], options=options(2))
UNKNOWN = [errno.EINVAL, errno.EBADF, errno.ENOSYS, errno.EOPNOTSUPP]
NO_LOCKS = [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL]
TROUBLES = [errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS]


def broken(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def break_sync(patch: pytest.MonkeyPatch, number: int, *, folders: bool) -> None:
    """Let waiting for the disk fail, of folders alone or of files alone."""
    for name in ("fsync", "fdatasync"):
        if (true := getattr(os, name, None)) is None:
            continue

        def sync(descriptor: int, true: Callable[[int], None] = true) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode) == folders:
                broken(number)()
            true(descriptor)

        patch.setattr(os, name, sync)


@each_row("number", UNKNOWN)
def test_a_folder_that_cannot_be_waited_for_is_done_without(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    break_sync(monkeypatch, number, folders=True)
    sync_folder(tmp_path)
    told = world.carry_out(plan_of(world.leads(5), options=options(2)), and_look_up=True)
    promises_hold(world, told)
    assert told.rows.tally == {State.VERIFIED: 5}
    write_receipt(told.journal, 0.0)
    add_differences(tmp_path / "a.differences.txt", ["x"])
    saved = Snapshot.create(world.folder, TARGET, "Leads", whole=False)
    saved.belong_to(told.journal)
    saved.close()
    secrets = tmp_path / "secrets"
    write_private(secrets / "a.json", b"x")
    assert read_private(secrets / "a.json") == b"x"


@each_row("number", TROUBLES)
def test_a_folder_that_fails_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    break_sync(monkeypatch, number, folders=True)
    with pytest.raises(OSError, match=os.strerror(number)):
        sync_folder(tmp_path)
    with pytest.raises(JournalError, match=os.strerror(number)):
        Journal.create(tmp_path, PLAN)


@each_row("number", [*UNKNOWN, *TROUBLES])
def test_a_file_that_cannot_be_waited_for_is_never_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = begun(tmp_path)
    writers: list[tuple[type[Exception], Callable[[], object]]] = [
        (JournalError, lambda: Journal.create(tmp_path, PLAN)),
        (SnapshotError, lambda: Snapshot.create(tmp_path, TARGET, "Leads", whole=False)),
        (ReceiptError, lambda: write_receipt(path, 0.0)),
        (DifferencesError, lambda: add_differences(tmp_path / "a", ["x"])),
        (ConfigError, lambda: write_private(tmp_path / "secrets" / "a.json", b"x")),
    ]
    with closing(Journal.reopen(read_journal(path))) as journal:
        break_sync(monkeypatch, number, folders=False)
        with pytest.raises(JournalError, match=os.strerror(number)):
            journal.record(Braked("x"))
    for error, write in writers:
        with pytest.raises(error, match=rf"{os.strerror(number)}\.($| The journal )"):
            write()


@each_row("number", NO_LOCKS)
def test_without_locks_no_journal_is_kept_and_the_way_out_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = begun(tmp_path)
    monkeypatch.setattr(fcntl, "flock", broken(number))
    words = "has no locks .* ZOHOTUI_HOME can name a folder on a local disk instead"
    with pytest.raises(JournalError, match=words):
        Journal.create(tmp_path, PLAN)
    with pytest.raises(JournalError, match=words):
        Journal.reopen(read_journal(path))
    with pytest.raises(LockedError, match=words), locked(tmp_path, PLAN, lambda: 0.0):
        pass
    assert "ZOHOTUI_HOME" in occupied(tmp_path, PLAN)
    # To look whether somebody has a lock is no reason to fail.
    assert not is_locked(path)


def test_a_lock_that_fails_otherwise_is_told_with_its_reason() -> None:
    error = OSError(errno.EIO, os.strerror(errno.EIO))
    assert cannot_lock(Path("/x/y"), error).startswith("The lock /x/y cannot be held: Input/output")


@each_row("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_lock_that_cannot_be_made_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr("zohotui.files.os.open", broken(number))
    words = occupied(tmp_path, PLAN)
    assert words.startswith("The lock ")
    assert "cannot be made: " in words
    assert words.endswith("ZOHOTUI_HOME can name a folder on a local disk instead.")


@each_row("number", [errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_disk_without_modes_keeps_secrets_if_its_own_keep_others_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "secrets" / "a.json"
    monkeypatch.setattr(os, "fchmod", broken(number))
    write_private(path, b"x")
    assert read_private(path) == b"x"
    with path.open("rb") as file:
        path.chmod(0o640)
        with pytest.raises(OSError, match="cannot keep others from reading it"):
            keep_from_others(file.fileno())
        keep_from_others(file.fileno(), 0o640)


def test_a_disk_that_changes_no_mode_and_does_not_say_so_keeps_no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chmod = os.chmod
    monkeypatch.setattr(os, "fchmod", lambda descriptor, _: chmod(descriptor, 0o644))
    with pytest.raises(ConfigError, match="cannot keep others from reading it"):
        write_private(tmp_path / "secrets" / "a.json", b"x")
    assert list((tmp_path / "secrets").iterdir()) == []


@each_row("make", [create_new, open_lock, lambda path: open_to_append(path, make=True)])
def test_what_is_made_is_its_owner_s_alone_and_no_link_is_followed(
    tmp_path: Path, make: Callable[[Path], int]
) -> None:
    mask = os.umask(0)
    try:
        os.close(make(tmp_path / "new"))
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="link"):
        make(tmp_path / "link")
    assert not (tmp_path / "elsewhere").exists()


def test_nothing_that_is_there_is_taken_for_a_new_file(tmp_path: Path) -> None:
    names = [tmp_path / name for name in ("a", "b")]
    names[0].write_text("mine")
    with pytest.raises(FileExistsError):
        create_new(names[0])
    with pytest.raises(FileExistsError), create_whole(names[0]):
        pass
    path, descriptor = create_first(names)
    os.close(descriptor)
    assert path == names[1]
    with pytest.raises(FileExistsError, match="too many files of this name"):
        create_first(names)
    assert names[0].read_text() == "mine"


def test_what_is_opened_to_append_must_be_there_and_grows_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with pytest.raises(FileNotFoundError):
        open_to_append(path)
    with pytest.raises(FileNotFoundError):
        open_lock(path, make=False)
    path.write_bytes(b"one")
    descriptor = open_to_append(path)
    append(descriptor, [b"two", b"", b"three"])
    cut(descriptor, 6)
    os.close(descriptor)
    assert path.read_bytes() == b"onetwo"


@pytest.mark.parametrize("alone", [True, False])
def test_what_is_not_written_to_its_end_leaves_everything_as_it_was(
    tmp_path: Path, *, alone: bool
) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def write(file: TextIO) -> None:
        file.write("half")
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"), replace_whole(path, alone=alone) as file:
        write(file)
    with pytest.raises(ValueError, match="x"), create_whole(tmp_path / "b") as file:
        write(file)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a", "old")]


def test_two_that_replace_a_file_at_the_same_moment_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with replace_whole(path) as one, replace_whole(path) as other:
        one.write("one")
        other.write("other")
    assert path.read_text() == "one"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_what_an_earlier_one_left_half_written_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / ".a.part").write_text("half")
    with replace_whole(tmp_path / "a", alone=True) as file:
        file.write("whole \udcff")
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == r"whole \udcff"
