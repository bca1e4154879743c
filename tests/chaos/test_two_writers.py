"""Two real processes at one run: the folder of locks is erased, or the whole home is copied."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event

import pytest

from tests.chaos.books import Books, judge
from tests.chaos.chaos import PATIENCE, ROOT
from tests.chaos.go_on import Errand
from tests.world.plans import TARGET, options, plan_of
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.outcome import State
from zohotui.sandbox import Fault, FaultKind, Org, Sandbox, serve

HELD = 4
"""Deletes that are answered before the org keeps the next one waiting."""


@dataclass
class Scene:
    """A run that was begun, an org that keeps its fifth delete waiting, and the processes at it."""

    sandbox: Sandbox
    ids: list[int]
    journal: Path
    errand: Errand
    asked: Event
    """Set once the org keeps a delete waiting."""
    go: Event
    """Lets the org answer."""

    def begin(self, errand: Errand) -> subprocess.Popen[str]:
        """Start a process that goes on with the run."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.go_on", json.dumps(asdict(errand))],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def under_way(self) -> Iterator[subprocess.Popen[str]]:
        """Let one process send, until the org keeps it waiting; at the end it is killed.

        What it had sent is done then: it would be waited for, as long as a real answer may take.
        """
        with self.begin(self.errand) as process:
            try:
                assert process.stdout is not None
                assert process.stdout.readline() == "sending\n"
                assert self.asked.wait(PATIENCE)
                assert self.sent == HELD
                yield process
            finally:
                process.kill()
                self.go.set()
        end = time.monotonic() + PATIENCE
        while self.sent == HELD and time.monotonic() < end:
            time.sleep(0.01)
        assert self.sent == HELD + 1

    def answer(self, errand: Errand) -> str:
        """Let another process go on, to its end; return the last that it says."""
        with self.begin(errand) as process:
            words, _ = process.communicate()
        assert process.returncode == 0
        return words.splitlines()[-1]

    @property
    def sent(self) -> int:
        return len(self.sandbox.ledger.sent_ids("Leads"))

    def judged(self, journal: Path) -> None:
        """Hold the journal that was gone on with to the org's books."""
        told = replay(journal)
        plan = plan_of(self.ids)
        found = judge(plan, told, Books.of(self.sandbox, plan), ended=True)
        assert found.sound, found
        assert told.rows.tally == {State.VERIFIED: len(self.ids)}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    asked, go = Event(), Event()

    def wait(_: float) -> None:
        asked.set()
        go.wait(PATIENCE)

    sandbox = Sandbox(Org.empty(), sleep=wait)
    sandbox.faults.add(Fault(kind=FaultKind.DELAY, skip=HELD, times=1_000))
    ids = [int(record_id) for record_id in sandbox.org.add_records("Leads", 12)]
    with serve(sandbox) as url:
        plan = replace(plan_of(ids, options=options(1)), target=replace(TARGET, api_domain=url))
        with closing(Journal.create(tmp_path / "home" / "journals", plan)) as journal:
            path = journal.path
        token = sandbox.issue_token(lifetime=1e9)
        yield Scene(sandbox, ids, path, Errand(url, token, str(path)), asked, go)


def test_without_the_folder_of_locks_the_journal_itself_keeps_the_second_out(
    scene: Scene,
) -> None:
    with scene.under_way() as first:
        shutil.rmtree(scene.journal.parent.parent / "locks")
        words = scene.answer(scene.errand)
        assert words.startswith(f"The journal {scene.journal} is open in ")
        assert first.poll() is None
    # What was under way when it was killed is looked up and not sent again.
    assert scene.answer(scene.errand) == "done"
    scene.judged(scene.journal)


def test_a_copied_home_sends_nothing_while_nobody_says_that_it_is_alone(scene: Scene) -> None:
    home = scene.journal.parent.parent
    with scene.under_way():
        copy = home.with_name("copied") / "journals" / scene.journal.name
        shutil.copytree(home, home.with_name("copied"))
        errand = replace(scene.errand, journal=str(copy))
        words = scene.answer(errand)
        assert "was copied or restored from a backup since it was begun" in words
        assert words.endswith("so nothing is sent.")
        whole = copy.read_bytes()
        assert scene.answer(errand) == words
        assert copy.read_bytes() == whole
    assert scene.answer(scene.errand) == "done"
    scene.judged(scene.journal)


def test_a_home_that_was_moved_to_another_disk_goes_on_once_the_admin_has_said_so(
    scene: Scene,
) -> None:
    with scene.under_way():
        pass
    home = scene.journal.parent.parent
    shutil.copytree(home, home.with_name("moved"))
    shutil.rmtree(home)
    moved = home.with_name("moved") / "journals" / scene.journal.name
    errand = replace(scene.errand, journal=str(moved), alone=True)
    assert scene.answer(errand) == "done"
    scene.judged(moved)


def test_a_journal_that_is_replaced_under_way_ends_the_run(scene: Scene) -> None:
    with scene.under_way() as first:
        copy = scene.journal.with_name("copy")
        shutil.copy2(scene.journal, copy)
        copy.replace(scene.journal)
        scene.go.set()
        first.wait(PATIENCE)
        assert scene.sent <= HELD + 1
    # The copy does not know of what was sent since: the second process may not go on unasked.
    before = scene.sent
    assert "was copied or restored" in scene.answer(scene.errand)
    assert scene.sent == before
