"""The saved copies: whole lines survive any cut."""

from __future__ import annotations

import errno
import gzip
import json
import os
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.world.plans import TARGET, plan_of
from tests.world.world import World
from zohotui.deletion.journal import snapshot
from zohotui.deletion.journal.history import history
from zohotui.deletion.journal.saved_copies import snapshots_of
from zohotui.deletion.journal.snapshot import (
    Snapshot,
    SnapshotError,
    lacks,
    read_snapshot,
)
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Reviewed
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.review.review import ReviewRequest, review

NOW = 1_793_000_000.0


def create(folder: Path, *, whole: bool = False, now: float = NOW) -> Snapshot:
    return Snapshot.create(folder, TARGET, "Leads", whole=whole, clock=lambda: now)


def records(start: int, count: int) -> list[dict[str, Any]]:
    return [{"id": str(start + number), "Name": f"Zoë {number}"} for number in range(count)]


def packed(content: bytes) -> bytes:
    """Pack the same into the same, at whatever time."""
    return gzip.compress(content, 1, mtime=0)


def read(path: Path) -> list[dict[str, Any]]:
    return list(read_snapshot(path))[1:]


# What stands in it


def test_what_is_saved_can_be_read_again(tmp_path: Path) -> None:
    saved = create(tmp_path)
    saved.add(records(1, 100))
    saved.add([])
    saved.add(records(101, 3))
    saved.close()
    saved.close()
    assert saved.count == 103
    assert saved.size == saved.path.stat().st_size
    assert read(saved.path) == records(1, 100) + records(101, 3)
    with gzip.open(saved.path, "rt", encoding="utf-8") as file:
        assert len(file.readlines()) == 104


def test_its_head_says_what_it_is_and_what_it_does_not_contain(tmp_path: Path) -> None:
    listed, whole = create(tmp_path), create(tmp_path, whole=True)
    head = next(read_snapshot(listed.path))
    assert (head["snapshot"], head["module"], head["zgid"]) == (1, "Leads", TARGET.zgid)
    assert head["read"] == "as lists"
    for what in ("subform", "line items", "rich text", "files", "notes"):
        assert what in head["lacks"]
    assert "line items" not in next(read_snapshot(whole.path))["lacks"]
    assert lacks(whole=False).endswith(".")


def test_it_is_private_and_nothing_is_ever_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "journals"
    first, second = create(folder), create(folder)
    assert first.path.name == "20261026T073320Z-700000001-Leads.review.snapshot.jsonl.gz"
    assert second.path.name == "20261026T073320Z-700000001-Leads-2.review.snapshot.jsonl.gz"
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_it_takes_the_name_of_the_journal_it_belongs_to(tmp_path: Path) -> None:
    saved = create(tmp_path)
    saved.add(records(1, 2))
    journal = Journal.create(tmp_path, plan_of([1]), clock=lambda: NOW)
    saved.belong_to(journal.path)
    assert saved.path.name == "20261026T073320Z-700000001-Leads.snapshot.jsonl.gz"
    saved.add(records(3, 1))
    saved.close()
    assert read(saved.path) == records(1, 2) + records(3, 1)
    assert [path.name for path in tmp_path.glob("*review*")] == []
    # It is no journal, and does not count as one.
    assert [one.path for one in history(tmp_path)] == [journal.path]


@pytest.mark.parametrize("link", [False, True])
def test_a_file_that_has_that_name_already_stays(tmp_path: Path, *, link: bool) -> None:
    saved = create(tmp_path)
    there = tmp_path / "run.snapshot.jsonl.gz"
    if link:
        there.symlink_to("nowhere")
    else:
        there.write_bytes(b"mine")
    saved.belong_to(tmp_path / "run.jsonl")
    assert there.is_symlink() is link
    assert link or there.read_bytes() == b"mine"
    assert saved.path.name == "run.2.snapshot.jsonl.gz"
    assert saved.path.exists()


def test_all_snapshots_of_a_run_are_found_the_latest_first(tmp_path: Path) -> None:
    journal = tmp_path / "run.jsonl"
    assert snapshots_of(journal) == []
    for _ in range(3):
        create(tmp_path).belong_to(journal)
    names = [path.name for path in snapshots_of(journal)]
    assert names == [f"run{number}.snapshot.jsonl.gz" for number in (".3", ".2", "")]


def test_one_that_came_to_nothing_is_erased(tmp_path: Path) -> None:
    saved = create(tmp_path)
    saved.add(records(1, 2))
    saved.discard()
    saved.discard()
    assert list(tmp_path.iterdir()) == []


HOSTILE = "\x1b[2J \x9b31m \u202egpj \u2028 \ud800 \x00 \x7f ü 伟"


def test_no_terminal_is_steered_by_it_and_every_character_comes_back(tmp_path: Path) -> None:
    saved = create(tmp_path)
    saved.add([{"id": "1", "Name": HOSTILE, "Amount": 1.5, "Big": 10**30, "$x": None}])
    saved.close()
    (record,) = read(saved.path)
    assert record == {"id": "1", "Name": HOSTILE, "Amount": 1.5, "Big": 10**30, "$x": None}
    text = gzip.decompress(saved.path.read_bytes()).decode()
    assert text.replace("\n", "").isprintable()
    assert "ü 伟" in text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(rows=st.lists(st.dictionaries(st.text(), JSON, max_size=4), max_size=4))
def test_whatever_json_there_is_comes_back(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    saved = create(tmp_path)
    saved.add(rows)
    saved.close()
    assert read(saved.path) == rows
    saved.path.unlink()


# Crashes and faults


@pytest.mark.parametrize("ended", [False, True])
def test_cut_at_any_byte_all_whole_records_can_be_read(tmp_path: Path, *, ended: bool) -> None:
    saved = create(tmp_path)
    flushed = [(saved.size, 0)]
    for number in range(6):
        saved.add(records(number * 7 + 1, 7))
        flushed.append((saved.size, saved.count))
    if ended:
        saved.close()
    whole, cut = saved.path.read_bytes(), tmp_path / "cut"
    every = records(1, 7) + [one for n in range(1, 6) for one in records(n * 7 + 1, 7)]
    for length in range(flushed[0][0], len(whole) + 1):
        cut.write_bytes(whole[:length])
        found = read(cut)
        assert found == every[: len(found)]
        assert len(found) >= max(count for size, count in flushed if size <= length)


def test_a_file_cut_in_its_head_is_no_snapshot(tmp_path: Path) -> None:
    saved = create(tmp_path)
    cut, whole = tmp_path / "cut", saved.path.read_bytes()
    for length in range(saved.size - 10):
        cut.write_bytes(whole[:length])
        with pytest.raises(SnapshotError, match="is not a snapshot"):
            read(cut)


@pytest.mark.skipif(shutil.which("zcat") is None, reason="there is no zcat")
def test_zcat_shows_what_a_crash_left(tmp_path: Path) -> None:
    saved = create(tmp_path)
    saved.add(records(1, 50))
    done = subprocess.run(["zcat", str(saved.path)], capture_output=True, check=False)
    lines = done.stdout.splitlines()
    assert [json.loads(line) for line in lines[1:]] == records(1, 50)


@each_row(
    ("content", "said"),
    [
        (b"", "is not a snapshot"),
        (b"hello", "is damaged"),
        (packed(b"hello\n"), "damaged in line 1"),
        (packed(b"[1]\n"), "damaged in line 1"),
        (packed(b'{"journal":2}\n'), "is not a snapshot"),
        (packed(b'{"snapshot":1}\n{"id":'), ""),
        (packed(b'{"snapshot":1}\n' + b"[" * 100_000 + b"\n"), "damaged in line 2"),
        (packed(b'{"snapshot":99}\n'), "newer zohotui"),
        (packed(b'{"snapshot":true}\n'), "is not a snapshot"),
        (packed(b'{"snapshot":0}\n'), "damaged in line 1"),
        (packed(b'{"snapshot":1,"zgid":7}\n'), "damaged in line 1"),
        (packed(b'{"snapshot":1,"lacks":["x"]}\n'), "damaged in line 1"),
        (packed(b'{"snapshot":1}\n{"id":"' + b"1" * (65 << 20)), "damaged in line 2"),
    ],
)
def test_what_is_none_is_told_in_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    if not said:
        assert read(path) == []
        return
    with pytest.raises(SnapshotError, match=said) as caught:
        read(path)
    assert str(caught.value).endswith(".")


def test_a_line_without_end_is_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_LONGEST_LINE", 1_000)
    path = tmp_path / "x"
    path.write_bytes(packed(b'{"snapshot":1}\n' + b" " * 20_000_000))
    with pytest.raises(SnapshotError, match="damaged in line 2"):
        read(path)


def test_a_damaged_middle_is_told_where_it_is_met(tmp_path: Path) -> None:
    saved = create(tmp_path)
    for number in range(3):
        saved.add(records(number * 5_000 + 1, 5_000))
    saved.close()
    broken = bytearray(saved.path.read_bytes())
    broken[len(broken) // 2 : len(broken) // 2 + 40] = b"\xff" * 40
    saved.path.write_bytes(broken)
    found: list[dict[str, Any]] = []
    with pytest.raises(SnapshotError, match="is damaged"):
        found.extend(read_snapshot(saved.path))


def test_a_file_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="No such file"):
        read(tmp_path / "x")


def test_a_full_disk_is_a_sentence_and_what_was_saved_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved, write = create(tmp_path), os.write
    saved.add(records(1, 10))

    def half(descriptor: int, content: bytes) -> int:
        if len(content) < 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(descriptor, bytes(content)[: len(content) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(SnapshotError, match="No space left"):
        saved.add(records(11, 10))
    monkeypatch.undo()
    with pytest.raises(SnapshotError, match="No space left"):
        saved.add(records(21, 1))
    saved.close()
    assert saved.count == 10
    assert read(saved.path)[:10] == records(1, 10)
    assert len(read(saved.path)) <= 20


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match="cannot be written"):
        create(tmp_path / "file")


def test_a_closed_one_takes_nothing(tmp_path: Path) -> None:
    saved = create(tmp_path)
    saved.close()
    with pytest.raises(SnapshotError, match="is closed"):
        saved.add(records(1, 1))


def test_it_is_synced_before_it_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = create(tmp_path)
    synced: list[tuple[int, int]] = []
    sync = os.fdatasync

    def note(descriptor: int) -> None:
        synced.append((os.fstat(descriptor).st_size, saved.count))
        sync(descriptor)

    monkeypatch.setattr(os, "fdatasync", note)
    saved.add(records(1, 5))
    assert synced == [(saved.path.stat().st_size, 0)]


def test_what_is_erased_once_is_not_erased_again_under_its_name(tmp_path: Path) -> None:
    first = create(tmp_path, now=NOW)
    first.discard()
    second = create(tmp_path, now=NOW)
    assert second.path == first.path
    first.discard()
    assert second.path.exists()


# With a review


@pytest.mark.parametrize("whole", [False, True])
def test_a_review_saves_each_record_as_zoho_gives_it(world: World, *, whole: bool) -> None:
    ids = world.leads(30)
    target = replace(TARGET, org="Ö / \x1b Ltd", zgid="")
    saved = Snapshot.create(world.folder, target, "Leads", whole=whole, clock=world.clock)
    count = 0
    request = ReviewRequest(ids, "Leads", keep=saved.add, whole=whole)
    for event in review(request, world.crm(), Levers(), world.times):
        if isinstance(event, Reviewed):
            count += len(event.places)
            assert len(read(saved.path)) >= count
    saved.close()
    assert sorted(int(one["id"]) for one in read(saved.path)) == ids
    names: Sequence[str] = [str(one["Full_Name"]) for one in read(saved.path)]
    fields = [world.sandbox.org.record("Leads", one["id"]).fields for one in read(saved.path)]
    assert names == [field["Full_Name"] for field in fields]
