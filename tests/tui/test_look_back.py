"""Receipts after a process died behind any line of a journal, and what a start makes of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.deletion.compare_support import compared
from tests.deletion.undo_support import undo, verify
from tests.world.plans import TARGET, options, plan_of
from tests.world.world import World
from zohotui.deletion import look_back
from zohotui.deletion.journal.differences_file import differences_of
from zohotui.deletion.journal.lock import locked
from zohotui.deletion.journal.receipt import receipt_of, write_receipt
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.verify_file import NOT_WHOLE, WHOLE, verify_journal
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Braked
from zohotui.deletion.model.outcome import State
from zohotui.tui.session import Session


def never() -> bool:
    return False


def session_in(folder: Path) -> Session:
    return Session(account=None, journals=folder, clock=lambda: 0.0)


def start(folder: Path, leaving: Callable[[], bool] = never) -> str:
    """Do with the receipts what a start does."""
    return look_back.renew_receipts(session_in(folder).archive, TARGET, leaving)


def says_the_same(journal: Path) -> bool:
    proof = verify_journal(journal)
    same = any("says what the journal says" in line for line in proof.lines)
    return same and proof.code == WHOLE


def test_behind_each_line_of_a_life_the_next_start_makes_them_agree(
    world: World, tmp_path: Path
) -> None:
    told = world.carry_out(plan_of(world.leads(5), options=options(2)))
    receipts = {0: b"", count(told.journal): receipt(told.journal)}
    verify(world, told)
    receipts[count(told.journal)] = receipt(told.journal)
    undo(world, told)
    whole = told.journal.read_bytes().splitlines(keepends=True)
    assert replay(told.journal).rows.tally == {State.RESTORED: 5}
    stale = 0
    for number in range(1, len(whole) + 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        journal = folder / told.journal.name
        journal.write_bytes(b"".join(whole[:number]))
        at = max(one for one in receipts if one <= number)
        if receipts[at]:
            receipt_of(journal).write_bytes(receipts[at])
            assert (verify_journal(journal).code == NOT_WHOLE) is (at < number)
            stale += at < number
        assert start(folder) == ""
        assert says_the_same(journal)
    assert stale >= 2


def count(journal: Path) -> int:
    return len(journal.read_bytes().splitlines())


def receipt(journal: Path) -> bytes:
    return write_receipt(journal, 0.0).read_bytes()


def test_one_that_agrees_or_knows_of_more_is_left_as_it_is(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(5), options=options(2)))
    before = receipt(told.journal)
    written = receipt_of(told.journal).stat().st_ino
    assert start(world.folder) == ""
    assert receipt_of(told.journal).stat().st_ino == written
    lines = told.journal.read_bytes().splitlines(keepends=True)
    told.journal.write_bytes(b"".join(lines[:3]))
    assert start(world.folder) == ""
    assert receipt_of(told.journal).read_bytes() == before


def behind(world: World) -> Path:
    """Leave a run whose receipt is behind its journal."""
    told = world.carry_out(plan_of(world.leads(3), options=options(2)))
    receipt(told.journal)
    verify(world, told)
    world.clock.sleep(1)
    return told.journal


def test_where_somebody_is_at_work_they_write_it(world: World) -> None:
    journal = behind(world)
    with locked(world.folder.parent / "locks", replay(journal).plan, world.clock):
        start(world.folder)
        assert not says_the_same(journal)
    start(world.folder)
    assert says_the_same(journal)


def test_a_start_does_a_bounded_part_of_it_the_newest_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_back, "MOST_RENEWED", 5)
    journals = [behind(world) for _ in range(3)]
    start(world.folder)
    assert [says_the_same(one) for one in journals] == [False, True, True]
    start(world.folder, leaving=lambda: True)
    assert not says_the_same(journals[0])
    start(world.folder)
    assert says_the_same(journals[0])


def test_a_run_that_ended_without_one_has_one_as_soon_as_it_is_opened(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(3)))
    start(world.folder)
    assert not receipt_of(told.journal).exists()
    read, session = read_journal(told.journal), session_in(world.folder)
    assert look_back.renew_derived(read, session.archive) == ""
    assert says_the_same(told.journal)


def test_what_stands_in_its_way_is_told_and_keeps_no_other_from_it(world: World) -> None:
    journals = [behind(world) for _ in range(2)]
    part = receipt_of(journals[1]).with_name(f".{receipt_of(journals[1]).name}.part")
    part.mkdir()
    fault = start(world.folder)
    assert f"The receipt {receipt_of(journals[1])} cannot be written" in fault
    assert says_the_same(journals[0])


def test_two_that_write_one_receipt_do_not_spoil_it(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(300), options=options(2)))
    faults: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(10):
                write_receipt(told.journal, 0.0)
        except BaseException as error:  # noqa: BLE001 - told by the test below
            faults.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    with closing(Journal.reopen(read_journal(told.journal))) as journal:
        for _ in range(20):
            journal.record(Braked("the journal grows meanwhile"))
    for thread in threads:
        thread.join()
    assert not faults
    start(world.folder)
    assert says_the_same(told.journal)


# What differed


def test_what_differs_is_ended_when_its_run_is_opened(world: World) -> None:
    told, whole = compared(world)
    path, session = differences_of(told.journal), session_in(world.folder)
    write_receipt(told.journal, world.clock())
    path.write_text(whole.rpartition("\n1 of 3")[0], encoding="utf-8")
    assert verify_journal(told.journal).code == NOT_WHOLE
    assert look_back.renew_derived(read_journal(told.journal), session.archive) == ""
    assert verify_journal(told.journal).code == WHOLE
    ended = path.read_text(encoding="utf-8")
    assert ended.endswith(f"Last hash of the journal: {read_journal(told.journal).head}\n\n")
    assert look_back.renew_derived(read_journal(told.journal), session.archive) == ""
    assert path.read_text(encoding="utf-8") == ended


def test_what_differs_and_does_not_match_is_told_when_its_run_is_opened(world: World) -> None:
    told, whole = compared(world)
    path, session = differences_of(told.journal), session_in(world.folder)
    path.write_text(whole.replace(f"\n{told.plan.ids[1]}\n", "\n"), encoding="utf-8")
    why = look_back.renew_derived(read_journal(told.journal), session.archive)
    assert "does not name every record that differs from its saved copy" in why
