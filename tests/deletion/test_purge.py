"""Purging: nothing but the copies of runs that have had their time is ever erased."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.test_snapshot import NOW, create
from zohotui.deletion.journal import snapshot as snapshot_file
from zohotui.deletion.journal.snapshot import Snapshot, purge
from zohotui.zoho.limits import KEPT_DAYS

DAY = 86_400.0
OLD = "20260101T000000Z-700000001-Leads"
RECENT = "20261025T000000Z-700000001-Deals.jsonl"


def clock_is_right(folder: Path, now: float = NOW) -> None:
    """Leave the journal of a run of yesterday."""
    (folder / RECENT).write_bytes(b"{}")
    os.utime(folder / RECENT, (now - DAY, now - DAY))


def aged(path: Path, age: float) -> Path:
    """Let a file have been written so many days ago."""
    os.utime(path, (NOW - age * DAY, NOW - age * DAY))
    return path


def test_only_old_snapshots_are_purged(tmp_path: Path) -> None:
    old = [
        f"{OLD}.snapshot.jsonl.gz",
        f"{OLD}-2.snapshot.jsonl.gz",
        f"{OLD}-3.review.snapshot.jsonl.gz",
        f"{OLD}-3.2.snapshot.jsonl.gz",
        f"{OLD}-3.differences.txt",
        "20260101T000000Z-org-Custom_Module5.snapshot.jsonl.gz",
    ]
    stays = [
        f"{OLD}.jsonl",
        f"{OLD}.snapshot.jsonl",
        f"{OLD}.2.differences.txt",
        f"{OLD}.differences.txt.bak",
        f"{OLD}.snapshot.jsonl.gz.bak",
        f"copy of {OLD}.snapshot.jsonl.gz",
        f".{OLD}.snapshot.jsonl.gz",
        f"{OLD}.snapshot.jsonl.gz\n",
        "20261399T000000Z-700000001-Leads.snapshot.jsonl.gz",
        "2026-01-01-700000001-Leads.snapshot.jsonl.gz",
        "20260101T000000Z-700000001.snapshot.jsonl.gz",
        "20260101T000000Z-..-Leads.snapshot.jsonl.gz",
        "20261025T000000Z-700000001-Leads.snapshot.jsonl.gz",
        "29991025T000000Z-700000001-Leads.snapshot.jsonl.gz",
        "٢٠٢٦٠١٠١T٠٠٠٠٠٠Z-7-Leads.snapshot.jsonl.gz",
        "settings.toml",
    ]
    for name in (*old, *stays):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (0, 0))
    clock_is_right(tmp_path)
    stays.append(RECENT)
    assert purge(tmp_path, NOW) == sorted(old)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(stays)
    assert purge(tmp_path, NOW) == []


def test_links_and_folders_of_that_name_stay(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"x")
    (tmp_path / f"{OLD}.snapshot.jsonl.gz").symlink_to(kept)
    (tmp_path / f"{OLD}-2.snapshot.jsonl.gz").symlink_to("nowhere")
    (tmp_path / f"{OLD}-3.snapshot.jsonl.gz").mkdir()
    os.mkfifo(tmp_path / f"{OLD}-4.snapshot.jsonl.gz")
    for path in tmp_path.iterdir():
        os.utime(path, (0, 0), follow_symlinks=False)
    clock_is_right(tmp_path)
    assert purge(tmp_path, NOW) == []
    assert len(list(tmp_path.iterdir())) == 6
    assert kept.read_bytes() == b"x"


def of_a_run(folder: Path, age: float) -> Snapshot:
    """Save something, so many days ago, that was confirmed."""
    saved = create(folder, now=NOW - age * DAY)
    name = saved.path.name.replace(".review.snapshot.jsonl.gz", ".jsonl")
    saved.belong_to(folder / name)
    saved.close()
    aged(saved.path, age)
    return saved


@pytest.mark.parametrize(("age", "goes"), [(KEPT_DAYS - 0.01, False), (KEPT_DAYS + 0.01, True)])
def test_copies_have_their_time(tmp_path: Path, age: float, *, goes: bool) -> None:
    saved = of_a_run(tmp_path, age)
    clock_is_right(tmp_path)
    assert bool(purge(tmp_path, NOW)) is goes
    assert saved.path.exists() is not goes


@pytest.mark.parametrize(("written", "goes"), [(1, False), (61, True)])
def test_what_was_written_lately_stays_whatever_its_name_says(
    tmp_path: Path, written: float, *, goes: bool
) -> None:
    saved = of_a_run(tmp_path, 100)
    aged(saved.path, written)
    clock_is_right(tmp_path)
    purge(tmp_path, NOW)
    assert saved.path.exists() is not goes


@pytest.mark.parametrize(("resumed", "goes"), [(1.5, False), (61, True)])
def test_copies_of_one_run_go_together(tmp_path: Path, resumed: float, *, goes: bool) -> None:
    first = of_a_run(tmp_path, 100)
    journal = first.path.with_name(first.path.name.replace(".snapshot.jsonl.gz", ".jsonl"))
    second = create(tmp_path, now=NOW - resumed * DAY)
    second.belong_to(journal)
    second.close()
    aged(second.path, resumed)
    clock_is_right(tmp_path)
    assert len(purge(tmp_path, NOW)) == 2 * goes
    assert first.path.exists() is second.path.exists() is not goes


@pytest.mark.parametrize("review", [False, True])
def test_a_clock_that_is_wrong_by_months_erases_nothing(tmp_path: Path, *, review: bool) -> None:
    saved = of_a_run(tmp_path, 0)
    if review:
        saved = create(tmp_path, now=NOW)
        aged(saved.path, 0)
    journal = tmp_path / RECENT
    journal.write_bytes(b"{}")
    aged(journal, 0)
    wrong = NOW + (KEPT_DAYS + 1) * DAY
    assert purge(tmp_path, wrong) == []
    assert saved.path.exists()
    # A run of that day shows that it is none other.
    clock_is_right(tmp_path, wrong)
    assert saved.path.name in purge(tmp_path, wrong)


@pytest.mark.parametrize(("age", "goes"), [(1.99, False), (2.01, True)])
def test_what_a_dead_process_left_of_a_review_goes_after_two_days(
    tmp_path: Path, age: float, *, goes: bool
) -> None:
    left = create(tmp_path, now=NOW - age * DAY)
    aged(left.path, age)
    kept = of_a_run(tmp_path, age)
    purge(tmp_path, NOW)
    assert left.path.exists() is not goes
    assert kept.path.exists()


def test_a_folder_that_is_not_there_has_none(tmp_path: Path) -> None:
    assert purge(tmp_path / "none", NOW) == []


@given(name=st.text(st.characters(exclude_characters="/\x00", codec="utf-8"), min_size=1))
def test_no_other_name_tells_a_time(name: str) -> None:
    assert snapshot_file._made(name) is None
    assert snapshot_file._made(f"{name}.snapshot.jsonl.gz") is None
