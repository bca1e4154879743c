"""Where a journal was begun: told by itself, so that a copy is known for one."""

from __future__ import annotations

import platform
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.deletion.forging import unchain, with_plan
from tests.deletion.test_history import begun
from tests.rows import each_row
from zohotui.deletion.journal.history import Unreadable, history
from zohotui.deletion.journal.home import moved
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, JournalError, this_tool
from zohotui.deletion.model.events import Braked, Resumed
from zohotui.deletion.model.home import Home


def how(path: Path) -> str:
    return moved(replay(path).home, path)


def copy_of(path: Path) -> Path:
    copy = path.with_name(f"copy-of-{path.name}")
    return Path(shutil.copy2(path, copy))


def test_a_journal_knows_where_it_was_begun(tmp_path: Path) -> None:
    path = begun(tmp_path)
    assert replay(path).home == Home(platform.node(), path.stat().st_ino)
    assert how(path) == ""
    # To move a home on one disk makes no second one.
    assert how(path.rename(tmp_path / "moved.jsonl")) == ""
    assert moved(replay(tmp_path / "moved.jsonl").home, None) == ""
    assert moved(replay(tmp_path / "moved.jsonl").home, tmp_path / "none") == ""


def test_a_copy_is_told_on_the_same_machine_and_on_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = begun(tmp_path)
    assert how(copy_of(path)) == "copied or restored from a backup since it was begun"
    monkeypatch.setattr(platform, "node", lambda: "other\x1b[2J")
    assert how(path) == f"begun on {replay(path).home.host}, not on this machine"  # type: ignore[union-attr]


def test_once_it_is_said_to_be_alone_it_asks_no_more(tmp_path: Path) -> None:
    path = copy_of(begun(tmp_path))
    with closing(Journal.reopen(read_journal(path))) as journal:
        journal.settle_here()
        journal.record(Resumed(this_tool()))
        journal.record(Braked("x"))
    assert how(path) == ""
    assert path.read_text().count('"home"') == 2
    assert how(copy_of(path))


@each_row("version", [1, 2, 3])
def test_a_journal_of_before_asks_nothing(tmp_path: Path, version: int) -> None:
    path = begun(tmp_path)
    with_plan(path, home=None)
    text = path.read_text().replace('"home":null,', "")
    path.write_text(text)
    unchain(path, version) if version < 3 else with_plan(path)
    assert replay(path).home is None
    assert how(copy_of(path)) == ""


HOMES: list[Any] = [
    *(None, [], "here", 7, {}, {"host": "a"}, {"inode": 7}, {"host": "a", "inode": "7"}),
    *({"host": 7, "inode": 7}, {"host": "a", "inode": True}, {"host": "a", "inode": -1}),
    *({"host": "a", "inode": 2**64}, {"host": "a", "inode": 1.0}),
]


@each_row("home", HOMES)
def test_a_home_that_is_none_is_of_a_damaged_journal(tmp_path: Path, home: Any) -> None:
    path = begun(tmp_path)
    with_plan(path, home=home)
    with pytest.raises(JournalError, match="is damaged in line 1"):
        replay(path)
    (one,) = history(tmp_path)
    assert isinstance(one, Unreadable)
