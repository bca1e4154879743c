"""A run is one stream of recorded events: whatever stream, its journal tells what its events did.

The streams follow the grammar of events.py, with whatever outcomes there may be.
"""

from __future__ import annotations

import ast
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.test_replay import PLAN
from tests.rows import each_row
from tests.world.clock import Clock
from tests.world.plans import options, plan_of
from zohotui.deletion.journal import lines
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.line_kinds import LINE_KEYS, LINE_KINDS
from zohotui.deletion.journal.lines import end_of, of_line, parse
from zohotui.deletion.journal.plan_line import begun_of
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model import run_state
from zohotui.deletion.model.events import (
    FOUND,
    LANDED,
    UNTOLD,
    Begun,
    Braked,
    Compared,
    CutOff,
    Finished,
    Landed,
    Recorded,
    Release,
    Released,
    Remark,
    Resolved,
    Restored,
    Restoring,
    Resumed,
    Returned,
    Saved,
    Sent,
    Verified,
)
from zohotui.deletion.model.outcome import AWAY, Outcome, State
from zohotui.deletion.model.plan import Batch, Plan
from zohotui.deletion.model.run_state import RunState
from zohotui.zoho.zoho_clock import Skew

_WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), max_size=12)
_CODES = st.sampled_from(
    ["SUCCESS", "RESTORING", "SCHEDULED", "NOT_BACK", "IN_BIN", "INVALID_DATA", "AS_SAVED", ""]
)
_ANSWERS = st.sampled_from(["", '{"code": "SUCCESS"}', '{"a": [1, "\u00fc"]}', "<html>", "{[" * 60])
PLANS = st.builds(
    lambda count, size, left_out: _plan(count, size, left_out=left_out),
    st.integers(1, 12),
    st.integers(1, 4),
    st.booleans(),
)


@pytest.fixture(autouse=True, scope="module")
def quick_disk() -> Iterator[None]:
    """Wait for no disk: what is written is read back from memory as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zohotui.files.sync", lambda _: None)
        yield


def _plan(count: int, size: int, *, left_out: bool) -> Plan:
    plan = plan_of(range(11, 11 + count), options=options(size))
    held = Outcome(State.HELD, "TAKEN_OUT", "you took it out")
    values = {one.name: getattr(plan, one.name) for one in fields(plan)}
    return Plan(**{**values, "left_out": ((held, (1, 2)),)}) if left_out else plan


def outcomes(states: frozenset[State]) -> st.SearchStrategy[Outcome]:
    """Make what may have become of an id."""
    return st.builds(
        Outcome,
        st.sampled_from(sorted(states)),
        _CODES,
        _WORDS.map(str.strip),
        st.none() | st.integers(100, 999),
        _ANSWERS,
    )


class Stream:
    """Draws events one after another; each may follow upon those before it."""

    def __init__(self, data: st.DataObject, run: RunState) -> None:
        self.data = data
        self.run = run
        """What the journal knows by now."""

    def next(self) -> Recorded:
        """Draw one of the kinds that may come now."""
        kinds = [self.braked, self.cut_off, self.finished, self.released, self.saved, self.resumed]
        if not self.run.finished and self.fresh():
            kinds += [self.sent] * 4
        if self.run.flights:
            kinds += [self.landed, self.landed, self.landed, self.returned]
        if self.known(FOUND):
            kinds += [self.found_out] * 3
        if self.known(AWAY):
            kinds += [self.restoring] * 2
        kind: Callable[[], Recorded] = self.draw(st.sampled_from(kinds))
        return kind()

    def draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        return self.data.draw(strategy)

    def fresh(self) -> list[Batch]:
        spent = self.run.spent
        return [one for one in self.run.plan.batches() if one.number not in spent]

    def known(self, states: frozenset[State]) -> list[int]:
        ids = range(len(self.run.plan.ids))
        return [place for place in ids if self.run.rows.state(place) in states]

    def in_flight(self) -> Batch:
        number = self.draw(st.sampled_from(sorted(self.run.flights)))
        return next(one for one in self.run.plan.batches() if one.number == number)

    def sent(self) -> Recorded:
        by = self.draw(st.sampled_from(["", "", "7", UNTOLD]))
        return Sent(self.draw(st.sampled_from(self.fresh())), by)

    def landed(self) -> Recorded:
        batch = self.in_flight()
        size = len(batch.ids)
        fates = self.draw(st.lists(outcomes(LANDED), min_size=size, max_size=size))
        foreign = self.draw(st.lists(st.sampled_from(["99", "strange"]), max_size=2))
        return Landed(batch, tuple(fates), tuple(foreign))

    def returned(self) -> Recorded:
        return Returned(self.in_flight(), self.draw(_WORDS))

    def braked(self) -> Recorded:
        return Braked(self.draw(_WORDS), sign_in=self.draw(st.booleans()))

    def cut_off(self) -> Recorded:
        return CutOff(self.draw(st.sampled_from(["line", "signal", "a later word"])))

    def finished(self) -> Recorded:
        return Finished(stopped=self.draw(st.booleans()))

    def resumed(self) -> Recorded:
        return Resumed(self.draw(_WORDS))

    def saved(self) -> Recorded:
        return Saved(self.draw(_WORDS), self.draw(st.integers(0, 99)))

    def released(self) -> Recorded:
        ids = list(enumerate(self.run.plan.ids))
        few = self.draw(st.lists(st.sampled_from(ids), max_size=3))
        return Released(tuple(Release(p, str(i), "RULE", self.draw(_WORDS)) for p, i in few))

    def found_out(self) -> Recorded:
        kind = self.draw(st.sampled_from([Resolved, Verified, Restored, Compared]))
        few = self.draw(
            st.lists(st.sampled_from(self.known(FOUND)), min_size=1, max_size=8, unique=True)
        )
        fates = self.draw(st.lists(outcomes(FOUND), min_size=len(few), max_size=len(few)))
        # A line has those of one outcome together.
        first = {fate: at for at, fate in reversed(list(enumerate(fates)))}
        told = sorted(zip(few, fates, strict=True), key=lambda one: first[one[1]])
        event: Recorded = kind(tuple(p for p, _ in told), tuple(fate for _, fate in told))
        return event

    def restoring(self) -> Recorded:
        few = st.lists(st.sampled_from(self.known(AWAY)), min_size=1, max_size=8, unique=True)
        return Restoring(tuple(self.draw(few)))


def described(run: RunState) -> dict[str, Any]:
    """Tell everything that is known of a run, but for what only goes from one event to the next."""
    known = {one.name: getattr(run, one.name) for one in fields(run) if one.name != "_alarming"}
    rows = [(run.rows.ids[place], run.rows.outcome(place)) for place in range(len(run.rows))]
    skews = known.pop("skews")
    told = {
        **known,
        "rows": rows,
        "tally": run.rows.tally,
        "asked_back": run.rows.asked_back,
        "skews": (skews.sent, skews.landed, skews.last, skews.spread),
        "timeline": run.timeline.entries,
        "lasting": run.lasting,
        "spent": run.spent,
    }
    return deepcopy({name: value for name, value in told.items() if name != "plan"})


class AnyClock:
    """Zoho's clock as far as a stream of answers tells."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    @property
    def skew(self) -> Skew | None:
        seconds = st.floats(-9e5, 9e5)
        made = st.builds(Skew, seconds, st.floats(0, 600))
        skew: Skew | None = self._data.draw(st.none() | made)
        return skew


def stream(
    data: st.DataObject, folder: Path, each: Callable[[Journal, Recorded], object]
) -> tuple[Journal, list[Recorded]]:
    """Record a stream of events, and look at the journal behind each."""
    clock = Clock()
    journal = Journal.create(folder, data.draw(PLANS), clock=clock)
    journal.zoho_clock = AnyClock(data)  # type: ignore[assignment]  # only its skew is read
    events: list[Recorded] = []
    for _ in range(data.draw(st.integers(0, 14))):
        clock.sleep(data.draw(st.floats(0, 1e6)))
        if data.draw(st.integers(0, 9)) == 0:
            journal.settle_here()
        event = Stream(data, journal.run).next()
        journal.run.check(event)
        events.append(journal.record(event))
        each(journal, events[-1])
    return journal, events


@given(st.data())
def test_what_is_read_back_is_what_was_known_with_what_is_in_flight_as_unknown(
    data: st.DataObject,
) -> None:
    """At every line, and wherever the file is cut between two."""
    with TemporaryDirectory() as folder:
        states: dict[int, dict[str, Any]] = {}
        follower: list[RunState] = []

        def look(journal: Journal, event: Recorded) -> None:
            if not follower:
                follower.append(RunState(journal.run.plan))
                follower[0].apply(begun_of(parse(journal.path.read_bytes().split(b"\n")[0])))
            follower[0].apply(event)
            assert described(follower[0]) == described(journal.run)
            known = as_unknown(follower[0])
            states[journal.path.stat().st_size] = known
            end = end_of(journal.path.read_bytes().splitlines()[-1])
            if end.tally is not None:
                assert (end.tally, end.asked_back) == (known["tally"], known["asked_back"])

        journal, _ = stream(data, Path(folder), look)
        with closing(journal):
            whole = journal.path.read_bytes()
        for size, known in states.items():
            journal.path.write_bytes(whole[:size])
            assert described(replay(journal.path)) == known
        if states:
            cut = data.draw(st.integers(min(states), len(whole)))
            journal.path.write_bytes(whole[:cut])
            read = read_journal(journal.path)
            assert described(read.run) == states[read.size]
            assert read.torn is (cut != read.size)
            (one,) = history(Path(folder))
            assert isinstance(one, Summary)
            if one.tally is not None:
                assert one.tally == read.run.rows.tally
                assert (one.finished, one.asked_back) == (
                    read.run.finished,
                    read.run.rows.asked_back,
                )


def as_unknown(run: RunState) -> dict[str, Any]:
    """Tell what is known with what is in flight as unknown, and leave the run as it is."""
    flying = {
        place
        for batch in run.flights.values()
        for place in range(batch.start, batch.start + len(batch.ids))
    }
    lost = Outcome(State.UNKNOWN, "NO_ANSWER", "the program ended while this request was under way")
    known = described(run)
    rows = [
        (record_id, lost if place in flying else outcome)
        for place, (record_id, outcome) in enumerate(known["rows"])
    ]
    tally: dict[State, int] = {}
    for _, outcome in rows:
        tally[outcome.state] = tally.get(outcome.state, 0) + 1
    return {**known, "rows": rows, "tally": tally, "flights": {}}


@given(st.data())
def test_an_event_read_back_from_its_line_is_the_same_event(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        journal, events = stream(data, Path(folder), lambda *_: None)
        journal.close()
        first, *others = journal.path.read_bytes().splitlines()
        assert begun_of(parse(first)).plan == journal.run.plan
        assert [of_line(parse(line), journal.run.plan) for line in others] == events


@each_row(
    "event",
    [
        Landed(Batch(1, 0, (11,)), (Outcome(State.DELETED),)),
        Returned(Batch(1, 0, (11,)), "why"),
        Resolved((0,), (Outcome(State.DELETED),)),
        Restoring((0,)),
    ],
)
def test_what_cannot_follow_is_refused(event: Recorded) -> None:
    run = RunState(PLAN)
    with pytest.raises(ValueError, match=r"batch lands once|nothing of the kind"):
        run.check(event)


def test_a_batch_leaves_no_second_time_and_not_after_the_end() -> None:
    run, batch = RunState(PLAN), next(PLAN.batches())
    run.apply(Sent(batch, at=1.0))
    # The disk may not have taken that it came back.
    run.check(Sent(batch))
    run.apply(Landed(batch, (Outcome(State.DELETED),), at=2.0))
    with pytest.raises(ValueError, match="no second time"):
        run.check(Sent(batch))
    run = RunState(PLAN)
    run.apply(Finished(stopped=True, at=1.0))
    with pytest.raises(ValueError, match="no second time"):
        run.check(Sent(batch))


def test_what_the_disk_did_not_take_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    batch = next(PLAN.batches())
    landed = Landed(batch, (Outcome(State.DELETED),))
    with closing(Journal.create(tmp_path, PLAN)) as journal:
        sent = journal.record(Sent(batch))
        with monkeypatch.context() as patch:
            patch.setattr("zohotui.files.sync", full)
            with pytest.raises(JournalError, match="No space left"):
                journal.record(landed)
        assert journal.run.rows.state(0) is State.SENDING
        assert replay(journal.path).rows.state(0) is State.UNKNOWN
        assert (journal.run.last, journal.run.lines) == (sent.at, 2)
        journal.record(landed)
        assert journal.run.rows.state(0) is replay(journal.path).rows.state(0) is State.DELETED


def test_every_recorded_event_is_in_these_streams() -> None:
    drawn = {
        *(Braked, Compared, CutOff, Finished, Landed, Released, Resolved, Restored, Restoring),
        *(Resumed, Returned, Saved, Sent, Verified),
    }
    # By name: a class with slots is made twice.
    kinds = {one.__name__ for one in Recorded.__subclasses__()}
    assert kinds - {one.__name__ for one in drawn} == {Begun.__name__, Remark.__name__}


def test_only_the_codec_names_what_stands_in_a_line() -> None:
    """And chain.py, which adds the chain to it."""
    codec = {"lines.py", "plan_line.py", "line_values.py", "line_kinds.py", "chain.py"}
    codec.add("batch_lines.py")
    named: dict[str, set[str]] = {}
    for room in (Path(lines.__file__).parent, Path(run_state.__file__).parent):
        for path in room.glob("*.py"):
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            texts = {str(node.value) for node in nodes if isinstance(node, ast.Constant)}
            named[path.name] = texts & ({*LINE_KINDS} | {*LINE_KEYS} | _KEYS)
    # States and codes have words of their own, and saved copies a format.
    for apart in (*codec, "outcome.py", "codes.py", "snapshot.py"):
        named.pop(apart)
    assert {name for name, texts in named.items() if texts} == set()


_KEYS = {"outcomes", "places", "tally", "asked_back", "skew_within", "left_out", "stopped"}
