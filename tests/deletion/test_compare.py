"""What an undo brought back is held to its saved copies, and the org judges what is told of it."""

from __future__ import annotations

import stat

import pytest

from tests.deletion.compare_support import (
    SHAPES,
    held,
    journal_agrees,
    made,
    save,
    saved_and_deleted,
    undone,
    written,
)
from tests.deletion.review_support import BOTH
from tests.deletion.undo_support import codes, compare, comparison, deleted, undo
from tests.world.plans import plan_of
from tests.world.world import World, with_variants
from zohotui.deletion.afterwards.compare import NO_COPIES
from zohotui.deletion.journal.differences_file import differences_of
from zohotui.deletion.journal.history import Summary, history
from zohotui.deletion.journal.snapshot import ENDING, read_snapshot
from zohotui.deletion.model.events import Compared, Waiting
from zohotui.deletion.model.levers import Levers
from zohotui.deletion.model.outcome import State

# Hundreds of records, of one module more than a page of them, and the org as the judge


@pytest.mark.parametrize(("api", "whole"), [("v2", False), ("v2", True), ("v8", False)])
def test_many_records_of_many_shapes_come_back_with_every_field(
    world: World, api: str, *, whole: bool
) -> None:
    runs = []
    for module in SHAPES:
        ids = made(world, module, 101 if module == "Leads" else 30)
        runs.append(saved_and_deleted(world, ids, module, api=api, whole=whole))
    for told in runs:
        number = len(told.plan.ids)
        before = held(world, told)
        undone(world, told)
        later = compare(world, told, api=api)
        assert held(world, told) == before
        assert codes(later) == {"restored AS_SAVED": number}
        ended = comparison(later)
        assert ended.found == f"{number} restored, every saved field as before."
        assert not ended.why
        assert not written(told)
        journal_agrees(later)
    assert len(world.sandbox.ledger.restored_ids) == 101 + 30 * (len(SHAPES) - 1)


@BOTH
def test_what_differs_is_told_field_by_field_and_nothing_else_is(world: World, api: str) -> None:
    told = saved_and_deleted(world, made(world, "Leads", 250), api=api)
    before = held(world, told)
    undone(world, told)
    org = world.sandbox.org
    for record_id in told.plan.ids[::50]:
        org.change_fields("Leads", str(record_id), Email="new@example.com", Phone=None)
    org.change_fields("Leads", str(told.plan.ids[7]), Owner=org.users[2].owner)
    after = held(world, told)
    later = compare(world, told, api=api)
    wrong = {i for i in told.plan.ids if after[i] != before[i]}
    assert len(wrong) == 6
    for record_id in told.plan.ids:
        code = "DIFFERS" if record_id in wrong else "AS_SAVED"
        assert later.outcome(record_id).code == code
    found = {
        one.record_id: {field.name for field in one.fields}
        for event in later.of(Compared)
        if isinstance(event, Compared)
        for one in event.differences
    }
    assert found == {i: {n for n in after[i] if after[i][n] != before[i][n]} for i in wrong}
    ended = comparison(later)
    assert ended.differing == 6
    assert ended.found == (
        "6 of 250 restored are not as saved: Email in 5, Phone in 5, Owner in 1."
    )
    assert "not as saved: Owner" in later.outcome(told.plan.ids[7]).message
    journal_agrees(later)


def test_values_go_to_a_file_of_its_own_and_not_into_the_journal(world: World) -> None:
    told = saved_and_deleted(world, world.leads(3))
    undone(world, told)
    wrong = str(told.plan.ids[1])
    was = world.sandbox.org.record("Leads", wrong).fields["Email"]
    world.sandbox.org.change_fields("Leads", wrong, Email="\x1b[31mnew@example.com")
    compare(world, told)
    path = differences_of(told.journal)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = written(told).splitlines()
    place = lines.index(wrong)
    assert lines[place : place + 4] == [
        wrong,
        "  Email",
        f"    saved  {was}",
        "    now    \N{REPLACEMENT CHARACTER}[31mnew@example.com",
    ]
    assert "Not in the saved copies: subform rows" in written(told)
    assert "1 of 3 restored is not as saved: Email in 1." in written(told)
    journal = told.journal.read_text(encoding="utf-8")
    assert '"compared"' in journal
    assert "not as saved: Email" in journal
    assert "new@example.com" not in journal
    assert was not in journal
    (summary,) = history(world.folder)
    assert isinstance(summary, Summary)
    assert (summary.finished, summary.tally) == (True, {State.RESTORED: 3})


# What the restore itself does, and what others do


@pytest.mark.parametrize(
    ("touches", "names"),
    [("time", "Modified_Time"), ("time_and_user", "Modified_By, Modified_Time")],
)
def test_what_a_restore_changes_by_itself_is_told_apart(
    world: World, touches: str, names: str
) -> None:
    world.sandbox.org.acting = world.sandbox.org.users[0]
    with_variants(world, restore_touches=touches)
    ids = world.leads(2)
    for record_id in ids:
        other = world.sandbox.org.users[3].owner
        world.sandbox.org.change_fields("Leads", str(record_id), Modified_By=other)
    told = saved_and_deleted(world, ids)
    undone(world, told)
    later = compare(world, told)
    assert codes(later) == {"restored AS_SAVED": 2}
    told_names = comparison(later).found.partition("may change (")[2].rstrip(").")
    assert sorted(told_names.split(", ")) == names.split(", ")
    assert "which the restore itself may change" in later.rows.outcome(0).message
    assert not written(told)


def test_what_a_workflow_sets_when_a_record_comes_back_is_listed(world: World) -> None:
    with_variants(world, restore_touches="time", restore_sets={"Lead_Status": "Restored"})
    told = saved_and_deleted(world, world.leads(4))
    undone(world, told)
    later = compare(world, told)
    assert codes(later) == {"restored DIFFERS": 4}
    found = comparison(later).found
    assert "4 of 4 restored are not as saved: Lead_Status in 4." in found
    assert "Also changed, perhaps by the restore itself: Modified_Time." in found
    assert written(told).count("    now    Restored") == 4
    assert written(told).count("Modified_Time  (changed by the restore itself, perhaps)") == 4


def test_a_workflow_on_what_was_scheduled_is_listed_too(world: World) -> None:
    with_variants(world, restore_at_once=1, restore_sets={"Lead_Status": "Restored"})
    told = saved_and_deleted(world, world.leads(2))
    undone(world, told)
    assert codes(compare(world, told)) == {"restored DIFFERS": 2}


@BOTH
def test_subforms_are_compared_where_they_were_saved(world: World, api: str) -> None:
    org = world.sandbox.org
    ids = world.leads(12)
    for record_id in ids:
        org.change_fields("Leads", str(record_id), Rows=[{"id": "1", "Item": "oak"}])
    told = saved_and_deleted(world, ids, api=api, whole=True)
    undone(world, told)
    org.change_fields("Leads", str(ids[5]), Rows=[{"id": "1", "Item": "ash"}])
    later = compare(world, told, api=api)
    assert codes(later) == {"restored AS_SAVED": 11, "restored DIFFERS": 1}
    assert '"Item": "ash"' in written(told)
    assert "files, notes, e-mails" in comparison(later).lacks


def test_a_record_that_was_deleted_again_is_told_after_a_second_look(world: World) -> None:
    told = saved_and_deleted(world, world.leads(3))
    undone(world, told)
    world.sandbox.org.bin("Leads", str(told.plan.ids[0]), at=world.clock() + 86_400)
    later = compare(world, told)
    assert codes(later) == {"deleted NOT_BACK": 1, "restored AS_SAVED": 2}
    assert len(later.of(Waiting)) == 1
    assert "1 not there when read again" in comparison(later).found
    journal_agrees(later)
    again = undo(world, told)
    assert codes(again) == {"deleted NOT_THIS_RUN": 1, "restored AS_SAVED": 2}


def test_a_record_that_zoho_shows_late_is_no_difference(world: World) -> None:
    told = saved_and_deleted(world, world.leads(3))
    undone(world, told)
    org, late = world.sandbox.org, str(told.plan.ids[1])
    org.bin("Leads", late, at=world.clock())

    def comes(event: object, _: Levers) -> None:
        if isinstance(event, Waiting):
            org.restore(late)

    later = compare(world, told, steer=comes)
    assert codes(later) == {"restored AS_SAVED": 3}


# Copies that are not there, or not whole


def test_without_a_snapshot_it_is_said_and_nothing_is_read(world: World) -> None:
    told = deleted(world, 3)
    undo(world, told)
    reads = len(world.wire.reads)
    later = compare(world, told)
    assert later.kinds == ["ComparisonEnded"]
    assert comparison(later).found == NO_COPIES
    assert len(world.wire.reads) == reads
    assert codes(later) == {"restored SUCCESS": 3}


def test_where_nothing_was_restored_nothing_is_told(world: World) -> None:
    told = saved_and_deleted(world, world.leads(2))
    assert compare(world, told).kinds == []


def test_a_record_without_a_copy_is_told_and_not_asked_about_again(world: World) -> None:
    ids = world.leads(5)
    snapshot = save(world, ids[:3])
    told = world.carry_out(plan_of(ids))
    snapshot.belong_to(told.journal)
    undone(world, told)
    later = compare(world, told)
    assert codes(later) == {"restored AS_SAVED": 3, "restored NO_COPY": 2}
    assert "2 have no saved copy" in comparison(later).found
    assert compare(world, told).kinds == []


def test_copies_of_records_that_stayed_do_no_harm(world: World) -> None:
    ids = world.leads(4)
    snapshot = save(world, ids)
    told = world.carry_out(plan_of(ids[1:3]))
    snapshot.belong_to(told.journal)
    undone(world, told)
    assert codes(compare(world, told)) == {"restored AS_SAVED": 2}


def test_a_snapshot_that_was_cut_off_compares_what_it_has(world: World) -> None:
    ids = world.leads(250)
    snapshot = save(world, ids)
    told = world.carry_out(plan_of(ids))
    snapshot.belong_to(told.journal)
    whole = snapshot.path.read_bytes()
    snapshot.path.write_bytes(whole[: len(whole) // 2])
    undone(world, told)
    later = compare(world, told)
    kept = len(list(read_snapshot(snapshot.path))) - 1
    assert 0 < kept < 250
    assert codes(later) == {"restored AS_SAVED": kept, "restored NO_COPY": 250 - kept}
    assert f"{250 - kept} have no saved copy" in comparison(later).found
    assert not comparison(later).why


def test_a_damaged_snapshot_is_named_and_the_rest_stays_open(world: World) -> None:
    told = saved_and_deleted(world, world.leads(250))
    path = told.journal.with_name(told.journal.name.removesuffix(".jsonl") + ENDING)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))
    undone(world, told)
    later = compare(world, told)
    assert str(path) in comparison(later).why
    assert "not compared yet: [resolve] goes on" in comparison(later).found
    assert later.states == {"restored": 250}
    assert "restored NO_COPY" not in codes(later)
    journal_agrees(later)


def test_a_snapshot_of_another_org_is_not_believed(world: World) -> None:
    told = saved_and_deleted(world, world.leads(2))
    undone(world, told)
    other = save(world, made(world, "Contacts", 2), "Contacts")
    other.path.rename(told.journal.with_name(told.journal.name.removesuffix(".jsonl") + ENDING))
    later = compare(world, told)
    assert "of another org or module" in comparison(later).why
    assert codes(later) == {"restored SUCCESS": 2}


def test_of_two_snapshots_the_later_copy_counts(world: World) -> None:
    ids = world.leads(4)
    first = save(world, ids)
    for record_id in ids[2:]:
        world.sandbox.org.change_fields("Leads", str(record_id), Phone="1")
    second = save(world, ids[2:])
    told = world.carry_out(plan_of(ids))
    first.belong_to(told.journal)
    second.path.rename(
        told.journal.with_name(f"{told.journal.name.removesuffix('.jsonl')}.2{ENDING}")
    )
    undone(world, told)
    assert codes(compare(world, told)) == {"restored AS_SAVED": 4}
