"""A journal that another writes to, takes away or replaces: the run ends, and tells the truth."""

from __future__ import annotations

import fcntl
import itertools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.deletion.test_history import begun
from tests.rows import each_row
from tests.world.plans import options, plan_of
from tests.world.wire import Attempt
from tests.world.world import Steered, Told, World
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.sole_writer import SoleWriter
from zohotui.deletion.journal.writer import Journal, JournalError, JournalTaken
from zohotui.deletion.model.events import Braked, Finished, Landed, Sent
from zohotui.deletion.model.outcome import State

FOREIGN = b'{"sending":7,"at":"2026-09-21T14:13:20.000+00:00","start":16,"count":3}\n'


def write_behind(path: Path) -> None:
    with path.open("ab") as file:
        file.write(FOREIGN)


def shorten(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 5)


def replace_it(path: Path) -> None:
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


def link_it(path: Path) -> None:
    """Put a link to the very same file in its place."""
    # In one step: nobody sees the folder without it.
    path.with_name("moved").hardlink_to(path)
    path.with_name("link").symlink_to(path.with_name("moved"))
    path.with_name("link").replace(path)


MEDDLING = {
    write_behind: "has lines that this program did not write",
    shorten: "has become shorter",
    replace_it: "was replaced by another file",
    link_it: "was replaced by another file",
    Path.unlink: "was erased or moved away",
}
ANY = pytest.mark.parametrize(
    ("meddle", "words"), MEDDLING.items(), ids=[meddle.__name__ for meddle in MEDDLING]
)


@contextmanager
def on_its_way(world: World, meddle: Callable[[Path], object], at: int) -> Iterator[None]:
    """Meddle with the journal while the n-th request is under way, and before any later one is."""
    follow, arrived, meddled = World._follow, itertools.count(1), threading.Event()

    def check(_: Attempt) -> None:
        number = next(arrived)
        if number == at:
            meddle(next(world.folder.glob("*.jsonl")))
            meddled.set()
        elif number > at:
            assert meddled.wait(60)

    def followed(self: World, *arguments: object, **named: object) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tests.world.world.journaled_first", lambda _: check)
            follow(self, *arguments, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(World, "_follow", followed)
        yield


def judged(world: World, told: Told, words: str) -> None:
    """Whatever was done to the journal: what is told of each id is what the org's ledger says."""
    (why,) = {event.why for event in told.of(Braked) if isinstance(event, Braked)}
    assert words in why
    assert isinstance(told.events[-1], Finished)
    gone = set(map(int, world.sandbox.ledger.deleted_ids("Leads")))
    for place, record_id in enumerate(told.plan.ids):
        wanted = State.DELETED if record_id in gone else State.NOT_SENT
        assert told.rows.state(place) is wanted


@ANY
@each_row("parallel", [1, 3])
def test_nothing_more_is_sent_and_what_has_landed_is_told(
    world: World, meddle: Callable[[Path], object], words: str, parallel: int
) -> None:
    plan = plan_of(world.leads(20), options=options(3, parallel))
    control = Steered(30)
    with on_its_way(world, meddle, 2):
        told = world.carry_out(plan, control=control)
    judged(world, told, words)
    # Nobody had to be asked whether it goes on.
    assert control.resumes == 30
    assert 2 <= len(world.wire.attempts) <= 1 + parallel
    landed = [event for event in told.events if isinstance(event, Landed)]
    assert len(landed) == len(world.wire.attempts)
    assert landed[-1].at is None


@ANY
def test_a_change_between_the_line_and_its_request_keeps_the_request_back(
    world: World, monkeypatch: pytest.MonkeyPatch, meddle: Callable[[Path], object], words: str
) -> None:
    sync, seen = getattr(os, "fdatasync", os.fsync), [0]

    def synced(descriptor: int) -> None:
        sync(descriptor)
        seen[0] += 1
        # The plan, the first batch and its landing; this is the second batch.
        if seen[0] == 4:
            meddle(next(world.folder.glob("*.jsonl")))

    monkeypatch.setattr("zohotui.files.sync", synced)
    told = world.carry_out(plan_of(world.leads(20), options=options(3)), control=Steered(30))
    judged(world, told, words)
    assert len(world.wire.attempts) == 1
    assert len(told.of(Sent)) == 1


def test_what_was_done_to_it_is_not_forgotten_when_it_is_undone(tmp_path: Path) -> None:
    path = begun(tmp_path)
    whole = path.read_bytes()
    with closing(Journal.reopen(read_journal(path))) as journal:
        write_behind(path)
        with pytest.raises(JournalTaken):
            journal.record(Braked("x"))
        os.truncate(path, len(whole))
        with pytest.raises(JournalTaken, match="did not write"):
            journal.record(Braked("x"))
    assert path.read_bytes() == whole


@each_row("meddle", [write_behind, replace_it])
def test_what_another_put_where_a_journal_begins_is_left_to_them(
    tmp_path: Path, meddle: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(_: SoleWriter) -> None:
        meddle(next(tmp_path.glob("*.jsonl")))

    monkeypatch.setattr(SoleWriter, "hold", held)
    with pytest.raises(JournalTaken):
        Journal.create(tmp_path, plan_of([11, 12]))
    assert list(tmp_path.glob("*.jsonl"))


def test_a_journal_is_open_once_and_readers_do_not_mind(tmp_path: Path) -> None:
    path = begun(tmp_path)
    read = read_journal(path)
    with closing(Journal.reopen(read)) as journal:
        words = rf"^The journal .* is open in process {os.getpid()}\. Wait until that has ended\.$"
        with pytest.raises(JournalError, match=words):
            Journal.reopen(read)
        journal.record(Braked("x"))
        assert len(replay(path).timeline.entries) == 1
    with closing(Journal.reopen(read_journal(path))):
        pass


def test_to_look_whether_it_is_open_keeps_nobody_from_opening_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = begun(tmp_path)
    looking = os.open(path, os.O_RDONLY)
    fcntl.flock(looking, fcntl.LOCK_SH)
    monkeypatch.setattr("zohotui.files.time.sleep", lambda _: fcntl.flock(looking, fcntl.LOCK_UN))
    Journal.reopen(read_journal(path)).close()
    os.close(looking)


@pytest.mark.parametrize("more", [FOREIGN, FOREIGN + b"{"])
def test_a_journal_that_has_grown_since_it_was_read_is_not_gone_on_with(
    tmp_path: Path, more: bytes
) -> None:
    path = begun(tmp_path)
    read = read_journal(path)
    with path.open("ab") as file:
        file.write(more)
    with pytest.raises(JournalTaken, match="did not write"):
        Journal.reopen(read)
    assert path.stat().st_size == read.size + len(more)
