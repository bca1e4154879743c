"""A journal that was cut short, beside a receipt that knows of more: nothing is sent again."""

from __future__ import annotations

from contextlib import closing

import pytest

from tests.deletion.forging import unchain
from tests.deletion.test_journal import Disk, lines
from tests.world.plans import options, plan_of
from tests.world.world import Told, World
from zohotui.deletion.journal.doubt import MAYBE_SENT, doubt
from zohotui.deletion.journal.receipt import (
    Agreement,
    ReceiptError,
    agreement,
    receipt_of,
    write_receipt,
)
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.writer import Journal, JournalError
from zohotui.deletion.model.events import Braked
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import PlanError
from zohotui.deletion.run.run import run

CHAINED = pytest.mark.parametrize("chained", [True, False])


def cut_short(world: World, *, chained: bool = True, kept: int = 3) -> Told:
    """Carry a run of 9 out, write its receipt, and take the end off its journal."""
    told = world.carry_out(plan_of(world.leads(9), options=options(4)))
    if not chained:
        unchain(told.journal)
    write_receipt(told.journal, world.clock())
    cut(told, kept)
    return told


def cut(told: Told, kept: int) -> None:
    whole = told.journal.read_bytes().splitlines(keepends=True)
    told.journal.write_bytes(b"".join(whole[:kept]))


@CHAINED
def test_a_run_whose_receipt_knows_of_more_is_not_gone_on_with(
    world: World, *, chained: bool
) -> None:
    told = cut_short(world, chained=chained)
    before, sent = replay(told.journal), len(world.wire.attempts)
    assert before.rows.tally == {State.DELETED: 1, State.ENTERED: 8}
    size = told.journal.stat().st_size
    with (
        closing(Journal.reopen(read_journal(told.journal))) as journal,
        pytest.raises(PlanError, match=r"Receipt: 9 deleted\..*The run cannot go on"),
    ):
        run(before.plan, world.work(world.crm(), journal, Levers()), before)
    assert len(world.wire.attempts) == sent
    assert told.journal.stat().st_size == size


@CHAINED
def test_what_it_calls_never_sent_is_unknown_and_settled_by_reading(
    world: World, *, chained: bool
) -> None:
    told = cut_short(world, chained=chained)
    sent, receipt = len(world.wire.attempts), receipt_of(told.journal).read_bytes()
    world.look_up(told)
    assert len(world.wire.attempts) == sent
    # That this run deleted them cannot be proved without the times of its requests.
    assert replay(told.journal).rows.tally == {State.VERIFIED: 1, State.GONE: 8}
    marks = next(line for line in lines(told.journal) if "resolved" in line)
    assert [group["code"] for group in marks["resolved"]] == ["JOURNAL_CUT_SHORT"]
    # The receipt is the only witness: it is kept.
    with pytest.raises(ReceiptError, match=r"is kept\. Move it elsewhere"):
        write_receipt(told.journal, world.clock())
    assert receipt_of(told.journal).read_bytes() == receipt
    # From then on the journal itself knows.
    receipt_of(told.journal).unlink()
    assert not replay(told.journal).rows.count(State.ENTERED)
    assert replay(told.journal).spent == {1, 2, 3}


def test_what_was_never_sent_after_all_is_still_there_and_can_be_retried(world: World) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), steer=lambda _, c: c.stop())
    assert told.states == {"deleted": 1, "not sent": 8}
    write_receipt(told.journal, world.clock())
    cut(told, 3)
    world.look_up(told)
    assert replay(told.journal).rows.tally == {State.VERIFIED: 1, State.FAILED: 8}


@CHAINED
def test_a_receipt_that_is_only_behind_speaks_against_nothing(
    world: World, *, chained: bool
) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), close_after=2)
    if not chained:
        unchain(told.journal)
    write_receipt(told.journal, world.clock())
    assert agreement(told.journal) is Agreement.SAME
    world.resume(told)
    assert agreement(told.journal) is Agreement.BEHIND
    assert not doubt(replay(told.journal), told.journal)
    write_receipt(told.journal, world.clock())
    assert agreement(told.journal) is Agreement.SAME


def test_a_receipt_of_before_tells_by_its_number_of_lines(world: World) -> None:
    told = cut_short(world, chained=False, kept=99)
    receipt = receipt_of(told.journal)
    text = receipt.read_text(encoding="utf-8")
    old = [line for line in text.splitlines(keepends=True) if "SHA-256 of it" not in line]
    receipt.write_text("".join(old), encoding="utf-8")
    assert agreement(told.journal) is Agreement.BEHIND
    cut(told, 6)
    assert agreement(told.journal) is Agreement.AHEAD


def test_a_journal_without_a_chain_that_was_changed_is_told_by_its_receipt(world: World) -> None:
    told = cut_short(world, chained=False, kept=99)
    told.journal.write_bytes(told.journal.read_bytes().replace(b"SUCCESS", b"success", 1))
    assert agreement(told.journal) is Agreement.AHEAD


def test_what_is_beside_it_and_no_receipt_says_nothing(world: World) -> None:
    told = cut_short(world)
    receipt = receipt_of(told.journal)
    receipt.write_text("my notes")
    assert agreement(told.journal) is Agreement.BEHIND
    receipt.unlink()
    assert agreement(told.journal) is Agreement.NONE
    receipt.mkdir()
    assert agreement(told.journal) is Agreement.NONE


def test_only_the_ends_are_read_where_the_two_agree(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = world.carry_out(plan_of(world.leads(9), options=options(4)))
    write_receipt(told.journal, world.clock())
    monkeypatch.setattr("zohotui.deletion.journal.receipt._compared", None)
    assert agreement(told.journal) is Agreement.SAME


def test_each_doubted_id_says_why(world: World) -> None:
    told = cut_short(world)
    read = replay(told.journal)
    assert "Receipt: 9 deleted." in doubt(read, told.journal)
    assert read.rows.outcome(5) == MAYBE_SENT
    assert read.rows.tally == {State.DELETED: 1, State.UNKNOWN: 8}


def test_a_line_that_the_disk_failed_to_take_is_in_no_receipt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a line stands whole in the file; a receipt that knew of it would speak against it."""
    told = world.carry_out(plan_of(world.leads(9), options=options(4)), close_after=2)
    read = read_journal(told.journal)
    with closing(Journal.reopen(read, clock=world.local)) as journal:
        disk = Disk("fdatasync", 1, times=1)
        monkeypatch.setattr("zohotui.files.os", disk)
        with pytest.raises(JournalError):
            journal.record(Braked("Nothing is well."))
        # Any session may write the receipt at any moment, with h for one.
        write_receipt(told.journal, world.clock())
        journal.record(Braked("Nothing is well."))
    assert agreement(told.journal) is Agreement.BEHIND
    assert not doubt(replay(told.journal), told.journal)
    write_receipt(told.journal, world.clock())
    assert world.resume(told).states == {"verified": 9}
