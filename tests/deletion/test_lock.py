"""One run at a time: whoever is at work is named, and a dead process holds nothing."""

from __future__ import annotations

import fcntl
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.deletion.test_journal import Disk
from tests.rows import each_row
from tests.world.clock import Clock
from tests.world.plans import TARGET, options, plan_of
from zohotui.deletion.journal.lock import LockedError, holder, locked, occupied, one_at_a_time

PLAN = plan_of([11, 12, 13, 14], options=options(2))
LOCK = "700000001-Leads.lock"


def test_whoever_is_at_work_is_named_and_nobody_else_may_begin(tmp_path: Path) -> None:
    assert holder(tmp_path, TARGET, "Leads") == ""
    with locked(tmp_path, PLAN, Clock()):
        who = f"process {os.getpid()} on {socket.gethostname()}, since 2026-09-21T14:13:20+00:00"
        assert holder(tmp_path, TARGET, "Leads") == who
        sentence = f"Another zohotui is deleting Leads in this org: {who}. Wait until it has ended."
        assert occupied(tmp_path, PLAN) == sentence
        with pytest.raises(LockedError) as refused, locked(tmp_path, PLAN, Clock()):
            pass
        assert str(refused.value) == sentence
        for free in (plan_of([1], "Deals"), replace(PLAN, target=replace(TARGET, zgid="7"))):
            assert holder(tmp_path, free.target, free.module) == ""
            with locked(tmp_path, free, Clock()):
                pass
    assert holder(tmp_path, TARGET, "Leads") == occupied(tmp_path, PLAN) == ""
    assert (tmp_path / LOCK).stat().st_mode & 0o777 == 0o600


def test_runs_of_an_org_begin_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals = plan_of([1], "Deals")
    waiting, went_on = threading.Event(), threading.Event()
    monkeypatch.setattr("zohotui.files.time.sleep", lambda _: waiting.set())

    def begin() -> None:
        with one_at_a_time(tmp_path, deals.target, Clock()):
            went_on.set()

    monkeypatch.setattr("zohotui.deletion.journal.lock._TURNS", itertools.repeat(0.0))
    # Neither the runs of its modules nor the next org wait.
    with (
        one_at_a_time(tmp_path, PLAN.target, Clock()),
        one_at_a_time(tmp_path, replace(TARGET, zgid="7"), Clock()),
        locked(tmp_path, PLAN, Clock()),
        locked(tmp_path, deals, Clock()),
    ):
        other = threading.Thread(target=begin)
        other.start()
        assert waiting.wait(60)
        assert not went_on.is_set()
    other.join(60)
    assert went_on.is_set()


def test_who_never_gets_a_turn_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zohotui.deletion.journal.lock._TURNS", (0.0,))
    with (
        one_at_a_time(tmp_path, TARGET, Clock()),
        pytest.raises(LockedError, match=f"is starting a run in this org: process {os.getpid()}"),
        one_at_a_time(tmp_path, TARGET, Clock()),
    ):
        pass


HOLD = """
import sys, time
from pathlib import Path
from tests.deletion.test_resume import PLAN
from zohotui.deletion.journal.lock import locked

with locked(Path(sys.argv[1]), PLAN, time.time):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_note_of_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        assert holder(tmp_path, TARGET, "Leads").startswith(f"process {other.pid} on ")
        with pytest.raises(LockedError), locked(tmp_path, PLAN, Clock()):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert json.loads((tmp_path / LOCK).read_text())["pid"] == other.pid
    assert holder(tmp_path, TARGET, "Leads") == ""
    with locked(tmp_path, PLAN, Clock()):
        assert holder(tmp_path, TARGET, "Leads").startswith(f"process {os.getpid()} on ")


def test_to_look_who_is_at_work_keeps_nobody_from_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locked(tmp_path, PLAN, Clock()):
        pass
    looking = os.open(tmp_path / LOCK, os.O_RDWR)
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr(time, "sleep", lambda _: fcntl.flock(looking, fcntl.LOCK_UN))
    with locked(tmp_path, PLAN, Clock()):
        assert holder(tmp_path, TARGET, "Leads")
    os.close(looking)


@pytest.mark.parametrize("call", ["ftruncate", "pwrite"])
def test_a_full_disk_leaves_the_lock_unsigned_but_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    monkeypatch.setattr("zohotui.files.os", Disk(call, 1))
    with locked(tmp_path, PLAN, Clock()):
        assert holder(tmp_path, TARGET, "Leads") == "another process"
    assert holder(tmp_path, TARGET, "Leads") == ""


NOTES = [
    b"",
    b"nonsense",
    b"[]",
    b'"text"',
    b"3",
    b"\xff\xfe",
    b"[" * 5_000,
    b'{"pid":1}',
    b'{"pid":true,"host":"a","since":"b"}',
    b'{"pid":1,"host":{},"since":"b"}',
    b'{"pid":"1","host":"a","since":"b"}',
    b'{"pid":1,"host":"a","since":"' + b"x" * 5_000,
]


@each_row("note", NOTES)
def test_a_note_that_makes_no_sense_names_nobody(tmp_path: Path, note: bytes) -> None:
    with locked(tmp_path, PLAN, Clock()):
        (tmp_path / LOCK).write_bytes(note)
        assert holder(tmp_path, TARGET, "Leads") == "another process"
        with pytest.raises(LockedError, match="in this org: another process"):
            locked(tmp_path, PLAN, Clock()).__enter__()


def test_a_note_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    with locked(tmp_path, PLAN, Clock()):
        note = {"pid": "\x1b[2J", "host": "\x07", "since": "\u202e"}
        (tmp_path / LOCK).write_text(json.dumps(note))
        assert holder(tmp_path, TARGET, "Leads").isprintable()
        with pytest.raises(LockedError) as refused, locked(tmp_path, PLAN, Clock()):
            pass
        assert str(refused.value).isprintable()


@each_row("obstacle", ["link", "folder", "file"])
def test_a_lock_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path, obstacle: str) -> None:
    folder = tmp_path / "locks"
    if obstacle == "file":
        folder.write_text("")
    else:
        folder.mkdir()
    if obstacle == "link":
        (folder / LOCK).symlink_to(tmp_path / "victim")
    if obstacle == "folder":
        (folder / LOCK).mkdir()
    with pytest.raises(LockedError, match=r"^The lock .* cannot be made: .*\.$"):
        locked(folder, PLAN, Clock()).__enter__()
    assert holder(folder, TARGET, "Leads") == ""
    assert not (tmp_path / "victim").exists()


def test_two_that_only_look_do_not_keep_each_other_out(tmp_path: Path) -> None:
    assert occupied(tmp_path, PLAN) == ""
    (path,) = tmp_path.glob("*.lock")
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert occupied(tmp_path, PLAN) == ""
        assert holder(tmp_path, PLAN.target, PLAN.module) == ""
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "Another zohotui" in occupied(tmp_path, PLAN)
