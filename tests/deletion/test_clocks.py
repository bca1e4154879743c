"""This machine's clock is wrong: what was deleted is told so and comes back, by the ledger.

The whole way, as several sessions go it, on a machine whose clock is hours off or is set right in
the middle, whatever the Date headers say.
"""

from __future__ import annotations

import json
from email.utils import formatdate

import httpx
import pytest

from tests.deletion.forging import append
from tests.deletion.test_run_faults import fault
from tests.deletion.undo_support import codes, outcomes, told_truly, undo, verify
from tests.rows import each_row
from tests.world.plans import in_turn, options, plan_of
from tests.world.promises import promises_hold
from tests.world.world import Told, World, with_variants
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.journal.writer import JournalError
from zohotui.deletion.model.outcome import AWAY, State
from zohotui.sandbox import FaultKind

HOURS, MINUTES = 3_600.0, 60.0
OFF = (-3 * HOURS, -11 * MINUTES, 0.0, 11 * MINUTES, 3 * HOURS)
HEADERS = ("own", "missing", "nonsense", "proxy")
AHEAD = each_row("ahead", OFF)
APIS = ("v2", "v8")


def by_the_ledger(world: World, told: Told) -> None:
    """Hold what the journal tells to what Zoho has done."""
    rows = replay(told.journal).rows
    deleted = set(map(int, world.sandbox.ledger.deleted_ids("Leads")))
    away = {rows.ids[place] for place in rows.places(AWAY)}
    assert away == deleted
    promises_hold(world, told, api="v2")


@each_row(
    ("ahead", "date", "api"),
    [
        (ahead, date, APIS[(row + column) % 2])
        for row, ahead in enumerate(OFF)
        for column, date in enumerate(HEADERS)
    ],
)
def test_what_was_deleted_is_verified_and_comes_back_even_if_its_answer_was_lost(
    world: World, ahead: float, date: str, api: str
) -> None:
    with_variants(world, date=date)
    world.ahead = ahead
    world.sandbox.faults.add(fault(FaultKind.RESET_AFTER, skip=1))
    told = world.carry_out(plan_of(world.leads(7), options=options(3)), api=api, and_look_up=True)
    assert codes(told) == {"verified IN_BIN": 4, "verified FOUND_IN_BIN": 3}
    later = undo(world, told, crm=world.crm(api))
    assert codes(later) == {"restored SUCCESS": 7}
    told_truly(world, later)


@each_row(("ahead", "date"), in_turn([*OFF, *OFF], *HEADERS))
def test_killed_in_the_middle_it_goes_on(world: World, ahead: float, date: str) -> None:
    with_variants(world, date=date)
    world.ahead = ahead
    world.sandbox.faults.add(fault(FaultKind.RESET_AFTER, skip=1))
    told = world.carry_out(plan_of(world.leads(9), options=options(3)), close_after=5)
    assert not replay(told.journal).finished
    done = world.resume(told)
    assert done.states == {"verified": 9}
    by_the_ledger(world, done)
    assert undo(world, done).states == {"restored": 9}


@each_row(
    ("ahead", "after", "date"),
    [
        (ahead, after, HEADERS[(row + column) % 4])
        for row, ahead in enumerate(OFF)
        for column, after in enumerate([0.0, 60.0, 3_000.0])
    ],
)
def test_a_clock_that_is_set_right_after_the_run_changes_nothing(
    world: World, ahead: float, after: float, date: str
) -> None:
    """The journal knows by how much the clock was wrong."""
    with_variants(world, date=date)
    world.ahead = ahead
    world.sandbox.faults.add(fault(FaultKind.RESET_AFTER, skip=1))
    told = world.carry_out(plan_of(world.leads(7), options=options(3)))
    assert told.states == {"deleted": 4, "unknown": 3}
    world.ahead = 0.0
    world.clock.now += after
    assert world.resolve(told).states == {"deleted": 7}
    assert codes(verify(world, told)) == {"verified IN_BIN": 4, "verified FOUND_IN_BIN": 3}
    assert undo(world, told).states == {"restored": 7}


@AHEAD
def test_a_clock_that_was_wrong_only_then_does_not_make_another_s_delete_ours(
    world: World, ahead: float
) -> None:
    world.ahead = ahead
    told = world.carry_out(plan_of(world.leads(2)))
    again = str(told.plan.ids[0])
    world.sandbox.org.restore(again)
    # At the very time that the wrong clock showed.
    world.sandbox.org.bin("Leads", again, at=world.clock() + (ahead or 1_000.0))
    world.ahead = 0.0
    later = undo(world, told)
    assert codes(later) == {"restored SUCCESS": 1, "deleted ANOTHER_TIME": 1}
    assert "clock wrong" not in later.outcome(again).message


@each_row("wrong", [{2}, {2, 3}])
@each_row("by", [-2 * HOURS, 2 * HOURS, 10 * 365 * 24 * HOURS])
@each_row("lost", [False, True])
def test_a_few_dates_that_are_not_zoho_s_make_nothing_of_another_time(
    world: World, monkeypatch: pytest.MonkeyPatch, wrong: set[int], by: float, *, lost: bool
) -> None:
    """No answer tells when its token ends, so nothing else contradicts them."""
    way = world.wire.handle_request

    def stamped(request: httpx.Request) -> httpx.Response:
        response = way(request)
        response.headers.pop("X-ACCESSTOKEN-RESET", None)
        off = by if request.method == "DELETE" and len(world.wire.attempts) in wrong else 0.0
        response.headers["Date"] = formatdate(world.clock() + off, usegmt=True)
        return response

    monkeypatch.setattr(world.wire, "handle_request", stamped)
    if lost:
        world.sandbox.faults.add(fault(FaultKind.EMPTY_BODY, skip=2))
    plan = plan_of(world.leads(13), options=options(3, 1))
    told = world.carry_out(plan, and_look_up=True)
    assert told.states.keys() <= {"verified", "gone"}
    assert ("gone" in told.states) is (lost and by > 24 * HOURS)
    if by <= 24 * HOURS:
        assert undo(world, told).states == {"restored": 13}
        return
    # That far from the run nothing is believed to be its; the admin learns what may be wrong.
    left = [one for one in outcomes(undo(world, told)) if one.code == "ANOTHER_TIME"]
    assert all("was that clock wrong?" in one.message for one in left)


def test_the_journal_says_by_how_much_the_clock_was_wrong(world: World) -> None:
    world.ahead = -840.0
    told = world.carry_out(plan_of(world.leads(2)), and_look_up=True)
    first, *lines = map(json.loads, told.journal.read_bytes().splitlines())
    assert "skew" not in first
    for line in lines:
        assert abs(line["skew"] + 840) <= line["skew_within"] + 0.1 <= 1.1
    read = replay(told.journal)
    assert set(read.skews.sent) == set(read.skews.landed) == {1, 2}


def test_nothing_is_said_of_a_clock_of_which_nothing_is_known(world: World) -> None:
    world.sandbox.access_token = "1000.made-up"
    with_variants(world, date="missing")
    told = world.carry_out(plan_of(world.leads(1)))
    assert b"skew" not in told.journal.read_bytes()
    assert replay(told.journal).skews.last is None


@each_row("odd", ["1", None, True, [], {}, 1e300, -5e9, float("nan")])
@each_row("key", ["skew", "skew_within"])
def test_an_odd_skew_in_a_journal_is_damage(world: World, key: str, odd: object) -> None:
    told = world.carry_out(plan_of(world.leads(1)))
    append(told.journal, {"braked": "why", "at": "2026-09-21T14:13:20Z", "skew": 0, key: odd})
    with pytest.raises(JournalError, match="is damaged in line"):
        replay(told.journal)


@pytest.mark.parametrize("ahead", [-3 * HOURS, 3 * HOURS])
def test_the_receipt_counts_the_days_of_the_bin_by_zoho_s_clock(world: World, ahead: float) -> None:
    right = receipt(world)
    world.ahead = ahead
    wrong = receipt(world)
    assert line_of("Until", wrong) == line_of("Until", right)
    assert line_of("First request", wrong) != line_of("First request", right)
    assert "  Clock" not in right
    side = "ahead of" if ahead > 0 else "behind"
    assert f"  Clock             This machine's clock was 3 hours {side} Zoho's" in wrong


def receipt(world: World) -> str:
    told = world.carry_out(plan_of(world.leads(1)))
    return write_receipt(told.journal, world.clock()).read_text()


def line_of(label: str, text: str) -> str:
    (line,) = [line for line in text.splitlines() if line.startswith(f"  {label} ")]
    return line


@each_row("ahead", [-3 * HOURS, 0.0, 3 * HOURS])
def test_what_lay_in_the_bin_before_the_request_is_not_verified(world: World, ahead: float) -> None:
    """Zoho calls it deleted all the same."""
    world.ahead = ahead
    told = world.carry_out(plan_of(world.leads(3)))
    before, after, _ = map(str, told.plan.ids)
    for record_id, at in ((before, -1_000.0), (after, 1_000.0)):
        world.sandbox.org.restore(record_id)
        world.sandbox.org.bin("Leads", record_id, at=world.clock() + at)
    later = verify(world, told)
    assert codes(later) == {"verified IN_BIN": 2, "deleted BINNED_BEFORE": 1}
    outcome = later.outcome(before)
    assert outcome.state is State.DELETED
    assert outcome.message.endswith("which is before this run asked for it")
    size = told.journal.stat().st_size
    assert codes(verify(world, told)) == codes(later)
    assert told.journal.stat().st_size == size
    assert undo(world, told).outcome(before).code == "ANOTHER_TIME"
    assert before not in world.sandbox.ledger.asked_back
