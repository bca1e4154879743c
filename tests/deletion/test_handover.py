"""A plan that is written down and opened by somebody else: what it holds, and what it refuses."""

from __future__ import annotations

import json
import stat
from dataclasses import asdict, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.deletion.handover_support import Files, list_of, plan_to_run, read_again, written
from tests.world.plans import TARGET, plan_of
from tests.world.world import World
from zohotui.deletion.handover.plan_file import open_plan, read_plan, write_plan
from zohotui.deletion.handover.written_plan import HandoverError, WrittenPlan
from zohotui.deletion.ids.file import inspect
from zohotui.deletion.ids.pasted import parse_text
from zohotui.deletion.ids.source import IdFileError
from zohotui.deletion.journal.receipt import write_receipt
from zohotui.deletion.journal.replay import replay
from zohotui.deletion.model.outcome import is_never_released
from zohotui.deletion.model.plan import Handed
from zohotui.deletion.review.guards import Guards
from zohotui.deletion.review.reviewed_list import ReviewedList
from zohotui.files import NotWritten


@pytest.fixture
def ids(world: World) -> list[int]:
    return world.leads(7)


@pytest.fixture
def files(world: World, ids: list[int], tmp_path: Path) -> Files:
    return Files.of(tmp_path, written(world, ids))


def told(listed: ReviewedList) -> list[str]:
    return [
        f"{listed.rows.state(place)} {listed.rows.outcome(place).code}".strip()
        for place in range(len(listed))
    ]


def test_a_plan_says_who_wrote_it_and_what_was_seen(files: Files, ids: list[int]) -> None:
    plan = read_plan(files.path)
    assert [one.id for one in plan.records] == ids
    assert all(one.name and one.owner and one.modified for one in plan.records)
    assert plan.target == TARGET
    assert plan.handed == Handed(TARGET.user, TARGET.user_id, plan.at, plan.sha256)
    for path in (files.path, files.owners):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert files.rows[0] == ["Record Id (plan)", "Name", "Owner", "Last changed", "Keep"]
    assert [row[0] for row in files.rows[1:]] == [f"zcrm_{one}" for one in ids]


def test_neither_file_takes_the_place_of_another(files: Files, world: World) -> None:
    plan = written(world, world.leads(1))
    with pytest.raises(NotWritten, match=r"plan\.csv exists already"):
        write_plan(files.path, plan)
    files.owners.unlink()
    with pytest.raises(NotWritten, match=r"plan\.json exists already"):
        write_plan(files.path, plan)
    assert not files.owners.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: plan["records"].pop(),
        lambda plan: plan["records"][0].update(id="554023000000999999"),
        lambda plan: plan["records"][0].update(modified="2026-11-29T00:00:00Z"),
        lambda plan: plan["target"].update(user_id="1"),
        lambda plan: plan.update(module="Contacts"),
        lambda plan: plan.update(note="added"),
        lambda plan: plan.update(sha256="0" * 64),
        lambda plan: plan.pop("sha256"),
    ],
)
def test_a_plan_that_was_edited_is_refused_by_its_hash(files: Files, change: Any) -> None:
    files.edit(change)
    with pytest.raises(HandoverError, match="was changed after it was written"):
        files.open()


def test_a_plan_that_only_looks_otherwise_is_the_same(files: Files, ids: list[int]) -> None:
    files.edit(lambda plan: None)
    assert files.open().written.ids == set(ids)


def test_of_a_key_that_stands_twice_a_reader_would_see_the_other(files: Files) -> None:
    text = files.path.read_text().replace('"module": "Leads"', '"module": "X", "module": "Leads"')
    files.path.write_text(text)
    with pytest.raises(HandoverError, match="is not a plan"):
        files.open()


@pytest.mark.parametrize("text", ["", "{}", "[]", "no", '{"zohotui_plan": true}', "[" * 100_000])
def test_what_is_no_plan_is_refused(files: Files, text: str) -> None:
    files.path.write_text(text)
    with pytest.raises(HandoverError, match="is not a plan"):
        files.open()


def test_a_newer_plan_and_one_that_is_not_there_are_told(files: Files, tmp_path: Path) -> None:
    files.edit(lambda plan: plan.update(zohotui_plan=2))
    with pytest.raises(HandoverError, match="newer zohotui"):
        files.open()
    with pytest.raises(HandoverError, match="cannot be read"):
        open_plan(tmp_path / "none.json")
    with pytest.raises(HandoverError, match="not a file"):
        open_plan(tmp_path)


def test_a_plan_is_for_its_own_org_alone(files: Files) -> None:
    plan = files.open().written
    assert plan.why_not_in(replace(TARGET, user_id="2", user="bo")) == ""
    assert "another org" in plan.why_not_in(replace(TARGET, zgid="700000002"))
    assert "may not read which org" in plan.why_not_in(replace(TARGET, zgid=""))


def test_only_a_reviewed_list_of_a_known_org_is_written(world: World, ids: list[int]) -> None:
    listed, draft = ReviewedList(ids), plan_of(ids)
    with pytest.raises(HandoverError, match="reviewed list"):
        WrittenPlan.of(listed, draft, 0.0)
    read_again(world, listed)
    with pytest.raises(HandoverError, match="which org"):
        WrittenPlan.of(listed, replace(draft, target=replace(TARGET, zgid="")), 0.0)
    listed.take_out(range(7))
    with pytest.raises(HandoverError, match="nothing to write"):
        WrittenPlan.of(listed, draft, 0.0)


def test_what_is_kept_unclear_changed_or_gone_is_not_deleted(
    world: World, files: Files, ids: list[int]
) -> None:
    files.fill_in({0: "Yes", 1: "maybe", 2: "no"})
    org = world.sandbox.org
    org.change_fields("Leads", str(ids[3]), Modified_Time="2026-11-26T12:00:00+00:00")
    org.bin("Leads", str(ids[4]), at=world.clock())
    opened = files.open()
    listed = read_again(world, list_of(opened))
    assert told(listed) == [
        *("held KEPT", "held KEEP_UNCLEAR", "ready", "held CHANGED", "missing ALREADY_BINNED"),
        *("ready", "ready"),
    ]
    assert listed.rows.outcome(1).message == "Keep says 'maybe'"
    # What was not read is shown as the plan has it.
    kept = listed.record(0)
    assert kept is not None
    assert (kept.name, kept.owner) == ("Jürgen Weiß", "田中 美咲")
    # However often it is read: what was agreed on is the plan, not what the admin has seen since.
    read_again(world, listed, looked=True)
    assert told(listed)[3] == "held CHANGED"
    plan = replace(plan_to_run(listed, opened), handed=opened.written.handed)
    run = world.carry_out(plan)
    assert [ids[2], ids[5], ids[6]] == list(plan.ids)
    assert replay(run.journal).plan == plan
    receipt = write_receipt(run.journal, 0.0).read_text()
    assert f"written by {TARGET.user}, at" in receipt
    assert f"user id {TARGET.user_id}, SHA-256 {opened.written.sha256}" in receipt


def test_what_is_protected_and_changed_says_both(
    world: World, files: Files, ids: list[int]
) -> None:
    org = world.sandbox.org
    org.change_fields("Leads", str(ids[0]), Modified_Time="2026-11-26T12:00:00+00:00")
    guards = Guards(ids=frozenset(ids[:1]))
    listed = read_again(world, list_of(files.open()), guards=guards)
    assert told(listed)[:2] == ["held PROTECTED", "ready"]
    assert "its id is protected; changed since the review" in listed.rows.outcome(0).message


def test_what_owners_keep_is_never_released(world: World, files: Files) -> None:
    files.fill_in({0: "x", 1: "?"})
    listed = read_again(world, list_of(files.open()))
    for place in (0, 1):
        assert is_never_released(listed.rows.outcome(place))
        assert not listed.may_release(place)
        with pytest.raises(ValueError, match="stays held"):
            listed.release(place, "I want it gone")
        listed.take_out([place])
        listed.put_back([place])
        assert listed.rows.outcome(place).state == "held"


def test_a_user_of_another_time_zone_sees_no_change(
    world: World, files: Files, ids: list[int]
) -> None:
    org = world.sandbox.org
    for one in ids[:2]:
        seen = datetime.fromisoformat(str(org.record("Leads", str(one)).fields["Modified_Time"]))
        there = seen.astimezone(timezone(timedelta(hours=-7)))
        later = there + timedelta(seconds=one == ids[1])
        org.change_fields("Leads", str(one), Modified_Time=later.isoformat())
    assert told(read_again(world, list_of(files.open())))[:3] == ["ready", "held CHANGED", "ready"]


def test_foreign_text_is_no_formula_and_no_control(world: World, tmp_path: Path) -> None:
    (one,) = world.leads(1)
    name = '=HYPERLINK("http://evil.example")\x1b[31m'
    world.sandbox.org.change_fields("Leads", str(one), Full_Name=name, Last_Name=name)
    files = Files.of(tmp_path, written(world, [one]))
    assert files.rows[1][1].startswith("'=")
    assert "\x1b" not in files.path.read_text() + files.owners.read_text()
    assert files.open().held == {}


def test_a_plan_is_no_list_of_ids(files: Files) -> None:
    for path in (files.path, files.owners):
        with pytest.raises(IdFileError, match="belongs to a plan"):
            inspect(path)
        pasted = parse_text(path.read_text("utf-8-sig"))
        assert len(pasted) == 0
        assert "--plan" in pasted.rejected[0].reason


GUARDS = Guards(four_eyes_above=2)


def handed(ids: list[int], by_id: str) -> Any:
    return replace(plan_of(ids), handed=Handed("bo", by_id, 1.0, "0" * 64))


def test_above_so_many_another_user_must_have_written_the_plan(ids: list[int]) -> None:
    assert GUARDS.one_pair_of_eyes(plan_of(ids[:2])) == ""
    assert "needs a plan that another" in GUARDS.one_pair_of_eyes(plan_of(ids))
    assert GUARDS.one_pair_of_eyes(handed(ids, "554023000000077007")) == ""
    assert "you wrote this one yourself" in GUARDS.one_pair_of_eyes(handed(ids, TARGET.user_id))
    assert "does not say who wrote it" in GUARDS.one_pair_of_eyes(handed(ids, ""))
    unknown = replace(handed(ids, "554023000000077007"), target=replace(TARGET, user_id=""))
    assert "does not say who you are" in GUARDS.one_pair_of_eyes(unknown)
    assert Guards().one_pair_of_eyes(plan_of(ids)) == ""


def test_a_journal_without_a_plan_says_nothing_of_one(world: World, ids: list[int]) -> None:
    run = world.carry_out(plan_of(ids))
    first = json.loads(run.journal.read_text().splitlines()[0])
    assert "handed" not in first
    assert "handed" not in asdict(TARGET)
    assert replay(run.journal).plan.handed is None


@pytest.mark.parametrize("name", ["/", "/..", "x" * 254, "x" * 300])
def test_whatever_path_is_named_is_told_in_a_sentence(
    files: Files, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    if len(name) == 254:
        path.write_bytes(files.path.read_bytes())
    for kept in ((), (path,)):
        with pytest.raises(HandoverError):
            open_plan(path, kept)
