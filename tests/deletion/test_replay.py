"""Journals read back: whole, cut at any byte, damaged, forged or from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.deletion.forging import append, rechain, with_plan
from tests.world.plans import batch_of, options, plan_of
from tests.world.world import World
from zohotui.deletion.journal.lines import FORMAT
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.events import Finished, Landed, Returned, Sent
from zohotui.deletion.model.outcome import LOST, Outcome, State
from zohotui.sandbox import Fault, FaultKind

PLAN = plan_of([11, 12, 13, 14], options=options(2))
GONE = Outcome(State.DELETED, "SUCCESS", "record deleted", 200)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.create(tmp_path, PLAN)


def test_a_batch_that_was_sent_and_never_landed_is_unknown(journal: Journal) -> None:
    journal.record(Sent(batch_of(11)))
    read = replay(journal.path)
    assert read.rows.outcome(0) == LOST
    assert read.rows.tally == {State.UNKNOWN: 1, State.ENTERED: 3}
    assert not read.finished


def test_a_batch_that_came_back_is_entered_and_may_be_sent_again(journal: Journal) -> None:
    batch = batch_of(11)
    journal.record(Sent(batch))
    journal.record(Returned(batch, "Too many requests"))
    assert replay(journal.path).rows.tally == {State.ENTERED: 4}
    journal.record(Sent(batch))
    journal.record(Landed(batch, (GONE,)))
    assert replay(journal.path).rows.tally == {State.DELETED: 1, State.ENTERED: 3}


def test_after_the_end_what_never_left_is_not_sent(journal: Journal) -> None:
    journal.record(Sent(batch_of(11)))
    journal.record(Landed(batch_of(11), (GONE,)))
    journal.record(Finished(stopped=True))
    read = replay(journal.path)
    assert read.finished
    assert read.rows.tally == {State.DELETED: 1, State.NOT_SENT: 3}


def test_the_plan_comes_back_as_it_was(journal: Journal) -> None:
    assert replay(journal.path).plan == PLAN


def _cuts(journal: bytes) -> Iterator[int]:
    """Yield each place in the first line of each kind; of a line like an earlier one, its ends."""
    start, kinds = 0, set()
    for line in journal.splitlines(keepends=True):
        kind = frozenset(json.loads(line))
        inside = range(len(line)) if kind not in kinds else (0, 1, len(line) // 2, len(line) - 1)
        yield from (start + place for place in inside)
        kinds.add(kind)
        start += len(line)
    yield start


def test_every_cut_of_a_real_journal_can_be_read_and_only_grows(world: World) -> None:
    world.sandbox.faults.add(
        Fault(kind=FaultKind.TOO_MANY_REQUESTS, skip=1), Fault(kind=FaultKind.RESET_AFTER, skip=3)
    )
    told = world.carry_out(plan_of(world.leads(9), options=options(3)))
    whole = told.journal.read_bytes()
    first = whole.index(b"\n") + 1
    deleted = -1
    for cut in _cuts(whole):
        told.journal.write_bytes(whole[:cut])
        if cut < first:
            with pytest.raises(JournalError, match="its run never began"):
                replay(told.journal)
            continue
        file = read_journal(told.journal)
        read = file.run
        assert file.torn is (whole[cut - 1 : cut] != b"\n")
        assert read.rows.count(State.DELETED) >= deleted
        deleted = read.rows.count(State.DELETED)
    assert deleted == 7


DAMAGE: list[Any] = [
    "nonsense",
    [],
    3,
    None,
    {"sending": 1},
    {"sending": 1, "start": 0},
    {"sending": 1, "start": 0, "count": 9},
    {"sending": 1, "start": -1, "count": 1},
    {"sending": 1, "start": 0, "count": -1},
    {"sending": 1, "start": 1e400, "count": 1},
    {"sending": None, "start": 0, "count": 1},
    {"sending": [], "start": 0, "count": 1},
    {"landed": 7, "outcomes": []},
    {"returned": 7},
    {"restoring": ["11"]},
    {"restoring": ["11"], "places": []},
    {"restoring": ["11"], "places": [1]},
    {"restoring": ["11"], "places": [9]},
    {"restoring": ["14"], "places": [-1]},
    {"restoring": 3, "places": [0]},
    {"verified": [{"state": "verified", "ids": ["11"]}]},
    {"verified": [{"state": "verified", "ids": ["11"], "places": [1]}]},
    {"restored": [{"state": "restored", "ids": ["11", "12"], "places": [0]}]},
    {"restored": [{"state": "back", "ids": ["11"], "places": [0]}]},
    {"restored": [{"state": "restored", "ids": ["14"], "places": [-1]}]},
]


@pytest.mark.parametrize("line", DAMAGE)
def test_a_damaged_line_is_named(journal: Journal, line: object) -> None:
    append(journal.path, line)
    with pytest.raises(JournalError, match="is damaged in line 2"):
        replay(journal.path)


LANDED: list[Any] = [
    None,
    [],
    [{}],
    [{"state": "deleted", "ids": ["12", "13"]}],
    [{"state": "deleted", "ids": []}, {"state": "failed", "ids": ["12"]}],
    [{"state": "deleted", "ids": [None]}, {"state": "failed", "ids": ["11"]}],
    [{"state": "deleted", "ids": 3}],
    [{"state": "vanished", "ids": ["11"]}],
    {"state": "deleted"},
    ["deleted"],
]


@pytest.mark.parametrize("outcomes", LANDED)
def test_a_landed_line_must_speak_of_its_batch(journal: Journal, outcomes: object) -> None:
    journal.record(Sent(batch_of(11)))
    append(journal.path, {"landed": 1, "outcomes": outcomes})
    with pytest.raises(JournalError, match="is damaged in line 3"):
        replay(journal.path)


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"journal": None}, "is not a journal of zohotui"),
    ({"journal": FORMAT + 1, "tool": "zohotui 9"}, "written by a newer zohotui"),
    ({"ids": ["11", "12"]}, "are not those that the run was confirmed with"),
    ({"sha256": ""}, "are not those that the run was confirmed with"),
    ({"ids": []}, "damaged in line 1"),
    ({"ids": ["11", "11"]}, "damaged in line 1"),
    ({"ids": ["-1"]}, "damaged in line 1"),
    ({"ids": ["99999999999999999999999"]}, "damaged in line 1"),
    ({"ids": 7}, "damaged in line 1"),
    ({"target": []}, "damaged in line 1"),
    ({"target": {"environment": "moon"}}, "damaged in line 1"),
    ({"options": {"batch_size": 101}}, "damaged in line 1"),
    ({"options": {"batch_size": "x"}}, "damaged in line 1"),
    ({"module": "../Leads"}, "damaged in line 1"),
    ({"module": 7}, "damaged in line 1"),
    ({"label": 7}, "damaged in line 1"),
    ({"source": []}, "damaged in line 1"),
]


@pytest.mark.parametrize(("changes", "sentence"), CHANGES)
def test_a_forged_plan_is_refused(journal: Journal, changes: dict[str, Any], sentence: str) -> None:
    with_plan(journal.path, **changes)
    with pytest.raises(JournalError, match=sentence):
        replay(journal.path)


def test_no_file_and_no_text_are_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be read: No such file or directory"):
        replay(tmp_path / "none.jsonl")
    with pytest.raises(JournalError, match="cannot be read: Is a directory"):
        replay(tmp_path)
    (tmp_path / "odd.jsonl").write_bytes(b"\xff\xfe\x00\n")
    with pytest.raises(JournalError, match="damaged in line 1"):
        replay(tmp_path / "odd.jsonl")
    (tmp_path / "deep.jsonl").write_bytes(b"[" * 100_000 + b"\n")
    with pytest.raises(JournalError, match="damaged in line 1"):
        replay(tmp_path / "deep.jsonl")


@given(
    flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4),
    anew=st.booleans(),
)
def test_flipped_bytes_are_told_or_harmless_but_never_a_crash(
    tmp_path: Path, flips: list[tuple[int, int]], *, anew: bool
) -> None:
    """Also if whoever flips them computes the chain anew."""
    journal = Journal.create(tmp_path, PLAN)
    second = batch_of(12, 13, number=2, start=1)
    journal.record(Sent(second))
    journal.record(Landed(second, (GONE, Outcome(State.FAILED, "X"))))
    journal.close()
    content = bytearray(journal.path.read_bytes())
    for place, byte in flips:
        content[place % len(content)] = byte
    journal.path.write_bytes(content)
    if anew:
        rechain(journal.path)
    with suppress(JournalError):
        rows = replay(journal.path).rows
        assert sum(rows.tally.values()) == len(rows)
    journal.path.unlink()


def test_a_forged_journal_cannot_speak_to_the_terminal(journal: Journal) -> None:
    journal.record(Sent(batch_of(11)))
    journal.record(
        Landed(batch_of(11), (Outcome(State.FAILED, "\x1b[2J", "\x1b]0;pwned\x07", 400, "\u202e"),))
    )
    outcome = replay(journal.path).rows.outcome(0)
    assert all(text.isprintable() for text in (outcome.code, outcome.message, outcome.answer))


@pytest.mark.parametrize("name", ["org", "user", "zgid", "location"])
def test_neither_can_the_names_in_it(journal: Journal, name: str) -> None:
    target = {**json.loads(journal.path.read_text())["target"], name: "\x1b]0;pwned\x07"}
    with_plan(journal.path, target=target, label="\x1bLeads", source="\x1b")
    read = replay(journal.path).plan
    assert (read.target.words + read.label + read.source).isprintable()
    assert getattr(read.target, name).isprintable()
