"""Killed at every step: each write and sync of the journal, each request before it and after."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Lock
from typing import Any

import httpx
import pytest

from tests.deletion.test_resolve import settled_truly
from tests.deletion.test_run_faults import fault
from tests.world.plans import OLD_ID, options, plan_of
from tests.world.promises import promises_hold
from tests.world.wire import Wire
from tests.world.world import Told, World
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Plan
from zohotui.sandbox import Fault, FaultKind, Sandbox


class Killed(BaseException):
    """The process is no more; nothing catches it, as nothing catches SIGKILL."""


class Fate:
    """Counts the steps of one process and ends it at the one that it was told; 0: at none."""

    def __init__(self, end: int = 0, look: Callable[[], object] = str) -> None:
        self.steps: list[str] = []
        self.seen: list[object] = []
        """What there was to see at each step."""
        self._end, self._look = end, look

    def step(self, name: str) -> bool:
        """Take a step; whether it is the last. Raises Killed after it: the dead do nothing."""
        if 0 < self._end <= len(self.steps):
            raise Killed(name)
        self.steps.append(name)
        self.seen.append(self._look())
        return len(self.steps) == self._end

    def pass_by(self, name: str) -> None:
        """Take a step that leaves nothing behind; raises Killed if it is the last."""
        if self.step(name):
            raise Killed(name)


class MortalDisk:
    """The module os, for the journal, in a process that may die at each step.

    It waits for no disk: what a process wrote outlives it. Only where the power goes with it is
    that lost which was never synced.
    """

    def __init__(self) -> None:
        self.fate = Fate()
        self._synced: dict[int, int] = {}
        """Bytes that the disk has of each file, by its inode."""
        self._open: set[int] = set()

    def bury(self) -> None:
        """Close what the dead process had open, as the kernel does."""
        while self._open:
            os.close(self._open.pop())

    def open(self, *arguments: Any) -> int:
        self._open.add(descriptor := os.open(*arguments))
        return descriptor

    def close(self, descriptor: int) -> None:
        self._open.discard(descriptor)
        os.close(descriptor)

    def synced(self, path: Path) -> int:
        """Tell how much of a file stays if the power goes: what only the cache has is lost."""
        there = path.stat()
        return min(there.st_size, self._synced.get(there.st_ino, 0))

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def fsync(self, descriptor: int) -> None:
        self.fate.pass_by("fsync")

    def fdatasync(self, descriptor: int) -> None:
        self.fate.pass_by("before fdatasync")
        there = os.fstat(descriptor)
        self._synced[there.st_ino] = there.st_size
        self.fate.pass_by("after fdatasync")

    def ftruncate(self, descriptor: int, size: int) -> None:
        self.fate.pass_by("before ftruncate")
        os.ftruncate(descriptor, size)
        self.fate.pass_by("after ftruncate")

    def write(self, descriptor: int, rest: memoryview) -> int:
        self.fate.pass_by("before write")
        # All but its end: such a line can be read, and yet it does not count.
        for cut in (len(rest) // 2, len(rest) - 1):
            if self.fate.step(f"write of {cut} of {len(rest)} bytes"):
                os.write(descriptor, rest[:cut])
                raise Killed
        return os.write(descriptor, rest)


class MortalWire(Wire):
    """The way to the org, from a process that may die before a request leaves or after it acted."""

    def __init__(self, sandbox: Sandbox, fate: Fate) -> None:
        super().__init__(sandbox)
        self.at_work = Lock()
        """Held by each request; who holds it once they are dead knows that none is under way."""
        self._fate = fate

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self.at_work:
            self._fate.pass_by(f"before {request.method} {request.url.path}")
            try:
                return super().handle_request(request)
            finally:
                self._fate.pass_by(f"after {request.method} {request.url.path}")


class Mortal:
    """A world with a run in it that dies where it is told and is taken up by a later session."""

    def __init__(
        self, folder: Path, disk: MortalDisk, *faults: Fault, parallel: int = 1, api: str = "v2"
    ) -> None:
        self.world, self.disk, self._api = World(folder), disk, api
        ids = self.world.leads(8)
        self.world.sandbox.org.lock("Leads", str(ids[4]))
        self.world.sandbox.org.bin("Leads", str(ids[7]), at=self.world.clock() - 86_400)
        self.world.sandbox.faults.add(*faults)
        self.plan: Plan = plan_of([*ids, OLD_ID], options=options(3, parallel))

    def live(self, fate: Fate, *, power: bool = True) -> bool:
        """Begin the run or take it up; whether it came to its end, or died on the way.

        `power`: whether the machine goes on when the process is dead.
        """
        told, attempts = self._earlier(), self.world.wire.attempts
        self.disk.fate = fate
        self.world.wire = wire = MortalWire(self.world.sandbox, self.disk.fate)
        wire.attempts = attempts
        try:
            if told is None:
                told = self.world.carry_out(self.plan, api=self._api, and_look_up=True)
            elif told.run.finished:
                told = self.world.look_up(told, api=self._api)
            else:
                told = self.world.resume(told, api=self._api)
        except Killed:
            with wire.at_work:
                pass
            self.disk.bury()
            for path in () if power else self.world.folder.glob("*.jsonl"):
                os.truncate(path, self.disk.synced(path))
            return False
        promises_hold(self.world, told, api=self._api)
        settled_truly(self.world, told)
        assert told.rows.count(State.ENTERED, State.SENDING) == 0
        return True

    def left(self, *, power: bool = True) -> object:
        """Tell all that the next session finds: its journal, and what Zoho has done or will do."""
        org = self.world.sandbox
        journals = [
            OF_ITS_OWN.sub(b"", p.read_bytes()[: None if power else self.disk.synced(p)])
            for p in self.world.folder.glob("*.jsonl")
        ]
        asked = [(one.method, one.path, one.query) for one in org.ledger.requests]
        to_come = [(fault.kind, seen) for fault, seen in org.faults._waiting]
        sent = [(one.ids, one.harmless) for one in self.world.wire.attempts]
        return journals, asked, sent, to_come, org.ledger.deleted_ids("Leads"), org.clock()

    def _earlier(self) -> Told | None:
        """Find the journal that holds the plan; one whose first line was torn never began."""
        for path in sorted(self.world.folder.glob("*.jsonl")):
            try:
                read = replay(path)
            except JournalError:
                assert b"\n" not in path.read_bytes()
                continue
            return Told(read.plan, [], read, path)
        assert self.world.wire.attempts == []
        return None


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> MortalDisk:
    mortal = MortalDisk()
    # The journal is written by the one, and closed by the other.
    monkeypatch.setattr("zohotui.files.os", mortal)
    monkeypatch.setattr("zohotui.deletion.journal.writer.os", mortal)
    return mortal


SCENES: dict[str, tuple[Fault, ...]] = {
    "a lost answer, acted on, then a lost request": (
        fault(FaultKind.RESET_AFTER, skip=1),
        fault(FaultKind.HANG_BEFORE, skip=1),
    ),
    "turned away, never connected, refused as a whole": (
        fault(FaultKind.TOO_MANY_REQUESTS, skip=1),
        fault(FaultKind.REFUSE, skip=1),
        fault(FaultKind.FLAT_ERROR, skip=2),
    ),
}
"""Each has steps without a fault as well, and some of each fault's."""

LOST, TURNED_AWAY = SCENES

OF_ITS_OWN = re.compile(rb'"(chain|inode)":"?[0-9a-f]+')
"""What two journals of the same run do not share."""


@pytest.mark.parametrize("scene", SCENES)
def test_killed_at_each_step_it_forgets_nothing_and_sends_nothing_twice(
    tmp_path: Path, disk: MortalDisk, scene: str
) -> None:
    assert each_kill_survived(tmp_path, disk, scene) > 80


def test_what_was_never_synced_is_not_needed(tmp_path: Path, disk: MortalDisk) -> None:
    assert each_kill_survived(tmp_path, disk, LOST, power=False) > 40


def test_killed_again_at_each_step_of_the_session_that_takes_it_up(
    tmp_path: Path, disk: MortalDisk
) -> None:
    assert each_kill_survived(tmp_path, disk, LOST, earlier=20) > 40


def each_kill_survived(
    folder: Path, disk: MortalDisk, scene: str, *, power: bool = True, earlier: int = 0
) -> int:
    """Kill a run at each of its steps and take it up, once for each thing that kills leave.

    Returns how many steps there are. `earlier`: a step at which it was killed before. A run that
    lives shows what each of its steps leaves; a piece of a line is left by the dying alone.
    """

    def begun(name: str) -> Mortal:
        mortal = Mortal(folder / name, disk, *SCENES[scene])
        assert not (earlier and mortal.live(Fate(earlier)))
        return mortal

    living = begun("living")
    fate = Fate(look=lambda: living.left(power=power))
    assert living.live(fate)
    before: object = None
    for end, (step, seen) in enumerate(zip(fate.steps, fate.seen, strict=True), 1):
        if seen == before and not step.startswith("write of "):
            continue
        mortal = begun(str(end))
        assert not mortal.live(Fate(end), power=power)
        if (left := mortal.left()) != before:
            before = left
            assert mortal.live(Fate())
    return len(fate.steps)


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_any_steps_of_any_sessions(tmp_path: Path, disk: MortalDisk, seed: int) -> None:
    """With requests side by side, so that it is not told which step comes when."""
    dice = Random(seed)
    faults = [fault(dice.choice(list(FaultKind)), skip=dice.randint(0, 5)) for _ in range(2)]
    api = dice.choice(["v2", "v8"])
    mortal = Mortal(tmp_path / "run", disk, *faults, parallel=dice.randint(2, 4), api=api)
    for _ in range(dice.randint(2, 6)):
        mortal.live(Fate(dice.randint(1, 60)), power=dice.random() < 0.7)
    mortal.world.sandbox.faults.clear()
    assert mortal.live(Fate())
