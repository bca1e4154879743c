"""What is read by slices, or as text, is what the slow reading of whole lines reads.

Of every journal both tell the same, or refuse it with the same sentence: whatever its run, wherever
it was cut, and whatever somebody has put into it who knows how its chain is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.forging import rechain, unchain
from tests.deletion.test_corpus import CORPUS
from tests.deletion.test_fold import described, stream
from tests.rows import each_row
from tests.world.clock import Clock
from tests.world.plans import options, plan_of
from tests.world.world import World
from zohotui.deletion.journal import first_line, replay
from zohotui.deletion.journal.batch_lines import quick_event
from zohotui.deletion.journal.chain import Checked
from zohotui.deletion.journal.first_line import read_first
from zohotui.deletion.journal.lines import of_line, parse
from zohotui.deletion.journal.plan_line import begun_of
from zohotui.deletion.journal.replay import read_journal
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.events import Landed, Sent
from zohotui.deletion.model.outcome import Outcome, State
from zohotui.deletion.model.run_state import RunState
from zohotui.zoho.zoho_clock import Skew, ZohoClock

_PIECES = st.sampled_from(
    [
        *(b',"ids":["', b'"ids":["', b'"]', b"]", b'"]},{', b'"]}]', b',"outcomes":[{', b'","'),
        *(b"{", b"}", b"[", b",", b" ", b"\n", b'"', b"\\", b"0", b"1", b"\xff", b"\\u0031"),
        *(
            b',"ids":["11"]',
            b',"ids":[]',
            b',"outcomes":[]',
            b',"landed":1',
            b',"x":{"ids":["11"]}',
        ),
        *(
            b',"skew":1',
            b',"skew_within":1',
            b',"skew":-0.5,"skew_within":9999999999.0',
            b'"sending":1',
            b',"start":0',
            b',"count":1',
            b',"by":"7"',
            b',"at":"2026-11-29T12:00:00.000+00:00"',
            b'"answer":',
        ),
    ]
)


@pytest.fixture(autouse=True, scope="module")
def quick_disk() -> Iterator[None]:
    """Wait for no disk: what is written is read back from memory as well."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("zohotui.files.sync", lambda _: None)
        yield


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def told(path: Path, *, slowly: bool) -> dict[str, Any] | str:
    """Tell all that is read of a journal, or why it is refused."""
    with ExitStack() as stack:
        for quick in ("read_first", "quick_event") if slowly else ():
            stack.enter_context(patch.object(replay, quick, lambda *_: None))
        try:
            read = read_journal(path)
        except JournalError as error:
            return str(error)
    file = {name: getattr(read, name) for name in ("size", "torn", "head", "sha256")}
    return {**file, "plan": read.run.plan, **described(read.run)}


def damaged(data: st.DataObject, written: bytes) -> bytes:
    """Cut, flip, put in, take out or copy a few bytes."""
    for _ in range(data.draw(st.integers(0, 3))):
        places = st.integers(0, len(written))
        start, end = sorted((data.draw(places), data.draw(places)))
        match data.draw(st.sampled_from(["cut", "put", "put", "take", "copy"])):
            case "cut":
                written = written[:end]
            case "put":
                written = written[:start] + data.draw(_PIECES) + written[start:]
            case "take":
                written = written[:start] + written[min(end, start + 9) :]
            case _:
                few = written[start : min(end, start + 400)]
                written = written[:end] + few + written[end:]
    return written


class Behind(ZohoClock):
    """Zoho's clock, where this machine's is behind it."""

    @property
    def skew(self) -> Skew:
        return Skew(-12.34, 0.56)


@given(st.data())
def test_both_tell_the_same_of_every_journal(data: st.DataObject) -> None:
    slices = data.draw(st.sampled_from([(65_536, 262_144), (700, 16), (700, 5), (100, 9)]))
    with (
        TemporaryDirectory() as folder,
        patch.object(first_line, "HEAD", slices[0]),
        patch.object(first_line, "_SLICE", slices[1]),
    ):
        journal, _ = stream(data, Path(folder), lambda *_: None)
        journal.close()
        path = journal.path
        path.write_bytes(damaged(data, path.read_bytes()))
        match data.draw(st.sampled_from(["anew", "anew", "old", "as it is"])):
            case "anew":
                rechain(path)
            case "old" if b"\n" in path.read_bytes():
                unchain(path)
            case _:
                pass
        assert told(path, slowly=False) == told(path, slowly=True)


def test_an_empty_line_before_the_first_is_seen_either_way(world: World) -> None:
    path = world.carry_out(plan_of(world.leads(3))).journal
    path.write_bytes(b"\n" + path.read_bytes())
    rechain(path)
    refusals = {told(path, slowly=slowly) for slowly in (False, True)}
    assert refusals == {f"The journal {path} is damaged in line 1."}


@each_row("slices", [(65_536, 262_144), (600, 40)])
@each_row("path", sorted(CORPUS.glob("*/*.jsonl")))
def test_both_tell_the_same_of_journals_of_every_format(
    path: Path, slices: tuple[int, int]
) -> None:
    with patch.object(first_line, "HEAD", slices[0]), patch.object(first_line, "_SLICE", slices[1]):
        assert told(path, slowly=False) == told(path, slowly=True)


_IDS = st.lists(st.integers(1, 2**64 - 1) | st.integers(1, 99), min_size=1, unique=True)


@given(_IDS, st.integers(1, 60), st.data())
def test_whatever_the_ids_the_first_line_is_read_by_slices(
    ids: list[int], size: int, data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder, patch.object(first_line, "_SLICE", size):
        with closing(Journal.create(Path(folder), plan_of(ids), clock=Clock())) as journal:
            path, plan = journal.path, journal.run.plan
        line = path.read_bytes()
        head = line.index(b'"ids"') + data.draw(st.integers(8, 90))
        with patch.object(first_line, "HEAD", head), path.open("rb") as file:
            first = read_first(file)
            place = file.tell()
        if first is None:
            # An id is longer than what is read at once.
            assert size < len(str(max(ids))) + 3 or head < len(line)
            return
        assert (first.size, place) == (len(line), len(line))
        assert begun_of(first.entry, first.ids) == begun_of(parse(line))
        assert begun_of(parse(line)).plan == plan
        assert Checked().fault(first.end, first.digest) is None
        assert first.ids.sha256 == plan.sha256


def test_a_first_line_as_it_is_written_is_read_by_slices(tmp_path: Path) -> None:
    with closing(Journal.create(tmp_path, plan_of(range(10**17, 10**17 + 30_000)))) as journal:
        pass
    with journal.path.open("rb") as file:
        assert read_first(file) is not None


@each_row("zoho_clock", [None, Behind()])
def test_the_lines_of_a_batch_as_they_are_written_are_read_as_text(
    tmp_path: Path, zoho_clock: ZohoClock | None
) -> None:
    deleted = Outcome(State.DELETED, "SUCCESS", "record deleted", 200, '{"code": "SUCCESS"}')
    refused = Outcome(State.FAILED, "X", "\u00fc, [{", 200, '{"a": ["x"]}')
    plan = plan_of(range(11, 31), options=options(9))
    run, read = RunState(plan), 0
    with closing(Journal.create(tmp_path, plan)) as journal:
        journal.zoho_clock = zoho_clock
        for batch in plan.batches():
            outcomes = [deleted] * len(batch.ids)
            if batch.number > 2:
                outcomes[1::3] = [refused] * len(outcomes[1::3])
            journal.record(Sent(batch))
            journal.record(Landed(batch, tuple(outcomes)))
    for line in journal.path.read_bytes().splitlines()[1:]:
        event = of_line(parse(line), plan)
        assert quick_event(line, plan, run.flights) == event
        read += 1
        run.apply(event)
    assert read == 8


_FORGED = {
    "ids twice in the first line": (b'"]', b'"],"ids":["11"]'),
    "another id in the place of one that left": (b'"ids":["21","22"', b'"ids":["21","32"'),
    "an id with two fates": (b'"ids":["14","17"', b'"ids":["13","14","17"'),
    "outcomes within a moment": (b',"outcomes":[', b'+00:00","outcomes":['),
    "a member that nobody knows": (b'{"landed":2,', b'{"landed":2,"foreign":"x",'),
    "a batch that begins elsewhere": (b'"start":10,', b'"start":9,'),
    "a batch of another size": (b'"start":10,"count":9', b'"start":10,"count":8'),
    "a batch that the plan has not": (b'{"sending":4,', b'{"sending":5,'),
    "a batch without ids": (b'"start":19,"count":1', b'"start":19,"count":0'),
    "a day that is none": (b'{"sending":3,"at":"20', b'{"sending":3,"at":"20-'),
    "a clock that nobody has": (b'"skew":-12.3,', b'"skew":-99999999999.3,'),
}


@each_row("change", _FORGED.values())
def test_what_somebody_put_in_is_refused_by_both(
    tmp_path: Path, change: tuple[bytes, bytes]
) -> None:
    path = _mixed(tmp_path)
    written = path.read_bytes()
    assert isinstance(told(path, slowly=False), dict)
    assert change[0] in written
    path.write_bytes(written.replace(*change, 1))
    rechain(path)
    refused = told(path, slowly=False)
    assert isinstance(refused, str)
    assert refused == told(path, slowly=True)


def test_what_lay_beside_an_answer_is_not_lost(tmp_path: Path) -> None:
    plan = plan_of(range(11, 31), options=options(9))
    first, *_ = plan.batches()
    with closing(Journal.create(tmp_path, plan)) as journal:
        journal.record(Sent(first))
        journal.record(Landed(first, (Outcome(State.DELETED),), foreign=("77",)))
    run = RunState(plan)
    *_, sent, landed = journal.path.read_bytes().splitlines()
    run.apply(of_line(parse(sent), plan))
    assert quick_event(landed, plan, run.flights) is None
    event = of_line(parse(landed), plan)
    assert isinstance(event, Landed)
    assert event.foreign == ("77",)


def test_who_else_sent_a_batch_is_not_lost(tmp_path: Path) -> None:
    plan = plan_of(range(11, 31), options=options(9))
    with closing(Journal.create(tmp_path, plan)) as journal:
        journal.record(Sent(next(plan.batches()), by="77"))
    line = journal.path.read_bytes().splitlines()[-1]
    assert quick_event(line, plan, {}) is None
    assert read_journal(journal.path).run.senders == {1: "77"}


def _mixed(folder: Path) -> Path:
    """Write a journal: of its second batch each third id was refused, and all else deleted."""
    plan = plan_of(range(11, 31), options=options(9))
    with closing(Journal.create(folder, plan, clock=Clock())) as journal:
        journal.zoho_clock = Behind()
        for batch in plan.batches():
            outcomes = [Outcome(State.DELETED, "SUCCESS")] * len(batch.ids)
            if batch.number == 2:
                outcomes[2::3] = [Outcome(State.FAILED, "X")] * 3
            journal.record(Sent(batch))
            journal.record(Landed(batch, tuple(outcomes)))
    return journal.path
