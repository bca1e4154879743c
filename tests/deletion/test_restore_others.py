"""Records that others deleted, found in the Recycle Bin and restored: exactly those."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.deletion.undo_support import reason, undo, verify
from tests.rows import each_row
from tests.world.plans import TARGET, plan_of
from tests.world.wire import Attempt
from tests.world.world import Told, World, with_variants
from zohotui.deletion.afterwards import undo as engine
from zohotui.deletion.afterwards.by_others import (
    NotLookedUp,
    _take,
    calls_to_find,
    find_deleted,
)
from zohotui.deletion.afterwards.whereabouts import Deleted, Search
from zohotui.deletion.afterwards.window import Window
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.plan_line import begun_of
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.ticket import ticket
from zohotui.deletion.journal.verify_file import verify_journal
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.last_words import exit_code, last_words
from zohotui.deletion.model.events import Event, Restoring
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State
from zohotui.deletion.model.plan import Deletion, Plan, PlanError
from zohotui.deletion.model.run_state import RunState
from zohotui.deletion.reads.reads import Reads
from zohotui.deletion.review.guards import Today, deleted_today
from zohotui.deletion.run.run import run
from zohotui.sandbox import Org
from zohotui.tui.screens.runs_screen import holds
from zohotui.tui.words.run import sum_of
from zohotui.zoho.records import Binned

BO = Org.empty().users[1]


def find(world: World, ids: Sequence[int], draft: Plan | None = None) -> Plan | None:
    crm = world.crm()
    try:
        return find_deleted(draft or plan_of(ids), ids, crm, Levers(), world.times)
    finally:
        crm.close()


def found(world: World, ids: Sequence[int]) -> Plan:
    plan = find(world, ids)
    assert plan is not None
    return plan


def begun(world: World, plan: Plan) -> Told:
    """Begin the journal of a plan that restores, as its job does."""
    Journal.create(world.folder, plan, clock=world.local).close()
    (journal,) = world.folder.glob("*.jsonl")
    return Told(plan, [], replay(journal), journal)


def binned(world: World, count: int = 5) -> list[int]:
    """Make leads that Bo deleted some days ago, and one that is still there."""
    ids = world.leads(count)
    for one in ids[:-1]:
        world.sandbox.org.bin("Leads", str(one), at=world.clock() - 3 * 86_400, by=BO)
    return ids


def test_the_bin_says_who_deleted_what_and_when(world: World) -> None:
    ids = binned(world)
    plan = found(world, ids)
    assert list(plan.ids) == ids[:-1]
    assert plan.deletions[ids[0]] == Deletion(
        BO.full_name,
        BO.id,
        world.clock() - 3 * 86_400,
        str(world.sandbox.org.record("Leads", str(ids[0])).fields["Full_Name"]),
    )
    assert [one.path for one in world.wire.reads] == ["/crm/v8/settings/recycle_bin"]
    assert (calls_to_find(1), calls_to_find(200), calls_to_find(201)) == (1, 1, 2)


def test_exactly_those_come_back(world: World) -> None:
    ids = binned(world)
    other = world.leads(1)
    world.sandbox.org.bin("Leads", str(other[0]), at=world.clock() - 3 * 86_400, by=BO)
    told = begun(world, found(world, ids))
    assert told.states == {"deleted": 4}
    later = undo(world, told)
    assert replay(told.journal).rows.tally == {State.RESTORED: 4}
    assert reason(later) == ""
    assert sorted(map(int, world.sandbox.ledger.asked_back)) == ids[:-1]
    assert not world.sandbox.org.exists("Leads", str(other[0]))
    assert not world.wire.attempts


def test_what_was_deleted_again_since_or_by_others_stays_in_the_bin(world: World) -> None:
    ids, org = binned(world, 6), world.sandbox.org
    told = begun(world, found(world, ids))
    org.restore(str(ids[0]))
    org.restore(str(ids[1]))
    org.bin("Leads", str(ids[1]), at=world.clock() - 3 * 86_400)
    org.restore(str(ids[2]))
    org.bin("Leads", str(ids[2]), at=world.clock() - 60, by=BO)
    org.purge([str(ids[3])])
    undo(world, told)
    rows = replay(told.journal).rows
    assert [rows.outcome(place).code for place in range(5)] == [
        *("THERE_ALREADY", "NOT_AS_SHOWN", "NOT_AS_SHOWN", "NOT_IN_BIN", "SUCCESS"),
    ]
    assert world.sandbox.ledger.asked_back == [str(ids[4])]


def test_what_came_from_another_module_is_not_taken(world: World) -> None:
    (contact,) = map(int, world.sandbox.org.add_records("Contacts"))
    world.sandbox.org.bin("Contacts", str(contact), by=BO)
    assert find(world, [contact]) is None
    assert found(world, binned(world)).module == "Leads"


def test_killed_when_the_request_left_it_is_looked_up_and_gone_on_with(world: World) -> None:
    told = begun(world, found(world, binned(world)))

    class Killed(BaseException):
        pass

    def kill(_: Attempt) -> None:
        raise Killed

    world.wire.on_restore = kill
    with pytest.raises(Killed):
        # `undo` of the support holds what left to the journal; here nothing may follow it.
        for _ in _undoing(world, told):
            pass
    (summary,) = history(world.folder)
    assert isinstance(summary, Summary)
    assert (summary.finished, summary.asked_back) == (True, 4)
    assert replay(told.journal).rows.asked_back == 4
    # Looking tells that they are still there once the request can have no effect any more.
    verify(world, replace_told(told))
    rows = replay(told.journal).rows
    assert {rows.outcome(place).code for place in range(4)} == {"BINNED"}
    undo(world, replace_told(told))
    assert replay(told.journal).rows.tally == {State.RESTORED: 4}


def _undoing(world: World, told: Told) -> Iterator[Event]:
    crm = world.crm()
    journal = Journal.reopen(read_journal(told.journal), clock=world.local)
    try:
        yield from engine.undo(journal.run, world.work(crm, journal, Levers()))
    finally:
        journal.close()
        crm.close()


def replace_told(told: Told) -> Told:
    return Told(told.plan, [], replay(told.journal), told.journal)


def test_nothing_can_be_deleted_by_it(world: World) -> None:
    plan = found(world, binned(world))
    told = begun(world, plan)
    crm = world.crm()
    journal = Journal.create(world.folder, plan, clock=world.local)
    with pytest.raises(PlanError, match="Nothing can be deleted"):
        run(plan, world.work(crm, journal, Levers()))
    state = RunState(plan)
    assert state.finished
    assert not state.rows.count(State.ENTERED, State.NOT_SENT)
    # A zohotui that does not know such journals refuses them: the module is no API name.
    first = json.loads(told.journal.read_text().splitlines()[0])
    assert first["module"] == "Leads:restore"
    assert deleted_today(world.folder, TARGET, world.clock()) == Today()


def test_its_journal_and_receipt_tell_it_again(world: World) -> None:
    ids = binned(world)
    plan = found(world, ids)
    told = begun(world, plan)
    undo(world, told)
    assert replay(told.journal).plan == plan
    text = write_receipt(told.journal, world.clock()).read_text()
    assert text.startswith("RECEIPT OF A RESTORE\n")
    by = f"deleted by {BO.full_name} (user id {BO.id}) at 2026-09-18T14:13:20Z"
    assert f"  {ids[0]}  {plan.deletions[ids[0]].name}\n      {by}" in text
    assert "4 ids in all" in text.replace("  ", " ").replace("  ", " ")
    assert verify_journal(told.journal).code == 0
    rows = replay(told.journal).rows
    assert last_words(plan, rows, told.journal).startswith("Leads: 0 not restored, 4 restored")
    assert exit_code([(plan, rows)]) == 0
    assert exit_code([(plan, RunState(plan).rows)]) == 1


@each_row(
    "change",
    [
        lambda line: line.pop("deletions"),
        lambda line: line.update(module="Leads"),
        lambda line: line["deletions"][0]["ids"].pop(),
        lambda line: line["deletions"][0].update(at=True),
        lambda line: line.update(module="Leads:delete"),
    ],
)
def test_a_forged_first_line_is_refused(
    world: World, change: Callable[[dict[str, Any]], object]
) -> None:
    told = begun(world, found(world, binned(world)))
    line = json.loads(told.journal.read_text().splitlines()[0])
    assert begun_of(json.loads(json.dumps(line))).plan == told.plan
    change(line)
    with pytest.raises((ValueError, TypeError, KeyError, PlanError)):
        begun_of(line)


def test_a_refusal_says_which_scope_it_needs(world: World) -> None:
    ids = binned(world)
    world.sandbox.access_token = world.sandbox.issue_token(scopes=["ZohoCRM.modules.ALL"])
    with pytest.raises(NotLookedUp, match=r"ZohoCRM\.settings\.recycle_bin\.READ"):
        find(world, ids)


def test_a_plan_names_a_deletion_for_each_id(world: World) -> None:
    plan = found(world, binned(world))
    with pytest.raises(PlanError, match="one deletion for each"):
        replace(plan, ids=plan.ids[:2])


@pytest.mark.parametrize("scheduled", ["items", "whole"])
def test_what_zoho_restores_later_is_waited_for(world: World, scheduled: str) -> None:
    ids = binned(world)
    with_variants(world, restore_at_once=1, scheduled_restore=scheduled, restore_delay=20.0)
    told = begun(world, found(world, ids))
    undo(world, told)
    rows = replay(told.journal).rows
    assert rows.tally == {State.RESTORED: 4}
    assert {rows.outcome(place).code for place in range(4)} == {"SEEN_BACK"}


def test_a_deletion_without_its_moment_is_not_taken(world: World) -> None:
    ids = binned(world, 2)
    crm = world.crm()
    entry = crm.recycle_bin([str(ids[0])])[str(ids[0])]
    taken: dict[int, Deletion] = {}
    list(_take({str(ids[0]): replace(entry, deleted=None)}, "Leads", ids[:1], taken))
    assert taken == {}
    list(_take({str(ids[0]): entry}, "Leads", ids[:1], taken))
    assert set(taken) == {ids[0]}
    crm.close()


@each_row(
    "when",
    [
        *("0001-01-01T00:00:00+00:00", "1969-12-31T23:00:00+00:00"),
        *("9999-12-31T23:59:59-12:00", "9950-01-01T00:00:00+00:00"),
    ],
)
def test_a_moment_that_the_journal_cannot_keep_is_none(world: World, when: str) -> None:
    (one,) = world.leads(1)
    entry = Binned.from_json({"id": str(one), "module": "Leads", "deleted_time": when})
    taken: dict[int, Deletion] = {}
    list(_take({str(one): entry}, "Leads", [one], taken))
    assert taken == {}


@each_row("fraction", ["", ".5", ".123456", ".9996"])
def test_a_deletion_is_the_same_when_its_journal_is_read_again(world: World, fraction: str) -> None:
    (one,) = world.leads(1)
    when = f"2026-09-18T14:13:20{fraction}+00:00"
    binned_by = {"id": BO.id, "name": BO.full_name}
    told = {"id": str(one), "module": "Leads", "deleted_by": binned_by, "deleted_time": when}
    entry, taken = Binned.from_json(told), dict[int, Deletion]()
    list(_take({str(one): entry}, "Leads", [one], taken))
    plan = replace(plan_of([one]), deletions=taken)
    again = begun(world, plan).run
    assert again.plan == plan
    crm = world.crm()
    reads: Reads[Event] = Reads(Levers(), world.times, 1)
    search = Search(again, crm, reads, Window(again, crm.clock, world.times))
    where = search.binned(0, entry, search.window.requests()(0))
    assert where.deleted is Deleted.IN_WINDOW
    other = replace(entry, deleted=(entry.deleted or 0) + 1)
    assert search.binned(0, other, search.window.requests()(0)).deleted is Deleted.NOT_AS_SHOWN
    crm.close()


def test_what_is_told_of_it_is_told_of_a_restore(world: World) -> None:
    told = begun(world, found(world, binned(world)))
    assert "4 ids = 4 not restored\n" in "\n".join(verify_journal(told.journal).lines)
    before = ticket(replay(told.journal), told.journal)
    assert before.startswith("Restore    Leads\n")
    assert "Result     4 ids: 4 not restored\n" in before
    assert "; no request was sent\n" in before
    undo(world, told)
    state = replay(told.journal)
    after = ticket(state, told.journal)
    assert "Result     4 ids: 4 restored\n" in after
    assert "no request was sent" not in after
    assert "Undo until nothing was deleted\n" in after
    assert sum_of(state) == "4 restored, of 4 records that others deleted."
    (summary,) = history(world.folder)
    assert isinstance(summary, Summary)
    assert holds(summary, ["restore", "4 restored"])
    receipt = write_receipt(told.journal, world.clock()).read_text()
    assert "none left" not in receipt
    assert "none came" not in receipt
    assert "because of this run" not in receipt
    proof = "\n".join(verify_journal(told.journal).lines)
    assert "4 ids = 4 restored\n" in proof
    assert "\nRestore          Leads" in proof


def test_what_was_asked_for_and_not_seen_since_is_perhaps_restored(world: World) -> None:
    plan = found(world, binned(world))
    state = RunState(plan)
    state.apply(Restoring((0, 1, 2)))
    assert sum_of(state).startswith("1 not restored · 3 perhaps restored, of 4 records")
    assert "4 ids: 1 not restored · 3 perhaps restored" in ticket(state, None)
