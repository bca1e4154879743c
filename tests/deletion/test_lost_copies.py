"""Copies that a journal names and that are not beside it: told as lost, never as never saved."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from tests.deletion.compare_support import save, undone
from tests.deletion.undo_support import codes, compare, comparison
from tests.world.plans import plan_of
from tests.world.world import Told, World
from zohotui.deletion.journal.replay import read_journal, replay
from zohotui.deletion.journal.saved_copies import lost_copies, snapshots_of
from zohotui.deletion.journal.snapshot import Snapshot
from zohotui.deletion.journal.verify_file import WHOLE, verify_journal
from zohotui.deletion.journal.writer import Journal
from zohotui.deletion.model.events import Saved
from zohotui.zoho.limits import KEPT_DAYS


def run_of(world: World, *parts: int) -> tuple[Told, list[Path]]:
    """Delete so many records for each part of a run, whose copies the journal names."""
    ids = world.leads(sum(parts))
    snapshots, start = [], 0
    for part in parts:
        snapshots.append(save(world, ids[start : start + part]))
        start += part
    told = world.carry_out(plan_of(ids))
    with closing(Journal.reopen(read_journal(told.journal), clock=world.local)) as journal:
        for snapshot in snapshots:
            snapshot.belong_to(told.journal)
            journal.record(Saved(snapshot.path.name, snapshot.count))
    return told, [one.path for one in snapshots]


def moved_away(path: Path) -> Path:
    return path.rename(path.parent.parent / path.name)


def test_copies_that_are_not_beside_the_journal_are_told_and_compared_once_they_are(
    world: World,
) -> None:
    told, (path,) = run_of(world, 3)
    away = moved_away(path)
    undone(world, told)
    later = compare(world, told)
    assert later.kinds == ["ComparisonEnded"]
    found = comparison(later).found
    assert f"Copies of 3 records were saved as {path.name}, which is not beside" in found
    assert "restored records cannot be compared" in found
    assert f"Copy {path.name} into {path.parent}" in found
    assert codes(later) == {"restored SUCCESS": 3}
    away.rename(path)
    assert codes(compare(world, told)) == {"restored AS_SAVED": 3}


def test_what_a_lost_part_held_is_not_told_as_never_saved(world: World) -> None:
    told, (first, second) = run_of(world, 3, 2)
    away = moved_away(first)
    undone(world, told)
    later = compare(world, told)
    assert codes(later) == {"restored AS_SAVED": 2, "restored SUCCESS": 3}
    why = comparison(later).why
    assert first.name in why
    assert second.name not in why
    away.rename(first)
    assert codes(compare(world, told)) == {"restored AS_SAVED": 5}


def test_a_part_in_the_middle_does_not_hide_the_next(world: World) -> None:
    told, (first, second, third) = run_of(world, 1, 1, 1)
    moved_away(second)
    assert snapshots_of(told.journal) == [third, first]


def test_copies_of_a_journal_that_has_another_name_by_now_are_found(world: World) -> None:
    told, (path,) = run_of(world, 2)
    journal = told.journal.rename(told.journal.with_name("copied.jsonl"))
    saved = replay(journal).saved
    assert snapshots_of(journal, saved) == [path]
    assert not lost_copies(journal, saved, world.clock())


def test_copies_that_were_erased_for_their_age_are_told_so(world: World) -> None:
    told, (path,) = run_of(world, 2)
    path.unlink()
    saved = replay(told.journal).saved
    day = 86_400.0
    soon = lost_copies(told.journal, saved, world.local() + (KEPT_DAYS - 1) * day)
    late = lost_copies(told.journal, saved, world.local() + (KEPT_DAYS + 1) * day)
    assert "Copy " in soon
    assert "erases" not in soon
    assert "Copy " not in late
    assert late.endswith("They are of 21 Sep 2026, and zohotui erases copies after 60 days.")


def test_the_name_in_a_journal_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "journals").mkdir()
    outside = tmp_path / "run.snapshot.jsonl.gz"
    outside.write_bytes(b"")
    journal = tmp_path / "journals" / "other.jsonl"
    saved = [Saved("../run.snapshot.jsonl.gz", 1, at=0.0)]
    assert snapshots_of(journal, saved) == []
    assert lost_copies(journal, saved, 0.0)


def test_no_other_copies_take_the_name_of_lost_ones(world: World) -> None:
    told, (path,) = run_of(world, 2)
    moved_away(path)
    plan = told.plan
    later = Snapshot.create(world.folder, plan.target, "Leads", whole=False, clock=world.clock)
    later.belong_to(told.journal, [one.name for one in replay(told.journal).saved])
    assert later.path.name == path.name.replace(".snapshot", ".2.snapshot")


def test_whoever_proves_a_journal_learns_whether_its_copies_are_there(world: World) -> None:
    told, (path,) = run_of(world, 2)
    assert f"{path.name} (2 records): beside the journal" in "\n".join(
        verify_journal(told.journal).lines
    )
    path.unlink()
    proof = verify_journal(told.journal)
    assert f"{path.name} (2 records): NOT BESIDE THE JOURNAL" in "\n".join(proof.lines)
    assert proof.code == WHOLE
