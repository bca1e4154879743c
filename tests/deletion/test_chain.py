"""The chain through a journal: no line can be changed, removed, put in or moved unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.deletion.forging import rechain, unchain
from tests.deletion.test_history import begun
from tests.deletion.undo_support import undo
from tests.rows import each_row
from tests.world.plans import options, plan_of
from tests.world.world import World
from zohotui.deletion.journal.chain import BEGIN, broken, hash_of
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.verify_file import NOT_WHOLE, WHOLE, NoJournal, verify_journal
from zohotui.deletion.journal.writer import Journal, JournalError, this_tool
from zohotui.deletion.model.events import Finished, Resumed
from zohotui.sandbox import Fault, FaultKind


@cache
def finished() -> bytes:
    """Make the journal of a run with every kind of line in it."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        ids = world.leads(9)
        world.sandbox.org.lock("Leads", str(ids[4]))
        world.sandbox.faults.add(
            Fault(kind=FaultKind.TOO_MANY_REQUESTS, skip=1), Fault(kind=FaultKind.RESET_AFTER)
        )
        told = world.carry_out(plan_of(ids, options=options(3)), and_look_up=True)
        return told.journal.read_bytes()


WHOLE_LINES = finished().splitlines(keepends=True)
LAST = len(WHOLE_LINES) - 1


def refused(path: Path) -> bool:
    """Whether a journal is told to be changed; what is, can be gone on with by nobody."""
    try:
        told = verify_journal(path).code == NOT_WHOLE
    except NoJournal:
        told = True
    if told:
        with pytest.raises(JournalError):
            replay(path)
    return told


def test_a_whole_journal_is_called_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(finished())
    proof = verify_journal(path)
    assert proof.code == WHOLE
    number = len(WHOLE_LINES)
    assert proof.lines[1] == (
        f"Whole and unchanged: {number} lines, each chained to the one before it."
    )
    assert any(line.endswith(read_journal(path).head) for line in proof.lines)


def test_an_auditor_can_compute_the_chain_with_sha_256_alone() -> None:
    before = BEGIN
    for line in WHOLE_LINES:
        body, _, end = line.decode().rpartition(',"chain":"')
        before = hashlib.sha256((before + body).encode()).hexdigest()
        assert end == f'{before}"}}\n'
        assert list(json.loads(line))[-1] == "chain"


@example(place=len(finished()) - 1, bit=0)
@given(place=st.integers(0, len(finished()) - 1), bit=st.integers(0, 7))
def test_a_bit_that_flips_anywhere_is_seen(tmp_path: Path, place: int, bit: int) -> None:
    content = bytearray(finished())
    content[place] ^= 1 << bit
    path = tmp_path / "run.jsonl"
    path.write_bytes(content)
    assert refused(path)


@example(place=len(finished()) - 1, byte=ord(" "))
@given(place=st.integers(0, len(finished()) - 1), byte=st.integers(0, 255))
def test_a_byte_that_is_another_is_seen(tmp_path: Path, place: int, byte: int) -> None:
    content = bytearray(finished())
    was, content[place] = content[place], byte
    path = tmp_path / "run.jsonl"
    path.write_bytes(content)
    assert refused(path) is (byte != was)


EDITS: dict[str, Callable[[list[bytes], int, int], None]] = {
    "removed": lambda lines, one, _: lines.__delitem__(one),
    "put in": lambda lines, one, other: lines.insert(one, lines[other]),
    "moved": lambda lines, one, other: lines.insert(one, lines.pop(other)),
    "swapped": lambda lines, one, other: lines.__setitem__(
        slice(None), [lines[{one: other, other: one}.get(n, n)] for n in range(len(lines))]
    ),
    "copied over another": lambda lines, one, other: lines.__setitem__(one, lines[other]),
    "emptied": lambda lines, one, _: lines.__setitem__(one, b"\n"),
    "put in empty": lambda lines, one, _: lines.insert(one, b"\n"),
    "put in without a chain": lambda lines, one, _: lines.insert(one, b'{"braked":"","at":""}\n'),
}


@pytest.mark.parametrize("edit", EDITS)
@given(one=st.integers(0, LAST), other=st.integers(0, LAST))
def test_a_line_that_is_not_where_it_was_is_seen(
    tmp_path: Path, edit: str, one: int, other: int
) -> None:
    lines = list(WHOLE_LINES)
    EDITS[edit](lines, one, other)
    if edit == "removed" and one == LAST:
        # That is told by what the last hash was, and by nothing in the journal.
        return
    path = tmp_path / "run.jsonl"
    path.write_bytes(b"".join(lines))
    assert refused(path) is (lines != WHOLE_LINES)


def test_the_first_line_that_is_wrong_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(b"".join([*WHOLE_LINES[:3], *WHOLE_LINES[4:]]))
    assert verify_journal(path).lines[1:] == (
        "NOT AS IT WAS WRITTEN.",
        "Line 4: it was changed, or a line before it was changed, removed, put in or moved.",
        "Lines 1 to 3 are chained correctly.",
    )
    with pytest.raises(JournalError, match=r"is damaged in line 4\. Its chain breaks there: "):
        replay(path)


@given(lost=st.integers(1, len(WHOLE_LINES[-1]) - 1))
def test_a_torn_tail_is_no_alarm(tmp_path: Path, lost: int) -> None:
    path = tmp_path / "run.jsonl"
    path.write_bytes(finished()[:-lost])
    proof = verify_journal(path)
    assert proof.code == WHOLE
    assert f"After its last line there are {len(WHOLE_LINES[-1]) - lost} bytes" in "\n".join(
        proof.lines
    )
    assert read_journal(path).torn


@each_row("torn", [b"", b'{"resumed":"zoho', b"\x00" * 500])
def test_whoever_goes_on_goes_on_with_the_chain(tmp_path: Path, torn: bytes) -> None:
    path = begun(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + torn)
    with closing(Journal.reopen(read_journal(path))) as journal:
        journal.record(Resumed(this_tool()))
        journal.record(Finished(stopped=True))
    assert verify_journal(path).code == WHOLE
    assert path.read_bytes().startswith(whole)
    assert len(path.read_bytes().splitlines()) == len(whole.splitlines()) + 2


def test_a_journal_that_is_nothing_but_its_plan_goes_on_with_its_chain(tmp_path: Path) -> None:
    with closing(Journal.create(tmp_path, plan_of(range(1, 25_000)))) as journal:
        path = journal.path
    with closing(Journal.reopen(read_journal(path))) as journal:
        journal.record(Resumed(this_tool()))
    assert verify_journal(path).code == WHOLE
    assert broken(path.read_bytes().split(b"\n")[:-1]) is None


@pytest.mark.parametrize("version", [1, 2])
def test_a_journal_from_before_the_chain_goes_on_without_and_is_never_called_whole(
    world: World, version: int
) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), close_after=2)
    unchain(told.journal, version)
    later = world.resume(told)
    assert later.states == {"verified": 9}
    assert not any(map(hash_of, told.journal.read_bytes().splitlines()))
    assert read_journal(told.journal).head == ""
    proof = verify_journal(told.journal)
    assert proof.code == NOT_WHOLE
    assert "were written before lines were chained" in proof.lines[1]
    assert "Outcome          9 ids = 9 verified" in proof.lines


@pytest.mark.parametrize("count", [1, 40_000])
def test_a_journal_that_must_have_a_chain_and_has_none_is_refused(
    tmp_path: Path, count: int
) -> None:
    journal = Journal.create(tmp_path, plan_of(range(11, 11 + count)))
    journal.close()
    unchain(journal.path, 3)
    with pytest.raises(JournalError, match="Its chain breaks there: its chain is missing"):
        read_journal(journal.path)


def test_a_chained_journal_that_claims_to_be_an_older_one_is_refused(world: World) -> None:
    """Also if the chain was taken off its first lines."""
    told = world.carry_out(plan_of(world.leads(9), options=options(4)))
    lines = told.journal.read_bytes().splitlines(keepends=True)
    unchain(told.journal)
    plain = told.journal.read_bytes().splitlines(keepends=True)
    for number in range(1, len(lines)):
        told.journal.write_bytes(b"".join([*plain[:number], *lines[number:]]))
        assert verify_journal(told.journal).lines[1:3] == (
            "NOT AS IT WAS WRITTEN.",
            "Line 1: its chain is missing at its end.",
        )
        assert refused(told.journal)


def test_nothing_is_sent_or_restored_by_a_journal_that_was_changed(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), close_after=2)
    other = world.carry_out(plan_of(world.leads(3)))
    for one in (told, other):
        one.journal.write_bytes(one.journal.read_bytes().replace(b'"deleted"', b'"Deleted"', 1))
    sent = len(world.wire.attempts)
    with pytest.raises(JournalError, match="Its chain breaks there"):
        world.resume(told)
    with pytest.raises(JournalError, match="Its chain breaks there"):
        undo(world, other)
    assert len(world.wire.attempts) == sent
    assert not world.wire.restores


def test_a_chain_that_was_computed_anew_is_not_seen_but_its_last_hash_is_another(
    tmp_path: Path,
) -> None:
    """As chain.py says: it is no signature."""
    path = tmp_path / "run.jsonl"
    path.write_bytes(finished())
    head = read_journal(path).head
    path.write_bytes(finished().replace(b"anna@acme.example", b"boss@acme.example"))
    rechain(path)
    assert verify_journal(path).code == WHOLE
    assert read_journal(path).head != head
